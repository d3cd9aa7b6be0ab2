// Predictions from outputs, by task (o the outputs of one row):
//
//   binary, classes, ordinal  probabilities.h
//   multi_label      p(label j) = o_j; the label is yes from 0.5 on
//   regression       unscaled, for the poisson loss exponentiated, quantiles sorted (scoring.h)
//
// A perceptron has no probabilities: 1 for the predicted class, 0 for the others. A file is predicted and
// written in chunks of rows, so that memory stays bounded.
#include "chainrule/session/prediction.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/data/column_match.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encode_targets.h"
#include "chainrule/data/open_table.h"
#include "chainrule/session/importance.h"
#include "chainrule/session/model_table.h"
#include "chainrule/session/row_weights.h"
#include "chainrule/session/scoring.h"
#include "chainrule/train/accuracy.h"
#include "chainrule/train/cumulative.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

std::vector<std::uint32_t> all_rows(const Table& table) {
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

// The outputs of the network for a table, in double.
template <typename T>
Matrix<double> network_outputs(const Compute& compute, const Model& model, std::span<const T> parameters,
                               const Table& table, UnusableRows unusable, EncodeReport& report) {
  Matrix<T> inputs(table.rows(), model.encoder.features());
  report = encode_inputs<T>(model.encoder, table, all_rows(table), inputs.view(), compute.pool, unusable);
  Matrix<T> outputs(table.rows(), model.network.outputs());
  predict_rows<T>(compute, model.network, parameters, inputs.view(), outputs.view(),
                  read_answers_at(model.network, model.encoder.target.task));
  Matrix<double> values(outputs.rows(), outputs.columns());
  std::copy(outputs.values().begin(), outputs.values().end(), values.values().begin());
  return values;
}

std::string place_of_row(const Table& table, std::size_t row) {
  return row < table.lines.size() ? file_position(table.source, table.lines[row], 0)
                                  : table.source + ", row " + std::to_string(row + 1);
}

// The rows without finite outputs, and those that could not be encoded. Inputs far outside those of training
// can overflow on their way through the network.
std::vector<UnusableRow> unanswered_rows(const Matrix<double>& outputs, const Table& table,
                                         const EncodeReport& report) {
  std::vector<UnusableRow> rows;
  auto unusable = report.unusable.begin();
  for (std::size_t r = 0; r < outputs.rows(); ++r) {
    if (unusable != report.unusable.end() && unusable->row == r) {
      rows.push_back(*unusable++);
      continue;
    }
    const std::span<const double> row(outputs.row(r), outputs.columns());
    if (std::ranges::all_of(row, [](double value) { return std::isfinite(value); })) continue;
    rows.push_back({.row = r, .place = place_of_row(table, r)});
  }
  return rows;
}

void set_to_nan(std::span<const UnusableRow> rows, Matrix<double>& values) {
  for (const UnusableRow& row : rows)
    std::fill_n(values.row(row.row), values.columns(), std::nan(""));
}

// --- CSV out -----------------------------------------------------------------------------------------------

std::string csv_cell(std::string_view text, char delimiter) {
  const bool is_plain = text.find_first_of("\"\r\n") == std::string_view::npos &&
                        text.find(delimiter) == std::string_view::npos &&
                        (text.empty() || (text.front() != ' ' && text.back() != ' '));
  if (is_plain) return std::string(text);
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

// Names and values of the prediction columns of one table, row by row.
class PredictionColumns {
 public:
  PredictionColumns(const Model& model, const PredictRequest& request)
      : model_(model), target_(model.encoder.target), request_(request) {
    if (request.interval) half_widths_ = interval_half_widths(model, *request.interval);
    if (request.top > 0 && !is_of_one_class(target_.task)) {
      throw UsageError({.what = "the most probable classes need a model of classes",
                        .setting = Setting::top,
                        .got = "task " + std::string(name_of(target_.task)),
                        .advice = "leave " + named(Setting::top) + " out"});
    }
    if (model.network.output_activation() == Activation::sign &&
        (request.top > 0 || request.probabilities == Probabilities::append)) {
      throw UsageError({.what = "a perceptron says yes or no: it has no probabilities",
                        .setting = request.top > 0 ? Setting::top : Setting::probabilities,
                        .advice = "leave " + named(request.top > 0 ? Setting::top : Setting::probabilities) +
                                  " out, or train a network of another kind (" +
                                  set_to(Setting::model, "mlp") + ")"});
    }
    if (request.probabilities == Probabilities::append && target_.task == Task::regression) {
      throw UsageError({.what = "a regression has no probabilities",
                        .setting = Setting::probabilities,
                        .advice = "leave " + named(Setting::probabilities) + " out"});
    }
    const std::size_t classes = target_.class_names.size();
    top_ = std::min(request.top, classes);
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    if (top_ > 0) {
      for (std::size_t k = 1; k <= top_; ++k) {
        names.push_back("top " + std::to_string(k));
        names.push_back("probability " + std::to_string(k));
      }
      return names;
    }
    names = prediction_columns(target_);
    if (request_.probabilities == Probabilities::append) {
      for (std::size_t c = 0; c < target_.class_names.size(); ++c)
        names.push_back("probability " + class_text(target_, c));
    }
    for (std::size_t t = 0; t < half_widths_.size(); ++t) {
      names.push_back("low " + target_.columns[t]);
      names.push_back("high " + target_.columns[t]);
    }
    return names;
  }

  // As many empty cells as a row has.
  void append_empty_row(char delimiter, std::string& out) const { out.append(names().size() - 1, delimiter); }

  void append_row(const Predictions& predictions, std::size_t row, char delimiter, std::string& out) const {
    const double* values = predictions.values.row(row);
    const std::size_t columns = predictions.values.columns();
    bool is_first = true;
    const auto cell = [&](const std::string& text) {
      if (!is_first) out += delimiter;
      is_first = false;
      out += text;
    };
    if (top_ > 0) {
      std::vector<std::size_t> order(columns);
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
      for (std::size_t k = 0; k < top_; ++k) {
        cell(csv_cell(target_.class_names[order[k]], delimiter));
        cell(format_number(static_cast<float>(values[order[k]])));
      }
      return;
    }
    switch (target_.task) {
      case Task::binary:
      case Task::classes:
      case Task::ordinal:
        cell(csv_cell(target_.class_names[predictions.classes[row]], delimiter));
        break;
      case Task::multi_label:
        for (std::size_t c = 0; c < columns; ++c)
          cell(csv_cell(label_values(target_, c)[values[c] >= 0.5 ? 1 : 0], delimiter));
        break;
      case Task::regression:
        for (std::size_t c = 0; c < columns; ++c)
          cell(number_cell(values[c]));
        for (std::size_t c = 0; c < half_widths_.size(); ++c) {
          const auto [low, high] = interval_around(model_, values[c], half_widths_[c]);
          cell(number_cell(low));
          cell(number_cell(high));
        }
        break;
    }
    if (request_.probabilities == Probabilities::append) {
      for (std::size_t c = 0; c < columns; ++c)
        cell(format_number(static_cast<float>(values[c])));
    }
  }

 private:
  static std::string number_cell(double value) {
    return std::trunc(value) == value ? format_cell_number(value) : format_number(value);
  }

  const Model& model_;
  const TargetEncoding& target_;
  const PredictRequest& request_;
  std::size_t top_ = 0;
  std::vector<double> half_widths_;  // of the intervals, one per target; empty: none
};

}  // namespace

Predictions predictions_of(const Model& model, Matrix<double> outputs) {
  Predictions predictions;
  switch (model.encoder.target.task) {
    case Task::regression:
      predictions.values = outputs_in_own_units(model, outputs.view());
      break;
    case Task::multi_label:
      predictions.values = std::move(outputs);
      if (!has_probabilities(model)) {
        for (double& value : predictions.values.values())
          value = value > 0 ? 1 : 0;
      } else {
        for (double& value : predictions.values.values())
          value = std::clamp(value, 0.0, 1.0);
      }
      break;
    case Task::binary:
      predictions.classes =
          predicted_classes<double>(Task::binary, outputs.view(), model.encoder.target.threshold);
      predictions.values = class_probabilities(model, std::move(outputs));
      break;
    case Task::ordinal:
      predictions.classes = predicted_classes<double>(Task::ordinal, outputs.view());
      predictions.values = cumulative::class_probabilities<double>(outputs.view());
      break;
    case Task::classes:
      predictions.classes = predicted_classes<double>(Task::classes, outputs.view());
      if (has_probabilities(model)) {
        predictions.values = class_probabilities(model, std::move(outputs));
        break;
      }
      predictions.values = Matrix<double>(outputs.rows(), outputs.columns());
      for (std::size_t r = 0; r < predictions.values.rows(); ++r)
        predictions.values(r, predictions.classes[r]) = 1;
      break;
  }
  return predictions;
}

Predictions predict_table(const Compute& compute, const Model& model, const Table& table,
                          FaultyRow faulty_row) {
  Predictions predictions;
  const UnusableRows unusable = faulty_row == FaultyRow::refuse ? UnusableRows::refuse : UnusableRows::report;
  Matrix<double> outputs = std::visit(
      [&](const auto& parameters) {
        using T = typename std::decay_t<decltype(parameters)>::value_type;
        return network_outputs<T>(compute, model, parameters, table, unusable, predictions.report);
      },
      model.parameters);
  predictions.unanswered = unanswered_rows(outputs, table, predictions.report);
  if (faulty_row == FaultyRow::refuse && !predictions.unanswered.empty()) {
    throw DataError({.what = "the prediction for a row is not finite",
                     .where = predictions.unanswered.front().place,
                     .advice = "look in this row for a number very far from those of the training rows"});
  }
  // Finite until the end, so that no later step meets NaN.
  for (const UnusableRow& row : predictions.unanswered)
    std::fill_n(outputs.row(row.row), outputs.columns(), 0.0);
  Predictions decoded = predictions_of(model, std::move(outputs));
  predictions.values = std::move(decoded.values);
  predictions.classes = std::move(decoded.classes);
  set_to_nan(predictions.unanswered, predictions.values);
  return predictions;
}

Table first_rows(FileSystem& file_system, const Model& model, const DataSource& data, std::size_t rows) {
  const auto reader = open_table(file_system, data.path, reading_options(model, data));
  Table table = reader->next_rows(
      rows, wanted_readings(model.encoder, reader->layout().column_names, TargetsWanted::no, data.path));
  table.repairs = reader->repairs();
  table.notes = reader->notes();
  if (auto note = note_on_places(model.encoder, reader->layout().column_names, table.source))
    table.notes.push_back(std::move(*note));
  return table;
}

PredictSummary predict_file(FileSystem& file_system, const Compute& compute, const Model& model,
                            const PredictRequest& request,
                            const std::function<void(std::string_view)>& sink) {
  const PredictionColumns columns(model, request);
  ReadOptions options = reading_options(model, request.data);
  const bool echoes = request.echo == RowEcho::passthrough;
  if (echoes) options.row_text = RowText::keep;
  const std::unique_ptr<TableReader> reader =
      open_table(file_system, request.data.path, options, AtPause::give_rows);
  const TableLayout& layout = reader->layout();
  const std::vector<std::optional<ColumnReading>> kinds =
      wanted_readings(model.encoder, layout.column_names, TargetsWanted::no, layout.path);
  const char delimiter = echoes ? layout.delimiter : ',';

  std::string text;
  std::vector<std::string> names;
  for (std::string name : columns.names()) {
    const auto& taken = layout.column_names;
    if (echoes && std::find(taken.begin(), taken.end(), name) != taken.end()) name = "predicted " + name;
    names.push_back(csv_cell(name, delimiter));
  }
  if (!echoes || layout.has_header) {
    if (echoes) text += layout.header_text + delimiter;
    text += join(names, std::string(1, delimiter)) + "\n";
  }
  if (reader->would_wait()) {
    sink(text);
    text.clear();
  }

  PredictSummary summary;
  while (true) {
    const Table rows = reader->next_rows(request.rows_at_once, kinds);
    const std::size_t count = rows.rows();
    if (count == 0) break;
    const Predictions predictions = predict_table(compute, model, rows, request.faulty_row);
    auto unanswered = predictions.unanswered.begin();
    for (std::size_t r = 0; r < count; ++r) {
      if (echoes) text += rows.row_text[r] + delimiter;
      if (unanswered != predictions.unanswered.end() && unanswered->row == r) {
        columns.append_empty_row(delimiter, text);
        ++unanswered;
      } else {
        columns.append_row(predictions, r, delimiter, text);
      }
      text += '\n';
    }
    summary.rows += count;
    if (summary.unanswered == 0 && !predictions.unanswered.empty())
      summary.first_unanswered = predictions.unanswered.front().place;
    summary.unanswered += predictions.unanswered.size();
    append(predictions.report, summary.report);
    sink(text);
    text.clear();
  }
  if (!text.empty()) sink(text);
  summary.repairs = reader->notes();
  if (auto note = note_on_places(model.encoder, layout.column_names, layout.path))
    summary.repairs.push_back(std::move(*note));
  for (Message& repair : reader->repairs().notes(layout.path))
    summary.repairs.push_back(std::move(repair));
  return summary;
}

namespace {

// Removes the rows for which the model has no finite prediction, unless none would be left.
template <typename T>
void leave_out_unanswered(const Compute& compute, const Model& model, std::span<const T> parameters,
                          const Table& table, std::vector<std::uint32_t>& rows, Evaluation& evaluation) {
  EncodeReport report;
  const Matrix<double> outputs =
      network_outputs<T>(compute, model, parameters, table, UnusableRows::report, report);
  const std::vector<UnusableRow> unanswered = unanswered_rows(outputs, table, report);
  if (unanswered.empty()) return;
  if (unanswered.size() == rows.size()) {
    throw NonFiniteError({.what = "the model has no finite prediction for any of these rows",
                          .where = unanswered.front().place,
                          .advice = "look for numbers very far from those of the training rows"});
  }
  evaluation.unanswered = unanswered.size();
  evaluation.first_unanswered = unanswered.front().place;
  std::erase_if(rows, [&](std::uint32_t row) {
    const auto found = std::ranges::lower_bound(unanswered, row, {}, &UnusableRow::row);
    return found != unanswered.end() && found->row == row;
  });
}

// How rows are evaluated.
struct EvaluationPlan {
  std::string weight_column;  // "": all rows count alike
  MeasureReasons reasons = MeasureReasons::no;
};

// Encodes and scores these rows. False if a row cannot be encoded, or the loss is not finite.
template <typename T>
bool score_rows(const Compute& compute, const Model& model, std::span<const T> parameters, const Table& table,
                const EvaluationPlan& plan, std::span<const std::uint32_t> rows, Evaluation& evaluation) {
  Dataset<T> data{.inputs = Matrix<T>(rows.size(), model.encoder.features()),
                  .targets = Matrix<T>(rows.size(), model.encoder.target.outputs())};
  evaluation.report =
      encode_inputs<T>(model.encoder, table, rows, data.inputs.view(), compute.pool, UnusableRows::report);
  encode_targets<T>(model.encoder, table, rows, data.targets.view());
  data.own_targets = own_targets(model.encoder, table, rows);
  if (!evaluation.report.unusable.empty()) return false;
  const std::vector<double> weights = sample_weights(table, plan.weight_column, rows);
  data.row_weights.assign(weights.begin(), weights.end());
  Scored scored = score_dataset<T>(compute, model, parameters, data, weights);
  evaluation.seen = seen_rows(model.provenance.row_hashes, hash_rows<T>(compute, data));
  evaluation.metrics = std::move(scored.metrics);
  evaluation.truth = std::move(scored.truth);
  evaluation.predicted = std::move(scored.predicted);
  if (!std::isfinite(evaluation.metrics.loss)) return false;
  if (plan.reasons == MeasureReasons::yes) {
    evaluation.importance =
        measure_importance<T>(compute, model, parameters, data, weights, model.provenance.seed);
  }
  return true;
}

// r2 compares the errors with the spread of the targets: without a spread, it is not defined.
bool has_constant_column(const Matrix<double>& truth) {
  for (std::size_t c = 0; c < truth.columns(); ++c) {
    std::size_t row = 1;
    while (row < truth.rows() && truth(row, c) == truth(0, c))
      ++row;
    if (row >= truth.rows()) return true;
  }
  return false;
}

// The column of weights that counts for this table; "" for none.
std::string weight_column_for(const Model& model, const Table& table, const WeightColumn& asked,
                              std::vector<Message>& notes) {
  if (asked) {
    if (!asked->empty()) table.column_index(*asked);  // which names the nearest column
    return *asked;
  }
  const std::string known = weight_column_of(model.schema);
  const bool is_there =
      !known.empty() && std::ranges::find(table.columns, known, &Column::name) != table.columns.end();
  if (!is_there) return "";
  notes.push_back("rows count by their " + quoted(known) + ", as in training; use " +
                  set_to(Setting::weight_column, "none") + " to count all alike.");
  return known;
}

void add_importance_notes(MeasureReasons reasons, Evaluation& evaluation) {
  if (reasons == MeasureReasons::no) return;
  if (evaluation.importance.columns.empty()) {
    evaluation.notes.push_back(evaluation.importance.all_rows < 2
                                   ? "the importance of columns takes at least two rows."
                                   : "the table has too many columns for this network: their importance "
                                     "would take too long to measure.");
    return;
  }
  // As many as half of the rows: a few do not change the picture.
  if (evaluation.seen.seen > 0 && 2 * evaluation.seen.seen >= evaluation.seen.checked) {
    evaluation.notes.push_back(
        "on rows that a model was trained on, the importance of columns shows what the model uses, not what "
        "helps on new rows.");
  }
}

}  // namespace

Evaluation evaluate_table(const Compute& compute, const Model& model, Table table,
                          const WeightColumn& weight_column, MeasureReasons reasons) {
  Evaluation evaluation;
  EvaluationPlan plan;
  plan.weight_column = weight_column_for(model, table, weight_column, evaluation.notes);
  plan.reasons = reasons;
  if (const std::size_t dropped = drop_rows_of_no_weight(table, plan.weight_column); dropped > 0)
    evaluation.notes.push_back("left out " + count_of(dropped, "row") + " whose weight is 0.");
  std::vector<std::uint32_t> rows = all_rows(table);
  if (rows.empty()) {
    throw DataError({.what = "the table has no rows to evaluate on",
                     .where = table.source,
                     .expected = "rows with inputs and targets",
                     .got = "none",
                     .advice = "check that this is the right file"});
  }
  std::visit(
      [&](const auto& parameters) {
        using T = typename std::decay_t<decltype(parameters)>::value_type;
        if (score_rows<T>(compute, model, parameters, table, plan, rows, evaluation)) return;
        leave_out_unanswered<T>(compute, model, parameters, table, rows, evaluation);
        score_rows<T>(compute, model, parameters, table, plan, rows, evaluation);
      },
      model.parameters);
  if (!std::isfinite(evaluation.metrics.loss)) {
    throw NonFiniteError({.what = "the loss on these rows is not finite",
                          .where = table.source,
                          .got = format_number(evaluation.metrics.loss),
                          .advice = "look for a number very far from those of the training rows; `chainrule "
                                    "predict` names the row"});
  }
  if (evaluation.metrics.task == Task::regression && has_constant_column(evaluation.truth)) {
    const std::string name = headline(evaluation.metrics).first;
    evaluation.notes.push_back(name +
                               (evaluation.metrics.rows == 1
                                    ? " is not defined for one row"
                                    : " is not defined where a target has the same value in all rows") +
                               std::string(": it is given as 1 if the predictions are exact, else as 0."));
  }
  const Metrics& metrics = evaluation.metrics;
  const bool has_areas =
      metrics.log_loss && !metrics.soft_labels && metrics.per_class.size() <= kMostConfusionClasses;
  if (has_areas && !metrics.auc)
    evaluation.notes.push_back("auc is not defined where all rows are of one class: it is left out.");
  for (Message& note : notes_on(evaluation.seen))
    evaluation.notes.push_back(std::move(note));
  add_importance_notes(reasons, evaluation);
  return evaluation;
}

Evaluation evaluate_file(FileSystem& file_system, const Compute& compute, const Model& model,
                         const DataSource& data, const WeightColumn& weight_column, MeasureReasons reasons) {
  DataSource source = data;
  source.read.pool = compute.pool;
  if (source.labels_path.empty())
    source.read.weight_column = weight_column ? *weight_column : weight_column_of(model.schema);
  Table table = read_for_model(file_system, model, source);
  std::size_t dropped = 0;
  if (data.missing_target == MissingTarget::skip)
    dropped = drop_rows_without(table, model.encoder.target.columns);
  std::vector<Message> repairs = notes_of(table);
  Evaluation evaluation = evaluate_table(compute, model, std::move(table), weight_column, reasons);
  evaluation.rows_without_target = dropped;
  evaluation.repairs = std::move(repairs);
  return evaluation;
}

}  // namespace chainrule
