#include "chainrule/session/row_overlap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/session/prediction.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::penguins;
using testing_support::report_of;
using testing_support::train_quietly;

// One input and one target per row.
Dataset<float> rows_of(const std::vector<std::pair<float, float>>& rows) {
  Dataset<float> data{.inputs = Matrix<float>(rows.size(), 1), .targets = Matrix<float>(rows.size(), 1)};
  for (std::size_t r = 0; r < rows.size(); ++r) {
    data.inputs(r, 0) = rows[r].first;
    data.targets(r, 0) = rows[r].second;
  }
  return data;
}

RowHashes hashes_of(const std::vector<std::pair<float, float>>& rows) {
  return hash_rows<float>({}, rows_of(rows));
}

bool any_note_has(const std::vector<Message>& notes, std::string_view part) {
  return std::ranges::any_of(
      notes, [&](const Message& note) { return note.text().find(part) != std::string::npos; });
}

TEST(RowOverlap, CountsEqualRowsAndEqualInputs) {
  const Overlap overlap =
      overlap_of(hashes_of({{1, 0}, {2, 1}, {-0.0F, 1}}), hashes_of({{1, 0}, {1, 1}, {3, 0}, {0, 1}}));
  EXPECT_EQ(overlap.rows, 4u);
  EXPECT_EQ(overlap.equal, 2u);
  EXPECT_EQ(overlap.equal_inputs, 3u);
}

TEST(RowOverlap, ContradictionsAreRowsOfEqualInputsAndOtherTargets) {
  const Contradictions found =
      find_contradictions(hashes_of({{1, 0}, {1, 1}, {1, 0}, {2, 1}, {2, 1}, {3, 0}}));
  EXPECT_EQ(found.all_rows, 6u);
  EXPECT_EQ(found.rows, 3u);
  EXPECT_EQ(found.most_right, 5u) << "two of the three rows of input 1, and the three others";
}

TEST(RowOverlap, OfFewRowsEachCanBeChecked) {
  const std::vector<std::uint64_t> kept = kept_hashes(hashes_of({{1, 0}, {2, 1}, {2, 1}}));
  EXPECT_EQ(kept.size(), 2u);
  const SeenRows seen = seen_rows(kept, hashes_of({{1, 0}, {2, 1}, {2, 0}, {7, 1}}));
  EXPECT_EQ(seen.checked, 4u);
  EXPECT_EQ(seen.seen, 2u);
  EXPECT_EQ(seen_rows({}, hashes_of({{1, 0}})).checked, 0u);
}

// Of 100,000 rows 4,096 hashes are kept: about 4,096 of any 100,000 rows can be checked, without mistakes.
TEST(RowOverlap, OfManyRowsASampleCanBeChecked) {
  std::vector<std::pair<float, float>> trained, others, half;
  for (int r = 0; r < 100'000; ++r) {
    trained.emplace_back(static_cast<float>(r), 0.0F);
    others.emplace_back(static_cast<float>(r) + 0.25F, 0.0F);
    half.push_back(r % 2 == 0 ? trained.back() : others.back());
  }
  const std::vector<std::uint64_t> kept = kept_hashes(hashes_of(trained));
  ASSERT_EQ(kept.size(), kKeptHashes);
  EXPECT_TRUE(std::ranges::is_sorted(kept));
  EXPECT_LT(kept.back(), std::uint64_t{1} << 53);
  const SeenRows all = seen_rows(kept, hashes_of(trained)), none = seen_rows(kept, hashes_of(others)),
                 some = seen_rows(kept, hashes_of(half));
  EXPECT_EQ(all.checked, kKeptHashes);
  EXPECT_EQ(all.seen, all.checked);
  EXPECT_EQ(none.seen, 0u);
  EXPECT_NEAR(static_cast<double>(none.checked), 4096, 300);
  EXPECT_NEAR(static_cast<double>(some.seen) / static_cast<double>(some.checked), 0.5, 0.05);
  EXPECT_TRUE(any_note_has(notes_on(some), "about "));
}

TEST(RowOverlap, AValidationTableOfTrainingRowsIsRefused) {
  TrainRequest request = penguins();
  request.stopping.epochs = 1;
  request.validation = request.data;
  const ErrorText report = report_of<DataError>([&] { train_quietly(request); });
  EXPECT_NE(report.what.find("the validation rows are training rows"), std::string::npos) << report.what;
  EXPECT_EQ(report.got, "344 rows, all equal to training rows");
}

// A table of measurements, y = 1 for the larger ones.
std::string measurements(int first, int end) {
  std::string text = "a,b,y\n";
  for (int r = first; r < end; ++r)
    text += format_number(r * 0.37) + "," + std::to_string(r % 11) + (r % 23 > 11 ? ",yes\n" : ",no\n");
  return text;
}

TEST(RowOverlap, AValidationTableThatHoldsSomeTrainingRowsIsMarked) {
  TrainRequest request;
  request.stopping.epochs = 1;
  request.data.path = file_of("t.csv", measurements(0, 100));
  request.validation = DataSource{.path = file_of("v.csv", measurements(60, 140))};
  EXPECT_TRUE(
      any_note_has(train_quietly(request).notes, "40 of the 80 validation rows repeat a training row"));
  request.validation = DataSource{.path = file_of("part.csv", measurements(60, 100))};
  EXPECT_THROW(train_quietly(request), DataError);
  request.validation = DataSource{.path = file_of("new.csv", measurements(100, 140))};
  EXPECT_FALSE(any_note_has(train_quietly(request).notes, "repeat"));
}

TEST(RowOverlap, AnEvaluationTellsOfRowsThatWereTrainedOn) {
  TrainRequest request = penguins();
  request.stopping.epochs = 1;
  const Model model = train_quietly(request).model;
  const Evaluation evaluation = evaluate_file(real_file_system(), {}, model, request.data);
  EXPECT_EQ(evaluation.seen.checked, 344u);
  EXPECT_EQ(evaluation.seen.seen, 275u);
  EXPECT_TRUE(any_note_has(evaluation.notes, "275 of the 344 rows are rows that the model was trained on"));
  Model old = model;
  old.provenance.row_hashes = {};
  EXPECT_TRUE(evaluate_file(real_file_system(), {}, old, request.data).notes.empty());
}

}  // namespace
}  // namespace chainrule
