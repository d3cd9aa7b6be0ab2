// Formulas as trees, written in three ways.
//
//   text     a_1^(1) = 1/(1 + exp(-z))      one line; ^ and _ for superscripts and subscripts
//   LaTeX    \frac{1}{1 + ...}              Greek letters by their names
//   MathML   <mfrac>...</mfrac>             what a browser shows without scripts
//
// Each writer is one recursive function over the kinds of formula; the form of each kind is in the helper
// beside it. Numbers arrive as text with their digits, so the three agree to the last digit.
#include "chainrule/explain/formula.h"

#include <algorithm>
#include <utility>

#include "chainrule/base/text.h"
#include "chainrule/io/svg.h"

namespace chainrule {
namespace {

constexpr std::size_t kMostTerms = 6, kShownFirst = 3;
// Minus, times and dots as typesetters print them.
constexpr std::string_view kMinus = "−", kDots = "⋯", kPartial = "∂";

struct Spelling {
  std::string_view letter, latex;
};
// The letters and signs of derivations; everything else is written unchanged.
constexpr Spelling kLatex[] = {
    {"ω", "\\omega "},  {"δ", "\\delta "},      {"η", "\\eta "},     {"φ", "\\varphi "}, {"μ", "\\mu "},
    {"λ", "\\lambda "}, {"α", "\\alpha "},      {"Δ", "\\Delta "},   {"Σ", "\\sum "},    {"∂", "\\partial "},
    {"∇", "\\nabla "},  {"·", "\\cdot "},       {"×", "\\times "},   {"⊙", "\\odot "},   {"⋯", "\\cdots "},
    {"−", "-"},         {"ŷ", "\\hat y"},       {"½", "\\tfrac12 "}, {"σ", "\\sigma "},  {"²", "^2"},
    {"‖", "\\|"},       {"ᵀ", "^{\\mathsf T}"}, {"≤", "\\le "},      {"→", "\\to "},
};

// Digits and exponent of "-6.1e-06": "-6.1" and "-6".
std::pair<std::string, std::string> split_exponent(const std::string& digits) {
  const std::size_t e = digits.find('e');
  if (e == std::string::npos) return {digits, ""};
  std::string exponent = digits.substr(e + 1);
  const bool is_negative = exponent.starts_with('-');
  exponent.erase(0, exponent.find_first_not_of("+-0"));
  return {digits.substr(0, e), (is_negative ? "-" : "") + exponent};
}

// A true minus sign instead of the hyphen.
std::string with_minus(std::string digits) {
  if (digits.starts_with('-')) digits = std::string(kMinus) + digits.substr(1);
  return digits;
}

// --- plain text --------------------------------------------------------------------------------------------

// Parts side by side.
std::string text_of_parts(const std::vector<Formula>& parts, std::string_view between) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) out += between;
    out += formula_text(parts[i]);
  }
  return out;
}

// A row inside a fraction needs parentheses.
std::string text_in_fraction(const Formula& formula) {
  return formula.kind == FormulaKind::row ? "(" + formula_text(formula) + ")" : formula_text(formula);
}

// --- LaTeX -------------------------------------------------------------------------------------------------

// Letters as commands; TeX's special characters are escaped.
std::string latex_letters(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto found = std::find_if(std::begin(kLatex), std::end(kLatex), [&](const Spelling& spelling) {
      return text.starts_with(spelling.letter);
    });
    if (found != std::end(kLatex)) {
      out += found->latex;
      text.remove_prefix(found->letter.size());
    } else {
      if (text[0] == '_' || text[0] == '%' || text[0] == '&' || text[0] == '#' || text[0] == '$') out += '\\';
      out += text[0];
      text.remove_prefix(1);
    }
  }
  while (out.ends_with(' '))
    out.pop_back();
  return out;
}

// Several letters in a row are a word, set upright: net, max.
std::string latex_symbol(const Formula& formula) {
  const bool is_word = formula.text.size() > 1 && std::all_of(formula.text.begin(), formula.text.end(),
                                                              [](char c) { return c >= 'a' && c <= 'z'; });
  std::string out = is_word ? "\\mathrm{" + formula.text + "}" : latex_letters(formula.text);
  if (formula.has_hat) out = "\\hat{" + out + "}";
  if (!formula.below.empty()) out += "_{" + latex_letters(formula.below) + "}";
  if (!formula.above.empty()) out += "^{" + latex_letters(formula.above) + "}";
  return out;
}

// --- MathML ------------------------------------------------------------------------------------------------

// "6.1e-06" as 6.1 × 10 to the power -6.
std::string mathml_number(const std::string& digits) {
  const auto [mantissa, exponent] = split_exponent(digits);
  std::string out = "<mn>" + with_minus(mantissa) + "</mn>";
  if (!exponent.empty()) out += "<mo>×</mo><msup><mn>10</mn><mn>" + with_minus(exponent) + "</mn></msup>";
  return exponent.empty() ? out : "<mrow>" + out + "</mrow>";
}

// Subscript and superscript as text, a hat above the letter, and f' with a prime.
std::string mathml_symbol(const Formula& formula) {
  const bool is_primed = formula.text.size() == 2 && formula.text[1] == '\'';
  std::string base = is_primed ? "<msup><mi>" + formula.text.substr(0, 1) + "</mi><mo>′</mo></msup>"
                               : "<mi>" + escape_markup(formula.text) + "</mi>";
  if (formula.has_hat) base = "<mover accent=\"true\">" + base + "<mo>^</mo></mover>";
  const std::string below = "<mtext>" + escape_markup(formula.below) + "</mtext>";
  const std::string above = "<mtext>" + escape_markup(formula.above) + "</mtext>";
  if (!formula.below.empty() && !formula.above.empty())
    return "<msubsup>" + base + below + above + "</msubsup>";
  if (!formula.below.empty()) return "<msub>" + base + below + "</msub>";
  if (!formula.above.empty()) return "<msup>" + base + above + "</msup>";
  return base;
}

std::string mathml_row(const std::vector<Formula>& parts) {
  std::string out = "<mrow>";
  for (const Formula& part : parts)
    out += formula_mathml(part);
  return out + "</mrow>";
}

}  // namespace

Formula symbol(std::string text, std::string below, std::string above) {
  return {.kind = FormulaKind::symbol,
          .text = std::move(text),
          .below = std::move(below),
          .above = std::move(above)};
}

Formula number(double value, int digits) {
  return {.kind = FormulaKind::number,
          .text = digits >= kAllDigits ? format_number(value) : format_significant(value, digits)};
}

Formula sign(std::string text) {
  return {.kind = FormulaKind::sign, .text = std::move(text)};
}

Formula row(std::vector<Formula> parts) {
  return {.kind = FormulaKind::row, .parts = std::move(parts)};
}

Formula tight(std::vector<Formula> parts) {
  return {.kind = FormulaKind::tight, .parts = std::move(parts)};
}

Formula call(std::string name, Formula of) {
  return tight({symbol(std::move(name)), parentheses(std::move(of))});
}

Formula square(Formula base) {
  Formula result = {.kind = FormulaKind::power, .text = "2"};
  result.parts.push_back(std::move(base));
  return result;
}

Formula fraction(Formula above, Formula below) {
  Formula result = {.kind = FormulaKind::fraction};
  result.parts.push_back(std::move(above));
  result.parts.push_back(std::move(below));
  return result;
}

Formula parentheses(Formula inside) {
  Formula result = {.kind = FormulaKind::parentheses};
  result.parts.push_back(std::move(inside));
  return result;
}

Formula matrix(const std::vector<std::vector<double>>& rows, int digits) {
  Formula result = {.kind = FormulaKind::matrix, .columns = rows.empty() ? 0 : rows.front().size()};
  for (const std::vector<double>& values : rows) {
    for (const double value : values)
      result.parts.push_back(number(value, digits));
  }
  return result;
}

Formula column_vector(const std::vector<double>& values, int digits) {
  std::vector<std::vector<double>> rows;
  for (const double value : values)
    rows.push_back({value});
  return matrix(rows, digits);
}

Formula joined(std::vector<Formula> parts, std::string_view between) {
  std::vector<Formula> all;
  for (Formula& part : parts) {
    if (!all.empty()) all.push_back(sign(std::string(between)));
    all.push_back(std::move(part));
  }
  return row(std::move(all));
}

Formula partial(Formula of, Formula by) {
  return fraction(tight({symbol(std::string(kPartial)), std::move(of)}),
                  tight({symbol(std::string(kPartial)), std::move(by)}));
}

Formula factor(Formula formula) {
  const bool is_negative = formula.kind == FormulaKind::number && formula.text.starts_with('-');
  return is_negative ? parentheses(std::move(formula)) : formula;
}

Formula sum(std::vector<Formula> terms) {
  if (terms.size() > kMostTerms) {
    Formula last = std::move(terms.back());
    terms.resize(kShownFirst);
    terms.push_back(symbol(std::string(kDots)));
    terms.push_back(std::move(last));
  }
  return joined(std::move(terms), "+");
}

std::string formula_text(const Formula& formula) {
  switch (formula.kind) {
    case FormulaKind::symbol: {
      std::string out = formula.text;
      if (formula.has_hat) out += "\u0302";
      if (!formula.below.empty()) out += "_" + formula.below;
      if (!formula.above.empty()) out += "^" + formula.above;
      return out;
    }
    case FormulaKind::number:
    case FormulaKind::sign:
      return formula.text;
    case FormulaKind::row:
      return text_of_parts(formula.parts, " ");
    case FormulaKind::tight:
      return text_of_parts(formula.parts, "");
    case FormulaKind::power:
      return formula_text(formula.parts[0]) + (formula.text == "2" ? "²" : "^" + formula.text);
    case FormulaKind::fraction:
      return text_in_fraction(formula.parts[0]) + "/" + text_in_fraction(formula.parts[1]);
    case FormulaKind::parentheses:
      return "(" + formula_text(formula.parts[0]) + ")";
    case FormulaKind::matrix: {
      std::string out = "[";
      for (std::size_t i = 0; i < formula.parts.size(); ++i) {
        if (i != 0) out += i % formula.columns == 0 ? "; " : ", ";
        out += formula_text(formula.parts[i]);
      }
      return out + "]";
    }
  }
  return {};
}

std::string formula_latex(const Formula& formula) {
  switch (formula.kind) {
    case FormulaKind::symbol:
      return latex_symbol(formula);
    case FormulaKind::number: {
      const auto [mantissa, exponent] = split_exponent(formula.text);
      return exponent.empty() ? mantissa : mantissa + "\\times 10^{" + exponent + "}";
    }
    case FormulaKind::sign:
      return latex_letters(formula.text);
    case FormulaKind::row:
    case FormulaKind::tight: {
      std::string out;
      for (const Formula& part : formula.parts)
        out += (out.empty() ? "" : " ") + formula_latex(part);
      return out;
    }
    case FormulaKind::power:
      return "{" + formula_latex(formula.parts[0]) + "}^{" + formula.text + "}";
    case FormulaKind::fraction:
      return "\\frac{" + formula_latex(formula.parts[0]) + "}{" + formula_latex(formula.parts[1]) + "}";
    case FormulaKind::parentheses:
      return "\\left(" + formula_latex(formula.parts[0]) + "\\right)";
    case FormulaKind::matrix: {
      std::string out = "\\begin{bmatrix}";
      for (std::size_t i = 0; i < formula.parts.size(); ++i) {
        if (i != 0) out += i % formula.columns == 0 ? "\\\\" : "&";
        out += formula_latex(formula.parts[i]);
      }
      return out + "\\end{bmatrix}";
    }
  }
  return {};
}

std::string formula_mathml(const Formula& formula) {
  switch (formula.kind) {
    case FormulaKind::symbol:
      return mathml_symbol(formula);
    case FormulaKind::number:
      return mathml_number(formula.text);
    case FormulaKind::sign:
      return "<mo>" + escape_markup(formula.text == "-" ? kMinus : std::string_view(formula.text)) + "</mo>";
    case FormulaKind::row:
    case FormulaKind::tight:
      return mathml_row(formula.parts);
    case FormulaKind::power:
      return "<msup>" + formula_mathml(formula.parts[0]) + "<mn>" + formula.text + "</mn></msup>";
    case FormulaKind::fraction:
      return "<mfrac>" + formula_mathml(formula.parts[0]) + formula_mathml(formula.parts[1]) + "</mfrac>";
    case FormulaKind::parentheses:
      return "<mrow><mo>(</mo>" + formula_mathml(formula.parts[0]) + "<mo>)</mo></mrow>";
    case FormulaKind::matrix: {
      std::string out = "<mrow><mo>[</mo><mtable>";
      for (std::size_t i = 0; i < formula.parts.size(); ++i) {
        if (i % formula.columns == 0) out += i == 0 ? "<mtr>" : "</mtr><mtr>";
        out += "<mtd>" + formula_mathml(formula.parts[i]) + "</mtd>";
      }
      return out + (formula.parts.empty() ? "" : "</mtr>") + "</mtable><mo>]</mo></mrow>";
    }
  }
  return {};
}

}  // namespace chainrule
