#include "chainrule/data/find_form.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

FormFinding find(const std::vector<std::pair<std::string, std::size_t>>& cells, FormQuestion question = {}) {
  std::vector<WordCells> words;
  for (const auto& [value, count] : cells)
    words.push_back({value, count, words.size() + 2, read_cell(value, question.base.decimal).meaning});
  question.words = words;
  return find_form(question);
}

TEST(FindForm, OfWordsAndPlainNumbersThereIsNone) {
  EXPECT_EQ(find({}).verdict, FormVerdict::none);
  EXPECT_EQ(find({{"red", 5}, {"blue", 3}}).verdict, FormVerdict::none);
  EXPECT_EQ(find({{"red", 1}}, {.plain = {.whole = 50}}).verdict, FormVerdict::none);
}

TEST(FindForm, NineTenthsOfTheCellsMustHaveTheUnit) {
  EXPECT_EQ(find({{"5 kg", 9}, {"6", 1}}).verdict, FormVerdict::numeric);
  EXPECT_EQ(find({{"5 kg", 9}, {"6", 1}}).plain_cells, 1u);
  EXPECT_EQ(find({{"5 kg", 8}, {"6", 2}}).verdict, FormVerdict::partly);
  EXPECT_EQ(find({{"5 kg", 8}, {"6", 2}}, {.is_numeric_given = true}).verdict, FormVerdict::numeric);
  EXPECT_EQ(find({{"5 kg", 8}, {"red", 2}}).verdict, FormVerdict::none);
  EXPECT_EQ(find({{"5 kg", 5}, {"6 lb", 5}}).verdict, FormVerdict::mixed);
  EXPECT_TRUE(find({{"5 kg", 5}, {"6 lb", 5}}).are_units);
  EXPECT_FALSE(find({{"5A", 5}, {"6B", 5}}).are_units);
}

TEST(FindForm, FewWholeNumbersWithSomethingThatIsNoUnitAreLabels) {
  EXPECT_EQ(find({{"4WD", 5}, {"2WD", 5}}).verdict, FormVerdict::labels);
  EXPECT_EQ(find({{"4WD", 1}, {"2WD", 1}}).verdict, FormVerdict::numeric);  // every cell differs
  EXPECT_EQ(find({{"4.5WD", 5}, {"2WD", 5}}).verdict, FormVerdict::numeric);
  EXPECT_EQ(find({{"4 kg", 5}, {"2 kg", 5}}).verdict, FormVerdict::numeric);
  EXPECT_EQ(find({{"4A", 5}, {"2A", 5}}).verdict, FormVerdict::labels);
  EXPECT_EQ(find({{"4 A", 5}, {"2 A", 5}}).verdict, FormVerdict::numeric);
  EXPECT_EQ(find({{"0x1", 5}, {"0x2", 5}}).verdict, FormVerdict::labels);
}

TEST(FindForm, ACommaMayBeEither) {
  EXPECT_EQ(find({{"1,234", 1}}).verdict, FormVerdict::ambiguous);
  EXPECT_EQ(find({{"1,234", 1}}, {.plain = {.whole = 99}}).verdict, FormVerdict::ambiguous);
  EXPECT_EQ(find({{"1,234", 1}}, {.plain = {.whole = 98, .fractions = 1}}).verdict, FormVerdict::numeric);
  EXPECT_EQ(find({{"1,23", 1}}).verdict, FormVerdict::commas);
  EXPECT_EQ(find({{"1,234.5", 1}, {"1,234", 8}}).form.thousands, ",");
  EXPECT_EQ(find({{"1,234,567", 1}, {"1,234", 8}}).form.thousands, ",");
  const FormFinding european = find({{"1.234,5", 1}}, {.plain = {.fractions = 5, .thousandths = 5}});
  EXPECT_EQ(european.form.thousands, ".");
  EXPECT_EQ(european.form.decimal, DecimalMark::comma);
}

TEST(FindForm, ZerosInFrontNeedDecimalsBesideThemToBeNumbers) {
  EXPECT_EQ(find({{"007", 1}}, {.plain = {.whole = 99}}).verdict, FormVerdict::zeros);
  EXPECT_EQ(find({{"007", 1}, {"1.5", 1}}).verdict, FormVerdict::numeric);
  EXPECT_EQ(find({{"007", 1}}, {.plain = {.whole = 9, .fractions = 1}}).verdict, FormVerdict::numeric);
  EXPECT_EQ(find({{"007", 5}, {"bond", 5}}).verdict, FormVerdict::none);
}

}  // namespace
}  // namespace chainrule
