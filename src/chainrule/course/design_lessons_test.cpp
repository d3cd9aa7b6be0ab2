#include "chainrule/course/design_lessons.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/base/text.h"
#include "chainrule/course/lesson.h"

namespace chainrule {
namespace {

// Not std::stod, which asks the locale.
double number(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  return parse_double(text).value_or(-1e300);
}

std::vector<LessonTable> tables_of(std::string_view name) {
  std::vector<LessonTable> tables;
  const LessonPage page = write_lesson(find_lesson(name), Language::en);
  for (const LessonBlock& block : page.blocks()) {
    if (const auto* table = std::get_if<LessonTable>(&block)) tables.push_back(*table);
  }
  return tables;
}

std::vector<double> column(const LessonTable& table, std::size_t c) {
  std::vector<double> values;
  for (const std::vector<std::string>& row : table.rows)
    values.push_back(number(row[c]));
  return values;
}

TEST(DesignLessons, ApproximationsComeNearer) {
  const std::vector<LessonTable> tables = tables_of("universal-approximation");
  ASSERT_EQ(tables.size(), 2u);
  std::vector<std::string> errors;
  for (const std::vector<std::string>& row : tables[0].rows) {
    errors.push_back(row[2]);
    EXPECT_EQ(row[3], "0.5000");
  }
  EXPECT_EQ(errors, (std::vector<std::string>{"0.0231", "0.0060", "0.0015"}));
  // Trained: every step of more units is nearer.
  const std::vector<double> trained = column(tables[1], 1);
  EXPECT_TRUE(std::is_sorted(trained.rbegin(), trained.rend()));
  EXPECT_LT(trained.back(), 0.0231);
}

TEST(DesignLessons, ASweepOverDepthAndWidth) {
  const std::vector<LessonTable> tables = tables_of("architecture-sweep");
  ASSERT_EQ(tables.size(), 2u);
  ASSERT_EQ(tables[0].rows.size(), 4u);
  EXPECT_LT(number(tables[0].rows[0][1]), 60);  // straight lines only
  for (std::size_t depth = 1; depth < 4; ++depth)
    EXPECT_GT(number(tables[0].rows[depth][4]), number(tables[0].rows[depth][1]) + 10) << depth;
  // Activation, topology and algorithm in every combination: all learn.
  EXPECT_EQ(tables[1].rows.size(), 6u);
  for (std::size_t c = 2; c < 5; ++c) {
    for (const double accuracy : column(tables[1], c))
      EXPECT_GT(accuracy, 85);
  }
}

TEST(DesignLessons, APriceOnWeightsHasABestSize) {
  const std::vector<LessonTable> tables = tables_of("regularisation");
  ASSERT_EQ(tables.size(), 2u);
  // One step: the bias is not drawn to 0.
  EXPECT_NE(tables[0].rows[0][3], "0");
  EXPECT_EQ(tables[0].rows[1][3], "0");
  const std::vector<double> learned = column(tables[1], 1), others = column(tables[1], 3),
                            squares = column(tables[1], 4);
  EXPECT_TRUE(std::is_sorted(learned.begin(), learned.end()));
  EXPECT_TRUE(std::is_sorted(squares.rbegin(), squares.rend()));
  const auto best = std::min_element(others.begin(), others.end()) - others.begin();
  EXPECT_GT(best, 0);
  EXPECT_LT(best, 5);
}

TEST(DesignLessons, MoonsNeedTheCorrectedGradientAndAHiddenLayer) {
  const std::vector<LessonTable> tables = tables_of("two-moons");
  ASSERT_EQ(tables.size(), 2u);
  const std::vector<double> steps = column(tables[0], 1);
  EXPECT_LT(steps[1], steps[0]);  // corrected: down
  EXPECT_GT(steps[2], steps[0]);  // printed sign: up
  EXPECT_GT(steps[3], steps[0]);  // without 1/N: too far
  const std::vector<double> losses = column(tables[1], 1);
  EXPECT_TRUE(std::is_sorted(losses.rbegin(), losses.rend()));
  EXPECT_LT(losses.back(), 0.1);
}

}  // namespace
}  // namespace chainrule
