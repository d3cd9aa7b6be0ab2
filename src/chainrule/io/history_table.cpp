// Reading and writing are side by side and share the numbers of columns. numbers_of takes an EpochReport
// apart by a structured binding: a new member does not compile here until it has a column or is left out on
// purpose.
#include "chainrule/io/history_table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"

namespace chainrule {

namespace {

// A row of `history`: the numbers of an epoch, then those of its layers. The first is the epoch's own number,
// since version 2 of the format.
constexpr std::size_t kEpochNumbers = 12;
constexpr std::uint64_t kFirstVersionWithEpochs = 2;
constexpr std::size_t kLayerNumbers = 3;
// A row of `first_step`.
constexpr std::size_t kFirstStepNumbers = 2 + kLayerNumbers;
// The largest layer index or number of units; below 2^53, where doubles are whole numbers.
constexpr double kLargestIndex = 1e15;

void add_layer_numbers(const LayerGradient& layer, std::vector<double>& row) {
  const auto& [index, units, gradient_norm, delta_rms] = layer;
  row.insert(row.end(), {gradient_norm, delta_rms ? 1.0 : 0.0, delta_rms.value_or(0)});
}

std::vector<double> numbers_of(const EpochReport& report) {
  const auto& [epoch, epochs, training_loss, validation_loss, validation_score, learning_rate, gradient_norm,
               layers, corrections, seconds, rows_per_second, seconds_left, is_best] = report;
  std::vector<double> row = {static_cast<double>(epoch),
                             training_loss,
                             validation_loss ? 1.0 : 0.0,
                             validation_loss.value_or(0),
                             validation_score ? 1.0 : 0.0,
                             validation_score.value_or(0),
                             learning_rate,
                             gradient_norm,
                             seconds,
                             rows_per_second,
                             seconds_left,
                             is_best ? 1.0 : 0.0};
  for (const LayerGradient& layer : layers)
    add_layer_numbers(layer, row);
  return row;
}

std::optional<double> optional_from(const double* numbers) {
  return numbers[0] != 0 ? std::optional(numbers[1]) : std::nullopt;
}

LayerGradient layer_gradient_from(const double* numbers) {
  return {.gradient_norm = numbers[0], .delta_rms = optional_from(numbers + 1)};
}

std::vector<LayerGradient> first_step_from(MatrixView<const double> table,
                                           const ContainerHeaderReader& header) {
  std::vector<LayerGradient> layers;
  for (std::size_t i = 0; i < table.rows; ++i) {
    const double* const row = table.row(i);
    if (!(row[0] >= 0 && row[0] <= kLargestIndex && row[1] >= 0 && row[1] <= kLargestIndex))
      header.refuse_as_foreign("a layer has no valid number", "first_step");
    layers.push_back(layer_gradient_from(row + 2));
    layers.back().layer = static_cast<std::size_t>(row[0]);
    layers.back().units = static_cast<std::size_t>(row[1]);
  }
  return layers;
}

// `row` begins after the number of the epoch.
EpochReport epoch_from(const double* row, std::uint64_t epoch, std::uint64_t epochs,
                       std::span<const LayerGradient> first_step) {
  EpochReport report{.epoch = epoch,
                     .epochs = epochs,
                     .training_loss = row[0],
                     .validation_loss = optional_from(row + 1),
                     .validation_score = optional_from(row + 3),
                     .learning_rate = row[5],
                     .gradient_norm = row[6],
                     .layers = {},
                     .corrections = std::nullopt,
                     .seconds = row[7],
                     .rows_per_second = row[8],
                     .seconds_left = row[9],
                     .is_best = row[10] != 0};
  const double* numbers = row + kEpochNumbers - 1;
  for (const LayerGradient& first : first_step) {
    report.layers.push_back(layer_gradient_from(numbers));
    report.layers.back().layer = first.layer;
    report.layers.back().units = first.units;
    numbers += kLayerNumbers;
  }
  return report;
}

}  // namespace

Matrix<double> epoch_table(const History& history) {
  const std::size_t layers = history.first_step.size();
  Matrix<double> table(history.epochs.size(), kEpochNumbers + layers * kLayerNumbers);
  for (std::size_t i = 0; i < history.epochs.size(); ++i) {
    const EpochReport& report = history.epochs[i];
    if (report.layers.size() != layers) {
      throw StateError({.what = "the layers of an epoch differ from those of the first step",
                        .expected = std::to_string(layers),
                        .got = std::to_string(report.layers.size())});
    }
    std::ranges::copy(numbers_of(report), table.row(i));
  }
  return table;
}

Matrix<double> first_step_table(const History& history) {
  Matrix<double> table(history.first_step.size(), kFirstStepNumbers);
  for (std::size_t i = 0; i < history.first_step.size(); ++i) {
    const LayerGradient& layer = history.first_step[i];
    std::vector<double> row = {static_cast<double>(layer.layer), static_cast<double>(layer.units)};
    add_layer_numbers(layer, row);
    std::ranges::copy(row, table.row(i));
  }
  return table;
}

void add_history(MatrixView<const double> epoch_table, MatrixView<const double> first_step_table,
                 std::uint64_t version, std::uint64_t epochs, const ContainerHeaderReader& header,
                 History& history) {
  const auto require_columns = [&header](MatrixView<const double> table, std::size_t columns,
                                         const char* name) {
    if (table.rows != 0 && table.columns != columns)
      header.refuse_as_foreign("a table has the wrong number of columns", name);
  };
  require_columns(first_step_table, kFirstStepNumbers, "first_step");
  history.first_step = first_step_from(first_step_table, header);
  const std::size_t before = version >= kFirstVersionWithEpochs ? 1 : 0;  // numbers before the losses
  require_columns(epoch_table, kEpochNumbers - 1 + before + history.first_step.size() * kLayerNumbers,
                  "history");
  for (std::size_t i = 0; i < epoch_table.rows; ++i) {
    const double* const row = epoch_table.row(i);
    const double number = before == 1 ? row[0] : static_cast<double>(i + 1);
    const bool ascends = number > static_cast<double>(history.epochs_run()) && number <= kLargestIndex &&
                         number == std::floor(number);
    if (!ascends) header.refuse_as_foreign("the epochs are not in order", "history");
    history.epochs.push_back(
        epoch_from(row + before, static_cast<std::uint64_t>(number), epochs, history.first_step));
  }
}

}  // namespace chainrule
