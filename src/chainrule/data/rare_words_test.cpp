#include "chainrule/data/rare_words.h"

#include <gtest/gtest.h>

#include <numeric>

namespace chainrule {
namespace {

// Words a, b, c, d with 4, 1, 3 and 3 cells, and a missing cell.
Column some_words() {
  return {.name = "c",
          .kind = ColumnKind::category,
          .codes = {0, 0, 0, 0, 1, 2, 2, 2, 3, 3, 3, kMissingCode},
          .words = {"a", "b", "d", "c"}};
}

std::vector<std::uint32_t> rows_of(const Column& column) {
  std::vector<std::uint32_t> rows(column.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

TEST(RareWords, TheMostFrequentKeepTheirPlaceAndTheRestIsCounted) {
  const Column column = some_words();
  const FrequentWords frequent = frequent_words(column, rows_of(column), 3);
  EXPECT_EQ(frequent.words, (std::vector<std::string>{"a", "c"}))
      << "d has as many cells as c, but comes later";
  EXPECT_EQ(frequent.rare_words, 2u);
  EXPECT_EQ(frequent.rare_cells, 4u);
}

TEST(RareWords, WithoutALimitOrWithinItAllWordsStay) {
  const Column column = some_words();
  for (const std::size_t most : {std::size_t{0}, std::size_t{4}, std::size_t{100}}) {
    const FrequentWords frequent = frequent_words(column, rows_of(column), most);
    EXPECT_EQ(frequent.words, (std::vector<std::string>{"a", "b", "c", "d"})) << most;
    EXPECT_EQ(frequent.rare_words, 0u);
  }
}

TEST(RareWords, OnlyTheGivenRowsCount) {
  const Column column = some_words();
  EXPECT_EQ(frequent_words(column, std::vector<std::uint32_t>{4, 5, 6, 11}, 100).words,
            (std::vector<std::string>{"b", "d"}));
}

TEST(RareWords, ALimitOfOneKeepsOneWord) {
  const Column column = some_words();
  EXPECT_EQ(frequent_words(column, rows_of(column), 1).words, std::vector<std::string>{"a"});
}

TEST(RareWords, FreeTextHasAtLeastNineTenthsOfItsWordsOnce) {
  EXPECT_TRUE(almost_all_differ({.distinct = 900}, 1000));
  EXPECT_FALSE(almost_all_differ({.distinct = 899}, 1000));
  EXPECT_TRUE(almost_all_differ({.missing = 500, .distinct = 450}, 1000));
}

TEST(TaughtWords, AreThoseOfSeveralCellsAndOneForTheRest) {
  EXPECT_EQ(taught_words(some_words(), 1), 4u) << "a, c, d, and b as the rest";
  Column repeated = some_words();
  repeated.codes.push_back(1);
  EXPECT_EQ(taught_words(repeated, 1), 4u) << "a, b, c, d";
}

TEST(TaughtWords, AreFewerInATableOfManyRowsOrManySuchColumns) {
  Column column{.name = "c", .kind = ColumnKind::category};
  column.words.resize(5000);
  for (std::int32_t row = 0; row < 20'000; ++row)
    column.codes.push_back(row % 5000);
  EXPECT_EQ(taught_words(column, 1), 1000u);
  EXPECT_EQ(taught_words(column, 4), 250u);
  for (std::int32_t row = 0; row < 20'000; ++row)
    column.codes.push_back(row % 5000);
  EXPECT_EQ(taught_words(column, 1), 500u);
}

}  // namespace
}  // namespace chainrule
