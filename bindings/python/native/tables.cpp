// The library's name tables (base/names.h) for Python: one dict per row, with its properties.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/model/front_layers.h"
#include "chainrule/model/initializer.h"
#include "chainrule/optim/optimizer.h"
#include "chainrule/optim/schedule.h"
#include "chainrule/session/session.h"
#include "chainrule/tensor/activation.h"
#include "chainrule/tensor/loss.h"
#include "chainrule/train/perceptron_trainer.h"
#include "chainrule/train/rbf_fitting.h"
#include "parts.h"

namespace chainrule::python {
namespace {

namespace nb = nanobind;

// The properties of a row besides its name and description.
template <typename E>
void add_properties(E, nb::dict&) {}

void add_properties(Activation activation, nb::dict& row) {
  const ActivationProperties& properties = properties_of(activation);
  // Softmax acts on a whole row, and threshold units have no gradient.
  row["can_be_hidden"] = properties.is_differentiable && activation != Activation::softmax;
  row["is_differentiable"] = properties.is_differentiable;
  row["has_parameter"] = properties.parameter != ParameterUse::none;
  row["has_learnable_parameter"] = properties.parameter == ParameterUse::learnable;
}

void add_properties(Optimizer optimizer, nb::dict& row) {
  row["learning_rate"] = properties_of(optimizer).learning_rate;
  // A mean of squared gradients divides the step of each weight.
  row["scales_steps"] = properties_of(optimizer).has_second;
  row["needs_all_rows"] = properties_of(optimizer).needs_all_rows;
}

void add_properties(Loss loss, nb::dict& row) {
  row["is_for_regression"] = properties_of(loss).is_for_regression;
}

template <typename E>
nb::list rows_of() {
  nb::list rows;
  for (const auto& entry : EnumNames<E>::table) {
    nb::dict row;
    row["name"] = std::string(entry.word);
    row["description"] = std::string(entry.description);
    add_properties(entry.value, row);
    rows.append(row);
  }
  return rows;
}

// A table's rows, and the name that a word of its kind stands for.
struct Table {
  std::function<nb::list()> rows;
  std::function<std::string(const std::string&)> name_of_word;
};

template <typename E>
Table table_of() {
  return {.rows = rows_of<E>, .name_of_word = [](const std::string& word) {
            const std::optional<E> value = find_by_name<E>(word);
            return value ? std::string(name_of(*value)) : word;
          }};
}

// Which cross-entropy is meant depends on the task.
Table table_of_losses() {
  Table table = table_of<Loss>();
  table.name_of_word = [by_name = table.name_of_word](const std::string& word) {
    return is_among(word, kCrossEntropyWords) ? "cross_entropy" : by_name(word);
  };
  return table;
}

const std::map<std::string, Table>& tables() {
  static const std::map<std::string, Table> kTables = {
      {"activation", table_of<Activation>()},      {"centre_choice", table_of<CentreChoice>()},
      {"initializer", table_of<Initializer>()},    {"loss", table_of_losses()},
      {"optimizer", table_of<Optimizer>()},        {"output_training", table_of<OutputTraining>()},
      {"outlier", table_of<Outliers>()},           {"perceptron_variant", table_of<PerceptronVariant>()},
      {"precision", table_of<Precision>()},        {"scaling", table_of<Scaling>()},
      {"schedule", table_of<ScheduleKind>()},      {"sign_of_zero", table_of<SignOfZero>()},
      {"width_choice", table_of<WidthChoice>()},   {"number_embedding", table_of<NumberEmbedding>()},
      {"input_scaling", table_of<InputScaling>()}, {"parametrization", table_of<Parametrization>()},
  };
  return kTables;
}

const Table& table_named(const std::string& kind) {
  const auto found = tables().find(kind);
  if (found == tables().end())
    throw UsageError({.what = "the library has no such table", .got = quoted(kind)});
  return found->second;
}

}  // namespace

void bind_tables(nb::module_& module) {
  module.def(
      "table", [](const std::string& kind) { return table_named(kind).rows(); },
      nb::sig("def table(kind: str) -> list[dict[str, typing.Any]]"), nb::arg("kind"),
      "The rows of a table: name, description and properties.");
  module.def(
      "tables",
      [] {
        std::vector<std::string> kinds;
        for (const auto& [kind, table] : tables())
          kinds.push_back(kind);
        return kinds;
      },
      "The kinds that `table` takes.");
  module.def(
      "name_of_word",
      [](const std::string& kind, const std::string& word) { return table_named(kind).name_of_word(word); },
      nb::arg("kind"), nb::arg("word"),
      "The name in a table that a word or a synonym stands for (sigmoid: logistic); an unknown word itself.");
}

}  // namespace chainrule::python
