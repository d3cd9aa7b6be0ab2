#include "chainrule/session/encode_rows.h"

#include <algorithm>
#include <exception>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/hash.h"
#include "chainrule/base/memory.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encode_targets.h"
#include "chainrule/session/row_weights.h"

namespace chainrule {
namespace {

// The number of cells that are encoded and then freed together.
constexpr std::size_t kCellsInGroup = std::size_t{1} << 22;

// Encodes the inputs of both sets. The cells of the input columns are freed as they are encoded, so that
// table and inputs are never both in memory as a whole. Returns the error of the validation rows, if there is
// one, for the caller to throw later: an error in the training rows takes precedence.
template <typename T>
std::exception_ptr encode_inputs_of(const Compute& compute, const Encoder& encoder, Table& table,
                                    std::span<const std::uint32_t> training, MatrixView<T> training_inputs,
                                    std::span<const std::uint32_t> validation,
                                    MatrixView<T> validation_inputs, EncodeReport& validation_report) {
  const std::size_t rows = table.rows();
  const std::size_t group = std::max<std::size_t>(kCellsInGroup / (table.columns.size() + 1), 1);
  std::exception_ptr validation_error;
  struct Progress {
    std::span<const std::uint32_t> rows;
    MatrixView<T> inputs;
    EncodeReport report = {};
    std::size_t done = 0;
  };
  const auto encode_rows_before = [&](std::size_t row, Progress& progress) {
    const std::span<const std::uint32_t> rest = progress.rows.subspan(progress.done);
    const auto count = static_cast<std::size_t>(std::ranges::lower_bound(rest, row) - rest.begin());
    if (count == 0) return;
    append(encode_inputs<T>(encoder, table, rest.first(count),
                            progress.inputs.row_block(progress.done, count), compute.pool),
           progress.report);
    progress.done += count;
  };
  Progress for_training{.rows = training, .inputs = training_inputs};
  Progress for_validation{.rows = validation, .inputs = validation_inputs};
  for (std::size_t row = 0; row < rows; row += group) {
    const std::size_t end = std::min(row + group, rows);
    encode_rows_before(end, for_training);
    if (validation_error == nullptr) {
      try {
        encode_rows_before(end, for_validation);
      } catch (const Error&) {
        validation_error = std::current_exception();
      }
    }
    release_inputs_before(encoder, table, end);
    give_back_free_memory();
  }
  validation_report = std::move(for_validation.report);
  return validation_error;
}

template <typename T>
Dataset<T> unset_dataset(const Encoder& encoder, std::size_t rows) {
  return {.inputs = Matrix<T>::unset(rows, encoder.features()),
          .targets = Matrix<T>(rows, encoder.target.outputs())};
}

// Empty when classes have no weights.
std::vector<double> class_weights_of(const TrainRequest& request, const Encoder& encoder,
                                     const PreparedTables& tables, std::span<const double> samples) {
  if (request.class_weighting == ClassWeighting::none) return {};
  const Task task = encoder.target.task;
  return weights_of_classes(request, encoder,
                            is_of_one_class(task) && !encoder.target.soft_labels
                                ? target_classes(encoder, tables.table, tables.split.training)
                                : std::vector<std::uint32_t>(),
                            samples);
}

}  // namespace

template <typename T>
EncodedRows<T> encode_rows(const Compute& compute, const TrainRequest& request, const Encoder& encoder,
                           PreparedTables tables) {
  const std::span<const std::uint32_t> training_rows = tables.split.training;
  const std::span<const std::uint32_t> validation_rows = tables.split.validation;
  const bool is_split = !tables.validation_table;
  EncodedRows<T> encoded{.training = unset_dataset<T>(encoder, training_rows.size())};
  encoded.training_weights = sample_weights(tables.table, request.weight_column, training_rows);
  const std::vector<double> class_weights =
      class_weights_of(request, encoder, tables, encoded.training_weights);
  Dataset<T>& training = encoded.training;
  std::optional<Dataset<T>>& validation = encoded.validation;
  if (!validation_rows.empty()) validation = unset_dataset<T>(encoder, validation_rows.size());
  training.row_weights =
      row_weights<T>(encoder, tables.table, training_rows, encoded.training_weights, class_weights);
  std::exception_ptr validation_error =
      is_split && validation
          ? encode_inputs_of<T>(compute, encoder, tables.table, training_rows, training.inputs.view(),
                                validation_rows, validation->inputs.view(), encoded.validation_report)
          : encode_inputs_of<T>(compute, encoder, tables.table, training_rows, training.inputs.view(), {}, {},
                                encoded.validation_report);
  encode_targets<T>(encoder, tables.table, training_rows, training.targets.view());
  training.own_targets = own_targets(encoder, tables.table, training_rows);
  if (!validation) return encoded;
  Table& table = is_split ? tables.table : *tables.validation_table;
  encoded.validation_weights = sample_weights(table, request.weight_column, validation_rows);
  validation->row_weights =
      row_weights<T>(encoder, table, validation_rows, encoded.validation_weights, class_weights);
  if (!is_split) {
    validation_error = encode_inputs_of<T>(compute, encoder, table, {}, {}, validation_rows,
                                           validation->inputs.view(), encoded.validation_report);
  }
  if (validation_error != nullptr) std::rethrow_exception(validation_error);
  encode_targets<T>(encoder, table, validation_rows, validation->targets.view());
  validation->own_targets = own_targets(encoder, table, validation_rows);
  return encoded;
}

template <typename T>
std::string hash_of(const Dataset<T>& data) {
  Hash hash;
  hash.add_all(data.inputs.values());
  hash.add_all(data.targets.values());
  hash.add_all(std::span<const T>(data.row_weights));
  return hash.text();
}

template EncodedRows<float> encode_rows<float>(const Compute&, const TrainRequest&, const Encoder&,
                                               PreparedTables);
template EncodedRows<double> encode_rows<double>(const Compute&, const TrainRequest&, const Encoder&,
                                                 PreparedTables);
template std::string hash_of<float>(const Dataset<float>&);
template std::string hash_of<double>(const Dataset<double>&);

}  // namespace chainrule
