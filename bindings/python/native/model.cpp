// Model files, and networks taken apart into plain values for pickles.

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <limits>
#include <map>
#include <type_traits>
#include <utility>

#include "arrays.h"
#include "chainrule/base/file_system.h"
#include "chainrule/data/open_table.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/model_table.h"
#include "chainrule/session/prediction.h"
#include "chainrule/session/session.h"
#include "chainrule/train/quantile_metrics.h"
#include "layer_dicts.h"
#include "network.h"
#include "parts.h"

namespace chainrule::python {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

template <typename E>
std::string word(E value) {
  return std::string(name_of(value));
}

// --- networks as plain values ------------------------------------------------------------------------------

template <typename T>
NetworkWithParameters<T> network_of(const std::vector<nb::dict>& layers, const Array1<T>& parameters) {
  Network network;
  // Sizes are multiplied below: a layer larger than all parameters is none of theirs.
  const std::size_t given = parameters.shape(0);
  const auto refuse = [&] {
    throw StateError({.what = "these are not the parameters of these layers",
                      .got = std::to_string(given) + " parameters"});
  };
  for (const nb::dict& layer : layers) {
    network.layers.push_back(layer_of(layer));
    for (const ParameterPart& part : layer_parameters(network.layers.back())) {
      if (part.columns != 0 && part.rows > given / part.columns) refuse();
    }
  }
  validate(network);
  if (parameter_count(network) != given) refuse();
  validate_parameters<T>(network, {parameters.data(), given});
  return {std::move(network), AlignedVector<T>(parameters.data(), parameters.data() + given)};
}

// --- models ------------------------------------------------------------------------------------------------

// Inputs are columns of numbers, taken as they are: earlier preprocessing is not in the file.
Encoder encoder_of_numbers(std::vector<std::string> names) {
  Encoder encoder;
  for (std::string& name : names)
    encoder.inputs.push_back({.name = std::move(name), .scaling = Scaling::none});
  encoder.missing_words = ReadOptions{}.missing_words;
  return encoder;
}

template <typename T>
Model model_of(const NetworkWithParameters<T>& network, const LossOptions& loss, const std::string& task,
               std::vector<std::string> feature_names, std::vector<std::string> target_names,
               std::vector<std::string> class_names, std::vector<std::string> class_values,
               std::vector<double> target_offset, std::vector<double> target_factor, Pairs options,
               std::uint64_t seed, std::uint64_t epochs, std::uint64_t best_epoch,
               const std::string& stop_reason, std::uint64_t training_rows, std::uint64_t validation_rows) {
  Model model{.network = network.description,
              .parameters = AlignedVector<T>(network.values().begin(), network.values().end())};
  model.encoder = encoder_of_numbers(std::move(feature_names));
  TargetEncoding& target = model.encoder.target;
  target.task = parse_name<Task>(task);
  target.columns = std::move(target_names);
  target.class_names = std::move(class_names);
  target.class_values = std::move(class_values);
  target.offset = std::move(target_offset);
  target.factor = std::move(target_factor);
  if (target.task == Task::regression && target.offset.empty()) {
    target.offset.assign(target.columns.size(), 0.0);
    target.factor.assign(target.columns.size(), 1.0);
  }
  model.schema.task = target.task;
  model.loss = loss;
  std::ranges::sort(options);
  model.provenance = {.version = std::string(version()),
                      .training_rows = training_rows,
                      .validation_rows = validation_rows,
                      .seed = seed,
                      .epochs = epochs,
                      .best_epoch = best_epoch,
                      .stop_reason = stop_reason,
                      .options = std::move(options)};
  validate(model);
  return model;
}

template <typename T>
void bind_network_values(nb::module_& module, nb::class_<Model>& model) {
  module.def(std::is_same_v<T, float> ? "network_float32_of_layers" : "network_float64_of_layers",
             &network_of<T>, nb::arg("layers"), nb::arg("parameters").noconvert(),
             "A network from what layer_descriptions returned and its parameters, float32 or float64. "
             "StateError when "
             "they do not fit.");
  module.def(
      "layer_descriptions",
      [](const NetworkWithParameters<T>& network) {
        nb::list layers;
        for (const Layer& layer : network.description.layers)
          layers.append(description_of(layer));
        return layers;
      },
      nb::arg("network"), "Plain dicts that describe the layers in full, without their parameters.");
  model.def_static(
      "of_network", &model_of<T>, nb::arg("network"), nb::arg("loss"), nb::kw_only(), nb::arg("task"),
      nb::arg("feature_names"), nb::arg("target_names"), nb::arg("class_names") = std::vector<std::string>(),
      nb::arg("class_values") = std::vector<std::string>(), nb::arg("target_offset") = std::vector<double>(),
      nb::arg("target_factor") = std::vector<double>(), nb::arg("options") = Pairs(), nb::arg("seed") = 0,
      nb::arg("epochs") = 0, nb::arg("best_epoch") = 0, nb::arg("stop_reason") = "",
      nb::arg("training_rows") = 0, nb::arg("validation_rows") = 0,
      "A model of a network whose inputs are columns of numbers, unscaled. StateError when the parts do not "
      "fit.");
}

nb::dict dict_of(const Provenance& provenance) {
  nb::dict options, held_out, dict;
  for (const auto& [name, value] : provenance.options)
    options[name.c_str()] = value;
  for (const auto& [name, value] : provenance.held_out)
    held_out[name.c_str()] = value;
  dict["version"] = provenance.version;
  dict["data_name"] = provenance.data_name;
  dict["data_fingerprint"] = provenance.data_hash;
  dict["training_rows"] = provenance.training_rows;
  dict["validation_rows"] = provenance.validation_rows;
  dict["seed"] = provenance.seed;
  dict["epochs"] = provenance.epochs;
  dict["best_epoch"] = provenance.best_epoch;
  dict["stop_reason"] = provenance.stop_reason;
  dict["options"] = options;
  dict["held_out"] = held_out;
  return dict;
}

nb::dict dict_of(const ColumnEncoding& input) {
  nb::dict dict;
  dict["name"] = input.name;
  dict["kind"] = word(input.kind);
  dict["scaling"] = word(input.scaling);
  dict["offset"] = input.offset;
  dict["factor"] = input.factor;
  dict["fill"] = input.fill;
  dict["words"] = input.words;
  dict["other_feature"] = word(input.other_feature);
  dict["missing_feature"] = word(input.missing_feature);
  dict["minimum"] = input.minimum;
  dict["maximum"] = input.maximum;
  dict["outliers"] = word(input.outliers);
  return dict;
}

std::vector<std::string> input_names(const Model& model) {
  std::vector<std::string> names;
  for (const ColumnEncoding& input : model.encoder.inputs)
    names.push_back(input.name);
  return names;
}

nb::object network_of(const Model& model) {
  return std::visit(
      [&]<typename T>(const Parameters<T>& parameters) {
        return nb::cast(NetworkWithParameters<T>(model.network, parameters));
      },
      model.parameters);
}

// What the cells of a table should make its user think about.
std::vector<std::string> notes_of(const EncodeReport& report) {
  std::vector<std::string> notes;
  if (report.unknown_words > 0) {
    notes.push_back(count_of(report.unknown_words, "category", "categories") +
                    " never seen in training (first: " + report.first_unknown + ")");
  }
  if (report.similar_words > 0) {
    notes.push_back(count_of(report.similar_words, "cell") +
                    " with a category that differs from one of training only in case or blanks (first: " +
                    report.first_similar + ")");
  }
  if (report.respelled_words > 0) {
    notes.push_back(count_of(report.respelled_words, "cell") +
                    " with another spelling of a category of training, read as it (first: " +
                    report.first_respelled + ")");
  }
  for (std::string& note : texts_of(far_notes(report), Face::python))
    notes.push_back(std::move(note));
  return notes;
}

nb::tuple predict(const Model& model, const Table& table, std::size_t threads) {
  Predictions predictions;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    predictions = predict_table(pool.compute(), model, table);
  }
  auto [values, view] = new_array<double>(predictions.values.rows(), predictions.values.columns());
  std::ranges::copy(predictions.values.values(), view.data);
  auto* const kept = new std::vector<std::uint32_t>(std::move(predictions.classes));
  nb::capsule owner(kept,
                    [](void* pointer) noexcept { delete static_cast<std::vector<std::uint32_t>*>(pointer); });
  return nb::make_tuple(values, NumpyArray<std::uint32_t>(kept->data(), {kept->size()}, owner),
                        notes_of(predictions.report), predictions.report.missing_cells);
}

// The intervals around predictions [rows][targets]: (low, high), of the same shape.
nb::tuple intervals_around(const Model& model, const Array2<double>& values, double coverage) {
  const MatrixView<const double> predictions = view_of<double>(values, "the predictions");
  const std::vector<double> half_widths = interval_half_widths(model, coverage);
  if (predictions.columns != half_widths.size())
    throw StateError({.what = "predictions of another number of targets",
                      .expected = std::to_string(half_widths.size()),
                      .got = std::to_string(predictions.columns)});
  auto [low, low_view] = new_array<double>(predictions.rows, predictions.columns);
  auto [high, high_view] = new_array<double>(predictions.rows, predictions.columns);
  for (std::size_t r = 0; r < predictions.rows; ++r) {
    for (std::size_t t = 0; t < predictions.columns; ++t) {
      const Interval one = interval_around(model, predictions(r, t), half_widths[t]);
      low_view(r, t) = one.low;
      high_view(r, t) = one.high;
    }
  }
  return nb::make_tuple(low, high);
}

// d2_pinball of predictions [rows][quantiles] for targets [rows].
double quantile_score(const Model& model, const Array2<double>& values, const Array1<double>& targets,
                      const std::optional<Array1<double>>& weights) {
  const MatrixView<const double> predictions = view_of<double>(values, "the predictions");
  const std::vector<double>& quantiles = model.encoder.target.quantiles;
  const bool fits = predictions.columns == quantiles.size() && predictions.rows == targets.shape(0) &&
                    (!weights || weights->shape(0) == targets.shape(0));
  if (!fits || quantiles.empty())
    throw StateError({.what = "predictions, targets and weights of other sizes than the quantiles"});
  const MatrixView<const double> truth(targets.data(), targets.shape(0), 1);
  return quantile_metrics(predictions, truth, quantiles, span_of<double>(weights)).d2_pinball;
}

// A whole table by the reader of `chainrule predict`: columns that the model does not use are empty.
Table read_to_predict(const Model& model, const std::string& path, std::size_t threads) {
  const nb::gil_scoped_release release;
  Threads pool(threads);
  DataSource data{.path = path};
  data.read.pool = pool.compute().pool;
  return first_rows(real_file_system(), model, data, std::numeric_limits<std::size_t>::max());
}

// The model with another name for its target, under which the tables to score have it.
Model with_target(const Model& model, const std::string& name) {
  Model renamed = model;
  std::string& target = renamed.encoder.target.columns.at(0);
  for (SchemaColumn& column : renamed.schema.columns) {
    if (column.role == ColumnRole::target && column.name == target) column.name = name;
  }
  target = name;
  return renamed;
}

// A whole table with its target, by the reader of `chainrule evaluate`.
Table read_to_score(const Model& model, const std::string& path, const std::string& target,
                    const std::string& weight_column, std::size_t threads) {
  const nb::gil_scoped_release release;
  Threads pool(threads);
  DataSource data{.path = path};
  data.read.pool = pool.compute().pool;
  data.read.weight_column = weight_column;
  return load_table_for(real_file_system(), with_target(model, target), data);
}

nb::tuple score(const Model& model, const Table& table, const std::string& target,
                const std::string& weight_column, std::size_t threads) {
  Evaluation evaluation;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    evaluation = evaluate_table(pool.compute(), with_target(model, target), table, weight_column);
  }
  const Metrics& metrics = evaluation.metrics;
  const double score = metrics.task == Task::multi_label ? metrics.exact_match : headline(metrics).second;
  std::vector<std::string> notes = notes_of(evaluation.report);
  if (evaluation.unanswered > 0) {
    notes.push_back(
        count_of(evaluation.unanswered, "row") +
        " without a finite prediction left out of the score (first: " + evaluation.first_unanswered + ")");
  }
  return nb::make_tuple(score, notes);
}

// The importance of the columns as `chainrule evaluate --importance --json` has it, and notes.
nb::tuple importance(const Model& model, const Table& table, const std::string& target,
                     const std::optional<std::string>& weight_column, std::size_t threads) {
  Evaluation evaluation;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    evaluation =
        evaluate_table(pool.compute(), with_target(model, target), table, weight_column, MeasureReasons::yes);
  }
  const Importance& found = evaluation.importance;
  const char* const error = found.is_of_quantiles                           ? "pinball_loss"
                            : model.encoder.target.task == Task::regression ? "rmse"
                                                                            : "error";
  nb::list columns;
  for (const ColumnImportance& one : found.columns) {
    nb::dict column;
    column["column"] = one.column;
    column["loss_rise"] = one.loss_rise;
    column["loss_spread"] = one.loss_spread;
    column[nb::str((std::string(error) + "_rise").c_str())] = one.error_rise;
    column["beyond_chance"] = one.is_beyond_chance();
    columns.append(column);
  }
  nb::dict dict;
  dict["rows"] = found.rows;
  dict["all_rows"] = found.all_rows;
  dict["input_columns"] = found.input_columns;
  dict["screening_rows"] = found.screening_rows;
  dict["shuffles"] = kImportanceShuffles;
  dict["loss"] = found.loss;
  dict[error] = found.error;
  dict["columns"] = columns;
  std::vector<std::string> notes = notes_of(evaluation.report);
  for (std::string& note : texts_of(evaluation.notes, Face::python))
    notes.push_back(std::move(note));
  return nb::make_tuple(dict, notes);
}

// Files and tables by the rules of the model.
void bind_tables_of(nb::class_<Model>& model) {
  model
      .def("read_table", &read_to_predict, nb::arg("path"), nb::kw_only(), nb::arg("threads") = 1,
           "A file with the kinds of columns and the words for missing cells of the training table.")
      .def("read_to_score", &read_to_score, nb::arg("path"), nb::kw_only(), nb::arg("target"),
           nb::arg("weight_column") = "", nb::arg("threads") = 1,
           "The same with the column `target`, read as the target of the training table.")
      .def("score", &score, nb::arg("table"), nb::kw_only(), nb::arg("target"), nb::arg("weight_column") = "",
           nb::arg("threads") = 1,
           "(accuracy, R squared or D squared of quantiles on a table with the column `target`, notes), as "
           "`chainrule evaluate` has "
           "it.")
      .def("importance", &importance, nb::arg("table"), nb::kw_only(), nb::arg("target"),
           nb::arg("weight_column") = nb::none(), nb::arg("threads") = 1,
           "(how much each column matters on a table with the column `target`, notes).")
      .def_prop_ro(
          "threshold", [](const Model& self) { return self.encoder.target.threshold; },
          "Of two classes: the probability from which the second one is predicted.")
      .def_prop_ro(
          "quantiles", [](const Model& self) { return self.encoder.target.quantiles; },
          "Of the target that the outputs predict; [] for the target itself.")
      .def("quantile_score", &quantile_score, nb::arg("values"), nb::arg("targets"), nb::kw_only(),
           nb::arg("weights") = nb::none(),
           "D squared of the pinball loss of predictions [rows][quantiles]; weights [rows].")
      .def("intervals_around", &intervals_around, nb::arg("values"), nb::kw_only(), nb::arg("coverage"),
           "(low, high) of predictions [rows][targets]: a target lies between them with this probability.")
      .def("predict", &predict, nb::arg("table"), nb::kw_only(), nb::arg("threads") = 1,
           "(values [rows][classes or targets], index of the most probable class [rows], or [0] for numbers, "
           "notes about cells that are unlike those of training, number of missing cells).");
}

}  // namespace

void bind_model(nb::module_& module) {
  nb::class_<Model> model(module, "Model",
                          "The content of a model file: network, loss, how a table's columns become inputs "
                          "and outputs become predictions, and where the model came from.");
  bind_network_values<float>(module, model);
  bind_network_values<double>(module, model);
  model
      .def_static(
          "from_bytes",
          [](const nb::bytes& bytes, const std::string& name) {
            return model_from_bytes({bytes.c_str(), bytes.size()}, name);
          },
          nb::arg("bytes"), nb::arg("name") = "bytes",
          "Checks everything: ModelFileError says what is wrong.")
      .def_static(
          "load", [](const std::string& path) { return load_model(real_file_system(), path); },
          nb::arg("path"))
      .def("to_bytes",
           [](const Model& self) {
             const std::string bytes = model_to_bytes(self);
             return nb::bytes(bytes.data(), bytes.size());
           })
      .def(
          "save",
          [](const Model& self, const std::string& path) { save_model(real_file_system(), path, self); },
          nb::arg("path"),
          "After a failure or a crash the path holds either the whole old model or the whole new one.")
      .def_prop_ro(
          "network", [](const Model& self) { return network_of(self); },
          nb::for_getter(nb::sig("def network(self, /) -> NetworkFloat32 | NetworkFloat64")), "A copy.")
      .def_prop_ro("task", [](const Model& self) { return word(self.encoder.target.task); })
      .def_prop_ro("loss", [](const Model& self) { return self.loss; })
      .def_prop_ro("feature_names", &input_names, "Columns of the table that the network uses.")
      .def_prop_ro(
          "inputs",
          [](const Model& self) {
            nb::list inputs;
            for (const ColumnEncoding& input : self.encoder.inputs)
              inputs.append(dict_of(input));
            return inputs;
          },
          "How each of these columns becomes features.")
      .def_prop_ro("target_names", [](const Model& self) { return self.encoder.target.columns; })
      .def_prop_ro("target_offset", [](const Model& self) { return self.encoder.target.offset; })
      .def_prop_ro("target_factor", [](const Model& self) { return self.encoder.target.factor; })
      .def_prop_ro("class_names", [](const Model& self) { return self.encoder.target.class_names; })
      .def_prop_ro(
          "class_values", [](const Model& self) { return self.encoder.target.class_values; },
          "The names of the classes in the table.")
      .def_prop_ro("missing_words", [](const Model& self) { return self.encoder.missing_words; })
      .def_prop_ro(
          "column_missing_words",
          [](const Model& self) {
            return std::map<std::string, std::vector<std::string>>(self.encoder.column_missing_words.begin(),
                                                                   self.encoder.column_missing_words.end());
          },
          "The words for missing cells in the columns that have their own.")
      .def_prop_ro(
          "target_kinds",
          [](const Model& self) {
            std::vector<std::string> kinds;
            for (const SchemaColumn& column : self.schema.columns) {
              if (column.role == ColumnRole::target) kinds.push_back(word(column.kind));
            }
            return kinds;
          },
          "The kinds of the target columns in the training table; [] if they are not known.")
      .def_prop_ro("has_probabilities", [](const Model& self) { return has_probabilities(self); })
      .def_prop_ro(
          "options", [](const Model& self) { return nb::object(dict_of(self.provenance)["options"]); },
          nb::for_getter(nb::sig("def options(self, /) -> dict[str, str]")))
      .def_prop_ro(
          "provenance", [](const Model& self) { return dict_of(self.provenance); },
          nb::for_getter(nb::sig("def provenance(self, /) -> dict[str, typing.Any]")));
  bind_tables_of(model);
}

}  // namespace chainrule::python
