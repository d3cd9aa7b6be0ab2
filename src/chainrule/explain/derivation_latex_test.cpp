#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/explain/derivation.h"
#include "support/derivations.h"

namespace chainrule {
namespace {

using testing_support::derivation_of;
using testing_support::occurrences;
using testing_support::worked_example;

// pdflatex accepted these documents. The test checks that every brace and every environment closes and that
// no character remains that a plain TeX font lacks.
TEST(DerivationLatex, IsWellFormedInEveryNotation) {
  for (const EnumName<Notation>& notation : enum_table<Notation>()) {
    const std::string latex = derivation_latex(worked_example(notation.value));
    EXPECT_TRUE(latex.starts_with("\\documentclass"));
    EXPECT_TRUE(latex.ends_with("\\end{document}\n"));
    EXPECT_EQ(occurrences(latex, "\\begin{"), occurrences(latex, "\\end{"));
    EXPECT_EQ(occurrences(latex, "{"), occurrences(latex, "}"));
    EXPECT_EQ(occurrences(latex, "\\left("), occurrences(latex, "\\right)"));
    EXPECT_TRUE(std::all_of(latex.begin(), latex.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x80;
    })) << notation.word;
  }
}

TEST(DerivationLatex, SaysHowManyEquationsItLeavesOut) {
  const Derivation derivation = derivation_of(example_004(), {.most_equations = 5});
  EXPECT_NE(derivation_latex(derivation).find("and 15 more"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
