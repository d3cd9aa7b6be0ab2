#include "chainrule/tensor/bfloat16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace chainrule {
namespace {

float rounded(float value) {
  return from_bfloat16(to_bfloat16(value));
}

TEST(Bfloat16, KeepsEveryNumberOfEightBits) {
  for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const auto number = static_cast<std::uint16_t>(bits);
    if (std::isnan(from_bfloat16(number))) continue;
    ASSERT_EQ(to_bfloat16(from_bfloat16(number)), number);
  }
}

// The neighbours of 1 are 1 + 2^-7 above and 1 - 2^-8 below.
TEST(Bfloat16, RoundsToTheNearest) {
  EXPECT_EQ(rounded(1 + 0x1p-8F - 0x1p-20F), 1.0F);
  EXPECT_EQ(rounded(1 + 0x1p-8F + 0x1p-20F), 1 + 0x1p-7F);
  EXPECT_EQ(rounded(1 - 0x1p-10F), 1.0F);
  EXPECT_EQ(rounded(-3.1415927F), -3.140625F)
      << "pi is 11.001001 0000.. in binary: 8 digits, the rest below half";
}

TEST(Bfloat16, RoundsTiesToTheEvenNeighbour) {
  EXPECT_EQ(rounded(1 + 0x1p-8F), 1.0F) << "the last kept digit is 0";
  EXPECT_EQ(rounded(1 + 3 * 0x1p-8F), 1 + 0x1p-6F) << "the last kept digit is 1";
  EXPECT_EQ(rounded(-1 - 3 * 0x1p-8F), -1 - 0x1p-6F);
}

TEST(Bfloat16, RoundsByAtMostHalfAUnitOfTheLastPlace) {
  for (std::uint32_t bits = 0x00800000; bits < 0x7F000000; bits += 99991) {
    const float value = std::bit_cast<float>(bits);
    ASSERT_LE(std::abs(rounded(value) - value), value * 0x1p-8F) << value;
  }
}

TEST(Bfloat16, KnowsInfinityAndNan) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(rounded(infinity), infinity);
  EXPECT_EQ(rounded(-infinity), -infinity);
  EXPECT_EQ(rounded(std::numeric_limits<float>::max()), infinity)
      << "nearer to 2^128 than to the largest bfloat16";
  // The NaN whose payload is only in the half that is cut off must not turn into infinity.
  EXPECT_TRUE(std::isnan(rounded(std::bit_cast<float>(0x7F800001u))));
  EXPECT_TRUE(std::isnan(rounded(std::bit_cast<float>(0xFFFFFFFFu))));
}

TEST(Bfloat16, KeepsTheSignOfZero) {
  EXPECT_FALSE(std::signbit(rounded(0.0F)));
  EXPECT_TRUE(std::signbit(rounded(-0.0F)));
}

}  // namespace
}  // namespace chainrule
