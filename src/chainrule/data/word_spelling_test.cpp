#include "chainrule/data/word_spelling.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "chainrule/data/csv_table.h"
#include "data/table_files.h"

namespace chainrule {
namespace {

Column words(std::vector<std::string> distinct, std::vector<std::int32_t> codes) {
  return {.name = "c", .kind = ColumnKind::category, .codes = std::move(codes), .words = std::move(distinct)};
}

std::string match_of(const std::vector<std::string>& known, std::string_view cell) {
  const auto [match, word] = WordMatcher(known).find(cell);
  switch (match) {
    case WordMatch::exact:
      return "exact " + known[word];
    case WordMatch::respelled:
      return "respelled " + known[word];
    case WordMatch::similar:
      return "similar " + known[word];
    case WordMatch::unknown:
      break;
  }
  return "unknown";
}

TEST(WordSpelling, ANumberWithALeadingZeroIsAWord) {
  EXPECT_EQ(number_of_word("0.5"), 0.5);
  EXPECT_EQ(number_of_word("-0"), 0.0);
  EXPECT_EQ(number_of_word("10"), 10.0);
  for (const char* const word : {"007", "-01", "00", "01.5", "x", ""})
    EXPECT_EQ(number_of_word(word), std::nullopt) << word;
}

TEST(WordSpelling, WholeNumbersMayHaveADecimalPointAndZeros) {
  for (const char* const word : {"1", "1.0", "1.", "+1", "1.000"})
    EXPECT_EQ(whole_number_of_word(word), "1") << word;
  EXPECT_EQ(whole_number_of_word("-0"), "0");
  EXPECT_EQ(whole_number_of_word("-12.0"), "-12");
  for (const char* const word : {"1.5", "1e3", "01", ".0", "", "a"})
    EXPECT_EQ(whole_number_of_word(word), std::nullopt) << word;
}

TEST(WordSpelling, WordsAreFoldedInLatinGreekAndCyrillic) {
  EXPECT_EQ(folded_word("New  York"), folded_word("newYORK"));
  EXPECT_EQ(folded_word("New\u00a0York"), "newyork");
  EXPECT_EQ(folded_word("ÉCOLE"), "e\u0301cole");
  EXPECT_EQ(folded_word("ΑΘΗΝΑ"), "αθηνα");
  EXPECT_EQ(folded_word("ЁЛКА МОСКВА"), folded_word("ёлкамосква"));
  EXPECT_EQ(folded_word("Łódź ŽIŽKA"), folded_word("łódźžižka"));
  EXPECT_EQ(folded_word("×日本"), "×日本");
  EXPECT_EQ(folded_word("\xc3"), "\xc3");
}

TEST(WordSpelling, AnAccentMayBeACharacterOfItsOwn) {
  EXPECT_EQ(folded_word("caf\u00e9"), folded_word("cafe\u0301"));
  EXPECT_EQ(folded_word("\u00c9COLE"), folded_word("E\u0301cole"));
  EXPECT_EQ(folded_word("\u0419\u043e\u0434"), folded_word("\u0418\u0306\u043e\u0434"));
  EXPECT_NE(folded_word("caf\u00e9"), folded_word("cafe"));
}

TEST(WordMatcher, CodesAreOneWhateverTheirDecimals) {
  EXPECT_EQ(match_of({"1", "2"}, "1"), "exact 1");
  EXPECT_EQ(match_of({"1", "2"}, "1.0"), "respelled 1");
  EXPECT_EQ(match_of({"1.0", "2.0"}, "2"), "respelled 2.0");
  EXPECT_EQ(match_of({"100000", "2"}, "100000.0"), "respelled 100000");
  EXPECT_EQ(match_of({"1", "2"}, "1.5"), "unknown");
  EXPECT_EQ(match_of({"1", "2"}, "01"), "unknown");
  EXPECT_EQ(match_of({"007", "2"}, "7"), "unknown");
  EXPECT_EQ(match_of({"1", "1.0"}, "1.00"), "unknown") << "which one?";
  EXPECT_EQ(match_of({"1", "B"}, "1.0"), "unknown") << "not a column of codes";
}

TEST(WordMatcher, TruthValuesAreOneWhateverTheirSpelling) {
  EXPECT_EQ(match_of({"false", "true"}, "TRUE"), "respelled true");
  EXPECT_EQ(match_of({"No", "Yes"}, "y"), "respelled Yes");
  EXPECT_EQ(match_of({"F", "T"}, "false"), "respelled F");
  EXPECT_EQ(match_of({"false", "true"}, "yes"), "unknown") << "another kind";
  EXPECT_EQ(match_of({"maybe", "no", "yes"}, "Yes"), "similar yes") << "not truth values alone";
}

TEST(WordMatcher, OtherWordsAreSimilarButNotTheSame) {
  EXPECT_EQ(match_of({"female", "male"}, "Male"), "similar male");
  EXPECT_EQ(match_of({"New York"}, "NewYork"), "similar New York");
  EXPECT_EQ(match_of({"female", "male"}, "males"), "unknown");
}

TEST(FoldTruthWords, EachTruthValueGetsItsMostFrequentSpelling) {
  Table table{.columns = {words({"TRUE", "false", "True", "FALSE"}, {0, 1, 2, 2, 3, -1, 1})}};
  const std::vector<Message> notes = fold_truth_words(table);
  EXPECT_EQ(table.columns[0].words, (std::vector<std::string>{"True", "false"}));
  EXPECT_EQ(table.columns[0].codes, (std::vector<std::int32_t>{0, 1, 0, 0, 1, -1, 1}));
  EXPECT_EQ(notes, (std::vector<Message>{
                       "\"c\" spells its truth values in 4 ways; read as one category each: \"FALSE\" as "
                       "\"false\"; \"TRUE\" as \"True\"."}));
}

TEST(FoldTruthWords, OtherColumnsStayAsTheyAre) {
  for (const std::vector<std::string>& distinct : {std::vector<std::string>{"true", "false"},
                                                   {"yes", "Yes", "maybe"},
                                                   {"t", "yes"},
                                                   {"setosa", "Setosa"}}) {
    std::vector<std::int32_t> each_once(distinct.size());
    std::iota(each_once.begin(), each_once.end(), 0);
    Table table{.columns = {words(distinct, each_once)}};
    EXPECT_EQ(fold_truth_words(table), std::vector<Message>{}) << distinct[0];
    EXPECT_EQ(table.columns[0].words, distinct);
  }
}

TEST(FoldTruthWords, ASpellingLateInALongTableCountsAsWell) {
  std::string text = "flag,y\n";
  for (int row = 0; row < 60'000; ++row)
    text += row % 2 == 0 ? "yes,1\n" : "no,2\n";
  text += "Yes,1\nN,2\n";
  Table table = read_csv(test::file_of(text), {});
  EXPECT_EQ(fold_truth_words(table).size(), 1u);
  EXPECT_EQ(table.columns[0].words, (std::vector<std::string>{"yes", "no"}));
}

TEST(NoteSimilarWords, NamesAndCountsThem) {
  const Table table{.columns = {words({"setosa", "Setosa", "virginica"}, {0, 1, 0, 2}),
                                words({"1", "1.0", "2"}, {0, 1, 2, 0}), words({"007", "7"}, {0, 1, 0, 1}),
                                words({"New York", "NewYork", "Rome"}, {0, 1, 2, 2})}};
  std::vector<Message> notes;
  note_similar_words(table, std::vector<std::size_t>{0, 1, 2, 3}, notes);
  const std::string end = "; they are kept apart, with the numbers of their cells in parentheses.";
  EXPECT_EQ(notes,
            (std::vector<Message>{
                "\"c\" has categories that differ only in case or blanks: \"Setosa\" (1) and \"setosa\" "
                "(2)" +
                    end,
                "\"c\" has categories that are the same number: \"1\" (2) and \"1.0\" (1)" + end,
                "\"c\" has categories that differ only in case or blanks: \"New York\" (1) and "
                "\"NewYork\" (1)" +
                    end}));
}

}  // namespace
}  // namespace chainrule
