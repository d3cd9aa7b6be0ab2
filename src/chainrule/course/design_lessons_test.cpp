#include "chainrule/course/design_lessons.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/lessons.h"

namespace chainrule {
namespace {

using testing_support::column;
using testing_support::number_in;
using testing_support::tables_of;

TEST(DesignLessons, ApproximationsComeNearer) {
  const std::vector<LessonTable> tables = tables_of("universal-approximation");
  ASSERT_EQ(tables.size(), 2u);
  std::vector<std::string> errors;
  for (const std::vector<std::string>& row : tables[0].rows) {
    errors.push_back(row[2]);
    EXPECT_EQ(row[3], "0.5000");
  }
  EXPECT_EQ(errors, (std::vector<std::string>{"0.0231", "0.0060", "0.0015"}));
  // Trained: each increase in units reduces the error.
  const std::vector<double> trained = column(tables[1], 1);
  EXPECT_TRUE(std::is_sorted(trained.rbegin(), trained.rend()));
  EXPECT_LT(trained.back(), 0.0231);
}

TEST(DesignLessons, ASweepOverDepthAndWidth) {
  const std::vector<LessonTable> tables = tables_of("architecture-sweep");
  ASSERT_EQ(tables.size(), 2u);
  ASSERT_EQ(tables[0].rows.size(), 4u);
  EXPECT_LT(number_in(tables[0].rows[0][1]), 60);  // straight lines only
  for (std::size_t depth = 1; depth < 4; ++depth)
    EXPECT_GT(number_in(tables[0].rows[depth][4]), number_in(tables[0].rows[depth][1]) + 10) << depth;
  // Activation, topology and algorithm in every combination: all learn.
  EXPECT_EQ(tables[1].rows.size(), 6u);
  for (std::size_t c = 2; c < 5; ++c) {
    for (const double accuracy : column(tables[1], c))
      EXPECT_GT(accuracy, 85);
  }
}

}  // namespace
}  // namespace chainrule
