#include "chainrule/model/hyperplane.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

TEST(Hyperplane, ALineIsSolvedForItsFirstVariable) {
  const Hyperplane plane{.normal = {0.5, 0.5}, .threshold = 0.75};
  const auto solved = solved_equation(plane);
  ASSERT_TRUE(solved);
  EXPECT_EQ(solved->variable, 0u);
  EXPECT_EQ(solved->coefficients, (std::vector<double>{0, -1}));
  EXPECT_EQ(solved->constant, 1.5);
  EXPECT_EQ(equation_text(plane), "0.5 x1 + 0.5 x2 - 0.75 = 0");
  EXPECT_EQ(solved_text(plane), "x1 = -x2 + 1.5");
  EXPECT_EQ(hyperplane_word(2), "line");
}

TEST(Hyperplane, WithoutAFirstWeightTheLineIsSolvedForTheNext) {
  const Hyperplane plane{.normal = {0, -2}, .threshold = -1};
  const auto solved = solved_equation(plane);
  ASSERT_TRUE(solved);
  EXPECT_EQ(solved->variable, 1u);
  EXPECT_EQ(solved->coefficients, (std::vector<double>{0, 0}));
  EXPECT_EQ(solved->constant, 0.5);
  EXPECT_EQ(solved_text(plane), "x2 = 0.5");
  EXPECT_EQ(equation_text(plane), "-2 x2 + 1 = 0");
  EXPECT_EQ(solved_text({.normal = {3, 0}, .threshold = 0}), "x1 = 0");
}

TEST(Hyperplane, WithoutAnyWeightThereIsNone) {
  const Hyperplane plane{.normal = {0, 0}, .threshold = 1};
  EXPECT_FALSE(solved_equation(plane));
  EXPECT_EQ(solved_text(plane), "");
  EXPECT_EQ(equation_text(plane), "-1 = 0");
  EXPECT_EQ(equation_text({.normal = {0}, .threshold = 0}), "0 = 0");
  EXPECT_THROW(signed_distance(plane, std::array{1.0, 1.0}), StateError);
}

// 2 x1 - x2 + 4 x3 = 6: x1 = x2/2 - 2 x3 + 3.
TEST(Hyperplane, APlaneHasTwoSlopes) {
  const Hyperplane plane{.normal = {2, -1, 4}, .threshold = 6};
  const auto solved = solved_equation(plane);
  ASSERT_TRUE(solved);
  EXPECT_EQ(solved->coefficients, (std::vector<double>{0, 0.5, -2}));
  EXPECT_EQ(solved->constant, 3);
  const std::vector<std::string> names = {"length", "width", "depth"};
  EXPECT_EQ(solved_text(plane, names), "length = 0.5 width - 2 depth + 3");
  EXPECT_EQ(hyperplane_word(3), "plane");
  EXPECT_EQ(hyperplane_word(5), "hyperplane of 4 dimensions");
}

// 3 x1 + 4 x2 = 5 has |w| = 5: the origin is 1 away on the negative side, (3, 4) is 4 away on the positive.
TEST(Hyperplane, DistancesAreSignedAndTheMarginIsTheSmallest) {
  const Hyperplane plane{.normal = {3, 4}, .threshold = 5};
  EXPECT_EQ(signed_distance(plane, std::array{0.0, 0.0}), -1);
  EXPECT_EQ(signed_distance(plane, std::array{3.0, 4.0}), 4);
  const std::array points{0.0, 0.0, 3.0, 4.0};
  const MatrixView<const double> inputs(points.data(), 2, 2);
  EXPECT_EQ(geometric_margin(plane, inputs, std::array{-1, 1}), 1);
  EXPECT_EQ(geometric_margin(plane, inputs, std::array{1, 1}), -1);
  EXPECT_THROW(geometric_margin(plane, inputs, std::array{1}), StateError);
  EXPECT_THROW(pre_activation(plane, std::array{1.0}), StateError);
}

}  // namespace
}  // namespace chainrule
