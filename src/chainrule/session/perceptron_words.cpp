#include "chainrule/session/perceptron_words.h"

#include <algorithm>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/model/dense.h"

namespace chainrule {
namespace {

constexpr std::string_view kWhy =
    " Weights that separate them would make each of these terms positive, and positive numbers do not add up "
    "to 0.";

std::string shown(const std::string& name) {
  return is_valid_utf8(name) ? name : quoted(name);
}

// "each once", or "3 to 17 times".
std::string counts_text(const std::vector<double>& counts) {
  double smallest = 0, largest = 0;
  for (const double count : counts) {
    if (count <= 0) continue;
    smallest = smallest == 0 ? count : std::min(smallest, count);
    largest = std::max(largest, count);
  }
  // |d - o| is 2 for a whole correction.
  if (smallest == largest) return "each as often as the others";
  return "the most frequent " + format_significant(largest / smallest, 4) + " times as often as the rarest";
}

std::string note_of(const UnitSeparability& unit, const std::string& what) {
  const std::string none = "no hyperplane separates " + what;
  const std::string rows = count_of(unit.rows_in_proof, "training row");
  switch (unit.verdict) {
    case Separability::separable:
      if (unit.evidence == Evidence::right_epoch) return "";
      return "a hyperplane separates " + what +
             ": a search found one, and it was checked without rounding. The rule would find one too, with "
             "more "
             "epochs.";
    case Separability::undecided:
      if (unit.evidence == Evidence::none) return "";
      return "whether a hyperplane separates " + what + " was not decided within the limit of the search.";
    case Separability::not_separable:
      break;
  }
  if (unit.evidence == Evidence::repeated_weights) {
    return none + ", proven: after epoch " + std::to_string(unit.repeat_epoch) +
           " the weights were where they had been after epoch " + std::to_string(unit.first_epoch) +
           ", so the corrections between cancel. Counted without rounding, d (-1, x) adds up to exactly 0 "
           "over " +
           rows + ", " + counts_text(unit.counts) + "." + std::string(kWhy);
  }
  if (unit.proof == Proof::exact) {
    return none + ", proven: counted without rounding, d (-1, x) adds up to exactly 0 over " + rows + ", " +
           counts_text(unit.counts) + "." + std::string(kWhy);
  }
  return none + ", up to rounding: weights above 0 for " + rows + " make d (-1, x) add up to 0 but for " +
         format_significant(unit.distance, 2) + " of a row's length. That is a number, not a proof.";
}

// The first notes and the number of the others, which say the same of other units.
void shorten(std::vector<Message>& notes, std::string_view others) {
  constexpr std::size_t kShown = 3;
  if (notes.size() <= kShown + 1) return;
  const std::size_t hidden = notes.size() - kShown;
  notes.resize(kShown);
  notes.push_back("... and " + format_count(hidden) + " " + std::string(others));
}

}  // namespace

std::string unit_text(const TargetEncoding& target, std::size_t unit) {
  switch (target.task) {
    case Task::binary:
      return shown(target.class_names[1]) + " from " + shown(target.class_names[0]);
    case Task::classes:
      return shown(target.class_names[unit]) + " from the others";
    case Task::ordinal:
      return "more than " + shown(target.class_names[unit]) + " from the others";
    case Task::multi_label:
    case Task::regression:
      break;
  }
  if (has_category_values(target, unit)) {
    const auto values = label_values(target, unit);
    return shown(values[1]) + " from " + shown(values[0]) + " of " + shown(target.columns[unit]);
  }
  return "yes from no of " + shown(target.columns[unit]);
}

std::vector<Message> perceptron_notes(const PerceptronTraining& training, const TargetEncoding& target,
                                      PerceptronVariant variant) {
  std::vector<Message> notes;
  bool is_hopeless = false;
  for (std::size_t j = 0; j < training.units.size(); ++j) {
    const UnitSeparability& unit = training.units[j];
    std::string note = note_of(unit, unit_text(target, j));
    is_hopeless = is_hopeless || unit.verdict == Separability::not_separable;
    if (!note.empty()) notes.push_back(std::move(note));
  }
  shorten(notes, "more such notes, on other classes or labels.");
  if (is_hopeless) {
    notes.push_back(variant == PerceptronVariant::plain
                        ? "the variants pocket and averaged (" + named(Setting::variant) +
                              ") find the best hyperplane for such rows; a network with a hidden layer (" +
                              set_to(Setting::model, "mlp") + ") can do more."
                        : "a network with a hidden layer (" + set_to(Setting::model, "mlp") +
                              ") can do what no hyperplane can.");
  }
  std::vector<Message> raised;
  for (const std::size_t j : training.raised_thresholds) {
    raised.push_back(
        "rows exactly on the hyperplane of " + unit_text(target, j) +
        " are no, as sgn(0) = -1 says: its threshold was raised by less than changes any other row.");
  }
  shorten(raised, "more classes or labels whose threshold was raised so.");
  notes.insert(notes.end(), raised.begin(), raised.end());
  return notes;
}

bool is_perceptron(const Network& network) {
  return network.layers.size() == 1 && network.output_activation() == Activation::sign;
}

std::vector<UnitHyperplane> hyperplanes_in_own_units(const Model& model) {
  if (!is_perceptron(model.network)) {
    throw StateError({.what = "hyperplanes belong to a perceptron",
                      .expected = "one dense layer of sign units",
                      .got = count_of(model.network.layers.size(), "layer")});
  }
  // Offset and factor of each feature; categories and missing cells are not scaled.
  std::vector<std::pair<double, double>> scaling;
  for (const ColumnEncoding& column : model.encoder.inputs) {
    const bool is_number = column.kind == ColumnKind::numeric;
    for (std::size_t f = 0; f < column.features(); ++f)
      scaling.push_back(is_number && f == 0 ? std::pair(column.offset, column.factor) : std::pair(0.0, 1.0));
  }
  const TargetEncoding& target = model.encoder.target;
  std::vector<UnitHyperplane> planes;
  std::visit(
      [&](const auto& parameters) {
        using T = typename std::decay_t<decltype(parameters)>::value_type;
        // is_perceptron holds: the only layer ends the network, so it is dense.
        const auto layer =
            dense_parameters<const T>(std::get<Dense>(model.network.layers.front()), parameters);
        for (std::size_t j = 0; j < layer.w.columns; ++j) {
          UnitHyperplane unit{
              .answer = target.task == Task::binary ? target.class_names[1] : target.class_names[j],
              .names = model.encoder.feature_names()};
          unit.plane.threshold = layer.b.empty() ? 0 : -static_cast<double>(layer.b[j]);
          for (std::size_t i = 0; i < layer.w.rows; ++i) {
            const double weight = static_cast<double>(layer.w(i, j)) * scaling[i].second;
            unit.plane.normal.push_back(weight);
            unit.plane.threshold += weight * scaling[i].first;
          }
          planes.push_back(std::move(unit));
        }
      },
      model.parameters);
  return planes;
}

}  // namespace chainrule
