// The worked derivation of one step: every number of worked_step.h as formula -> numbers -> value, in the
// symbols of a document.
//
// Sections: the network; forward (z, a, f'); the loss; delta of the output layer (BP-1); hidden deltas
// (BP-2); gradients by the chain rule's factors (BP-3, BP-4); the sum over samples and lambda; the update;
// the result.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/explain/formula.h"
#include "chainrule/explain/notation.h"
#include "chainrule/explain/worked_step.h"

namespace chainrule {

// Sides with = between them.
struct Equation {
  std::vector<Formula> sides;
};

struct DerivationSection {
  std::string title;
  std::vector<std::string> remarks;  // above the equations
  std::vector<Equation> equations;
  std::size_t left_out = 0;          // equations beyond the limit
  std::size_t numbers_left_out = 0;  // of matrices beyond the limit; a remark has the size of each
};

struct Derivation {
  std::string title;
  std::vector<std::string> remarks;
  std::vector<DerivationSection> sections;
};

struct DerivationOptions {
  Notation notation = Notation::plain;
  int digits = 6;                           // significant
  std::optional<ParameterPlace> parameter;  // only what leads to this weight or bias
  std::size_t most_equations = 60;          // per section; 0: all
  std::size_t most_numbers = 2000;          // of a matrix that is shown; 0: all
};

Derivation derive(const WorkedNetwork& worked, const WorkedStep& step, const DerivationOptions& options);

// One equation as lines of at most `width` columns, broken before an = where possible; without a final line
// end.
std::string equation_text(const Equation& equation, std::size_t width);

// The three formats. `face`: how their notes name the settings that show more of the derivation.

// For a terminal; equations that are wider than `width` are broken before an =.
std::string derivation_text(const Derivation& derivation, std::size_t width, Face face = Face::cpp);
// A whole LaTeX document (article, amsmath).
std::string derivation_latex(const Derivation& derivation, Face face = Face::cpp);
// A whole page: HTML with MathML, no script, nothing fetched.
std::string derivation_html(const Derivation& derivation, Face face = Face::cpp);

// What each of them writes below a section that is longer than DerivationOptions::most_equations.
std::string left_out_note(std::size_t left_out, Face face);
// The same below a section with a matrix of more than DerivationOptions::most_numbers.
std::string numbers_left_out_note(std::size_t numbers, Face face);

}  // namespace chainrule
