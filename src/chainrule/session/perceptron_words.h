// What the perceptron rule found out, in words; and the hyperplanes of a perceptron in the units of its
// table.
#pragma once

#include <string>
#include <vector>

#include "chainrule/model/hyperplane.h"
#include "chainrule/train/model.h"
#include "chainrule/train/perceptron_trainer.h"

namespace chainrule {

// "versicolor from the others", "yes from no": what a unit is to tell apart.
std::string unit_text(const TargetEncoding& target, std::size_t unit);

// Sentences for every unit that was not right at the end: that no hyperplane separates its rows, with the
// proof or with what is missing for one, that one does, or that it was not decided. And for every threshold
// that was raised.
std::vector<Message> perceptron_notes(const PerceptronTraining& training, const TargetEncoding& target,
                                          PerceptronVariant variant);

// One unit of a perceptron: yes where the weighted sum of the columns is above the threshold. Scaling is
// taken into weights and threshold, so numbers are as they stand in a table; a word or a missing cell counts
// 1 where it is there.
struct UnitHyperplane {
  std::string answer;  // what yes means
  Hyperplane plane;
  std::vector<std::string> names;  // of the variables: "bill_length_mm", "island=Dream", "sex missing"
};

// Throws StateError when the model is no perceptron (one dense layer of sign units).
std::vector<UnitHyperplane> hyperplanes_in_own_units(const Model& model);
bool is_perceptron(const Network& network);

}  // namespace chainrule
