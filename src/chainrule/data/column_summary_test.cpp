#include "chainrule/data/column_summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/test_tables.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

// Values 0, 1, ..., distinct-1, 0, 1, ... over `rows` rows.
std::vector<double> cycle(std::size_t rows, std::size_t distinct) {
  std::vector<double> values;
  for (std::size_t i = 0; i < rows; ++i)
    values.push_back(static_cast<double>(i % distinct));
  return values;
}

std::vector<std::string> word_cycle(std::size_t rows, std::size_t distinct) {
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < rows; ++i)
    cells.push_back("w" + std::to_string(i % distinct));
  return cells;
}

TEST(SummariseColumn, NumbersHaveRangeMeanAndDeviation) {
  const ColumnSummary s = summarise_column(numbers("x", {2, 4, 4, kMissing, 4, 5, 5, 7, 9}));
  EXPECT_EQ(s.name, "x");
  EXPECT_EQ(s.missing, 1u);
  EXPECT_EQ(s.distinct, 5u);
  EXPECT_EQ(s.minimum, 2);
  EXPECT_EQ(s.maximum, 9);
  EXPECT_EQ(s.mean, 5);
  EXPECT_EQ(s.standard_deviation, 2);  // derived in column_statistics_test.cpp
  EXPECT_FALSE(s.is_constant);
  EXPECT_FALSE(s.looks_like_identifier);
}

TEST(SummariseColumn, WordsAreCountedAndTheMostFrequentComeFirst) {
  const ColumnSummary s =
      summarise_column(words("w", {"d", "b", "b", "", "a", "c", "c", "c", "e", "f", "g"}));
  EXPECT_EQ(s.missing, 1u);
  EXPECT_EQ(s.distinct, 7u);
  const std::vector<std::pair<std::string, std::size_t>> expected = {
      {"c", 3}, {"b", 2}, {"a", 1}, {"d", 1}, {"e", 1}};
  EXPECT_EQ(s.most_common, expected);
}

TEST(SummariseColumn, DistinctNumbersAreCountedExactlyTo100000AndThenNoMore) {
  std::vector<double> values;
  for (int i = 0; i < 100000; ++i)
    values.push_back(i * 0.5);
  values.push_back(0);
  values.push_back(-0.0);
  EXPECT_EQ(summarise_column(numbers("x", values)).distinct, 100000u);
  for (int i = 0; i < 50; ++i)
    values.push_back(-1.5 - i);
  EXPECT_EQ(summarise_column(numbers("x", values)).distinct, 100001u);
}

TEST(SummariseColumn, ConstantIsAtMostOneValuePresent) {
  EXPECT_TRUE(summarise_column(numbers("x", {3, kMissing, 3})).is_constant);
  EXPECT_TRUE(summarise_column(numbers("x", {kMissing})).is_constant);
  EXPECT_TRUE(summarise_column(words("x", {"a", "a", ""})).is_constant);
  EXPECT_FALSE(summarise_column(words("x", {"a", "b"})).is_constant);
}

TEST(SummariseTable, IsOneSummaryPerColumn) {
  const std::vector<ColumnSummary> all =
      summarise_table(table_of({numbers("x", {1, 2}), words("w", {"a", "b"})}));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].name, "w");
  EXPECT_EQ(all[1].kind, ColumnKind::category);
}

// Missing cells do not count, dates among dates do.
TEST(SummariseColumn, AColumnOfDatesLooksLikeDates) {
  EXPECT_TRUE(summarise_column(words("w", {"2024-01-31", "", "2024-02-01"})).looks_like_date);
  EXPECT_FALSE(summarise_column(words("w", {"2024-01-31", "other"})).looks_like_date);
  EXPECT_FALSE(summarise_column(words("w", {""})).looks_like_date);
}

TEST(SummariseColumn, NineTenthsOfTheCellsPresentMakeAColumnOfDates) {
  std::vector<std::string> cells(9, "2024-01-31");
  cells.push_back("unknown");
  cells.push_back("");
  EXPECT_TRUE(summarise_column(words("w", cells)).looks_like_date);  // 9 of 10
  cells.push_back("never");
  EXPECT_FALSE(summarise_column(words("w", cells)).looks_like_date);  // 9 of 11
}

TEST(SummariseColumn, CountersOfTwentyRowsAreIdentifiers) {
  std::vector<double> counter = cycle(20, 20);
  EXPECT_TRUE(summarise_column(numbers("x", counter)).looks_like_identifier);
  std::ranges::reverse(counter);
  for (double& value : counter)
    value += 1000;  // in any order, from any start
  EXPECT_TRUE(summarise_column(numbers("x", counter)).looks_like_identifier);
  EXPECT_FALSE(summarise_column(numbers("x", cycle(19, 19))).looks_like_identifier);
  EXPECT_FALSE(summarise_column(numbers("x", cycle(20, 19))).looks_like_identifier);  // 0 twice
  std::vector<double> gap = cycle(20, 20);
  gap[19] = 20;
  EXPECT_FALSE(summarise_column(numbers("x", gap)).looks_like_identifier);
  std::vector<double> halves = cycle(20, 20);
  halves[5] = 5.5;
  EXPECT_FALSE(summarise_column(numbers("x", halves)).looks_like_identifier);
  std::vector<double> holes = cycle(21, 21);
  holes[20] = kMissing;
  EXPECT_FALSE(summarise_column(numbers("x", holes)).looks_like_identifier);
}

TEST(SummariseColumn, LongCountersAreIdentifiersToo) {
  std::vector<double> counter = cycle(150000, 150000);  // beyond the exact count of distinct values
  EXPECT_TRUE(summarise_column(numbers("x", counter)).looks_like_identifier);
  counter[7] = 8;  // 8 twice, 7 never: the same range
  EXPECT_FALSE(summarise_column(numbers("x", counter)).looks_like_identifier);
}

TEST(SummariseColumn, DistinctIntegersWithATellingNameAreIdentifiers) {
  for (const std::string name : {"id", "ID", "Index", "row", "rowid", "no", "nr", "number", "key", "uuid",
                                 "Unnamed: 0", "", "row_id", "Customer_ID"}) {
    EXPECT_TRUE(summarise_column(numbers(name, {10, 7, 99})).looks_like_identifier) << name;
  }
  for (const std::string name : {"width", "idea", "paid", "unnamed: 1", "rows"}) {
    EXPECT_FALSE(summarise_column(numbers(name, {10, 7, 99})).looks_like_identifier) << name;
  }
  EXPECT_FALSE(summarise_column(numbers("id", {10, 7, 10})).looks_like_identifier);
  EXPECT_FALSE(summarise_column(numbers("id", {10, 7.5, 9})).looks_like_identifier);
}

TEST(SummariseColumn, WordsOfWhichNoTwoAreEqualAreIdentifiers) {
  EXPECT_TRUE(summarise_column(words("name", word_cycle(20, 20))).looks_like_identifier);
  EXPECT_FALSE(summarise_column(words("name", word_cycle(19, 19))).looks_like_identifier);
  EXPECT_FALSE(summarise_column(words("name", word_cycle(21, 20))).looks_like_identifier);
  std::vector<std::string> cells = word_cycle(20, 20);
  cells.push_back("");
  EXPECT_FALSE(summarise_column(words("name", cells)).looks_like_identifier);
}

}  // namespace
}  // namespace chainrule
