// Derivations for tests: a network of one neuron, document 004's example, and the equations of a section as
// text.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/explain/derivation.h"
#include "chainrule/explain/worked_examples.h"

namespace chainrule::testing_support {

// One input, one logistic unit, as in worked_step_test: z = 0, a = 1/2, delta = -1/8.
inline WorkedNetwork neuron() {
  return {.network = {{make_dense(1, 1, Activation::logistic)}},
          .parameters = {2, -1},
          .loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single},
          .eta = 0.5,
          .samples = {{{0.5}, {1}}}};
}

inline const DerivationSection& section_of(const Derivation& derivation, std::string_view title) {
  const auto found =
      std::find_if(derivation.sections.begin(), derivation.sections.end(),
                   [&](const DerivationSection& section) { return section.title.starts_with(title); });
  EXPECT_NE(found, derivation.sections.end()) << title;
  return *found;
}

inline std::vector<std::string> lines_of(const DerivationSection& section) {
  std::vector<std::string> lines;
  for (const Equation& equation : section.equations) {
    std::vector<std::string> sides;
    for (const Formula& side : equation.sides)
      sides.push_back(formula_text(side));
    lines.push_back(join(sides, " = "));
  }
  return lines;
}

inline Derivation derivation_of(const WorkedNetwork& worked, const DerivationOptions& options = {}) {
  return derive(worked, work_step(worked), options);
}

// The worked example of document 004, whose every formula has numbers.
inline Derivation worked_example(Notation notation) {
  return derivation_of(example_004(), {.notation = notation});
}

// How often `part` occurs in `text`.
inline std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

using Lines = std::vector<std::string>;

}  // namespace chainrule::testing_support
