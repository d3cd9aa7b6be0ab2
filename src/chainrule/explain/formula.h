// Formulas as trees, to be written as plain text, LaTeX or MathML.
//
// Letters are Unicode (ω, δ, ∂); each writer spells them in its own way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chainrule {

enum class FormulaKind { symbol, number, sign, row, tight, power, fraction, parentheses, matrix };

struct Formula {
  FormulaKind kind = FormulaKind::row;
  // symbol: letters; number: digits, maybe with an exponent; sign: "+", "·", ...; power: its exponent
  std::string text = {};
  std::string below = {}, above = {};  // symbol: its subscript and its superscript
  bool has_hat = false;                // symbol
  // row, tight: left to right, with and without blanks; fraction: two; parentheses, power: one; matrix: row
  // by row
  std::vector<Formula> parts = {};
  std::size_t columns = 0;  // matrix

  bool operator==(const Formula&) const = default;
};

Formula symbol(std::string text, std::string below = {}, std::string above = {});
// With `digits` significant digits; with kAllDigits or more the shortest text that reads back as the same
// double.
inline constexpr int kAllDigits = 17;
Formula number(double value, int digits);
Formula sign(std::string text);
Formula row(std::vector<Formula> parts);
// Parts that belong together, such as a minus sign and its operand.
Formula tight(std::vector<Formula> parts);
// name(of)
Formula call(std::string name, Formula of);
Formula square(Formula base);
Formula fraction(Formula above, Formula below);
Formula parentheses(Formula inside);
// One list per row, all of equal length.
Formula matrix(const std::vector<std::vector<double>>& rows, int digits);
Formula column_vector(const std::vector<double>& values, int digits);

// a, sign, b, sign, c
Formula joined(std::vector<Formula> parts, std::string_view between);
// ∂of/∂by
Formula partial(Formula of, Formula by);
// In parentheses if it is a number below 0: for a factor of a product.
Formula factor(Formula formula);
// The terms with + between them; the first three, ⋯ and the last if there are more than six.
Formula sum(std::vector<Formula> terms);

std::string formula_text(const Formula& formula);
std::string formula_latex(const Formula& formula);
// The inside of a <math> element.
std::string formula_mathml(const Formula& formula);

}  // namespace chainrule
