// Predictions from outputs, by task (o the outputs of one row):
//
//   binary       p(class 1) = o, p(class 0) = 1 - o
//   classes      p(class k) = o_k; divided by their sum unless the output is a softmax
//   multi_label  p(label j) = o_j; the label is yes from 0.5 on
//   regression   unscaled, for the poisson loss exponentiated (scoring.h)
//
// A perceptron has no probabilities: 1 for the predicted class, 0 for the others. A file is predicted and
// written in chunks of rows, so that memory stays bounded.
#include "chainrule/session/prediction.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/column_match.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encode_targets.h"
#include "chainrule/data/open_table.h"
#include "chainrule/session/model_table.h"
#include "chainrule/session/scoring.h"
#include "chainrule/train/accuracy.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

std::vector<std::uint32_t> all_rows(const Table& table) {
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

void merge(EncodeReport& total, const EncodeReport& part) {
  total.unknown_words += part.unknown_words;
  total.missing_cells += part.missing_cells;
  if (total.first_unknown.empty()) total.first_unknown = part.first_unknown;
}

// The outputs of the network for a table, in double.
template <typename T>
Matrix<double> network_outputs(const Compute& compute, const Model& model, std::span<const T> parameters,
                               const Table& table, EncodeReport& report) {
  Matrix<T> inputs(table.rows(), model.encoder.features());
  report = encode_inputs<T>(model.encoder, table, all_rows(table), inputs.view(), compute.pool);
  Matrix<T> outputs(table.rows(), model.network.outputs());
  predict_rows<T>(compute, model.network, parameters, inputs.view(), outputs.view(),
                  read_answers_at(model.network, model.encoder.target.task));
  Matrix<double> values(outputs.rows(), outputs.columns());
  std::copy(outputs.values().begin(), outputs.values().end(), values.values().begin());
  return values;
}

// Inputs far outside those of training can overflow on their way through the network.
void require_finite_outputs(const Matrix<double>& outputs, const Table& table) {
  for (std::size_t r = 0; r < outputs.rows(); ++r) {
    const std::span<const double> row(outputs.row(r), outputs.columns());
    if (std::all_of(row.begin(), row.end(), [](double value) { return std::isfinite(value); })) continue;
    throw NonFiniteError(
        {.what = "the prediction for a row is not finite",
         .where = r < table.lines.size() ? file_position(table.source, table.lines[r], 0)
                                         : table.source + ", row " + std::to_string(r + 1),
         .advice = "look in this row for a number very far from those of the training rows"});
  }
}

// Outputs that were not trained as a softmax need not sum to 1; divided by their sum, they do.
void make_rows_sum_to_one(Matrix<double>& values) {
  for (std::size_t r = 0; r < values.rows(); ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < values.columns(); ++c) {
      values(r, c) = std::max(values(r, c), 0.0);
      sum += values(r, c);
    }
    for (std::size_t c = 0; c < values.columns() && sum > 0; ++c)
      values(r, c) /= sum;
  }
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
      : target_(model.encoder.target), request_(request) {
    const bool has_classes = target_.task == Task::binary || target_.task == Task::classes;
    if (request.top > 0 && !has_classes) {
      throw UsageError({.what = "the most probable classes need a model of classes",
                        .got = "task " + std::string(name_of(target_.task)),
                        .advice = "leave " + named(Setting::top) + " out"});
    }
    if (model.network.output_activation() == Activation::sign &&
        (request.top > 0 || request.probabilities == Probabilities::append)) {
      throw UsageError({.what = "a perceptron says yes or no: it has no probabilities",
                        .advice = "leave " + named(request.top > 0 ? Setting::top : Setting::probabilities) +
                                  " out, or train a network of another kind (" +
                                  set_to(Setting::model, "mlp") + ")"});
    }
    if (request.probabilities == Probabilities::append && target_.task == Task::regression) {
      throw UsageError({.what = "a regression has no probabilities",
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
    names = target_.columns;
    if (request_.probabilities == Probabilities::append) {
      for (const std::string& name : target_.class_names)
        names.push_back("probability " + name);
    }
    return names;
  }

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
        cell(csv_cell(target_.class_names[predictions.classes[row]], delimiter));
        break;
      case Task::multi_label:
        for (std::size_t c = 0; c < columns; ++c)
          cell(values[c] >= 0.5 ? "1" : "0");
        break;
      case Task::regression:
        for (std::size_t c = 0; c < columns; ++c)
          cell(format_number(values[c]));
        break;
    }
    if (request_.probabilities == Probabilities::append) {
      for (std::size_t c = 0; c < columns; ++c)
        cell(format_number(static_cast<float>(values[c])));
    }
  }

 private:
  const TargetEncoding& target_;
  const PredictRequest& request_;
  std::size_t top_ = 0;
};

}  // namespace

bool has_probabilities(const Model& model) {
  return model.encoder.target.task != Task::regression &&
         model.network.output_activation() != Activation::sign;
}

Predictions predict_table(const Compute& compute, const Model& model, const Table& table) {
  Predictions predictions;
  Matrix<double> outputs = std::visit(
      [&](const auto& parameters) {
        using T = typename std::decay_t<decltype(parameters)>::value_type;
        return network_outputs<T>(compute, model, parameters, table, predictions.report);
      },
      model.parameters);
  require_finite_outputs(outputs, table);
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
      predictions.classes = predicted_classes<double>(Task::binary, outputs.view());
      predictions.values = Matrix<double>(outputs.rows(), 2);
      for (std::size_t r = 0; r < outputs.rows(); ++r) {
        predictions.values(r, 1) = std::clamp(outputs(r, 0), 0.0, 1.0);
        predictions.values(r, 0) = 1 - predictions.values(r, 1);
      }
      break;
    case Task::classes:
      predictions.classes = predicted_classes<double>(Task::classes, outputs.view());
      predictions.values = std::move(outputs);
      if (!has_probabilities(model)) {
        for (std::size_t r = 0; r < predictions.values.rows(); ++r) {
          for (std::size_t c = 0; c < predictions.values.columns(); ++c)
            predictions.values(r, c) = c == predictions.classes[r] ? 1 : 0;
        }
        break;
      }
      if (model.network.output_activation() != Activation::softmax) make_rows_sum_to_one(predictions.values);
      break;
  }
  return predictions;
}

Table first_rows(FileSystem& file_system, const Model& model, const DataSource& data, std::size_t rows) {
  const auto reader = open_table(file_system, data.path, reading_options(model, data));
  Table table = reader->next_rows(
      rows, wanted_kinds(model.encoder, reader->layout().column_names, TargetsWanted::no, data.path));
  table.repairs = reader->repairs();
  return table;
}

PredictSummary predict_file(FileSystem& file_system, const Compute& compute, const Model& model,
                            const PredictRequest& request,
                            const std::function<void(std::string_view)>& sink) {
  const PredictionColumns columns(model, request);
  ReadOptions options = reading_options(model, request.data);
  const bool echoes = request.echo == RowEcho::passthrough;
  if (echoes) options.row_text = RowText::keep;
  const std::unique_ptr<TableReader> reader = open_table(file_system, request.data.path, options);
  const TableLayout& layout = reader->layout();
  const std::vector<std::optional<ColumnKind>> kinds =
      wanted_kinds(model.encoder, layout.column_names, TargetsWanted::no, layout.path);
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

  PredictSummary summary;
  while (true) {
    const Table rows = reader->next_rows(request.rows_at_once, kinds);
    const std::size_t count = rows.rows();
    if (count == 0) break;
    const Predictions predictions = predict_table(compute, model, rows);
    for (std::size_t r = 0; r < count; ++r) {
      if (echoes) text += rows.row_text[r] + delimiter;
      columns.append_row(predictions, r, delimiter, text);
      text += '\n';
    }
    summary.rows += count;
    merge(summary.report, predictions.report);
    sink(text);
    text.clear();
  }
  if (!text.empty()) sink(text);
  summary.repairs = reader->repairs().notes(layout.path);
  return summary;
}

Evaluation evaluate_table(const Compute& compute, const Model& model, const Table& table) {
  const std::vector<std::uint32_t> rows = all_rows(table);
  if (rows.empty()) {
    throw DataError({.what = "the table has no rows to evaluate on",
                     .where = table.source,
                     .expected = "rows with inputs and targets",
                     .got = "none",
                     .advice = "check that this is the right file"});
  }
  Evaluation evaluation;
  std::visit(
      [&](const auto& parameters) {
        using T = typename std::decay_t<decltype(parameters)>::value_type;
        Dataset<T> data{.inputs = Matrix<T>(rows.size(), model.encoder.features()),
                        .targets = Matrix<T>(rows.size(), model.encoder.target.outputs())};
        evaluation.report = encode_inputs<T>(model.encoder, table, rows, data.inputs.view(), compute.pool);
        encode_targets<T>(model.encoder, table, rows, data.targets.view());
        Scored scored = score_dataset<T>(compute, model, parameters, data);
        evaluation.metrics = std::move(scored.metrics);
        evaluation.truth = std::move(scored.truth);
        evaluation.predicted = std::move(scored.predicted);
      },
      model.parameters);
  if (!std::isfinite(evaluation.metrics.loss)) {
    throw NonFiniteError({.what = "the loss on these rows is not finite",
                          .where = table.source,
                          .got = format_number(evaluation.metrics.loss),
                          .advice = "look for a number very far from those of the training rows; `chainrule "
                                    "predict` names the row"});
  }
  return evaluation;
}

Evaluation evaluate_file(FileSystem& file_system, const Compute& compute, const Model& model,
                         const DataSource& data) {
  DataSource source = data;
  source.read.pool = compute.pool;
  Table table = read_for_model(file_system, model, source);
  std::size_t dropped = 0;
  if (data.missing_target == MissingTarget::skip)
    dropped = drop_rows_without(table, model.encoder.target.columns);
  Evaluation evaluation = evaluate_table(compute, model, table);
  evaluation.rows_without_target = dropped;
  evaluation.repairs = table.repairs.notes(table.source);
  return evaluation;
}

}  // namespace chainrule
