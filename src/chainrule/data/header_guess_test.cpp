#include "chainrule/data/header_guess.h"

#include <gtest/gtest.h>

#include <string>

#include "chainrule/base/error.h"
#include "chainrule/data/read_options.h"
#include "data/csv_reading.h"
#include "support/flag.h"

namespace chainrule {
namespace {

using testing_support::flag;

HeaderGuess guess_of(const std::string& text, const std::vector<std::string>& known = {}) {
  const ReadOptions options;
  return guess_header(find_delimiter(text, InputState::ended), MissingWords(options.missing_words),
                      DecimalMark::point, known);
}

// A first line, and a row over and over: `rows` many, with a number in place of @.
std::string over(const std::string& first, const std::vector<std::string>& rows, int count) {
  std::string text = first + "\n";
  for (int i = 0; i < count; ++i) {
    std::string row = rows[static_cast<std::size_t>(i) % rows.size()];
    for (std::size_t at = row.find('@'); at != std::string::npos; at = row.find('@'))
      row.replace(at, 1, std::to_string(50 + i * 37 % 61));
    text += row + "\n";
  }
  return text;
}

TEST(HeaderGuess, NumbersMayBeNames) {
  EXPECT_TRUE(guess_of(over("2019,2020,grade", {"@.4,1@,no", "@.5,1@,yes"}, 24)).has_header);
  EXPECT_TRUE(guess_of(over("country,2019,2020,2021", {"c0,@,@,@", "c1,@,@,@"}, 40)).has_header);
  EXPECT_TRUE(guess_of(over("age,2020,y", {"@.4,1@,no", "@.5,1@,yes"}, 24)).has_header);
  EXPECT_TRUE(guess_of(over("0,1,2,3", {"@.4,@,@.25,@", "@,@.5,@,@"}, 24)).has_header);
  EXPECT_TRUE(guess_of(over("400,410,420,430,440", {"0.@,0.@,0.@,0.1,0.5"}, 24)).has_header);
}

TEST(HeaderGuess, ARepeatedHeaderOfWordsIsOneWhereItIsRare) {
  const std::string half = over("colour,shape", {"red,round", "blue,square", "red,square"}, 12);
  EXPECT_TRUE(guess_of(half + half).has_header);
  const std::string paired = over("colour,shape", {"red,round", "blue,square"}, 12);
  EXPECT_TRUE(guess_of(paired + paired).has_header);
  EXPECT_FALSE(guess_of(over("red,round", {"red,square", "blue,square", "red,round"}, 24)).has_header);
  EXPECT_FALSE(guess_of(over("US,America", {"DE,Germany", "FR,France", "US,America"}, 24)).has_header);
}

TEST(HeaderGuess, AKnownNameInTheFirstLineIsNeverPassedOverInSilence) {
  const std::vector<std::string> known = {"2018", "2019", "y"};
  for (const char* const text : {"2017,2018\n3,4\n5,6\n", "2018.0,2019.0\n3,4\n5,6\n"}) {
    const HeaderGuess guess = guess_of(text, known);
    EXPECT_TRUE(guess.has_header || !guess.is_sure) << text;
  }
  EXPECT_TRUE(guess_of("3,4\n5,6\n7,9\n", known).is_sure);
}

TEST(HeaderGuess, ANumberAboveWordsOnlyIsAName) {
  EXPECT_TRUE(guess_of(over("colour,2020", {"red,yes", "blue,no", "red,no"}, 24)).has_header);
}

TEST(HeaderGuess, TheFirstNameMayBeEmpty) {
  EXPECT_TRUE(guess_of(",cap,shape,class\n0,red,flat,bad\n1,red,round,bad\n2,brown,round,good\n"
                       "3,red,flat,good\n4,brown,round,bad\n")
                  .has_header);
  EXPECT_TRUE(guess_of(",weight,heavy\n0,88.4,no\n1,51.5,no\n").has_header);
}

TEST(HeaderGuess, ANameMayAlsoBeACell) {
  const HeaderGuess guess = guess_of(over("fruit,ripe", {"pear,unripe", "apple,ripe"}, 60));
  EXPECT_TRUE(guess.has_header);
  EXPECT_TRUE(guess_of("color,shape,taste\nred,round,sweet\ngreen,round,sour\nred,long,taste\n").has_header);
}

TEST(HeaderGuess, NamesMayBeginWithOtherSignsAndStandTwice) {
  EXPECT_TRUE(guess_of(over("%fat,#legs,1st", {"@,4,red", "@,2,blue"}, 20)).has_header);
  EXPECT_TRUE(guess_of(over("x,x,y", {"@,@,red", "@,@,blue"}, 20)).has_header);
}

TEST(HeaderGuess, DigitsInAllCellsBelowAreAnotherKind) {
  EXPECT_TRUE(guess_of(over("price,cost", {"$@.5,@ kg", "$@.7,@ kg"}, 12)).has_header);
}

TEST(HeaderGuess, TablesWithoutAHeaderHaveNone) {
  EXPECT_FALSE(
      guess_of(over("5.1,3.5,1.4,0.2,setosa", {"@.9,3.@,1.4,0.2,setosa", "@,3,4.@,1.5,virginica"}, 50))
          .has_header);
  EXPECT_FALSE(guess_of(over("1.5,0", {"@.5,0", "@.5,1"}, 59)).has_header);
  EXPECT_FALSE(guess_of(over("apple,ripe", {"pear,unripe", "apple,ripe"}, 60)).has_header);
  EXPECT_FALSE(guess_of(over("39,State-gov,77516,White,Male,<=50K",
                             {"@,Private,1@,White,Male,<=50K", "@,State-gov,2@,Black,Female,>50K"}, 50))
                   .has_header);
  EXPECT_FALSE(guess_of("1,2,3\n2,3,4\n3,4,5\n4,5,6\n").has_header);
  EXPECT_FALSE(guess_of("0,0,0\n0,1,1\n1,0,1\n1,1,0\n").has_header);
  EXPECT_FALSE(guess_of(over("p1,5.5,red", {"p2,@.5,red", "p3,@,blue"}, 30)).has_header);
}

TEST(HeaderGuess, NumbersInOtherNotationsAreData) {
  EXPECT_FALSE(guess_of("1,5;2,5\n3,5;4,5\n").has_header);
  EXPECT_FALSE(guess_of("2020-01-01,12 kg\n2020-01-02,13 kg\n2020-01-03,11 kg\n").has_header);
}

TEST(HeaderGuess, AnEmptyNameMayStandAnywhereWhereEmptyCellsAreWords) {
  const HeaderGuess guess = guess_header(find_delimiter("x,,y\n1,a,4\n2,b,5\n", InputState::ended),
                                         MissingWords(std::vector<std::string>()));
  EXPECT_TRUE(guess.has_header);
}

TEST(HeaderGuess, ClearCasesAreSureAndThinOnesAreNot) {
  EXPECT_TRUE(guess_of(over("a,b", {"@,@.5"}, 10)).is_sure);
  EXPECT_TRUE(guess_of(over("2019,2020,grade", {"@.4,1@,no", "@.5,1@,yes"}, 24)).is_sure);
  EXPECT_TRUE(guess_of(over("5.1,3.5,setosa", {"@.9,3.1,setosa", "@,3,virginica"}, 50)).is_sure);
  EXPECT_TRUE(guess_of(over("@", {"@"}, 9)).is_sure);
  EXPECT_TRUE(guess_of(over("apple,ripe", {"pear,unripe", "apple,ripe"}, 60)).is_sure);
  EXPECT_FALSE(guess_of(over("fruit,ripe", {"pear,unripe", "apple,ripe"}, 60)).is_sure);
  EXPECT_FALSE(guess_of("John,Paris\nMary,Rome\nAnn,Oslo\n").is_sure);
  EXPECT_FALSE(guess_of(over("0,1,2,3", {"@.4,@,@.25,@", "@,@.5,@,@"}, 24)).is_sure);
}

TEST(HeaderGuess, AFaultyCellInARowOfFractionsIsNoHeader) {
  const HeaderGuess guess =
      guess_of("39.1,18.7,181,n.a.,male\n39.5,17.4,186,3800,male\n40.3,18,195,3250,female\n");
  EXPECT_FALSE(guess.has_header);
  EXPECT_TRUE(guess.has_fractions);
  EXPECT_THROW(
      read_csv(test::source_of("39.1,18.7,n.a.\n39.5,17.4,3800\n40.3,18,3250\n40,17,3600\n41,16,3550\n"
                               "42,15,3000\n43,14,2900\n44,13,2800\n45,12,2700\n46,11,2600\n"
                               "47,10,2500\n"),
               {}),
      DataError);
}

TEST(HeaderGuess, NamesThatAModelKnowsAreTheHeader) {
  const std::string years = "2019,2020\n88.4,198\n51.5,171\n";
  EXPECT_FALSE(guess_of(years).is_sure);
  EXPECT_TRUE(guess_of(years, {"2019", "2020", "grade"}).has_header);
  EXPECT_TRUE(guess_of("fruit\napple\n", {"fruit", "ripe"}).has_header);
  // One row of words is data to a model with other names.
  EXPECT_TRUE(guess_of("red,round\n").has_header);
  EXPECT_FALSE(guess_of("red,round\n", {"colour", "shape", "class"}).has_header);
  EXPECT_FALSE(guess_of(over("apple,ripe", {"pear,unripe", "apple,ripe"}, 60), {"fruit", "ripe"}).has_header);
  EXPECT_TRUE(guess_of("a,b\n1,2\n", {"x", "y"}).has_header);
}

TEST(HeaderGuess, TheKindOfAllCellsDecidesWhereTheFirstFiftyAreMissing) {
  std::string text = "y,18\n";
  for (int i = 0; i < 60000; ++i)
    text += std::string(i < 100 ? "NA," : i % 2 == 0 ? "1," : "0,") + std::to_string(i * 37 % 101) + "\n";
  const Table table = read_csv(test::source_of(text), {});
  EXPECT_EQ(table.columns[0].name, "y");
  EXPECT_EQ(table.rows(), 60000u);
  EXPECT_TRUE(table.notes.empty()) << table.notes.front().text();
}

TEST(HeaderGuess, AKindThatChangesFarBelowIsNoted) {
  std::string text = "A12,red\n";
  for (int i = 0; i < 60000; ++i)
    text += (i > 59000 ? "B17" : std::to_string(i * 37 % 101)) + (i % 2 == 0 ? ",red\n" : ",blue\n");
  // A tenth and more of the cells are words then.
  for (int i = 0; i < 9000; ++i)
    text += "B17,red\n";
  const Table table = read_csv(test::source_of(text), {});
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_NE(table.notes[0].text(Face::command_line).find(flag("header absent")), std::string::npos);
}

}  // namespace
}  // namespace chainrule
