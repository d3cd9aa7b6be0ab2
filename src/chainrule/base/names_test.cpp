#include "chainrule/base/names.h"

#include <gtest/gtest.h>

namespace chainrule {

enum class Fruit { apple, pear, sour_cherry };
enum class Vegetable { carrot, red_beet };
enum class Misnamed { one, two };

template <>
struct EnumNames<Fruit> {
  static constexpr std::string_view kind = "fruit";
  static constexpr EnumName<Fruit> table[] = {
      {Fruit::apple, "apple", "keeps the doctor away"},
      {Fruit::pear, "pear", "soft"},
      {Fruit::sour_cherry, "sour_cherry", "for cakes"},
  };
};

template <>
struct EnumNames<Vegetable> {
  static constexpr std::string_view kind = "vegetable";
  static constexpr EnumName<Vegetable> table[] = {
      {Vegetable::carrot, "carrot", "orange"},
      {Vegetable::red_beet, "red_beet", "dark"},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"daucus yellow_root", "carrot"},
      {"beetroot", "red_beet"},
  };
  static constexpr EnumHint hints[] = {
      {"root tuber", "did you mean \"carrot\" or \"red_beet\"?"},
  };
};

template <>
struct EnumNames<Misnamed> {
  static constexpr std::string_view kind = "number";
  static constexpr EnumName<Misnamed> table[] = {{Misnamed::one, "one", "1"}, {Misnamed::two, "two", "2"}};
  static constexpr EnumSynonym synonyms[] = {{"single One", "two"}};
};

namespace {

std::string advice_on(std::string_view word) {
  try {
    parse_name<Vegetable>(word);
    return "nothing was thrown";
  } catch (const UsageError& error) {
    return text_of(error.report()).advice;
  }
}

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

static_assert(find_by_name<Vegetable>("beetroot") == Vegetable::red_beet);
static_assert(!find_by_name<Vegetable>("leek"));
static_assert(has_sound_synonyms<Vegetable>() && has_sound_synonyms<Fruit>());
static_assert(!has_sound_synonyms<Misnamed>(), "One is a name in the table, and not that of two");

TEST(ParseName, UnderstandsTheWordsOfOthers) {
  for (const std::string_view word : {"daucus", "yellow_root", "Yellow-Root", "YELLOWROOT", "yellow root"})
    EXPECT_EQ(parse_name<Vegetable>(word), Vegetable::carrot) << word;
  EXPECT_EQ(parse_name<Vegetable>("beetroot"), Vegetable::red_beet);
  EXPECT_EQ(name_of(parse_name<Vegetable>("beetroot")), "red_beet") << "and writes its own";
}

TEST(ParseName, NeitherCaseNorSignsBetweenWordsCountWhereThereAreSynonyms) {
  for (const std::string_view word : {"red_beet", "Red_Beet", "redbeet", "red-beet", "RED BEET"})
    EXPECT_EQ(parse_name<Vegetable>(word), Vegetable::red_beet) << word;
  for (const std::string_view word : {"", "_", "red_beets", "red.beet", "red", "beet", "daucus yellow_root"})
    EXPECT_THROW(parse_name<Vegetable>(word), UsageError) << word;
}

TEST(ParseName, HintsAtWhatAnAmbiguousWordMayMean) {
  EXPECT_EQ(advice_on("root"), "did you mean \"carrot\" or \"red_beet\"?");
  EXPECT_EQ(advice_on("Tuber"), "did you mean \"carrot\" or \"red_beet\"?");
  EXPECT_EQ(advice_on("betroot"), "did you mean \"beetroot\"?") << "synonyms are near words, too";
  EXPECT_EQ(advice_on("bicycle"), "");
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
