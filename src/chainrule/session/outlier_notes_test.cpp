#include "chainrule/session/outlier_notes.h"

#include <gtest/gtest.h>

#include "chainrule/session/session.h"
#include "support/session_files.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

// `rows` rows x, z, y = 2 x; the cell of x in one row is replaced.
std::string table_with(std::size_t rows, std::size_t odd_row, const std::string& odd) {
  std::string text = "x,z,y\n";
  for (std::size_t r = 0; r < rows; ++r) {
    const std::string x = std::to_string((r * 37) % 101);
    text += (r == odd_row ? odd : x) + "," + std::to_string((r * 7) % 13) + "," +
            std::to_string(2 * ((r * 37) % 101)) + "\n";
  }
  return text;
}

TrainOutcome trained_on(const std::string& text, Outliers outliers = Outliers::clip) {
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.hidden = {8};
  request.stopping = {.epochs = 2, .patience = 0};
  request.validation_share = 0;
  request.encoder.outliers = outliers;
  return train_quietly(request);
}

std::string notes_of(const TrainOutcome& outcome) {
  std::string text;
  for (const Message& note : outcome.notes)
    text += note.text(Face::command_line) + "\n";
  return text;
}

TEST(OutlierNotes, NameColumnCellPlaceAndSetting) {
  for (const auto& [rows, row, odd] : {std::tuple<std::size_t, std::size_t, const char*>{101, 4, "1e6"},
                                       {200, 199, "-250000"},
                                       {60'500, 60'000, "1e30"}}) {
    SCOPED_TRACE(odd);
    const TrainOutcome outcome = trained_on(table_with(rows, row, odd));
    const std::string notes = notes_of(outcome);
    EXPECT_NE(notes.find("\"x\" has 1 number far from all others, 0 to 100 ("), std::string::npos) << notes;
    EXPECT_NE(notes.find("t.csv:" + std::to_string(row + 2) +
                         ":1): it counts as the nearest of these (--outliers)"),
              std::string::npos)
        << notes;
    EXPECT_EQ(outcome.model.encoder.inputs[0].maximum, 100);
    EXPECT_EQ(outcome.model.encoder.inputs[0].minimum, 0);
  }
}

TEST(OutlierNotes, KeptNumbersAreToldToo) {
  const TrainOutcome outcome = trained_on(table_with(200, 9, "1e6"), Outliers::keep);
  EXPECT_NE(notes_of(outcome).find("use --outliers clip"), std::string::npos) << notes_of(outcome);
  EXPECT_EQ(outcome.model.encoder.inputs[0].maximum, 1e6);
}

TEST(OutlierNotes, ATargetIsToldButNotChanged) {
  std::string text = table_with(100, 100, "");
  text += "1,1,1e9\n";
  const TrainOutcome outcome = trained_on(text);
  EXPECT_NE(notes_of(outcome).find("\"y\" has 1 number far from all others, 0 to 200 (1000000000 at "),
            std::string::npos)
      << notes_of(outcome);
  EXPECT_GT(outcome.model.encoder.target.offset[0], 1e6);
}

TEST(OutlierNotes, OrdinaryTablesHaveNone) {
  for (const char* name : {"iris.csv", "penguins.csv", "pima.csv", "diabetes.csv"}) {
    TrainRequest request;
    request.data.path = example(name);
    request.stopping.epochs = 1;
    const std::string notes = notes_of(train_quietly(request));
    EXPECT_EQ(notes.find("far "), std::string::npos) << notes;
  }
}

}  // namespace
}  // namespace chainrule
