#include "chainrule/explain/formula.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(Formula, OfAPartialDerivative) {
  const Formula formula = partial(symbol("E"), symbol("ω", "23", "L1"));
  EXPECT_EQ(formula_text(formula), "∂E/∂ω_23^L1");
  EXPECT_EQ(formula_latex(formula), "\\frac{\\partial E}{\\partial \\omega_{23}^{L1}}");
  EXPECT_EQ(formula_mathml(formula),
            "<mfrac><mrow><mi>∂</mi><mi>E</mi></mrow><mrow><mi>∂</mi><msubsup><mi>ω</mi><mtext>23</mtext>"
            "<mtext>L1</mtext></msubsup></mrow></mfrac>");
}

TEST(Formula, WritesSmallNumbersAsPowersOfTen) {
  const Formula formula = number(-6.1416313316533211e-6, 4);
  EXPECT_EQ(formula_text(formula), "-6.142e-06");
  EXPECT_EQ(formula_latex(formula), "-6.142\\times 10^{-6}");
  EXPECT_EQ(formula_mathml(formula),
            "<mrow><mn>−6.142</mn><mo>×</mo><msup><mn>10</mn><mn>−6</mn></msup></mrow>");
}

TEST(Formula, PutsNegativeFactorsIntoParentheses) {
  const Formula product = joined({factor(number(2, 6)), factor(number(-3, 6))}, "·");
  EXPECT_EQ(formula_text(product), "2 · (-3)");
  EXPECT_EQ(formula_latex(product), "2 \\cdot \\left(-3\\right)");
}

TEST(Formula, ShortensLongSums) {
  std::vector<Formula> terms;
  for (int i = 1; i <= 7; ++i)
    terms.push_back(number(i, 6));
  EXPECT_EQ(formula_text(sum(terms)), "1 + 2 + 3 + ⋯ + 7");
  terms.pop_back();
  EXPECT_EQ(formula_text(sum(terms)), "1 + 2 + 3 + 4 + 5 + 6");
}

TEST(Formula, OfAMatrix) {
  const Formula formula = matrix({{1, 2}, {3, 4}}, 6);
  EXPECT_EQ(formula_text(formula), "[1, 2; 3, 4]");
  EXPECT_EQ(formula_latex(formula), "\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}");
  EXPECT_EQ(
      formula_mathml(column_vector({5, 6}, 6)),
      "<mrow><mo>[</mo><mtable><mtr><mtd><mn>5</mn></mtd></mtr><mtr><mtd><mn>6</mn></mtd></mtr></mtable>"
      "<mo>]</mo></mrow>");
}

TEST(Formula, HatsAndWords) {
  Formula updated = symbol("ω", "11", "L2");
  updated.has_hat = true;
  EXPECT_EQ(formula_text(updated), "ω\u0302_11^L2");
  EXPECT_EQ(formula_latex(updated), "\\hat{\\omega}_{11}^{L2}");
  EXPECT_EQ(formula_latex(symbol("net", "1", "L2")), "\\mathrm{net}_{1}^{L2}");
  EXPECT_EQ(formula_text(call("f'", symbol("z", "1"))), "f'(z_1)");
  EXPECT_EQ(formula_text(square(parentheses(number(3, 6)))), "(3)²");
  EXPECT_EQ(formula_latex(square(parentheses(number(3, 6)))), "{\\left(3\\right)}^{2}");
  EXPECT_EQ(formula_text(fraction(row({symbol("a"), sign("+"), symbol("b")}), number(2, 6))), "(a + b)/2");
}

}  // namespace
}  // namespace chainrule
