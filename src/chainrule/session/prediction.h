// Predicts the rows of a raw table, as a whole or as a stream, and measures how good the predictions are.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/data/encode_inputs.h"
#include "chainrule/session/intervals.h"
#include "chainrule/session/probabilities.h"
#include "chainrule/session/row_overlap.h"
#include "chainrule/session/source.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"
#include "chainrule/train/reasons.h"

namespace chainrule {

// Predictions for some rows, in the units of the table.
struct Predictions {
  // binary: two columns (probability of each class); classes: probability of each class; multi_label:
  // probability of each label; regression: the numbers, or the quantiles, ascending. Without probabilities: 1
  // for the predicted class, 0 for the others.
  Matrix<double> values;
  std::vector<std::uint32_t> classes;  // classes: the most probable class; binary: by the model's threshold
  EncodeReport report;
  // Rows without a finite prediction, ascending: their values are NaN, and their classes are meaningless.
  std::vector<UnusableRow> unanswered;
};

// For a row without a finite prediction: leave_empty gives an empty prediction and a note, refuse an error.
enum class FaultyRow { leave_empty, refuse };

// What finite outputs of the network mean [rows][outputs].
Predictions predictions_of(const Model& model, Matrix<double> outputs);

Predictions predict_table(const Compute& compute, const Model& model, const Table& table,
                          FaultyRow faulty_row = FaultyRow::refuse);

// At most `rows` rows from the start of a table, with the columns that the model reads.
Table first_rows(FileSystem& file_system, const Model& model, const DataSource& data, std::size_t rows);

enum class Probabilities { leave_out, append };
enum class RowEcho { none, passthrough };
struct PredictRequest {
  DataSource data;
  Probabilities probabilities = Probabilities::leave_out;  // one more column per class
  std::optional<double> interval;  // two more columns per number: an interval of this coverage (intervals.h)
  std::size_t top = 0;  // the k most probable classes with their probabilities, instead of the class alone
  RowEcho echo = RowEcho::none;  // passthrough: each row as it is in the file, then the prediction
  FaultyRow faulty_row = FaultyRow::leave_empty;
  std::size_t rows_at_once = 4096;
};

struct PredictSummary {
  std::uint64_t rows = 0;
  EncodeReport report;
  std::uint64_t unanswered = 0;  // rows without a prediction
  std::string first_unanswered;  // the place of the first
  std::vector<Message> repairs;  // what a lenient reader repaired, in sentences
};

// Streams the predictions of a table as CSV text into `sink`, in row order, in bounded memory. If the input
// is a pipe that pauses, the rows so far are predicted at once, because a program may be waiting for them.
// Columns: the target's name(s); with probabilities "probability CLASS" ...; with an interval "low TARGET",
// "high TARGET" ...; with top "top 1", "probability 1" ... A name that passthrough already has gets the
// prefix "predicted ". Throws UsageError for options that do not fit the task.
PredictSummary predict_file(FileSystem& file_system, const Compute& compute, const Model& model,
                            const PredictRequest& request, const std::function<void(std::string_view)>& sink);

struct Evaluation {
  Metrics metrics;
  Matrix<double> truth;      // regression, [rows][targets]
  Matrix<double> predicted;  // regression, [rows][targets or quantiles]
  EncodeReport report;
  std::size_t rows_without_target = 0;  // left out, if the caller requested it
  std::uint64_t unanswered = 0;         // rows without a prediction, left out
  std::string first_unanswered;         // the place of the first
  std::vector<Message> repairs;         // what a lenient reader repaired, in sentences
  SeenRows seen;                        // rows that the model was trained on
  Importance importance;                // of the columns, if the caller requested it
  std::vector<Message> notes;           // on the weights used, and on rows that the model was trained on
};

// The column of row weights for an evaluation. nullopt: the one that the model was trained with, if the table
// has it; "": none.
using WeightColumn = std::optional<std::string>;

// Rows of weight 0 do not count as rows. Rows for which the model has no finite prediction are left out and
// counted. The importance of the columns is measured with the seed of the training. Throws DataError for a
// cell that is not a weight.
Evaluation evaluate_table(const Compute& compute, const Model& model, Table table,
                          const WeightColumn& weight_column = std::nullopt,
                          MeasureReasons reasons = MeasureReasons::no);
Evaluation evaluate_file(FileSystem& file_system, const Compute& compute, const Model& model,
                         const DataSource& data, const WeightColumn& weight_column = std::nullopt,
                         MeasureReasons reasons = MeasureReasons::no);

}  // namespace chainrule
