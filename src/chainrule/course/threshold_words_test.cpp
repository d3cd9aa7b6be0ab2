#include "chainrule/course/threshold_words.h"

#include <gtest/gtest.h>

#include <array>

namespace chainrule {
namespace {

TEST(ThresholdWords, NumbersAreShort) {
  EXPECT_EQ(short_number(0.1 + 0.2), "0.3");
  EXPECT_EQ(short_number(0.1 + 0.2 - 0.3), "0");  // 5.6e-17
  EXPECT_EQ(short_number(-0.0), "0");
  EXPECT_EQ(short_number(282.00000000000006), "282");
  EXPECT_EQ(short_number(1128), "1128");
  EXPECT_EQ(short_number(0.35355339), "0.3536");
}

TEST(ThresholdWords, VerdictsAreDifferent) {
  EXPECT_EQ(verdict_words(Separability::separable).english, "separable");
  EXPECT_EQ(verdict_words(Separability::not_separable).chinese, "不可分");
  EXPECT_EQ(verdict_words(Separability::undecided).english, "not decided");
}

TEST(ThresholdWords, VectorsAreInParentheses) {
  EXPECT_EQ(vector_text(std::array{0.5, 1.0, -1.0, 0.0}), "(0.5, 1, -1, 0)");
  EXPECT_EQ(vector_text(std::span<const double>()), "()");
}

}  // namespace
}  // namespace chainrule
