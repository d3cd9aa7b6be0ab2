#include "chainrule/base/names.h"

#include <gtest/gtest.h>

namespace chainrule {

enum class Fruit { apple, pear, sour_cherry };

template <>
struct EnumNames<Fruit> {
  static constexpr std::string_view kind = "fruit";
  static constexpr EnumName<Fruit> table[] = {
      {Fruit::apple, "apple", "keeps the doctor away"},
      {Fruit::pear, "pear", "soft"},
      {Fruit::sour_cherry, "sour_cherry", "for cakes"},
  };
};

namespace {

static_assert(name_of(Fruit::pear) == "pear", "the tables are usable at compile time");

TEST(Names, EveryWordLeadsToItsEnumeratorAndBack) {
  EXPECT_EQ(enum_table<Fruit>().size(), 3u);
  for (const EnumName<Fruit>& entry : enum_table<Fruit>()) {
    EXPECT_EQ(parse_name<Fruit>(entry.word), entry.value);
    EXPECT_EQ(name_of(entry.value), entry.word);
  }
}

static_assert(is_complete_table<Fruit>(3), "each enumerator has its row");
static_assert(!is_complete_table<Fruit>(4), "the fourth has none");

TEST(Names, ListInTheOrderOfTheTable) {
  EXPECT_EQ(names_of_all<Fruit>(), (std::vector<std::string>{"apple", "pear", "sour_cherry"}));
}

TEST(Names, AValueOutsideTheTableHasNoWord) {
  EXPECT_EQ(name_of(static_cast<Fruit>(99)), "?");
}

TEST(ParseName, NamesAllWordsAndTheNearestForATypingMistake) {
  try {
    parse_name<Fruit>("sour_chery");
    FAIL() << "nothing was thrown";
  } catch (const UsageError& error) {
    EXPECT_EQ(text_of(error.report()).what, "unknown fruit");
    EXPECT_EQ(text_of(error.report()).expected, "apple, pear, sour_cherry");
    EXPECT_EQ(text_of(error.report()).got, "\"sour_chery\"");
    EXPECT_EQ(text_of(error.report()).advice, "did you mean \"sour_cherry\"?");
  }
}

TEST(ParseName, GivesNoAdviceWhenNothingIsNear) {
  try {
    parse_name<Fruit>("bicycle");
    FAIL() << "nothing was thrown";
  } catch (const UsageError& error) {
    EXPECT_EQ(text_of(error.report()).advice, "");
  }
}

TEST(ParseName, WordsAreMatchedWholeAndWithTheirCase) {
  EXPECT_THROW(parse_name<Fruit>("Apple"), UsageError);
  EXPECT_THROW(parse_name<Fruit>("apple "), UsageError);
  EXPECT_THROW(parse_name<Fruit>(""), UsageError);
}

}  // namespace
}  // namespace chainrule
