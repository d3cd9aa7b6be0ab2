#include "chainrule/train/metrics.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(Metrics, TheHeadlineIsAccuracyOfClassesAndR2OfNumbers) {
  using Headline = std::pair<std::string, double>;
  EXPECT_EQ(headline({.task = Task::classes, .accuracy = 0.75, .r2 = 0.5}), Headline("accuracy", 0.75));
  EXPECT_EQ(headline({.task = Task::multi_label, .accuracy = 0.75}), Headline("accuracy", 0.75));
  EXPECT_EQ(headline({.task = Task::regression, .accuracy = 0.75, .r2 = 0.5}), Headline("r2", 0.5));
}

}  // namespace
}  // namespace chainrule
