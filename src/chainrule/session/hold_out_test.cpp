#include "chainrule/session/hold_out.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::report_of;
using testing_support::train_quietly;

bool any_note_has(const std::vector<Message>& notes, std::string_view part) {
  return std::ranges::any_of(notes, [&](const Message& note) {
    return note.text(Face::command_line).find(part) != std::string::npos;
  });
}

double uniform(std::uint64_t index) {
  return random_uniform({.seed = 5, .purpose = RandomPurpose::sampling}, index);
}

// `distinct` rows of three measurements and a random label, `copies` times.
std::string copied_rows(std::size_t distinct, std::size_t copies) {
  std::string text = "f1,f2,f3,y\n";
  for (std::size_t r = 0; r < distinct * copies; ++r) {
    const std::uint64_t row = r % distinct;
    for (std::uint64_t c = 0; c < 3; ++c)
      text += format_number(uniform(4 * row + c)) + ",";
    text += uniform(4 * row + 3) < 0.5 ? "a\n" : "b\n";
  }
  return text;
}

TrainRequest request_for(const std::string& text) {
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.stopping = {.epochs = 2};
  return request;
}

PreparedTraining prepared(const TrainRequest& request) {
  return prepare_training(real_file_system(), {}, request, load_table(real_file_system(), request.data));
}

TEST(HoldOut, EqualRowsAreOnOneSide) {
  const PreparedTraining training = prepared(request_for(copied_rows(80, 10)));
  EXPECT_TRUE(any_note_has(training.plan.notes, "720 of the 800 rows repeat another row"));
  std::set<std::uint32_t> trained;
  for (const std::uint32_t row : training.tables.split.training)
    trained.insert(row % 80);
  for (const std::uint32_t row : training.tables.split.validation)
    EXPECT_FALSE(trained.contains(row % 80));
  EXPECT_NEAR(static_cast<double>(training.tables.split.validation.size()), 160, 10);
}

TEST(HoldOut, LabelsByChanceAreScoredAsSuch) {
  TrainRequest request = request_for(copied_rows(80, 10));
  request.stopping = {.epochs = 200};
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_LT(outcome.held_out->accuracy, 0.8);  // 1 if copies of the training rows were held out
}

TEST(HoldOut, TheSplitOfATableWithoutEqualRowsIsThatOfSplitRows) {
  const TrainRequest request = request_for(copied_rows(100, 1));
  const PreparedTraining training = prepared(request);
  const Table table = load_table(real_file_system(), request.data);
  std::vector<std::uint32_t> classes;
  for (std::size_t row = 0; row < 100; ++row)
    classes.push_back(static_cast<std::uint32_t>(table.columns[3].codes[row] + 1));
  EXPECT_EQ(training.tables.split.validation, split_rows(100, 0.2, classes, 1).validation);
  EXPECT_FALSE(any_note_has(training.plan.notes, "repeat"));
}

// Rows of three digits are equal by chance: they are split as any others, and the note counts them.
TEST(HoldOut, RowsOfFewValuesMayBeOnBothSides) {
  std::string text = "a,b,c,y\n";
  for (int r = 0; r < 200; ++r)
    text += std::to_string(r % 3) + "," + std::to_string(r / 3 % 3) + "," + std::to_string(r / 9 % 3) +
            (r % 27 % 2 == 1 ? ",yes\n" : ",no\n");
  const TrainOutcome outcome = train_quietly(request_for(text));
  EXPECT_TRUE(any_note_has(outcome.notes, "40 of the 40 held-out rows repeat a training row"));
}

TEST(HoldOut, ATruthTableIsTrainedOnAsAWhole) {
  const std::string xor_table = "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n";
  const TrainOutcome outcome = train_quietly(request_for(xor_table));
  EXPECT_FALSE(outcome.held_out);
  EXPECT_TRUE(any_note_has(outcome.notes, "all 4 rows are trained on and none is held out"));
  TrainRequest asked = request_for(xor_table);
  asked.small_tables = SmallTables::hold_out;
  EXPECT_TRUE(train_quietly(asked).held_out);
  asked = request_for(xor_table);
  asked.validation_share = 0.25;  // as the note advises
  EXPECT_EQ(train_quietly(asked).held_out->rows, 1u);
}

// XOR, 25 times over.
TEST(HoldOut, ATruthTableThatRepeatsIsTrainedOnAsAWhole) {
  std::string text = "x1,x2,y\n";
  for (int copy = 0; copy < 25; ++copy)
    text += "0,0,0\n0,1,1\n1,0,1\n1,1,0\n";
  const TrainOutcome outcome = train_quietly(request_for(text));
  EXPECT_FALSE(outcome.held_out);
  EXPECT_TRUE(any_note_has(outcome.notes, "only 4 of them are different, fewer than 20"));
  TrainRequest asked = request_for(text);
  asked.validation_share = 0.25;
  EXPECT_TRUE(train_quietly(asked).held_out);
}

TEST(HoldOut, TwentyRowsAreEnough) {
  EXPECT_FALSE(train_quietly(request_for(copied_rows(19, 1))).held_out);
  EXPECT_TRUE(train_quietly(request_for(copied_rows(20, 1))).held_out);
}

// 60 patients with ten visits each.
std::string visits() {
  std::string text = "patient,day,f1,f2,y\n";
  for (std::uint64_t r = 0; r < 600; ++r) {
    const std::uint64_t patient = r / 10;
    text += "P" + std::to_string(patient) + ",2024-01-" + (r % 10 < 5 ? "0" : "1") +
            std::to_string(r % 5 + 1) + "," +
            format_number(uniform(3 * patient) + 0.01 * uniform(10'000 + r)) + "," +
            format_number(uniform(3 * patient + 1) + 0.01 * uniform(20'000 + r)) +
            (uniform(3 * patient + 2) < 0.5 ? ",ill\n" : ",well\n");
  }
  return text;
}

TEST(HoldOut, AGroupIsOnOneSideAndNoInput) {
  TrainRequest request = request_for(visits());
  request.schema.ignored = {"day"};
  request.group_column = "patient";
  const PreparedTraining training = prepared(request);
  std::set<std::uint32_t> trained;
  for (const std::uint32_t row : training.tables.split.training)
    trained.insert(row / 10);
  for (const std::uint32_t row : training.tables.split.validation)
    EXPECT_FALSE(trained.contains(row / 10));
  EXPECT_EQ(training.tables.split.validation.size(), 120u);
  EXPECT_EQ(training.plan.encoder.inputs.size(), 2u);
  EXPECT_TRUE(any_note_has(training.plan.notes, "(60 groups); the column is not an input"));
}

TEST(HoldOut, AColumnOfSubjectsThatRepeatsIsNoted) {
  TrainRequest request = request_for(visits());
  request.schema.ignored = {"day", "patient"};
  EXPECT_TRUE(any_note_has(prepared(request).plan.notes, "use --group patient"));
}

TEST(HoldOut, TheLatestRowsAreHeldOutByTime) {
  TrainRequest request = request_for(visits());
  request.schema.ignored = {"patient"};
  request.time_column = "day";
  const PreparedTraining training = prepared(request);
  // Days 14 and 15: the last two visits of each patient.
  ASSERT_EQ(training.tables.split.validation.size(), 120u);
  for (const std::uint32_t row : training.tables.split.validation)
    EXPECT_GE(row % 10, 8u);
  EXPECT_EQ(training.plan.encoder.inputs.size(), 2u);
}

TEST(HoldOut, TheLastRowsAreHeldOutAsTheyStand) {
  TrainRequest request = request_for(copied_rows(100, 1));
  request.held_out_rows = HeldOutRows::last;
  request.validation_share = 0.1;
  const std::vector<std::uint32_t> held_out = prepared(request).tables.split.validation;
  ASSERT_EQ(held_out.size(), 10u);
  EXPECT_EQ(held_out.front(), 90u);
}

TEST(HoldOut, AClassOfTheHeldOutRowsAloneIsRefused) {
  std::string text = "x,y\n";
  for (int r = 0; r < 40; ++r)
    text += format_number(r * 0.3) + (r < 36 ? (r % 2 == 0 ? ",a\n" : ",b\n") : ",c\n");
  TrainRequest request = request_for(text);
  request.held_out_rows = HeldOutRows::last;
  const ErrorText report = report_of<DataError>([&] { prepared(request); });
  EXPECT_EQ(report.what, "a class occurs only in the rows that are held out");
  EXPECT_EQ(report.got, "\"c\"");
}

TEST(HoldOut, WaysToChooseExcludeEachOther) {
  TrainRequest request = request_for(visits());
  request.group_column = "patient";
  request.time_column = "day";
  EXPECT_THROW(train_quietly(request), UsageError);
  request.time_column = "";
  request.held_out_rows = HeldOutRows::last;
  EXPECT_THROW(train_quietly(request), UsageError);
  request.held_out_rows = HeldOutRows::random;
  request.validation_share = 0;
  EXPECT_THROW(train_quietly(request), UsageError);
  request = request_for(visits());
  request.group_column = "y";
  request.schema.targets = {"y"};
  EXPECT_THROW(train_quietly(request), UsageError);
}

}  // namespace
}  // namespace chainrule
