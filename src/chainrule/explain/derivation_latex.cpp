// A derivation as a LaTeX document: article, with align* of amsmath.
//
// formula_latex writes the formulas; here are the preamble, the headings and the prose, whose symbols and
// special characters LaTeX spells differently.
#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "chainrule/explain/derivation.h"

namespace chainrule {
namespace {

// Prose for LaTeX: symbols that need maths mode, and characters that are special to TeX.
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

}  // namespace

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
    if (section.numbers_left_out > 0)
      out += latex_escaped(numbers_left_out_note(section.numbers_left_out, face)) + ".\n\n";
    if (section.left_out > 0) out += latex_escaped(left_out_note(section.left_out, face)) + "\n\n";
  }
  return out + "\\end{document}\n";
}

}  // namespace chainrule
