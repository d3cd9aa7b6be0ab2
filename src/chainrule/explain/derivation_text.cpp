// The three ways of writing a derivation: lines for a terminal, a LaTeX document, a page with MathML.
//
// Formulas write themselves (formula.h); here is what stands around them. An equation of several sides breaks
// before an =, in each of the three, because sides are what a reader compares.
#include <algorithm>

#include "chainrule/base/message.h"
#include "chainrule/base/text.h"
#include "chainrule/base/text_layout.h"
#include "chainrule/explain/derivation.h"
#include "chainrule/io/svg.h"

namespace chainrule {
namespace {

constexpr std::string_view kIndent = "  ";

std::string left_out_words(std::size_t count, Face face) {
  const Message words = "... and " + format_count(count) + " more; " + set_to(Setting::all, "") +
                        " shows them, " + named(Setting::parameter) + " one of them";
  return words.text(face);
}

// Prose for LaTeX: letters that are only set in mathematics, and characters that mean something to TeX.
std::string latex_escaped(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> kSpellings[] = {
      {"η", "$\\eta$"},    {"φ", "$\\varphi$"},  {"δ", "$\\delta$"},
      {"λ", "$\\lambda$"}, {"∂", "$\\partial$"}, {"²", "$^2$"},
      {"ω", "$\\omega$"},  {"½", "$\\tfrac12$"}, {"ᵀ", "$^{\\mathsf T}$"},
      {"Σ", "$\\sum$"},    {"‖", "$\\|$"},       {"_", "\\_"},
      {"%", "\\%"},        {"#", "\\#"},         {"&", "\\&"},
      {"^", "\\^{}"},      {"{", "\\{"},         {"}", "\\}"},
      {"<", "$<$"},        {">", "$>$"},         {"−", "$-$"},
      {"·", "$\\cdot$"},   {"ŷ", "$\\hat y$"},   {"\u0302", ""}};
  std::string out;
  while (!text.empty()) {
    const auto* const found =
        std::find_if(std::begin(kSpellings), std::end(kSpellings),
                     [&](const auto& spelling) { return text.starts_with(spelling.first); });
    if (found != std::end(kSpellings)) {
      out += found->second;
      text.remove_prefix(found->first.size());
    } else {
      out += text[0];
      text.remove_prefix(1);
    }
  }
  return out;
}

constexpr std::string_view kStyle =
    ":root{color-scheme:light dark}"
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid "
    "#8886;padding-bottom:.2rem}"
    "p{margin:.4rem 0}.equation{overflow-x:auto;padding:.3rem 0 .3rem "
    "2rem;text-indent:-2rem}math{font-size:1.05rem}.more{color:#777}";

}  // namespace

// What follows a break stands below the first =, or a little indented where that is far to the right.
std::string equation_text(const Equation& equation, std::size_t width) {
  std::string out, line = formula_text(equation.sides.front());
  const std::size_t equals = display_width(line) + 1;
  const std::string margin(equals > width / 3 ? 4 : equals, ' ');
  for (std::size_t i = 1; i < equation.sides.size(); ++i) {
    const std::string side = "= " + formula_text(equation.sides[i]);
    // The first = always stands beside its left side.
    if (i > 1 && display_width(line) + 1 + display_width(side) > width) {
      out += line + "\n";
      line = margin + side;
    } else {
      line += " " + side;
    }
  }
  return out + line;
}

std::string derivation_text(const Derivation& derivation, std::size_t width, Face face) {
  std::string out = derivation.title + "\n" + std::string(display_width(derivation.title), '=') + "\n\n";
  for (const std::string& remark : derivation.remarks)
    out += wrapped("", remark, width);
  for (const DerivationSection& section : derivation.sections) {
    out += "\n" + section.title + "\n" + std::string(display_width(section.title), '-') + "\n\n";
    for (const std::string& remark : section.remarks)
      out += wrapped("", remark, width);
    if (!section.remarks.empty() && !section.equations.empty()) out += "\n";
    for (const Equation& equation : section.equations) {
      for (const std::string& line : split_text(equation_text(equation, width - kIndent.size()), '\n'))
        out += std::string(kIndent) + line + "\n";
    }
    if (section.left_out > 0) out += std::string(kIndent) + left_out_words(section.left_out, face) + "\n";
  }
  return out;
}

// Landscape and small type: the longest equation of the lectures' networks fits on a line of its own.
std::string derivation_latex(const Derivation& derivation, Face face) {
  std::string out =
      "\\documentclass[10pt,landscape]{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amsmath}\n"
      "\\usepackage[margin=2cm]{geometry}\n\\allowdisplaybreaks\n\\setlength{\\parindent}{0pt}\n\\setcounter{"
      "MaxMatrixCols}{100}\n"
      "\\begin{document}\n\\section*{" +
      latex_escaped(derivation.title) + "}\n";
  for (const std::string& remark : derivation.remarks)
    out += latex_escaped(remark) + "\n\n";
  for (const DerivationSection& section : derivation.sections) {
    out += "\\subsection*{" + latex_escaped(section.title) + "}\n";
    for (const std::string& remark : section.remarks)
      out += latex_escaped(remark) + "\n\n";
    if (!section.equations.empty()) {
      out += "\\begin{align*}\n";
      for (std::size_t i = 0; i < section.equations.size(); ++i) {
        const std::vector<Formula>& sides = section.equations[i].sides;
        out += formula_latex(sides.front());
        // A line for each side: the page is narrower than the longest equations.
        for (std::size_t k = 1; k < sides.size(); ++k)
          out += (k == 1 ? " &= " : " \\\\\n&= ") + formula_latex(sides[k]);
        out += i + 1 < section.equations.size() ? " \\\\\n" : "\n";
      }
      out += "\\end{align*}\n";
    }
    if (section.left_out > 0) out += latex_escaped(left_out_words(section.left_out, face)) + "\n\n";
  }
  return out + "\\end{document}\n";
}

std::string derivation_html(const Derivation& derivation, Face face) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      escape_markup(derivation.title) + "</title>\n<style>" + std::string(kStyle) +
      "</style>\n</head>\n<body>\n<h1>" + escape_markup(derivation.title) + "</h1>\n";
  for (const std::string& remark : derivation.remarks)
    out += "<p>" + escape_markup(remark) + "</p>\n";
  for (const DerivationSection& section : derivation.sections) {
    out += "<section>\n<h2>" + escape_markup(section.title) + "</h2>\n";
    for (const std::string& remark : section.remarks)
      out += "<p>" + escape_markup(remark) + "</p>\n";
    for (const Equation& equation : section.equations) {
      // Each side is a formula of its own, so that a narrow window breaks the line before an =.
      out += "<div class=\"equation\">";
      for (std::size_t i = 0; i < equation.sides.size(); ++i) {
        out += std::string(i == 0 ? "" : " ") + "<math><mrow>" + (i == 0 ? "" : "<mo>=</mo>") +
               formula_mathml(equation.sides[i]) + "</mrow></math>";
      }
      out += "</div>\n";
    }
    if (section.left_out > 0)
      out += "<p class=\"more\">" + escape_markup(left_out_words(section.left_out, face)) + "</p>\n";
    out += "</section>\n";
  }
  return out + "</body>\n</html>\n";
}

}  // namespace chainrule
