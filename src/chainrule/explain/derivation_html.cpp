// A derivation as a page: HTML with MathML, which browsers render without a script.
//
// formula_mathml writes the formulas; here are the page, its style and the prose.
#include <string>
#include <string_view>

#include "chainrule/explain/derivation.h"
#include "chainrule/io/svg.h"

namespace chainrule {
namespace {

constexpr std::string_view kStyle =
    ":root{color-scheme:light dark}"
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid "
    "#8886;padding-bottom:.2rem}"
    "p{margin:.4rem 0}.equation{overflow-x:auto;padding:.3rem 0 .3rem "
    "2rem;text-indent:-2rem}math{font-size:1.05rem}.more{color:#777}";

}  // namespace

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
    if (section.numbers_left_out > 0) {
      out += "<p class=\"more\">" + escape_markup(numbers_left_out_note(section.numbers_left_out, face)) +
             ".</p>\n";
    }
    if (section.left_out > 0)
      out += "<p class=\"more\">" + escape_markup(left_out_note(section.left_out, face)) + "</p>\n";
    out += "</section>\n";
  }
  return out + "</body>\n</html>\n";
}

}  // namespace chainrule
