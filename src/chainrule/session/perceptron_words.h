// Describes in words what the perceptron rule found, and gives the hyperplanes of a perceptron in the units
// of its table.
#pragma once

#include <string>
#include <vector>

#include "chainrule/model/hyperplane.h"
#include "chainrule/train/model.h"
#include "chainrule/train/perceptron_trainer.h"

namespace chainrule {

// "versicolor from the others", "yes from no": what a unit has to separate.
std::string unit_text(const TargetEncoding& target, std::size_t unit);

// Sentences about every unit that still made errors at the end: no hyperplane separates its rows (with the
// proof, or with how far it falls short of one), one does, or this is undecided. Also about every threshold
// that was raised.
std::vector<Message> perceptron_notes(const PerceptronTraining& training, const TargetEncoding& target,
                                      PerceptronVariant variant);

// One unit of a perceptron: yes if the weighted sum of the columns is above the threshold. Weights and
// threshold include the scaling, so they apply to the numbers of the table; a category or a missing cell is a
// variable that is 1 or 0.
struct UnitHyperplane {
  std::string answer;  // what yes means
  Hyperplane plane;
  std::vector<std::string> names;  // of the variables: "bill_length_mm", "island=Dream", "sex missing"
};

// Throws StateError if the model is not a perceptron (one dense layer of sign units).
std::vector<UnitHyperplane> hyperplanes_in_own_units(const Model& model);
bool is_perceptron(const Network& network);

}  // namespace chainrule
