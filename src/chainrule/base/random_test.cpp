#include "chainrule/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace chainrule {
namespace {

// Known answers published with the algorithm (Random123, kat_vectors, philox4x32 with 10 rounds).
TEST(Philox, MatchesThePublishedKnownAnswers) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomUniform, LiesInTheUnitIntervalWithMeanOneHalf) {
  const RandomKey key{.seed = 7, .purpose = RandomPurpose::noise};
  double sum = 0;
  for (std::uint64_t i = 0; i < 100000; ++i) {
    const double u = random_uniform(key, i);
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
  }
  // Standard deviation of the mean is 1/sqrt(12 * 1e5) = 0.0009; the bound is five of these.
  EXPECT_NEAR(sum / 100000, 0.5, 0.0046);
}

TEST(RandomDraws, SeedPurposeStepAndIndexAllMatter) {
  const RandomKey key{.seed = 1, .purpose = RandomPurpose::noise, .step = 3};
  const std::uint64_t base = random_u64(key, 5);
  EXPECT_EQ(base, random_u64(key, 5));
  EXPECT_NE(base, random_u64(key, 6));
  EXPECT_NE(base, random_u64({.seed = 2, .purpose = RandomPurpose::noise, .step = 3}, 5));
  EXPECT_NE(base, random_u64({.seed = 1, .purpose = RandomPurpose::split, .step = 3}, 5));
  EXPECT_NE(base, random_u64({.seed = 1, .purpose = RandomPurpose::noise, .step = 4}, 5));
  EXPECT_NE(base, random_u64({.seed = 1 + (1ull << 40), .purpose = RandomPurpose::noise, .step = 3}, 5));
}

TEST(RandomBelow, IsTheHighHalfOfTheProduct) {
  const RandomKey key{.seed = 11};
  for (const std::uint64_t bound : {1ull, 2ull, 3ull, 10ull, 4294967296ull, 0xFFFFFFFFFFFFFFFFull}) {
    for (std::uint64_t i = 0; i < 200; ++i) {
      const auto expected =
          static_cast<std::uint64_t>((static_cast<__uint128_t>(random_u64(key, i)) * bound) >> 64);
      ASSERT_EQ(random_below(key, i, bound), expected);
      ASSERT_LT(random_below(key, i, bound), bound);
    }
  }
}

TEST(ShuffleIndices, IsAPermutationThatDependsOnTheKeyOnly) {
  std::vector<std::uint32_t> a(1000), b(1000), sorted(1000);
  std::iota(a.begin(), a.end(), 0u);
  std::iota(sorted.begin(), sorted.end(), 0u);
  b = a;
  shuffle_indices({.seed = 3, .purpose = RandomPurpose::shuffle, .step = 1}, a);
  shuffle_indices({.seed = 3, .purpose = RandomPurpose::shuffle, .step = 1}, b);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, sorted);
  shuffle_indices({.seed = 3, .purpose = RandomPurpose::shuffle, .step = 2}, b);
  EXPECT_NE(a, b);
  std::sort(a.begin(), a.end());
  EXPECT_EQ(a, sorted);
}

TEST(ShuffleIndices, EveryOrderOfThreeIsEquallyLikely) {
  std::vector<int> counts(27, 0);
  for (std::uint32_t trial = 0; trial < 6000; ++trial) {
    std::vector<std::uint32_t> v{0, 1, 2};
    shuffle_indices({.seed = 5, .purpose = RandomPurpose::shuffle, .step = trial}, v);
    ++counts[v[0] * 9 + v[1] * 3 + v[2]];
  }
  // Six orders, 1000 expected of each; the bound is five standard deviations, sqrt(6000 * 1/6 * 5/6) = 29.
  for (const int order : {5, 7, 11, 15, 19, 21})
    EXPECT_NEAR(counts[order], 1000, 145) << order;
}

TEST(Random, ManyWordsAreTheOnesDrawnSingly) {
  const RandomKey key{.seed = 99, .purpose = RandomPurpose::dropout, .step = 7};
  for (const std::uint64_t first : {0, 1, 2, 3, 4, 1001}) {
    for (const std::size_t count : {0, 1, 2, 3, 4, 5, 8, 13}) {
      std::vector<std::uint32_t> words(count);
      random_u32s(key, first, words);
      for (std::size_t i = 0; i < count; ++i)
        EXPECT_EQ(words[i], random_u32(key, first + i)) << first << ' ' << i;
    }
  }
}

}  // namespace
}  // namespace chainrule
