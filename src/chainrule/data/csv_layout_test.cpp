#include "chainrule/data/csv_layout.h"

#include <gtest/gtest.h>

#include "chainrule/data/header_guess.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {
namespace {

char delimiter_of(std::string_view text) {
  return find_delimiter(text, InputState::ended).delimiter;
}

bool header_of(std::string_view text) {
  const ReadOptions options;
  return guess_header(find_delimiter(text, InputState::ended), MissingWords(options.missing_words))
      .has_header;
}

TEST(FindDelimiter, TakesTheOneThatCutsAllRecordsAlike) {
  EXPECT_EQ(delimiter_of("a,b\n1,2\n"), ',');
  EXPECT_EQ(delimiter_of("a;b\n1;2\n"), ';');
  EXPECT_EQ(delimiter_of("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(delimiter_of("a|b\n1|2\n"), '|');
  EXPECT_EQ(delimiter_of("a;b\nx, y;2\nz;3\n"), ';');
}

TEST(FindDelimiter, LooksPastQuotes) {
  EXPECT_EQ(delimiter_of("\"a,b\";c\n\"d,e\";f\n"), ';');
}

TEST(FindDelimiter, TakesTheCommaInATie) {
  EXPECT_EQ(delimiter_of("a;b,c;d\n1;2,3;4\n"), ',');
}

TEST(FindDelimiter, TakesCommasBetweenDigitsForDecimalMarks) {
  EXPECT_EQ(delimiter_of("1,5;2,5\n3,5;4,5\n"), ';');
  EXPECT_EQ(delimiter_of("1,5\t2,5\n3,5\t4,5\n"), '\t');
  // Without another delimiter the commas delimit.
  EXPECT_EQ(delimiter_of("1,5\n3,5\n"), ',');
}

TEST(FindDelimiter, TakesTheCommaForOneColumn) {
  EXPECT_EQ(delimiter_of("a\n1\n2\n"), ',');
  EXPECT_EQ(delimiter_of(""), ',');
}

TEST(FindDelimiter, ToleratesARaggedRow) {
  EXPECT_EQ(delimiter_of("a;b\n1;2\n1;2;3\n4;5\n"), ';');
  EXPECT_EQ(delimiter_of("a;b\n1;2\n\"unclosed;\n"), ';');
}

TEST(FindDelimiter, IgnoresAnIncompleteRecord) {
  const CsvSample sample = find_delimiter("a,b\n1,2\n3", InputState::more_may_come);
  EXPECT_EQ(sample.records.size(), 2u);
  EXPECT_EQ(sample.delimiter, ',');
}

TEST(FindDelimiter, LooksAtFiftyRecords) {
  std::string text = "a,b\n";
  for (int i = 0; i < 100; ++i)
    text += "1,2\n";
  EXPECT_EQ(find_delimiter(text, InputState::ended).records.size(), 50u);
}

TEST(HasHeader, WhenWordsAreAboveNumbers) {
  EXPECT_TRUE(header_of("a,b\n1,2\n"));
  EXPECT_TRUE(header_of("name,age\nbob,5\n,\n"));
  EXPECT_TRUE(header_of("age\n5\nNA\n"));
  EXPECT_TRUE(header_of("\"a b\",c\n1,2\n"));
}

TEST(HasHeader, WhenANameIsEmptyOrDuplicateAboveNumbers) {
  EXPECT_TRUE(header_of(",a,b\n1,2,3\n"));
  EXPECT_TRUE(header_of("a,a\n1,2\n"));
}

TEST(HasHeader, NotWhenTheFirstRecordHasANumber) {
  EXPECT_FALSE(header_of("1,2\n3,4\n"));
  EXPECT_FALSE(header_of("bob,5\nann,6\n"));
  EXPECT_FALSE(header_of("5.1,3.5,setosa\n4.9,3.0,setosa\n"));
  EXPECT_FALSE(header_of("x,inf\ny,2\n"));
}

TEST(HasHeader, NotWhenAMissingValueIsAboveTheNumbers) {
  EXPECT_FALSE(header_of("?,b\n1,c\n2,d\n"));
  EXPECT_FALSE(header_of("NA\n1\n"));
}

TEST(HasHeader, WhenTheFirstWordsAreNamesThatDoNotRecur) {
  EXPECT_TRUE(header_of("animal,colour\ncat,red\ndog,blue\n"));
  EXPECT_FALSE(header_of("cat,red\ndog,blue\ncat,blue\n"));
  EXPECT_FALSE(header_of("cat,cat\ndog,blue\n"));
  EXPECT_FALSE(header_of("#1,red\ncow,blue\n"));
}

TEST(HasHeader, WhenItIsRepeatedAsInJoinedTables) {
  EXPECT_TRUE(header_of("a,b\n1,x\na,b\n2,y\n"));
  EXPECT_FALSE(header_of("a\n1\na\n2\n"));  // of one column that is words and numbers
}

TEST(HasHeader, ASingleRecordOfNamesIsAHeaderWithoutRows) {
  EXPECT_TRUE(header_of("a,b\n"));
  EXPECT_FALSE(header_of("1,2\n"));
  EXPECT_FALSE(header_of("a,\n"));
}

}  // namespace
}  // namespace chainrule
