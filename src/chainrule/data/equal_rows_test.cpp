#include "chainrule/data/equal_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::kMissing;
using testing_support::numbers;
using testing_support::table_of;
using testing_support::words;

std::vector<std::uint32_t> firsts_of(const Table& table, std::vector<std::size_t> columns) {
  return first_equals(row_hashes(table, columns));
}

TEST(EqualRows, NamesTheFirstOfEqualRows) {
  const Table table =
      table_of({numbers("x", {1, 2, 1, 1, -0.0, 0}), words("y", {"a", "a", "a", "b", "c", "c"})});
  EXPECT_EQ(firsts_of(table, {0, 1}), (std::vector<std::uint32_t>{0, 1, 0, 3, 4, 4}));
  EXPECT_EQ(firsts_of(table, {0}), (std::vector<std::uint32_t>{0, 1, 0, 0, 4, 4}));
  EXPECT_EQ(count_repeats(firsts_of(table, {0, 1})), 2u);
}

TEST(EqualRows, MissingCellsAreEqual) {
  const Table table = table_of({numbers("x", {kMissing, kMissing, 0}), words("y", {"", "", "a"})});
  EXPECT_EQ(firsts_of(table, {0, 1}), (std::vector<std::uint32_t>{0, 0, 2}));
}

TEST(EqualRows, AreFoundFarApart) {
  std::vector<double> x(70'000);
  for (std::size_t r = 0; r < x.size(); ++r)
    x[r] = static_cast<double>(r) / 8;
  x[60'000] = x[3];
  const std::vector<std::uint32_t> firsts = firsts_of(table_of({numbers("x", x)}), {0});
  EXPECT_EQ(firsts[60'000], 3u);
  EXPECT_EQ(count_repeats(firsts), 1u);
}

TEST(EqualRows, CoincideByChanceOnlyInColumnsOfFewValues) {
  std::vector<double> bits, measured, wide;
  for (int r = 0; r < 100; ++r) {
    bits.push_back(r % 2);
    measured.push_back(r % 50 + 0.25);
    wide.push_back(r);
  }
  const Table table = table_of({numbers("a", bits), numbers("m", measured), numbers("w", wide)});
  const std::vector<std::size_t> a = {0}, m = {0, 1}, w = {0, 2};
  EXPECT_TRUE(rows_may_coincide(table, a));   // 2 combinations for 100 rows
  EXPECT_FALSE(rows_may_coincide(table, m));  // measurements
  EXPECT_TRUE(rows_may_coincide(table, w));   // 200 combinations, fewer than 400
}

}  // namespace
}  // namespace chainrule
