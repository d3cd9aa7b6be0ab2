#include "chainrule/course/training_lessons.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/lessons.h"

namespace chainrule {
namespace {

using testing_support::column;
using testing_support::tables_of;

TEST(TrainingLessons, APriceOnWeightsHasABestSize) {
  const std::vector<LessonTable> tables = tables_of("regularisation");
  ASSERT_EQ(tables.size(), 2u);
  // One step: the bias is not pulled towards 0.
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

TEST(TrainingLessons, MoonsNeedTheCorrectedGradientAndAHiddenLayer) {
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
