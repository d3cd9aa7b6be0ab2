// The three ways of writing a derivation.
#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/base/text.h"
#include "chainrule/explain/derivation.h"
#include "chainrule/explain/worked_examples.h"

namespace chainrule {
namespace {

Derivation example(Notation notation) {
  return derive(example_004(), work_step(example_004()), {.notation = notation});
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

TEST(DerivationText, BreaksLongEquationsBeforeAnEqualsSign) {
  const std::vector<std::string> lines = split_text(derivation_text(example(Notation::s004), 70), '\n');
  const auto z4 =
      std::find(lines.begin(), lines.end(), "  z_4 = w_(1,4) n_1 + w_(2,4) n_2 + w_(3,4) n_3 + b_4");
  ASSERT_NE(z4, lines.end());
  EXPECT_TRUE((z4 + 1)->starts_with("      = 1 · 0.993307")) << *(z4 + 1);
}

TEST(DerivationText, UnderlinesItsHeadings) {
  EXPECT_TRUE(
      derivation_text(example(Notation::plain), 100)
          .starts_with("One step of gradient descent\n============================\n\nNetwork 2-3-2-1,"));
}

// That LaTeX accepts it was seen with pdflatex; here: every brace and every environment closes, and no
// character is left that a plain TeX font lacks.
TEST(DerivationLatex, IsWellFormedInEveryNotation) {
  for (const EnumName<Notation>& notation : enum_table<Notation>()) {
    const std::string latex = derivation_latex(example(notation.value));
    EXPECT_TRUE(latex.starts_with("\\documentclass"));
    EXPECT_TRUE(latex.ends_with("\\end{document}\n"));
    EXPECT_EQ(count_of(latex, "\\begin{"), count_of(latex, "\\end{"));
    EXPECT_EQ(count_of(latex, "{"), count_of(latex, "}"));
    EXPECT_EQ(count_of(latex, "\\left("), count_of(latex, "\\right)"));
    EXPECT_TRUE(std::all_of(latex.begin(), latex.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x80;
    })) << notation.word;
  }
}

TEST(DerivationHtml, IsOnePageWithoutAnythingFetched) {
  for (const EnumName<Notation>& notation : enum_table<Notation>()) {
    const std::string page = derivation_html(example(notation.value));
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    for (const char* const tag :
         {"math", "mrow", "mfrac", "mtable", "mtr", "mtd", "msub", "msubsup", "div", "section"})
      EXPECT_EQ(count_of(page, "<" + std::string(tag) + ">") + count_of(page, "<" + std::string(tag) + " "),
                count_of(page, "</" + std::string(tag) + ">"))
          << tag << " in " << notation.word;
    for (const char* const fetched : {"http", "<script", "src=", "@import", "<link"})
      EXPECT_EQ(page.find(fetched), std::string::npos) << fetched;
  }
}

TEST(DerivationText, SaysWhatIsLeftOutInEveryFormat) {
  const Derivation derivation = derive(example_004(), work_step(example_004()), {.most_equations = 5});
  for (const std::string& page :
       {derivation_text(derivation, 100), derivation_latex(derivation), derivation_html(derivation)})
    EXPECT_NE(page.find("and 15 more"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
