#include "chainrule/session/fold_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::numbers;
using testing_support::table_of;
using testing_support::words;

// `rows` rows: x is the row, the class is "a" for two thirds of them, and each six neighbouring rows are of
// one person.
Table people(std::size_t rows) {
  std::vector<double> x;
  std::vector<std::string> person, y;
  for (std::size_t r = 0; r < rows; ++r) {
    x.push_back(static_cast<double>(r) + 0.5);
    person.push_back("p" + std::to_string(r / 6));
    y.emplace_back(r % 3 == 0 ? "b" : "a");
  }
  return table_of({numbers("x", x), words("person", person), words("y", y)});
}

Schema schema_of(const Table& table, TrainRequest& request) {
  request.schema.targets = {"y"};
  request.schema.group_column = request.group_column;
  request.schema.time_column = request.time_column;
  return make_schema(table, request.schema);
}

FoldPlan plan_of(const Table& table, TrainRequest request, const FoldOptions& options) {
  const Schema schema = schema_of(table, request);
  return plan_folds({}, request, table, schema, options);
}

TEST(FoldPlan, HoldsEachRowOutOncePerRepeatAndTrainsOnTheOthers) {
  const Table table = people(97);
  const FoldPlan plan = plan_of(table, {}, {.folds = 5, .repeats = 2});
  ASSERT_EQ(plan.folds.size(), 10u);
  for (std::size_t repeat = 0; repeat < 2; ++repeat) {
    std::vector<int> times(97, 0);
    for (std::size_t f = 0; f < 5; ++f) {
      const FoldRows& fold = plan.folds[5 * repeat + f];
      EXPECT_EQ(fold.training.size() + fold.held_out.size(), 97u);
      EXPECT_TRUE(std::ranges::is_sorted(fold.training));
      std::vector<std::uint32_t> both;
      std::ranges::set_intersection(fold.training, fold.held_out, std::back_inserter(both));
      EXPECT_TRUE(both.empty());
      std::size_t of_b = 0;
      for (const std::uint32_t row : fold.held_out) {
        ++times[row];
        of_b += row % 3 == 0 ? 1 : 0;
      }
      EXPECT_NEAR(static_cast<double>(of_b), 33.0 / 5, 1);
    }
    EXPECT_EQ(std::ranges::count(times, 1), 97);
  }
  EXPECT_NE(plan.folds[0].held_out, plan.folds[5].held_out);
  EXPECT_NEAR(plan.test_ratio(), 0.25, 0.01);
}

TEST(FoldPlan, RowsOfAGroupAreHeldOutTogether) {
  const Table table = people(96);
  TrainRequest request;
  request.group_column = "person";
  for (const FoldRows& fold : plan_of(table, request, {.folds = 4}).folds) {
    std::map<std::uint32_t, std::size_t> rows_of;
    for (const std::uint32_t row : fold.held_out)
      ++rows_of[row / 6];
    for (const auto& [person, rows] : rows_of)
      EXPECT_EQ(rows, 6u) << person;
  }
}

TEST(FoldPlan, EqualRowsAreHeldOutTogether) {
  std::vector<double> x;
  std::vector<std::string> y;
  for (int r = 0; r < 40; ++r) {
    x.push_back(r % 20 + 0.25);
    y.emplace_back(r % 2 == 0 ? "a" : "b");
  }
  const Table table = table_of({numbers("x", x), words("y", y)});
  for (const FoldRows& fold : plan_of(table, {}, {.folds = 4}).folds) {
    for (const std::uint32_t row : fold.held_out)
      EXPECT_TRUE(std::ranges::binary_search(fold.held_out, (row + 20) % 40)) << row;
  }
}

TEST(FoldPlan, ByTimeEachFoldIsTrainedOnEarlierRows) {
  std::vector<double> x, day;
  std::vector<std::string> y;
  for (int r = 0; r < 60; ++r) {
    x.push_back(r + 0.5);
    day.push_back((r * 7) % 60 / 2);  // two rows a day, in no order
    y.emplace_back(r % 2 == 0 ? "a" : "b");
  }
  const Table table = table_of({numbers("x", x), numbers("day", day), words("y", y)});
  TrainRequest request;
  request.time_column = "day";
  const FoldPlan plan = plan_of(table, request, {.folds = 5});
  std::size_t before = 0;
  for (const FoldRows& fold : plan.folds) {
    const auto time_of = [&](std::uint32_t row) { return day[row]; };
    EXPECT_LT(time_of(*std::ranges::max_element(fold.training, {}, time_of)),
              time_of(*std::ranges::min_element(fold.held_out, {}, time_of)));
    EXPECT_EQ(fold.held_out.size(), 10u);
    EXPECT_GT(fold.training.size(), before);
    before = fold.training.size();
  }
  EXPECT_EQ(before, 50u);
  EXPECT_THROW(plan_of(table, request, {.folds = 5, .repeats = 2}), UsageError);
  EXPECT_THROW(plan_of(table, request, {.folds = 30}), DataError);  // there are 30 days
}

TEST(FoldPlan, LeavesOneOutWithAsManyFoldsAsRows) {
  const Table table = people(21);
  const FoldPlan plan = plan_of(table, {}, {.folds = 21});
  for (const FoldRows& fold : plan.folds)
    EXPECT_EQ(fold.held_out.size(), 1u);
  EXPECT_THROW(plan_of(table, {}, {.folds = 22}), DataError);
  EXPECT_THROW(plan_of(table, {}, {.folds = 1}), UsageError);
}

TEST(FoldPlan, AClassOfOneRowIsAlwaysTrainedOn) {
  std::vector<double> x;
  std::vector<std::string> y;
  for (int r = 0; r < 30; ++r) {
    x.push_back(r + 0.5);
    y.emplace_back(r == 7 ? "rare" : r < 3 ? "few" : r % 2 == 0 ? "a" : "b");
  }
  const FoldPlan plan = plan_of(table_of({numbers("x", x), words("y", y)}), {}, {.folds = 5});
  for (const FoldRows& fold : plan.folds)
    EXPECT_TRUE(std::ranges::binary_search(fold.training, 7u));
  ASSERT_EQ(plan.notes.size(), 2u);
  EXPECT_NE(plan.notes[0].text().find("\"few\" has 3 rows, fewer than the 5 folds"), std::string::npos);
  EXPECT_NE(plan.notes[1].text().find("\"rare\" has one row only"), std::string::npos);
}

TEST(FoldPlan, PartsOfRowsHaveEachClassAndContainSmallerParts) {
  const Table table = people(90);
  const FoldPlan plan = plan_of(table, {}, {.folds = 3});
  const std::vector<std::uint32_t>& rows = plan.folds[0].training;
  std::vector<std::uint32_t> before;
  for (const std::size_t count : {6u, 12u, 30u, 60u}) {
    const std::vector<std::uint32_t> part = part_of_rows(plan, rows, count, 1);
    EXPECT_EQ(part.size(), count);
    EXPECT_TRUE(std::ranges::includes(part, before));
    EXPECT_TRUE(std::ranges::includes(rows, part));
    const auto of_b = std::ranges::count_if(part, [](std::uint32_t row) { return row % 3 == 0; });
    EXPECT_NEAR(static_cast<double>(of_b), static_cast<double>(count) / 3, 1);
    before = part;
  }
  EXPECT_EQ(before, rows);
}

}  // namespace
}  // namespace chainrule
