#include "chainrule/base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace chainrule {
namespace {

std::string of(const std::vector<double>& values) {
  Hash hash;
  hash.add_all(std::span<const double>(values));
  return hash.text();
}

TEST(Hash, IsSixteenHexadecimalDigitsOfTheValue) {
  Hash hash;
  hash.add(std::uint64_t{1});
  const std::string text = hash.text();
  ASSERT_EQ(text.size(), 16u);
  EXPECT_EQ(std::stoull(text, nullptr, 16), hash.value());
}

TEST(Hash, OrderLengthAndSignOfZeroMatter) {
  const std::set<std::string> all = {of({}),     of({0.0}),  of({-0.0}),    of({0.0, 0.0}),
                                     of({1, 2}), of({2, 1}), of({1, 2, 0}), of({1, 2.0000000000000004})};
  EXPECT_EQ(all.size(), 8u);
  EXPECT_EQ(of({1, 2}), of({1, 2}));
}

TEST(Hash, OneFlippedBitChangesAboutHalfOfTheResult) {
  double flipped = 0;
  for (std::uint64_t bit = 0; bit < 64; ++bit) {
    Hash a, b;
    a.add(std::uint64_t{12345});
    b.add(std::uint64_t{12345} ^ (std::uint64_t{1} << bit));
    flipped += std::popcount(a.value() ^ b.value());
  }
  // Mean of 64 draws of a binomial (64, 1/2): 32 with standard deviation 4 / 8; the bound is eight of these.
  EXPECT_NEAR(flipped / 64, 32, 4);
}

}  // namespace
}  // namespace chainrule
