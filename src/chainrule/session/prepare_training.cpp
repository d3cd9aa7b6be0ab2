// From a table to a training plan, in this order; each step builds on the decisions before it:
//
//   settle_schema          the role of each column, and the task
//   hold_out_rows          training and validation rows (hold_out.h, or a separate validation table)
//   choose_loss            choose_network.h
//   fit_encoder            scaling and categories, from the training rows alone
//   choose_network         layers and their sizes
//   fit_targets_to_output  leaves targets unscaled where the output must match their raw values
//   settle_steps           batch size and learning rate
//
// Whatever cannot work is rejected on the way, with its position in the table. Notes record the decisions.
#include "chainrule/session/prepare_training.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/memory.h"
#include "chainrule/base/text.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/equal_rows.h"
#include "chainrule/data/fit_encoder.h"
#include "chainrule/data/missing_cells.h"
#include "chainrule/data/target_copies.h"
#include "chainrule/session/choose_network.h"
#include "chainrule/session/effort.h"
#include "chainrule/session/front_plan.h"
#include "chainrule/session/hold_out.h"
#include "chainrule/session/model_table.h"
#include "chainrule/session/outlier_notes.h"
#include "chainrule/session/quantiles.h"
#include "chainrule/session/row_weights.h"
#include "chainrule/session/settle_threshold.h"
#include "chainrule/train/train_step.h"

namespace chainrule {
namespace {

constexpr std::size_t kManyRows = 5000;  // with this many rows or more, a batch has 128 rows, not 32

std::vector<std::uint32_t> all_rows(const Table& table) {
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

std::vector<std::string> target_names(const Schema& schema) {
  std::vector<std::string> names;
  for (const SchemaColumn& column : schema.columns) {
    if (column.role == ColumnRole::target) names.push_back(column.name);
  }
  return names;
}

std::vector<std::string> schema_names(const Schema& schema) {
  std::vector<std::string> names;
  for (const SchemaColumn& column : schema.columns)
    names.push_back(column.name);
  return names;
}

// The words for missing cells by which the tables to predict are read.
void remember_missing_words(const TrainRequest& request, const Table& table, TrainingPlan& plan) {
  const MissingWordLists lists = table.missing_words.words.empty()
                                     ? missing_word_lists(request.data.read, schema_names(plan.schema))
                                     : table.missing_words;
  Encoder& encoder = plan.encoder;
  encoder.missing_words = lists.words;
  encoder.kept_in_quotes = lists.kept_in_quotes;
  for (const auto& [name, words] : lists.of_columns) {
    const auto column = std::ranges::find(plan.schema.columns, name, &SchemaColumn::name);
    const bool is_used = column != plan.schema.columns.end() && column->role != ColumnRole::ignored;
    if (is_used && words != lists.words) encoder.column_missing_words.emplace_back(name, words);
  }
}

void require_rows(const Table& table) {
  if (table.rows() >= 2) return;
  throw DataError(
      {.what = table.rows() == 0 ? "the table has no rows" : "the table has one row only",
       .where = table.source,
       .expected = "at least 2 rows, preferably hundreds",
       .got = std::to_string(table.rows()),
       .advice = "check that the file is the one you meant and that its header is followed by data"});
}

// Only a plain sum can reach standardised targets: with any other output they stay as they are.
void leave_targets_unscaled(Encoder& encoder) {
  std::fill(encoder.target.offset.begin(), encoder.target.offset.end(), 0.0);
  std::fill(encoder.target.factor.begin(), encoder.target.factor.end(), 1.0);
}

// Refuses targets that the loss cannot take, such as counts below 0. Notes targets that the output cannot
// reach.
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
                         .advice = "correct the cell, or leave the loss out"});
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

// Notes the inputs that do not vary. Their factor is 0 (encoder.h): nothing can be learned from them.
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
  plan.notes.push_back(join(names, ", ") + (count > kShown ? ", ..." : "") + (count == 1 ? " does" : " do") +
                       " not vary on the training rows, or by too little to be distinguished: nothing can be "
                       "learned from " +
                       (count == 1 ? "it." : "them."));
}

// Rejects inputs that do not fit into memory before they are allocated; the system would kill the process.
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
  throw DataError(
      {.what = "the inputs do not fit into the memory of this machine",
       .where = source,
       .expected = "at most " + format_significant(memory / kGigabyte, 3) + " GB",
       .got = count_of(rows, "row") + " with " + count_of(plan.encoder.features(), "feature") + ": " +
              format_significant(bytes / kGigabyte, 3) + " GB",
       .advice = widest.words.size() > 1
                     ? quoted(widest.name) + " alone has " +
                           count_of(widest.words.size(), "different category", "different categories") +
                           ": leave it out with " + named(Setting::ignore) + ", or merge rare categories"
                     : "use fewer rows"});
}

void note_rows_of_no_weight(std::size_t dropped, const std::string& source, std::vector<Message>& notes) {
  if (dropped == 0) return;
  notes.push_back("left out " + count_of(dropped, "row") + " of " + source + " whose weight is 0.");
}

// Reads the validation table of the request. Its columns have the kinds and the forms that they have in the
// training table, whatever its few rows look like.
Table load_validation_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                            const Table& table, TrainingPlan& plan) {
  DataSource source = *request.validation;
  source.read = request.data.read;
  if (source.labels_path.empty()) source.read.weight_column = request.weight_column;
  source.labels = Setting::validation_labels;
  source.read.pool = compute.pool;
  source.read.column_missing_words =
      missing_word_lists(request.data.read, schema_names(plan.schema)).of_columns;
  settle_missing_words(plan.schema, source.read);
  for (const SchemaColumn& column : plan.schema.columns) {
    if (column.role != ColumnRole::ignored) source.read.known_names.push_back(column.name);
  }
  for (std::size_t c = 0; c < plan.schema.columns.size() && source.labels_path.empty(); ++c) {
    const SchemaColumn& column = plan.schema.columns[c];
    if (column.role == ColumnRole::ignored) continue;
    source.read.column_readings.emplace_back(column.name, ColumnReading(column.kind, *table.columns[c].form));
  }
  Table validation = load_as_training_table(file_system, source);
  if (request.data.missing_target == MissingTarget::skip)
    drop_rows_without(validation, target_names(plan.schema));
  note_rows_of_no_weight(drop_rows_of_no_weight(validation, request.weight_column), validation.source,
                         plan.notes);
  for (Message& note : notes_of(validation))
    plan.notes.push_back(std::move(note));
  if (validation.rows() == 0) {
    throw DataError({.what = "the validation table has no rows",
                     .where = source.path,
                     .expected = "rows with inputs and targets",
                     .got = "none",
                     .advice = "check that this is the right file, or hold out a share of the rows"});
  }
  return validation;
}

// Chooses the training rows and the validation rows.
void hold_out_rows(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                   PreparedTables& tables, TrainingPlan& plan) {
  if (request.validation) {
    tables.validation_table = load_validation_table(file_system, compute, request, tables.table, plan);
    tables.split.training = all_rows(tables.table);
    tables.split.validation = all_rows(*tables.validation_table);
    plan.rows_may_coincide = rows_may_coincide(tables.table, input_places(tables.table, plan.schema));
  } else if (request.members > 1 && holds_out_by_default(request)) {
    tables.split.training = all_rows(tables.table);  // each row is held out from some members
  } else if (request.validation_share != 0) {
    hold_out_share(compute, request, tables, plan);
  } else {
    tables.split.training = all_rows(tables.table);
  }
}

// An output that is not a plain sum is compared with unscaled targets, and must be able to reach them.
void fit_targets_to_output(const PreparedTables& tables, TrainingPlan& plan) {
  const bool is_plain_sum = !properties_of(plan.loss.kind).output_is_logarithm &&
                            plan.network.output_activation() == Activation::identity;
  if (plan.schema.task != Task::regression || is_plain_sum) return;
  leave_targets_unscaled(plan.encoder);
  plan.notes.push_back("The target is not scaled: " +
                       std::string(properties_of(plan.loss.kind).output_is_logarithm
                                       ? "poisson counts need"
                                       : "a bounded output needs") +
                       " it as it is.");
  require_reachable_targets(tables.table, tables.split.training, plan);
  require_reachable_targets(tables.validation_table ? *tables.validation_table : tables.table,
                            tables.split.validation, plan);
}

// The best networks are wrong beyond the numbers that they have seen. A target that moves with time may well
// leave its range.
void keep_predictions_in_range(const TrainRequest& request, const PreparedTables& tables,
                               TrainingPlan& plan) {
  if (!request.effort || !request.time_column.empty() || plan.schema.task != Task::regression) return;
  TargetEncoding& target = plan.encoder.target;
  for (const std::string& name : target.columns) {
    const PackedNumbers& numbers = tables.table.columns[tables.table.column_index(name)].numbers;
    double lowest = numbers[tables.split.training.front()], highest = lowest;
    for (const std::uint32_t row : tables.split.training) {
      lowest = std::min(lowest, numbers[row]);
      highest = std::max(highest, numbers[row]);
    }
    target.lowest.push_back(lowest);
    target.highest.push_back(highest);
  }
}

// The batch is all rows, by default or as given.
void settle_all_rows(const TrainRequest& request, TrainingPlan& plan) {
  if (request.batch_size && plan.batch_size != plan.training_rows) {
    throw UsageError(
        {.what = "the optimizer " + std::string(name_of(request.optimizer.kind)) + " needs all rows at once",
         .setting = Setting::batch_size,
         .expected = "all " + count_of(plan.training_rows, "training row"),
         .got = format_count(plan.batch_size),
         .advice = "leave the batch size out, or use " + set_to(Setting::optimizer, "adam")});
  }
  plan.batch_size = plan.training_rows;
}

// The knots of piecewise-linear columns, from as many rows as quantile_knots looks at.
Knots<double> knots_of(const PreparedTables& tables, const Encoder& encoder) {
  constexpr std::size_t kRows = 10'000, kParts = 4;
  const std::vector<std::uint32_t>& training = tables.split.training;
  std::vector<std::uint32_t> rows;
  for (std::size_t r = 0; r < training.size(); r += std::max<std::size_t>(1, training.size() / kRows))
    rows.push_back(training[r]);
  Matrix<double> features(rows.size(), encoder.features());
  encode_inputs<double>(encoder, tables.table, rows, features.view());
  return quantile_knots<double>(features.view(), kParts);
}

// The layers in front of one network; those of a mixture's networks are made when they are trained.
void plan_front(const TrainRequest& request, const PreparedTables& tables, TrainingPlan& plan) {
  if (request.model != ModelType::mlp) return;
  refuse_front_misfits(request, plan.encoder);
  plan.front_inputs = front_inputs_of(plan.encoder);
  if (request.members > 1) return;
  const bool is_piecewise = request.number_embedding == NumberEmbedding::piecewise;
  plan.front = front_of_network(request, plan.front_inputs,
                                is_piecewise ? knots_of(tables, plan.encoder) : Knots<double>());
  plan.network = with_front(plan.front, std::move(plan.network));
  plan.rate_factors = rate_factors_of(request, plan.front, plan.network);
}

// The output weights of radial basis functions start at 0 and become large. With the usual rate, 200 epochs
// do not get there: on six development tables the error was 7 % above least squares, with ten times the rate
// 19 % below (geometric means, 2026-12).
constexpr double kRateOfRadialBasisFunctions = 10;

// Settles batch size and learning rate from the number of training rows.
void settle_steps(const Compute& compute, const TrainRequest& request, TrainingPlan& plan) {
  const std::size_t usual_batch = plan.training_rows < kManyRows ? 32 : 128;
  plan.batch_size = request.batch_size.value_or(std::min(usual_batch, plan.training_rows));
  if (plan.batch_size == 0) plan.batch_size = plan.training_rows;
  if (properties_of(request.optimizer.kind).needs_all_rows) settle_all_rows(request, plan);
  const double usual_rate = properties_of(request.optimizer.kind).learning_rate;
  const double rate_of_model = request.model == ModelType::rbf                   ? kRateOfRadialBasisFunctions
                               : request.parametrization == Parametrization::ntk ? kRateOfNtk
                                                                                 : 1;
  plan.learning_rate = request.learning_rate.value_or(rate_of_model * usual_rate);
  plan.optimizer = request.optimizer.kind;
  plan.epochs = request.stopping.epochs;
  if (request.model == ModelType::perceptron) {
    plan.batch_size = 1;
    plan.learning_rate = request.learning_rate.value_or(PerceptronTrainerOptions{}.learning_rate);
    validate(
        PerceptronTrainerOptions{.learning_rate = plan.learning_rate, .epochs = request.stopping.epochs});
  } else if (plan.batch_size > plan.training_rows) {
    plan.notes.push_back("the batch size " + format_count(plan.batch_size) + " is more than the " +
                         count_of(plan.training_rows, "training row") + ": each step takes all of them.");
    plan.batch_size = plan.training_rows;
  }
  plan.is_narrow = request.model == ModelType::mlp &&
                   !plan_step(compute, plan.network, {.loss = plan.loss}).narrow.empty();
}

// An optimizer that needs all rows chooses its own steps, keeps its memory to itself, and cannot train the
// members with an L1 penalty.
void refuse_misfits_of_all_rows(const TrainRequest& request) {
  if (!properties_of(request.optimizer.kind).needs_all_rows) return;
  const auto refuse = [&](bool is_given, const char* what, Setting setting, Message advice) {
    if (!is_given) return;
    throw UsageError({.what = what,
                      .setting = setting,
                      .got = "the optimizer " + std::string(name_of(request.optimizer.kind)),
                      .advice = std::move(advice)});
  };
  const Message or_adam = ", or use " + set_to(Setting::optimizer, "adam");
  refuse(request.learning_rate.has_value(), "an optimizer that needs all rows has no learning rate",
         Setting::learning_rate, "leave it out" + or_adam);
  refuse(!request.checkpoint.directory.empty() || request.checkpoint.resume_from,
         "a training on all rows at once has no checkpoints", Setting::checkpoint,
         "leave them out" + or_adam);
  refuse(request.members > 1, "a mixture of networks is trained in batches", Setting::members,
         "use one network" + or_adam);
}

// What needs the class of each row.
void refuse_misfits_of_soft_labels(const TrainRequest& request) {
  if (!request.schema.soft_labels) return;
  const auto refuse = [](bool is_given, const char* what, Setting setting, Message advice) {
    if (!is_given) return;
    throw UsageError(
        {.what = what, .setting = setting, .got = "probabilities as targets", .advice = std::move(advice)});
  };
  refuse(request.model == ModelType::perceptron, "a perceptron learns yes or no, not probabilities",
         Setting::model, "use " + set_to(Setting::model, "mlp"));
  refuse(request.class_weighting != ClassWeighting::none, "class weights need one class per row",
         Setting::class_weight, "use a column of sample weights (" + named(Setting::weight_column) + ")");
  refuse(request.threshold.goal.has_value(), "a threshold is chosen on rows of known classes",
         Setting::optimise, "leave " + named(Setting::optimise) + " out");
}

}  // namespace

void refuse_misfits(const TrainRequest& request) {
  for (const auto& [name, text] : request.recorded_options) {
    if (is_valid_utf8(text)) continue;
    throw UsageError({.what = "an option is not text in UTF-8, so a model file cannot record it",
                      .where = name,
                      .got = quoted(text),
                      .advice = "save the table in UTF-8, and write the name so"});
  }
  if (request.model == ModelType::perceptron &&
      (!request.weight_column.empty() || request.class_weighting != ClassWeighting::none)) {
    throw UsageError(
        {.what = "the perceptron rule treats all rows alike, so it takes no row weights",
         .setting = request.weight_column.empty() ? Setting::class_weight : Setting::weight_column,
         .advice =
             "leave the weights out, or train a network by descent (" + set_to(Setting::model, "mlp") + ")"});
  }
  refuse_misfits_of_all_rows(request);
  refuse_front_misfits(request);
  static_cast<void>(wanted_quantiles(request));
  refuse_split_misfits(request);
  if (request.model != ModelType::mlp && request.precision == Precision::bf16) {
    throw UsageError(
        {.what = "precision bf16 is for networks trained by descent",
         .setting = Setting::precision,
         .expected = "float or double with the model " + std::string(name_of(request.model)),
         .got = "bf16",
         .advice = "use " + set_to(Setting::precision, "float") + ", or " + set_to(Setting::model, "mlp")});
  }
}

Table load_table_to_train(FileSystem& file_system, const Compute& compute, const TrainRequest& request) {
  DataSource data = request.data;
  data.read.pool = compute.pool;
  if (data.labels_path.empty()) data.read.weight_column = request.weight_column;
  SchemaOptions schema = request.schema;
  schema.weight_column = request.weight_column;
  return load_training_table(file_system, data, schema);
}

void settle_schema(const Compute& compute, const TrainRequest& request, Table& table, TrainingPlan& plan) {
  // A target that is to hold the weights, too, is refused by make_schema.
  const bool is_target =
      std::ranges::find(request.schema.targets, request.weight_column) != request.schema.targets.end();
  const std::size_t weightless = is_target ? 0 : drop_rows_of_no_weight(table, request.weight_column);
  require_rows(table);
  SchemaOptions schema_options = request.schema;
  schema_options.weight_column = request.weight_column;
  schema_options.group_column = request.group_column;
  schema_options.time_column = request.time_column;
  const bool is_chosen = request.effort && request.model == ModelType::mlp;
  if (is_chosen && !std::ranges::count(request.given, Setting::max_words)) schema_options.max_words = {};
  // Labels from a separate file are always the target.
  if (schema_options.targets.empty() && !request.data.labels_path.empty()) {
    schema_options.targets = {table.columns.back().name};
  }
  plan.schema = make_schema(table, schema_options, compute.pool);
  refuse_quantile_misfits(request, plan.schema);
  refuse_misfits_of_soft_labels(request);
  plan.notes = notes_of(table);
  note_rows_of_no_weight(weightless, table.source, plan.notes);
  plan.notes.insert(plan.notes.end(), plan.schema.notes.begin(), plan.schema.notes.end());
  if (request.data.missing_target != MissingTarget::skip) return;
  if (const std::size_t dropped = drop_rows_without(table, target_names(plan.schema))) {
    plan.notes.push_back("left out " + count_of(dropped, "row") + " of " + table.source +
                         " without a target.");
  }
  require_rows(table);
}

PreparedTraining prepare_training(FileSystem& file_system, const Compute& compute, const TrainRequest& asked,
                                  Table whole_table) {
  PreparedTraining prepared;
  prepared.tables.table = std::move(whole_table);
  PreparedTables& tables = prepared.tables;
  TrainingPlan& plan = prepared.plan;
  settle_schema(compute, asked, tables.table, plan);
  TableSize size = size_of(tables.table, plan.schema);
  if (!asked.quantiles.empty()) size.outputs = asked.quantiles.size();
  Recipe recipe = apply_effort(asked, size);
  prepared.request = std::move(recipe.request);
  const TrainRequest& request = prepared.request;
  hold_out_rows(file_system, compute, request, tables, plan);
  const Split& split = tables.split;
  plan.training_rows = split.training.size();
  plan.validation_rows = split.validation.size();

  refuse_threshold_misfits(request, plan);
  if (request.members > 1) deal_to_folds(compute, request, tables, plan);
  plan.loss = choose_loss(request, plan.schema.task, plan.validation_rows > 0);
  std::vector<OutlyingColumn> outlying;
  note_target_copies(tables.table, plan.schema, plan.notes);
  plan.encoder = fit_encoder(tables.table, plan.schema, split.training, request.encoder, compute.pool,
                             sample_weights(tables.table, request.weight_column, split.training), &outlying);
  for (Message& note : outlier_notes(tables.table, outlying, request.encoder.outliers))
    plan.notes.push_back(std::move(note));
  remember_missing_words(request, tables.table, plan);
  plan.encoder.target.quantiles = plan.loss.quantiles;
  plan.encoder.target.threshold = request.threshold.given.value_or(kUsualThreshold);
  plan.network = choose_network(request, plan.encoder, plan.loss, plan.training_rows);
  plan_front(request, tables, plan);
  plan.parameters = parameter_count(plan.network);
  for (const KindRecipe& kind : recipe.kinds) {
    TrainRequest of_kind = request;
    of_kind.hidden = kind.hidden;
    plan.kinds.push_back({.kind = kind.kind,
                          .network = choose_network(of_kind, plan.encoder, plan.loss, plan.training_rows),
                          .columns = kind.columns,
                          .parts = kind.parts});
  }
  fit_targets_to_output(tables, plan);
  keep_predictions_in_range(request, tables, plan);
  note_constant_inputs(plan);
  require_memory(request, plan, plan.training_rows + plan.validation_rows, tables.table.source);
  settle_steps(compute, request, plan);
  return prepared;
}

void settle_precision(const Compute& compute, TrainRequest& request, TrainingPlan& plan) {
  if (request.precision != Precision::bf16) return;
  if (const std::optional<std::string> obstacle = obstacle_to_bf16(compute, plan.network)) {
    plan.notes.push_back(*obstacle + ": training in float32");
    request.precision = Precision::float32;
    std::erase_if(request.recorded_options, [](const auto& option) { return option.first == "precision"; });
  } else {
    plan.products = Products::bf16;
  }
}

}  // namespace chainrule
