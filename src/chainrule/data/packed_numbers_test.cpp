#include "chainrule/data/packed_numbers.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace chainrule {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kBlock = PackedNumbers::kBlockRows;

// Repeats the values until they fill whole blocks.
std::vector<double> blocks_of(std::vector<double> values, std::size_t blocks = 2) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < blocks * kBlock; ++i)
    numbers.push_back(values[i % values.size()]);
  return numbers;
}

// To the last bit, the sign of zero too; a missing number stays missing.
void expect_back(const std::vector<double>& values, const PackedNumbers& packed) {
  ASSERT_EQ(packed.size(), values.size());
  const std::vector<double> all = packed.to_vector();
  NumberCursor number_of(packed);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (const double number : {all[i], packed[i], number_of(i)}) {
      if (std::isnan(values[i])) {
        ASSERT_TRUE(std::isnan(number)) << i;
      } else {
        ASSERT_EQ(std::bit_cast<std::uint64_t>(number), std::bit_cast<std::uint64_t>(values[i])) << i;
      }
    }
  }
}

// Bytes per number in a column of whole blocks.
double bytes_each(const std::vector<double>& values) {
  const PackedNumbers packed(values);
  expect_back(values, packed);
  return static_cast<double>(packed.bytes()) / static_cast<double>(values.size());
}

TEST(PackedNumbers, ShortDecimalsTakeAsManyBytesAsTheirDigitsNeed) {
  // A little more than 1, 2, 4 and 8, because each block records its form.
  EXPECT_NEAR(bytes_each(blocks_of({0, 255.0 / 2, -127, 1})), 2, 0.1);  // 127.5 is 1275 / 10
  EXPECT_NEAR(bytes_each(blocks_of({0, 127, -127, 1, kMissing})), 1, 0.1);
  EXPECT_NEAR(bytes_each(blocks_of({12.75, -0.01, 327.67, kMissing})), 2, 0.1);
  EXPECT_NEAR(bytes_each(blocks_of({0.123456, 2147.483647, -2147.483647, kMissing})), 4, 0.1);
  EXPECT_NEAR(bytes_each(blocks_of({1e-15, 2e-15})), 1, 0.1);
  EXPECT_NEAR(bytes_each(blocks_of({kMissing})), 1, 0.1);
}

TEST(PackedNumbers, OtherNumbersTakeAFloatOrADouble) {
  EXPECT_NEAR(bytes_each(blocks_of({-0.0, 1, kMissing})), 4, 0.1);  // no integer has the sign of -0
  EXPECT_NEAR(bytes_each(blocks_of({0x1.8p120, 0x1p-140, -3})), 4, 0.1);
  EXPECT_NEAR(bytes_each(blocks_of({1.0 / 3, 2, kMissing})), 8, 0.1);
  EXPECT_NEAR(bytes_each(blocks_of({0.1, 2147483648.5})), 8, 0.1);  // 21474836485 needs more than 32 bits
  EXPECT_NEAR(bytes_each(blocks_of({1e300, -0.0})), 8, 0.1);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(bytes_each(blocks_of({infinity, -infinity, 1})), 4, 0.1);
}

TEST(PackedNumbers, EachBlockHasItsOwnForm) {
  std::vector<double> values(3 * kBlock, 1);
  values[kBlock] = 1.0 / 3;
  EXPECT_NEAR(bytes_each(values), (1 + 8 + 1) / 3.0, 0.1);
}

TEST(PackedNumbers, RestIsPackedWhenAskedAndUnpackedWhenMoreComes) {
  PackedNumbers packed({1, 2, 3});
  const std::size_t open = packed.bytes();
  packed.pack_rest();
  EXPECT_LT(packed.bytes(), open + 64);
  expect_back({1, 2, 3}, packed);
  packed.push_back(0.25);
  expect_back({1, 2, 3, 0.25}, packed);
  packed.pack_rest();
  packed.pack_rest();
  const std::vector<double> more = blocks_of({7}, 1);
  packed.append(more);
  std::vector<double> all = {1, 2, 3, 0.25};
  all.insert(all.end(), more.begin(), more.end());
  expect_back(all, packed);
}

TEST(PackedNumbers, ReleasingRowsFreesTheirMemoryAndKeepsTheOthers) {
  std::vector<double> values;
  for (std::size_t i = 0; i < 8 * kBlock; ++i)
    values.push_back(static_cast<double>(i % 1000) + 0.5);
  PackedNumbers packed(values);
  const std::size_t before = packed.bytes();
  packed.release_before(2 * kBlock);
  packed.release_before(4 * kBlock + 1);
  EXPECT_LT(packed.bytes(), before / 2 + 1024);
  EXPECT_EQ(packed.size(), values.size());
  EXPECT_EQ(packed[4 * kBlock], values[4 * kBlock]);
  packed.release_before(8 * kBlock);
  EXPECT_LT(packed.bytes(), before / 8);
}

TEST(PackedNumbers, ComparesAsDoublesDo) {
  EXPECT_EQ(PackedNumbers({1, 2}), (std::vector<double>{1, 2}));
  EXPECT_FALSE(PackedNumbers({1, 2}) == PackedNumbers({1, 3}));
  EXPECT_FALSE(PackedNumbers({1, 2}) == PackedNumbers({1}));
  EXPECT_FALSE(PackedNumbers({kMissing}) == PackedNumbers({kMissing}));
  EXPECT_TRUE(PackedNumbers().empty());
}

RC_GTEST_PROP(PackedNumbers, EveryBitPatternComesBack, ()) {
  const auto patterns = *rc::gen::nonEmpty(rc::gen::arbitrary<std::vector<std::uint64_t>>());
  const auto blocks = *rc::gen::inRange<std::size_t>(1, 3);
  std::vector<double> values;
  for (const std::uint64_t pattern : patterns)
    values.push_back(std::bit_cast<double>(pattern));
  expect_back(blocks_of(values, blocks), PackedNumbers(blocks_of(values, blocks)));
}

RC_GTEST_PROP(PackedNumbers, EveryDecimalComesBackHoweverItIsAdded, ()) {
  const auto decimals = *rc::gen::inRange<int>(0, 16);
  const auto digits = *rc::gen::nonEmpty(rc::gen::arbitrary<std::vector<std::int64_t>>());
  const auto step = *rc::gen::inRange<std::size_t>(1, 2000);
  std::vector<double> values;
  for (const std::int64_t number : digits)
    values.push_back(static_cast<double>(number % 3'000'000'000) / std::pow(10.0, decimals));
  values = blocks_of(values);
  PackedNumbers packed;
  for (std::size_t i = 0; i < values.size(); i += step)
    packed.append(std::span(values).subspan(i, std::min(step, values.size() - i)));
  expect_back(values, packed);
}

TEST(NumberCursor, TakesRowsInAnyOrder) {
  std::vector<double> values;
  for (std::size_t i = 0; i < 3 * kBlock + 17; ++i)
    values.push_back(static_cast<double>(i * 7919 % 4096) / 8);
  const PackedNumbers packed(values);
  NumberCursor number_of(packed);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t row = i * 1009 % values.size();
    ASSERT_EQ(number_of(row), values[row]);
  }
  EXPECT_EQ(number_of(values.size() - 1), values.back());
  EXPECT_EQ(number_of(0), values.front());
}

}  // namespace
}  // namespace chainrule
