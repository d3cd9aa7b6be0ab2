#include "chainrule/data/reading_advice.h"

#include <gtest/gtest.h>

#include <string>

#include "data/csv_reading.h"
#include "support/flag.h"

namespace chainrule {
namespace {

using testing_support::flag;

std::string advice_for(const std::string& text) {
  const ErrorReport report = [&] {
    try {
      read_csv(test::file_of(text), {});
    } catch (const DataError& error) {
      return error.report();
    }
    ADD_FAILURE() << "it was read: " << text;
    return ErrorReport{};
  }();
  return report.advice.text(Face::command_line);
}

const std::string kRows =
    "x,y,z\n1,a,2.5\n2,b,3.5\n3,a,4.5\n4,b,1.5\n5,a,2.5\n6,b,7.5\n7,a,8.5\n8,b,2.25\n9,a,2\n10,b,5.5\n"
    "11,a,2.5\n12,b,3.5\n13,a,4.5\n14,b,1.5\n15,a,2.5\n16,b,7.5\n17,a,8.5\n18,b,2.25\n19,a,2\n20,b,5\n";

TEST(LineOfPlace, ReadsTheLineBehindTheNameOfTheFile) {
  EXPECT_EQ(line_of_place("t.csv:12:3 (column \"x\")", "t.csv"), 12u);
  EXPECT_EQ(line_of_place("t.csv", "t.csv"), 0u);
  EXPECT_EQ(line_of_place("u.csv:12", "t.csv"), 0u);
}

TEST(WorkingAdvice, NamesTheOptionThatReadsTheTable) {
  const struct {
    std::string text, advice;
  } cases[] = {
      {"Report of March\n\n" + kRows, flag("skip 2")},
      {"Report,,\n" + kRows, flag("skip 1")},
      {"# by hand\n" + kRows, flag("comment \"#\"")},
      {kRows + "Source: office\n", flag("skip-last 1")},
      {"Report\n" + kRows + "\nSource: office\n", flag("skip 1 and the 1 line below it with --skip-last 1")},
      {kRows + "7,\"say \\\"hi\\\", you\",1\n", flag("escape \"\\\\\"")},
      {kRows + "7,'a, b',1\n", flag("quote \"'\"")},
      {"x,pipe,rod\n1,a,c\n2,b,d\n3,a,c\n4,5\" long,6\"\n5,b,c\n", flag("quote none")},
      {kRows + "7,a\"x, y\"\n8,b,3\n", flag("lenient")},
      {kRows + "7,a,b,4\n8,b,3\n", flag("lenient")},
      {"x,x,z\n1,a,2.5\n2,b,3.5\n", flag("lenient")},
  };
  for (const auto& [text, advice] : cases)
    EXPECT_NE(advice_for(text).find(advice), std::string::npos) << advice << "\n" << advice_for(text);
}

TEST(WorkingAdvice, DoesNotLeaveOutRowsOfTheTable) {
  for (const std::string& text :
       {kRows + "7,a,b,4\n8,b,3\n", std::string("x,y,z\n1,a,2\n2,b,3,4\n3,a,5\n4,b,6\n")}) {
    EXPECT_EQ(advice_for(text).find(flag("skip")), std::string::npos) << advice_for(text);
  }
}

TEST(WorkingAdvice, FindsALineBelowSixtyThousandRows) {
  std::string text = "x,y\n";
  for (int i = 0; i < 60000; ++i)
    text += std::to_string(i) + ",a\n";
  EXPECT_NE(advice_for(text + "Source: office, 2020, p. 3\n").find(flag("skip-last 1")), std::string::npos);
  EXPECT_NE(advice_for(text + "1,a,b\n" + text.substr(4)).find(flag("lenient")), std::string::npos);
}

TEST(WorkingAdvice, QuotesInPairsAreNoFault) {
  for (const char* const cells : {"\"1,5\"", "\"12,50 \u20ac\"", "\"1,234\""}) {
    const std::string cell = cells;
    const std::string advice = advice_for("x,z,y\n" + cell + ",1,a\n" + cell + ",2,b\n" + cell + ",3,a\n");
    EXPECT_EQ(advice.find(flag("quote")), std::string::npos) << advice;
    EXPECT_NE(advice.find(flag("decimal comma")), std::string::npos) << advice;
  }
}

TEST(WorkingAdvice, LinesOfTheTablesWidthAreNoRows) {
  const std::string rows = kRows.substr(6);
  const struct {
    std::string text, advice;
  } cases[] = {
      {kRows + "Source: office, 2020, final\n", flag("skip-last 1")},
      {kRows + "Note,2020,final\n", flag("skip-last 1")},
      {kRows + "Total,,90\nMean,,4.5\n", flag("skip-last 2")},
      {"Report,sales,2020\nx,name,z\n" + rows, flag("skip 1")},
  };
  for (const auto& [text, advice] : cases) {
    EXPECT_NE(advice_for(text).find(advice), std::string::npos) << advice << "\n" << advice_for(text);
    EXPECT_EQ(advice_for(text).find(flag("missing")), std::string::npos) << advice_for(text);
  }
  EXPECT_EQ(advice_for(kRows + "unknown,a,2\n").find(flag("skip")), std::string::npos);
}

}  // namespace
}  // namespace chainrule
