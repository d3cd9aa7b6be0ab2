#include <gtest/gtest.h>

#include "chainrule/explain/derivation.h"
#include "support/derivations.h"

namespace chainrule {
namespace {

using testing_support::derivation_of;
using testing_support::occurrences;
using testing_support::worked_example;

TEST(DerivationHtml, IsOnePageWithoutAnythingFetched) {
  for (const EnumName<Notation>& notation : enum_table<Notation>()) {
    const std::string page = derivation_html(worked_example(notation.value));
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    for (const char* const tag :
         {"math", "mrow", "mfrac", "mtable", "mtr", "mtd", "msub", "msubsup", "div", "section"})
      EXPECT_EQ(
          occurrences(page, "<" + std::string(tag) + ">") + occurrences(page, "<" + std::string(tag) + " "),
          occurrences(page, "</" + std::string(tag) + ">"))
          << tag << " in " << notation.word;
    for (const char* const fetched : {"http", "<script", "src=", "@import", "<link"})
      EXPECT_EQ(page.find(fetched), std::string::npos) << fetched;
  }
}

TEST(DerivationHtml, SaysHowManyEquationsItLeavesOut) {
  const Derivation derivation = derivation_of(example_004(), {.most_equations = 5});
  EXPECT_NE(derivation_html(derivation).find("and 15 more"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
