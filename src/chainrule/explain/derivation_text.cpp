// A derivation as lines for a terminal.
//
// Formulas write themselves (formula.h); here is the text around them: headings, remarks and line breaks. An
// equation of several sides breaks before an =, as in derivation_latex and derivation_html, because the sides
// are what a reader compares.
#include "chainrule/base/message.h"
#include "chainrule/base/text.h"
#include "chainrule/base/text_layout.h"
#include "chainrule/explain/derivation.h"

namespace chainrule {
namespace {

constexpr std::string_view kIndent = "  ";

}  // namespace

std::string left_out_note(std::size_t count, Face face) {
  const Message words = "... and " + format_count(count) + " more; " + set_to(Setting::all, "") +
                        " shows them, " + named(Setting::parameter) + " one of them";
  return words.text(face);
}

std::string numbers_left_out_note(std::size_t numbers, Face face) {
  const Message words = count_of(numbers, "number") + " of matrices left out; " + set_to(Setting::all, "") +
                        " shows them. Of a model whose networks vote, " + set_to_any(Setting::member, "K") +
                        " opens one, which is smaller";
  return words.text(face);
}

// What follows a break is aligned with the first =, or a little indented where that is far to the right.
std::string equation_text(const Equation& equation, std::size_t width) {
  std::string out, line = formula_text(equation.sides.front());
  const std::size_t equals = display_width(line) + 1;
  const std::string margin(equals > width / 3 ? 4 : equals, ' ');
  for (std::size_t i = 1; i < equation.sides.size(); ++i) {
    const std::string side = "= " + formula_text(equation.sides[i]);
    // The first = always stays beside its left side.
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
    if (section.numbers_left_out > 0)
      out += wrapped("", numbers_left_out_note(section.numbers_left_out, face) + ".", width);
    if (section.left_out > 0) out += std::string(kIndent) + left_out_note(section.left_out, face) + "\n";
  }
  return out;
}

}  // namespace chainrule
