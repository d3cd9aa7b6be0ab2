#include "chainrule/session/training.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/fingerprint.h"
#include "chainrule/base/memory.h"
#include "chainrule/base/text.h"
#include "chainrule/data/split.h"
#include "chainrule/session/checkpoints.h"
#include "chainrule/session/model_table.h"
#include "chainrule/session/perceptron_words.h"
#include "chainrule/session/rbf_training.h"
#include "chainrule/session/scoring.h"
#include "chainrule/session/session.h"
#include "chainrule/train/accuracy.h"
#include "chainrule/train/regression_metrics.h"
#include "chainrule/train/train_step.h"

namespace chainrule {
namespace {

constexpr std::size_t kManyRows = 5000;  // from here on a batch of 128 instead of 32

std::string file_name(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

// File names may hold any bytes, model files hold UTF-8.
std::string storable(const std::string& name) {
  if (is_valid_utf8(name)) return name;
  const std::string in_quotes = quoted(name);
  return in_quotes.substr(1, in_quotes.size() - 2);
}

std::vector<std::uint32_t> all_rows(const Table& table) {
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

void require_rows(const Table& table) {
  if (table.rows() >= 2) return;
  throw DataError(
      {.what = table.rows() == 0 ? "the table has no rows" : "the table has one row only",
       .where = table.source,
       .expected = "at least 2 rows, better hundreds",
       .got = std::to_string(table.rows()),
       .advice = "check that the file is the one you meant and that its header is followed by data"});
}

// --- what to learn: loss, output, network ------------------------------------------------------------------

Loss default_loss(Task task) {
  switch (task) {
    case Task::binary:
    case Task::multi_label:
      return Loss::binary_cross_entropy;
    case Task::classes:
      return Loss::softmax_cross_entropy;
    case Task::regression:
      break;
  }
  return Loss::mean_squared_error;
}

// What output_training minimises; request.loss belongs to the other models.
LossOptions choose_rbf_loss(const TrainRequest& request, Task task) {
  if (request.loss) {
    throw UsageError(
        {.what = "the loss of a network of radial basis functions follows from how its output is trained",
         .expected = join(names_of_all<OutputTraining>(), " or ") + " as the output training",
         .got = "the loss " + std::string(name_of(*request.loss)),
         .advice = "leave the loss out"});
  }
  const bool by_descent = request.rbf.output_training == OutputTraining::softmax;
  if (by_descent && task == Task::regression) {
    throw UsageError({.what = "a softmax output needs classes or labels",
                      .expected = "the output training closed_form",
                      .got = "task regression",
                      .advice = "leave --output-training out, or set the task to classes"});
  }
  if (request.label_smoothing != 0 && !by_descent) {
    throw UsageError({.what = "label smoothing needs the output training softmax",
                      .got = std::string(name_of(request.rbf.output_training)),
                      .advice = "leave --label-smoothing out"});
  }
  return {.kind = by_descent ? default_loss(task) : Loss::mean_squared_error,
          .reduction = request.reduction,
          .label_smoothing = request.label_smoothing};
}

LossOptions choose_loss(const TrainRequest& request, Task task) {
  if (request.model == ModelType::rbf) return choose_rbf_loss(request, task);
  if (request.model == ModelType::perceptron) {
    if (task != Task::regression) return {.kind = Loss::perceptron};
    throw UsageError({.what = "a perceptron answers yes or no, the target is a number",
                      .expected = "a target of classes or labels",
                      .got = "task regression",
                      .advice =
                          "train a network for numbers (model mlp), or, if the numbers stand for classes, "
                          "set the task to classes"});
  }
  if (request.loss == Loss::perceptron) {
    throw UsageError({.what = "the perceptron loss belongs to a perceptron",
                      .got = "model " + std::string(name_of(request.model)),
                      .advice = "choose the model perceptron, and leave the loss out"});
  }
  const LossOptions loss{.kind = request.loss.value_or(default_loss(task)),
                         .reduction = request.reduction,
                         .huber_delta = request.huber_delta,
                         .quantile = request.quantile,
                         .label_smoothing = request.label_smoothing};
  if (loss.label_smoothing != 0 && task == Task::regression) {
    throw UsageError({.what = "label smoothing needs classes or labels",
                      .got = "task regression",
                      .advice = "leave --label-smoothing out"});
  }
  const bool fits = task == Task::regression
                        ? properties_of(loss.kind).is_for_regression
                        : properties_of(loss.kind).is_for_classes &&
                              !(loss.kind == Loss::softmax_cross_entropy && task != Task::classes);
  if (!fits) {
    throw UsageError(
        {.what = "the loss does not fit the task",
         .expected =
             std::string(name_of(default_loss(task))) + " or another loss for " + std::string(name_of(task)),
         .got = std::string(name_of(loss.kind)),
         .advice = task == Task::regression ? "losses of classes need a target of classes (task classes)"
                                            : "leave the loss out, or set the task to regression"});
  }
  return loss;
}

Activation default_output(Task task, Loss loss) {
  if (task == Task::regression) return Activation::identity;
  return properties_of(loss).needed_output.value_or(Activation::logistic);
}

void refuse_threshold_units(Activation activation) {
  if (properties_of(activation).is_differentiable) return;
  throw UsageError(
      {.what = "a network of " + std::string(name_of(activation)) + " units has no gradient to train with",
       .got = std::string(name_of(activation)),
       .advice = "use logistic or tanh, the smooth forms of step and sign"});
}

Network choose_network(const TrainRequest& request, const Encoder& encoder, const LossOptions& loss,
                       std::size_t training_rows) {
  if (request.model == ModelType::perceptron) {
    return make_mlp({.inputs = encoder.features(),
                     .outputs = encoder.target.outputs(),
                     .output_activation = Activation::sign});
  }
  if (request.model == ModelType::rbf) {
    validate(request.rbf.fitting, training_rows);
    const bool by_descent = request.rbf.output_training == OutputTraining::softmax;
    return make_rbf_network({.inputs = encoder.features(),
                             .units = wanted_centres(request.rbf.fitting, training_rows),
                             .outputs = encoder.target.outputs(),
                             .output_activation = by_descent ? default_output(encoder.target.task, loss.kind)
                                                             : Activation::identity});
  }
  const Activation output =
      request.output_activation.value_or(default_output(encoder.target.task, loss.kind));
  for (const Activation activation : request.activations)
    refuse_threshold_units(activation);
  refuse_threshold_units(output);
  if (request.dropout < 0 || request.dropout >= 1) {
    throw UsageError({.what = "the dropout rate is out of range",
                      .expected = "at least 0 and below 1",
                      .got = format_number(request.dropout)});
  }
  Network network = make_mlp(
      {.inputs = encoder.features(),
       .hidden = request.hidden,
       .outputs = encoder.target.outputs(),
       .hidden_activations = request.hidden.empty() ? std::vector{Activation::relu} : request.activations,
       .output_activation = output,
       .swish_beta = request.swish_beta,
       .dropout = request.dropout});
  if (request.activation_parameter) {
    for (std::size_t i = 0; i + 1 < network.layers.size(); ++i) {
      if (auto* dense = std::get_if<Dense>(&network.layers[i])) {
        dense->activation_parameter = *request.activation_parameter;
      }
    }
  }
  validate(network);
  validate(loss, output);
  return network;
}

// Outputs that are not plain sums cannot reach standardised targets: those targets stay as they are.
void leave_targets_unscaled(Encoder& encoder) {
  std::fill(encoder.target.offset.begin(), encoder.target.offset.end(), 0.0);
  std::fill(encoder.target.factor.begin(), encoder.target.factor.end(), 1.0);
}

// Counts below 0 are refused with their place; targets that the output cannot reach are told.
void require_reachable_targets(const Table& table, std::span<const std::uint32_t> rows, TrainingPlan& plan) {
  const ActivationProperties& output = properties_of(plan.network.output_activation());
  const double low = output.value_minimum, high = output.value_maximum;
  std::size_t out_of_reach = 0;
  std::string first;
  for (const std::string& name : plan.encoder.target.columns) {
    const std::size_t place = table.column_index(name);
    const Column& column = table.columns[place];
    if (column.kind != ColumnKind::numeric) continue;
    for (const std::uint32_t row : rows) {
      const double value = column.numbers[row];
      if (value < properties_of(plan.loss.kind).target_minimum) {
        throw DataError({.what = "a target that " + std::string(name_of(plan.loss.kind)) + " cannot take",
                         .where = table.cell_position(row, place) + " (column " + quoted(name) + ")",
                         .expected = "a number of at least 0",
                         .got = column.text(row),
                         .advice = "mend the cell, or leave the loss out"});
      }
      if (!(value < low || value > high)) continue;
      if (out_of_reach++ == 0) first = column.text(row) + " at " + table.cell_position(row, place);
    }
  }
  if (out_of_reach == 0) return;
  plan.notes.push_back(count_of(out_of_reach, "target") + " of " + table.source +
                       " cannot be reached (first: " + first + "): a " +
                       std::string(name_of(plan.network.output_activation())) + " output lies between " +
                       format_number(low) + " and " + format_number(high) + ".");
}

// An input without variation has factor 0 (encoder.h): nothing can be learned from it.
void note_constant_inputs(TrainingPlan& plan) {
  std::vector<std::string> names;
  for (const ColumnEncoding& input : plan.encoder.inputs) {
    if (input.kind == ColumnKind::numeric && input.factor == 0 &&
        input.missing_feature == MissingFeature::absent) {
      names.push_back(quoted(input.name));
    }
  }
  if (names.empty()) return;
  constexpr std::size_t kShown = 3;
  const std::size_t count = names.size();
  names.resize(std::min(count, kShown));
  plan.notes.push_back(
      join(names, ", ") + (count > kShown ? ", ..." : "") + (count == 1 ? " does" : " do") +
      " not vary on the rows to learn from, or by too little to be told apart: nothing can be "
      "learned from " +
      (count == 1 ? "it." : "them."));
}

// Inputs that the machine cannot hold are refused before they are made: the system would end the program.
void require_memory(const TrainRequest& request, const TrainingPlan& plan, std::size_t rows,
                    const std::string& source) {
  const double number = request.precision == Precision::float64 ? sizeof(double) : sizeof(float);
  const double features = static_cast<double>(plan.encoder.features());
  const double bytes = number * static_cast<double>(rows) * features;
  const double memory = memory_of_machine();
  if (memory == 0 || bytes <= memory) return;
  constexpr double kGigabyte = 1e9;
  const ColumnEncoding& widest = *std::ranges::max_element(
      plan.encoder.inputs, {}, [](const ColumnEncoding& input) { return input.features(); });
  throw DataError({.what = "the inputs do not fit into the memory of this machine",
                   .where = source,
                   .expected = "at most " + format_significant(memory / kGigabyte, 3) + " GB",
                   .got = count_of(rows, "row") + " with " + count_of(plan.encoder.features(), "feature") +
                          ": " + format_significant(bytes / kGigabyte, 3) + " GB",
                   .advice = widest.words.size() > 1
                                 ? quoted(widest.name) + " alone has " +
                                       count_of(widest.words.size(), "different word") +
                                       ": leave it out with --ignore, or join rare words to one"
                                 : "take fewer rows"});
}

// --- which rows, with which weights ------------------------------------------------------------------------

// One number a row that is equal where the target's classes are, for a stratified split.
std::vector<std::uint32_t> class_codes(const Table& table, const Schema& schema) {
  if (schema.task != Task::binary && schema.task != Task::classes) return {};
  for (std::size_t c = 0; c < schema.columns.size(); ++c) {
    if (schema.columns[c].role != ColumnRole::target) continue;
    const Column& column = table.columns[table.column_index(schema.columns[c].name)];
    if (column.kind == ColumnKind::category) {
      std::vector<std::uint32_t> codes(column.codes.size());
      for (std::size_t r = 0; r < codes.size(); ++r)
        codes[r] = static_cast<std::uint32_t>(column.codes[r] + 1);
      return codes;
    }
    const std::vector<double> numbers = column.numbers.to_vector();
    std::vector<double> values = numbers;
    std::sort(values.begin(), values.end());
    std::vector<std::uint32_t> codes(numbers.size());
    for (std::size_t r = 0; r < codes.size(); ++r) {
      codes[r] = static_cast<std::uint32_t>(std::lower_bound(values.begin(), values.end(), numbers[r]) -
                                            values.begin());
    }
    // Positions of first occurrence become 0, 1, 2, ... so that the split can index by them.
    std::vector<std::uint32_t> distinct = codes;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (std::uint32_t& code : codes) {
      code = static_cast<std::uint32_t>(std::lower_bound(distinct.begin(), distinct.end(), code) -
                                        distinct.begin());
    }
    return codes;
  }
  return {};
}

std::vector<double> weights_from_column(const Table& table, const std::string& name,
                                        std::span<const std::uint32_t> rows) {
  const std::size_t index = table.column_index(name);
  const Column& column = table.columns[index];
  std::vector<double> weights;
  for (const std::uint32_t row : rows) {
    const bool is_number = column.kind == ColumnKind::numeric && !column.is_missing(row);
    if (!is_number || column.numbers[row] < 0) {
      throw DataError({.what = "a sample weight must be a number of at least 0",
                       .where = table.cell_position(row, index) + " (column " + quoted(name) + ")",
                       .got = quoted(column.text(row)),
                       .advice = "mend the cell, or give another column of weights"});
    }
    weights.push_back(column.numbers[row]);
  }
  return weights;
}

std::vector<double> weights_of_classes(const TrainRequest& request, const Encoder& encoder,
                                       std::span<const std::uint32_t> classes) {
  if (encoder.target.task != Task::binary && encoder.target.task != Task::classes) {
    throw UsageError({.what = "class weights need a target of classes",
                      .got = "task " + std::string(name_of(encoder.target.task)),
                      .advice = "use a column of sample weights (--weight-column)"});
  }
  const std::vector<std::string>& names = encoder.target.class_names;
  std::vector<double> weights(names.size(), 1);
  if (request.class_weighting == ClassWeighting::balanced) {
    std::vector<std::size_t> counts(names.size(), 0);
    for (const std::uint32_t c : classes)
      ++counts[c];
    for (std::size_t c = 0; c < names.size(); ++c) {
      weights[c] =
          static_cast<double>(classes.size()) /
          (static_cast<double>(names.size()) * static_cast<double>(std::max<std::size_t>(counts[c], 1)));
    }
  }
  for (const auto& [name, weight] : request.class_weights) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      const std::string nearest = nearest_name(name, names);
      throw UsageError({.what = "a weight for a class that does not exist",
                        .expected = join(names, ", "),
                        .got = quoted(name),
                        .advice = nearest.empty() ? "" : "did you mean " + quoted(nearest) + "?"});
    }
    if (!(weight >= 0) || !std::isfinite(weight)) {
      throw UsageError({.what = "a class weight must be a number of at least 0",
                        .where = "class " + quoted(name),
                        .expected = "0 or more; only the ratios of the weights matter",
                        .got = format_number(weight)});
    }
    weights[static_cast<std::size_t>(found - names.begin())] = weight;
  }
  return weights;
}

// As the numbers of type T that they become: a weight of 1e-300 is 0 in float.
template <typename T>
void require_some_weight(std::span<const double> weights, const std::string& source) {
  if (const auto huge = std::ranges::find_if(
          weights, [](double w) { return !(w <= static_cast<double>(std::numeric_limits<T>::max())); });
      huge != weights.end()) {
    throw DataError({.what = "a row's weight is too large",
                     .where = source,
                     .expected = "class weight times sample weight of at most " +
                                 format_number(std::numeric_limits<T>::max()),
                     .got = format_number(*huge),
                     .advice = "give smaller weights: only their ratios matter"});
  }
  const auto counts = [](double w) { return w >= static_cast<double>(std::numeric_limits<T>::min()); };
  if (weights.empty() || std::ranges::any_of(weights, counts)) return;
  throw DataError(
      {.what = "no row counts: all weights are 0, or too small to count",
       .where = source,
       .expected = "at least one row, among those to learn from and those to test on, with a weight above 0",
       .advice = "check the class weights and the column of weights"});
}

// Column weights times class weights; empty when neither is asked for.
template <typename T>
AlignedVector<T> row_weights(const TrainRequest& request, const Encoder& encoder, const Table& table,
                             std::span<const std::uint32_t> rows, std::span<const double> class_weights) {
  std::vector<double> weights;
  if (!request.weight_column.empty()) weights = weights_from_column(table, request.weight_column, rows);
  if (!class_weights.empty()) {
    weights.resize(rows.size(), 1);
    const std::vector<std::uint32_t> classes = target_classes(encoder, table, rows);
    for (std::size_t r = 0; r < rows.size(); ++r)
      weights[r] *= class_weights[classes[r]];
  }
  require_some_weight<T>(weights, table.source);
  return AlignedVector<T>(weights.begin(), weights.end());
}

// Cells whose memory is given back at a time while they become inputs.
constexpr std::size_t kCellsInGroup = std::size_t{1} << 22;

// The inputs of both sets. The cells of the input columns are given back as they are encoded, so that table and
// inputs are never both in memory as a whole. Returns the error of the validation rows, if there is one: it is thrown
// where the validation rows have their turn, for of two errors in a file the one in the training rows is told.
template <typename T>
std::exception_ptr encode_inputs_of(const Compute& compute, const Encoder& encoder, Table& table,
                                    std::span<const std::uint32_t> training, MatrixView<T> training_inputs,
                                    std::span<const std::uint32_t> validation,
                                    MatrixView<T> validation_inputs) {
  const std::size_t rows = table.rows();
  const std::size_t group = std::max<std::size_t>(kCellsInGroup / (table.columns.size() + 1), 1);
  std::exception_ptr validation_error;
  struct Progress {
    std::span<const std::uint32_t> rows;
    MatrixView<T> inputs;
    std::size_t done = 0;
  };
  const auto encode_rows_before = [&](std::size_t row, Progress& progress) {
    const std::span<const std::uint32_t> rest = progress.rows.subspan(progress.done);
    const auto count = static_cast<std::size_t>(std::ranges::lower_bound(rest, row) - rest.begin());
    if (count == 0) return;
    encode_inputs<T>(encoder, table, rest.first(count), progress.inputs.row_block(progress.done, count),
                     compute.pool);
    progress.done += count;
  };
  Progress learned{.rows = training, .inputs = training_inputs};
  Progress tested{.rows = validation, .inputs = validation_inputs};
  for (std::size_t row = 0; row < rows; row += group) {
    const std::size_t end = std::min(row + group, rows);
    encode_rows_before(end, learned);
    if (validation_error == nullptr) {
      try {
        encode_rows_before(end, tested);
      } catch (const Error&) {
        validation_error = std::current_exception();
      }
    }
    release_inputs_before(encoder, table, end);
    give_back_free_memory();
  }
  return validation_error;
}

template <typename T>
Dataset<T> unset_dataset(const Encoder& encoder, std::size_t rows) {
  return {.inputs = Matrix<T>::unset(rows, encoder.features()),
          .targets = Matrix<T>(rows, encoder.target.outputs())};
}

template <typename T>
std::string fingerprint_of(const Dataset<T>& data) {
  Fingerprint fingerprint;
  fingerprint.add_all(data.inputs.values());
  fingerprint.add_all(data.targets.values());
  fingerprint.add_all(std::span<const T>(data.row_weights));
  return fingerprint.text();
}

// --- how good it is ----------------------------------------------------------------------------------------

// What always answering the commonest class (each label's commoner value, the mean) of the training rows
// scores.
template <typename T>
Metrics baseline_metrics(const Model& model, const Dataset<T>& training, const Dataset<T>& data) {
  const TargetEncoding& target = model.encoder.target;
  const std::size_t outputs = data.targets.columns();
  std::vector<double> mean(outputs, 0);
  for (std::size_t r = 0; r < training.rows(); ++r) {
    for (std::size_t j = 0; j < outputs; ++j)
      mean[j] += static_cast<double>(training.targets(r, j));
  }
  for (double& value : mean)
    value /= static_cast<double>(training.rows());
  Matrix<double> answer(data.rows(), outputs);
  for (std::size_t r = 0; r < data.rows(); ++r)
    std::copy(mean.begin(), mean.end(), answer.row(r));
  const Matrix<double> truth = as_double<T>(data.targets.view());
  if (target.task == Task::regression) {
    return regression_metrics(targets_in_own_units(target, answer.view()).view(),
                              targets_in_own_units(target, truth.view()).view());
  }
  if (target.task == Task::multi_label) return multi_label_metrics<double>(answer.view(), truth.view());
  return classification_metrics(target.task, predicted_classes<double>(target.task, truth.view()),
                                predicted_classes<double>(target.task, answer.view()),
                                target.class_names.size());
}

std::vector<std::pair<std::string, double>> recorded_metrics(const Metrics& metrics) {
  if (metrics.task == Task::regression) {
    return {{"loss", metrics.loss}, {"mae", metrics.mae}, {"r2", metrics.r2}, {"rmse", metrics.rmse}};
  }
  return {{"accuracy", metrics.accuracy},
          {"balanced_accuracy", metrics.balanced_accuracy},
          {"loss", metrics.loss},
          {"macro_f1", metrics.macro_f1}};
}

// --- the run -----------------------------------------------------------------------------------------------

struct PreparedTables {
  Table table;
  std::optional<Table> validation_table;
  Split split;  // rows of `table`; with a validation table `validation` are rows of that one
};

struct Prepared {
  PreparedTables tables;
  TrainingPlan plan;
};

// All that can be refused before a table is read.
void refuse_misfits(const TrainRequest& request) {
  for (const auto& [name, text] : request.recorded_options) {
    if (is_valid_utf8(text)) continue;
    throw UsageError({.what = "an option is not text in UTF-8, so a model file cannot record it",
                      .where = name,
                      .got = quoted(text)});
  }
  if (request.model == ModelType::perceptron &&
      (!request.weight_column.empty() || request.class_weighting != ClassWeighting::none)) {
    throw UsageError({.what = "the perceptron rule corrects every row alike: it takes no row weights",
                      .advice = "leave the weights out, or train a network by descent (model mlp)"});
  }
  if (request.model != ModelType::mlp && request.precision == Precision::bf16) {
    throw UsageError({.what = "precision bf16 is for networks trained by descent",
                      .expected = "float or double with model " + std::string(name_of(request.model)),
                      .advice = "take precision float, or model mlp"});
  }
}

Prepared prepare(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                 Table whole_table) {
  Prepared prepared{.tables = {.table = std::move(whole_table)}};
  Table& table = prepared.tables.table;
  require_rows(table);

  SchemaOptions schema_options = request.schema;
  schema_options.weight_column = request.weight_column;
  // Labels from a file of their own are what is to be learned; nothing was guessed.
  if (schema_options.targets.empty() && !request.data.labels_path.empty()) {
    schema_options.targets = {table.columns.back().name};
  }
  TrainingPlan& plan = prepared.plan;
  plan.schema = make_schema(table, schema_options, compute.pool);
  plan.notes = table.repairs.notes(table.source);
  plan.notes.insert(plan.notes.end(), plan.schema.notes.begin(), plan.schema.notes.end());

  std::vector<std::string> targets;
  for (const SchemaColumn& column : plan.schema.columns) {
    if (column.role == ColumnRole::target) targets.push_back(column.name);
  }
  if (request.data.missing_target == MissingTarget::skip) {
    if (const std::size_t dropped = drop_rows_without(table, targets)) {
      plan.notes.push_back("left out " + count_of(dropped, "row") + " of " + table.source +
                           " without a target.");
    }
    require_rows(table);
  }

  Split& split = prepared.tables.split;
  if (request.validation) {
    DataSource source = *request.validation;
    source.read = request.data.read;
    source.read.pool = compute.pool;
    // Columns have the kinds they have in the training table, whatever the few rows here look like.
    for (const SchemaColumn& column : plan.schema.columns) {
      if (column.role != ColumnRole::ignored && source.labels_path.empty()) {
        source.read.column_kinds.emplace_back(column.name, column.kind);
      }
    }
    Table validation = load_as_training_table(file_system, source);
    if (request.data.missing_target == MissingTarget::skip) drop_rows_without(validation, targets);
    for (std::string& note : validation.repairs.notes(validation.source))
      plan.notes.push_back(std::move(note));
    prepared.tables.validation_table = std::move(validation);
    split.training = all_rows(table);
    split.validation = all_rows(*prepared.tables.validation_table);
    if (split.validation.empty()) {
      throw DataError({.what = "the validation table has no rows",
                       .where = source.path,
                       .expected = "rows with inputs and answers to test on",
                       .got = "none",
                       .advice = "check that this is the right file, or test on a share of the rows"});
    }
  } else if (request.validation_share != 0) {
    try {
      split =
          split_rows(table.rows(), request.validation_share, class_codes(table, plan.schema), request.seed);
    } catch (const DataError& error) {
      ErrorReport report = error.report();
      report.where = table.source;
      throw DataError(std::move(report));
    }
  } else {
    split.training = all_rows(table);
  }

  plan.loss = choose_loss(request, plan.schema.task);
  plan.encoder = fit_encoder(table, plan.schema, split.training, request.encoder, compute.pool);
  plan.encoder.missing_words = request.data.read.missing_words;
  plan.network = choose_network(request, plan.encoder, plan.loss, split.training.size());
  if (plan.schema.task == Task::regression && (properties_of(plan.loss.kind).output_is_logarithm ||
                                               plan.network.output_activation() != Activation::identity)) {
    leave_targets_unscaled(plan.encoder);
    plan.notes.push_back("The target is not scaled: " +
                         std::string(properties_of(plan.loss.kind).output_is_logarithm
                                         ? "poisson counts need"
                                         : "a bounded output needs") +
                         " it as it is.");
    require_reachable_targets(table, split.training, plan);
    require_reachable_targets(prepared.tables.validation_table ? *prepared.tables.validation_table : table,
                              split.validation, plan);
  }
  note_constant_inputs(plan);
  require_memory(request, plan, split.training.size() + split.validation.size(), table.source);
  plan.parameters = parameter_count(plan.network);
  plan.training_rows = split.training.size();
  plan.validation_rows = split.validation.size();
  const std::size_t usual_batch = plan.training_rows < kManyRows ? 32 : 128;
  plan.batch_size = request.batch_size.value_or(std::min(usual_batch, plan.training_rows));
  if (plan.batch_size == 0) plan.batch_size = plan.training_rows;
  plan.learning_rate = request.learning_rate.value_or(properties_of(request.optimizer.kind).learning_rate);
  if (request.model == ModelType::perceptron) {
    plan.batch_size = 1;
    plan.learning_rate = request.learning_rate.value_or(PerceptronTrainerOptions{}.learning_rate);
    validate(
        PerceptronTrainerOptions{.learning_rate = plan.learning_rate, .epochs = request.stopping.epochs});
  } else if (plan.batch_size > plan.training_rows) {
    throw UsageError({.what = "the batch is larger than the data",
                      .where = "--batch-size",
                      .expected = "at most " + count_of(plan.training_rows, "training row"),
                      .got = format_count(plan.batch_size),
                      .advice = "leave the batch size out, or use all rows at once (--batch-size all)"});
  }
  plan.is_narrow = request.model == ModelType::mlp &&
                   !plan_step(compute, plan.network, {.loss = plan.loss}).narrow.empty();
  return prepared;
}

TrainerOptions trainer_options(const TrainRequest& request, const TrainingPlan& plan) {
  return {.loss = plan.loss,
          .penalty = request.penalty,
          .optimizer = request.optimizer,
          .learning_rate = plan.learning_rate,
          .schedule = request.schedule,
          .stopping = request.stopping,
          .batch_size = plan.batch_size,
          .row_order = request.row_order,
          .clip_norm = request.clip_norm,
          .seed = request.seed,
          .products = plan.products,
          .on_divergence = request.on_divergence};
}

template <typename T>
History train_by_descent(const Compute& compute, const TrainRequest& request, const TrainingPlan& plan,
                         const Dataset<T>& training, const Dataset<T>* validation,
                         const SessionObserver& observer, Checkpoints<T>& checkpoints,
                         Parameters<T>& parameters) {
  initialize_parameters<T>(
      plan.network, {.kind = request.initializer, .scale = request.initializer_scale, .seed = request.seed},
      parameters);
  return train<T>(compute, plan.network, trainer_options(request, plan), training, validation,
                  score_for<T>(plan.schema.task),
                  {.on_epoch = observer.on_epoch, .on_step = observer.on_step}, parameters,
                  checkpoints.hooks());
}

template <typename T>
PerceptronTraining train_by_perceptron_rule(const Compute& compute, const TrainRequest& request,
                                            const TrainingPlan& plan, const Dataset<T>& training,
                                            const Dataset<T>* validation, const SessionObserver& observer,
                                            Parameters<T>& parameters) {
  const Initializer initializer =
      request.initializer == Initializer::automatic ? Initializer::small_random : request.initializer;
  initialize_parameters<T>(plan.network,
                           {.kind = initializer, .scale = request.initializer_scale, .seed = request.seed},
                           parameters);
  return train_perceptron<T>(compute, plan.network,
                             {.variant = request.variant,
                              .sign_of_zero = request.sign_of_zero,
                              .learning_rate = plan.learning_rate,
                              .epochs = request.stopping.epochs,
                              .time_budget_seconds = request.stopping.time_budget_seconds,
                              .row_order = request.row_order,
                              .seed = request.seed,
                              .read_at = read_answers_at(plan.network, plan.schema.task)},
                             training, validation, score_for<T>(plan.schema.task),
                             {.on_epoch = observer.on_epoch, .on_step = observer.on_step}, parameters);
}

// Throws where a checkpoint to go on from is of another training. Fingerprints take time: only where they are wanted.
template <typename T>
CheckpointDescription description_for_checkpoints(const TrainRequest& request, const TrainingPlan& plan,
                                                  const Dataset<T>& training, const Dataset<T>* validation) {
  if (request.checkpoint.directory.empty() && !request.checkpoint.resume_from) return {};
  return describe_training(request, plan, fingerprint_of(training),
                           validation != nullptr ? fingerprint_of(*validation) : "");
}

// Of divergences that training went on after.
std::vector<std::string> divergence_notes(const History& history) {
  const std::size_t final = history.stop_reason == StopReason::diverged ? 1 : 0;
  std::vector<std::string> notes;
  for (std::size_t i = 0; i + final < history.divergences.size(); ++i) {
    const Divergence& divergence = history.divergences[i];
    notes.push_back("the numbers were no longer finite at " + divergence.report.where +
                    ": training went back to the last good weights, with the learning rate " +
                    format_significant(divergence.learning_rate / 2, 6) + " instead of " +
                    format_significant(divergence.learning_rate, 6) + ".");
  }
  return notes;
}

template <typename T>
TrainOutcome run(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                 Prepared prepared, const SessionObserver& observer) {
  const auto start = std::chrono::steady_clock::now();
  PreparedTables& tables = prepared.tables;
  const TrainingPlan& plan = prepared.plan;
  TrainOutcome outcome{.notes = plan.notes, .batch_size = plan.batch_size};
  Model& model = outcome.model;
  model.network = plan.network;
  model.encoder = plan.encoder;
  model.schema = plan.schema;
  model.loss = plan.loss;

  std::vector<double> class_weights;
  if (request.class_weighting != ClassWeighting::none) {
    const bool has_classes = plan.schema.task == Task::binary || plan.schema.task == Task::classes;
    class_weights =
        weights_of_classes(request, model.encoder,
                           has_classes ? target_classes(model.encoder, tables.table, tables.split.training)
                                       : std::vector<std::uint32_t>());
  }
  const auto weights_of = [&](const Table& table, std::span<const std::uint32_t> rows) {
    return row_weights<T>(request, model.encoder, table, rows, class_weights);
  };
  const std::span<const std::uint32_t> training_rows = tables.split.training;
  const std::span<const std::uint32_t> validation_rows = tables.split.validation;
  const bool is_split = !tables.validation_table;
  Dataset<T> training = unset_dataset<T>(model.encoder, training_rows.size());
  std::optional<Dataset<T>> validation;
  if (!validation_rows.empty()) validation = unset_dataset<T>(model.encoder, validation_rows.size());
  training.row_weights = weights_of(tables.table, training_rows);
  std::exception_ptr validation_error =
      is_split && validation
          ? encode_inputs_of<T>(compute, model.encoder, tables.table, training_rows, training.inputs.view(),
                                validation_rows, validation->inputs.view())
          : encode_inputs_of<T>(compute, model.encoder, tables.table, training_rows, training.inputs.view(),
                                {}, {});
  encode_targets<T>(model.encoder, tables.table, training_rows, training.targets.view());
  if (validation) {
    Table& table = is_split ? tables.table : *tables.validation_table;
    validation->row_weights = weights_of(table, validation_rows);
    if (!is_split) {
      validation_error = encode_inputs_of<T>(compute, model.encoder, table, {}, {}, validation_rows,
                                             validation->inputs.view());
    }
    if (validation_error != nullptr) std::rethrow_exception(validation_error);
    encode_targets<T>(model.encoder, table, validation_rows, validation->targets.view());
  }
  if (validation && fingerprint_of(*validation) == fingerprint_of(training)) {
    outcome.notes.push_back(
        "the rows to test on are the rows to learn from: their score says nothing about new rows.");
  }
  tables = {};  // the raw cells are not needed any more
  give_back_free_memory();
  const Dataset<T>* const held_out = validation ? &*validation : nullptr;
  // Before anything is told: a checkpoint of another training is refused here.
  Checkpoints<T> checkpoints(file_system, request.checkpoint,
                             description_for_checkpoints<T>(request, plan, training, held_out), observer);
  checkpoints.require_fitting(plan.network, trainer_options(request, plan), training.rows());
  if (observer.on_plan) observer.on_plan(plan);

  Parameters<T> parameters(plan.parameters);
  switch (request.model) {
    case ModelType::mlp:
      outcome.history =
          train_by_descent<T>(compute, request, plan, training, held_out, observer, checkpoints, parameters);
      outcome.checkpoint = checkpoints.current_file();
      break;
    case ModelType::perceptron:
      outcome.perceptron =
          train_by_perceptron_rule<T>(compute, request, plan, training, held_out, observer, parameters);
      outcome.history = outcome.perceptron->history;
      for (std::string& note : perceptron_notes(*outcome.perceptron, model.encoder.target, request.variant))
        outcome.notes.push_back(std::move(note));
      break;
    case ModelType::rbf: {
      RbfTraining<T> fitted = train_rbf<T>(compute, request, trainer_options(request, plan), training,
                                           held_out, score_for<T>(plan.schema.task), observer);
      model.network = std::move(fitted.network);
      parameters = std::move(fitted.parameters);
      outcome.history = std::move(fitted.history);
      for (std::string& note : fitted.notes)
        outcome.notes.push_back(std::move(note));
      break;
    }
  }
  for (std::string& note : divergence_notes(outcome.history))
    outcome.notes.push_back(std::move(note));
  if (request.model != ModelType::perceptron) {
    outcome.gradient_health =
        measure_gradient_health<T>(compute, model.network, parameters, model.loss, training);
    for (std::string& note : gradient_notes(model.network, outcome.history, outcome.gradient_health))
      outcome.notes.push_back(std::move(note));
  }

  outcome.training = score_dataset<T>(compute, model, parameters, training).metrics;
  const Dataset<T>& judged = validation ? *validation : training;
  Scored scored = score_dataset<T>(compute, model, parameters, judged);
  outcome.baseline = baseline_metrics<T>(model, training, judged);
  if (validation) outcome.held_out = scored.metrics;
  outcome.truth = std::move(scored.truth);
  outcome.predicted = std::move(scored.predicted);

  model.provenance = {.version = std::string(version()),
                      .data_name = storable(file_name(request.data.path)),
                      .data_fingerprint = fingerprint_of(training),
                      .training_rows = plan.training_rows,
                      .validation_rows = plan.validation_rows,
                      .seed = request.seed,
                      .epochs = outcome.history.epochs.size(),
                      .best_epoch = outcome.history.best_epoch,
                      .stop_reason = std::string(name_of(outcome.history.stop_reason)),
                      .options = recorded_options(request)};
  if (validation) model.provenance.held_out = recorded_metrics(*outcome.held_out);
  model.parameters = std::move(parameters);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

TrainOutcome run_in_precision(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                              Prepared prepared, const SessionObserver& observer) {
  if (request.precision == Precision::float64)
    return run<double>(file_system, compute, request, std::move(prepared), observer);
  if (request.precision == Precision::float32)
    return run<float>(file_system, compute, request, std::move(prepared), observer);
  if (const std::optional<std::string> obstacle = obstacle_to_bf16(compute, prepared.plan.network)) {
    prepared.plan.notes.push_back(*obstacle + ": training in float32");
    TrainRequest in_float = request;
    in_float.precision = Precision::float32;
    std::erase_if(in_float.recorded_options, [](const auto& option) { return option.first == "precision"; });
    return run<float>(file_system, compute, in_float, std::move(prepared), observer);
  }
  prepared.plan.products = Products::bf16;
  return run<float>(file_system, compute, request, std::move(prepared), observer);
}

}  // namespace

TrainOutcome train_on_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                            const SessionObserver& observer) {
  prepare_checkpoints(file_system, request);
  refuse_misfits(request);
  DataSource data = request.data;
  data.read.pool = compute.pool;
  Prepared prepared = prepare(file_system, compute, request, load_table(file_system, data));
  return run_in_precision(file_system, compute, request, std::move(prepared), observer);
}

TrainOutcome train_on_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                            Table table, const SessionObserver& observer) {
  prepare_checkpoints(file_system, request);
  refuse_misfits(request);
  Prepared prepared = prepare(file_system, compute, request, std::move(table));
  return run_in_precision(file_system, compute, request, std::move(prepared), observer);
}

}  // namespace chainrule
