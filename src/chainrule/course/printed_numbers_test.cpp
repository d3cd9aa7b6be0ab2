#include "chainrule/course/printed_numbers.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/test_tables.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

using nlohmann::json;
using testing_support::report_of;
using testing_support::worked_examples;

constexpr std::string_view said_in_json(Agreement agreement) {
  switch (agreement) {
    case Agreement::agrees:
      return "agrees (rounded)";
    case Agreement::one_unit_off:
      return "agrees to <1 unit in the last printed digit";
    case Agreement::differs:
      return "DIFFERS";
  }
  return "";
}

std::vector<PrintedNumber> all_numbers() {
  std::vector<PrintedNumber> all;
  for (const EnumName<Document>& document : EnumNames<Document>::table) {
    for (PrintedNumber& number : printed_numbers(document.value))
      all.push_back(std::move(number));
  }
  return all;
}

// Entries of the reference values by line; those of one line are in the same order.
std::vector<json> reference_entries() {
  std::vector<json> entries = worked_examples().at("printed_comparison");
  std::stable_sort(entries.begin(), entries.end(), [](const json& a, const json& b) {
    return std::pair(a.at("seed").get<std::string>(), a.at("line").get<int>()) <
           std::pair(b.at("seed").get<std::string>(), b.at("line").get<int>());
  });
  return entries;
}

TEST(PrintedNumbers, AreTheFiftyNineOfTheReferenceValues) {
  const std::vector<PrintedNumber> numbers = all_numbers();
  const std::vector<json> entries = reference_entries();
  ASSERT_EQ(numbers.size(), 59u);
  ASSERT_EQ(entries.size(), 59u);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const json& entry = entries[i];
    const PrintedNumber& number = numbers[i];
    SCOPED_TRACE(entry.dump());
    EXPECT_EQ(number.line, entry.at("line"));
    EXPECT_EQ(number.printed, entry.at("printed").get<std::string>());
    EXPECT_FALSE(number.quantity.empty());
    // Document 004 loses digits by cancellation: in 1 - f, in f (1 - f), and where 2.4e-12 is added to 1.
    const double tolerance = entry.at("seed").get<std::string>().starts_with("004") ? 1e-11 : 1e-12;
    testing_support::expect_equal(number.exact, entry.at("exact"), tolerance, "exact");
    EXPECT_EQ(said_in_json(number.agreement), entry.at("verdict").get<std::string>());
    if (entry.contains("with_author_slip_w25_3")) {
      ASSERT_TRUE(number.authors && number.agreement_with_authors);
      testing_support::expect_equal(*number.authors, entry.at("with_author_slip_w25_3"), tolerance,
                                    "author's");
      EXPECT_EQ(said_in_json(*number.agreement_with_authors),
                entry.at("verdict_vs_author_run").get<std::string>());
    } else if (number.authors) {
      // Before z_5 the two chains agree.
      EXPECT_EQ(*number.authors, number.exact);
    }
    EXPECT_EQ(number.why.empty(), number.agreement == Agreement::agrees && !entry.contains("note"));
  }
}

TEST(PrintedNumbers, TwentyEightDifferAllOfThemInDocument004) {
  std::size_t differ = 0, differ_from_authors = 0;
  for (const PrintedNumber& number : printed_numbers(Document::s004)) {
    if (number.agreement == Agreement::differs) ++differ;
    if (number.agreement_with_authors == Agreement::differs) ++differ_from_authors;
  }
  EXPECT_EQ(differ, 28u);
  EXPECT_EQ(differ_from_authors, 11u);
  for (const Document document : {Document::s001, Document::s003}) {
    for (const PrintedNumber& number : printed_numbers(document)) {
      EXPECT_EQ(number.agreement, Agreement::agrees) << number.quantity;
      EXPECT_FALSE(number.authors) << number.quantity;
    }
  }
  EXPECT_TRUE(printed_numbers(Document::s000).empty());
  EXPECT_TRUE(printed_numbers(Document::s002).empty());
}

// Without its superfluous zeros, the printed number is the author's.
TEST(PrintedNumbers, MisplacedZerosExplainWhatTheAuthorsChainDoesNot) {
  struct Moved {
    std::size_t line;
    std::string_view printed, why;
  };
  constexpr Moved kMoved[] = {
      {237, "-0.0000000015233151", "1 zero too many"},
      {247, "-0.0000000015233151", "1 zero too many"},
      {249, "-0.000000000000147490", "3 zeros too many"},
      {249, "-0.0000000000001593", "1 zero too many"},
      {257, "-0.0000000000002451", "1 zero too many"},
      {261, "0.90000000000245", "1 zero too few in the increment"},
      {261, "2.70000000000490", "1 zero too few in the increment"},
      {261, "1.80000000000319", "1 zero too few in the increment"},
      {265, "-0.00000000147490", "1 zero too few"},
      {265, "-0.00000000002451", "1 zero too few"},
      {265, "-0.0000000001593", "2 zeros too few"},
  };
  std::size_t at = 0;
  for (const PrintedNumber& number : printed_numbers(Document::s004)) {
    if (number.agreement_with_authors != Agreement::differs) {
      if (number.agreement == Agreement::differs) {
        EXPECT_EQ(number.why, "follows from w_(2,5) = 3, used forwards only") << number.quantity;
      }
      continue;
    }
    ASSERT_LT(at, std::size(kMoved));
    EXPECT_EQ(number.line, kMoved[at].line);
    EXPECT_EQ(number.printed, kMoved[at].printed);
    EXPECT_EQ(number.why, "w_(2,5) = 3, and " + std::string(kMoved[at].why)) << number.quantity;
    ++at;
  }
  EXPECT_EQ(at, std::size(kMoved));
}

TEST(AgreementOf, ComparesThePrintedDigits) {
  EXPECT_EQ(agreement_of("-0.53", -0.53444664538852303), Agreement::agrees);
  EXPECT_EQ(agreement_of("-0.53", -0.5352), Agreement::one_unit_off);
  EXPECT_EQ(agreement_of("-0.53", -0.5451), Agreement::differs);
  EXPECT_EQ(agreement_of("0.53", -0.53), Agreement::differs);
  EXPECT_EQ(agreement_of("0", -0.0), Agreement::agrees);
  EXPECT_EQ(agreement_of("0", 0.4), Agreement::agrees);
  EXPECT_EQ(agreement_of("0.50", 0.5), Agreement::agrees);
  EXPECT_EQ(agreement_of("1", 0.999999), Agreement::agrees);
  EXPECT_EQ(agreement_of("12", 13.4), Agreement::one_unit_off);
  EXPECT_EQ(agreement_of("1", 1e300), Agreement::differs);
  EXPECT_EQ(agreement_of("1", std::numeric_limits<double>::infinity()), Agreement::differs);
  EXPECT_EQ(agreement_of("1", std::numeric_limits<double>::quiet_NaN()), Agreement::differs);
}

TEST(AgreementOf, RefusesWhatIsNoPrintedNumber) {
  EXPECT_EQ(report_of<UsageError>([] { agreement_of("abc", 1); }).got, "\"abc\"");
  EXPECT_EQ(report_of<UsageError>([] { agreement_of("", 1); }).got, "\"\"");
  EXPECT_EQ(report_of<UsageError>([] { agreement_of("1e-3", 1); }).expected,
            "at most 18 digits and no exponent");
  EXPECT_EQ(report_of<UsageError>([] { agreement_of("0.12345678901234567890", 1); }).expected,
            "at most 18 digits and no exponent");
}

}  // namespace
}  // namespace chainrule
