#include "chainrule/session/row_weights.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/encode_targets.h"

namespace chainrule {
namespace {

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
                       .advice = "correct the cell, or give another column of weights"});
    }
    weights.push_back(column.numbers[row]);
  }
  return weights;
}

// Judges the weights as numbers of type T, which they become: 1e-300 is 0 in float.
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
  throw DataError({.what = "no row counts: all weights are 0, or too small to count",
                   .where = source,
                   .expected = "at least one training row and one validation row with a weight above 0",
                   .advice = "check the class weights and the column of weights"});
}

}  // namespace

std::vector<double> weights_of_classes(const TrainRequest& request, const Encoder& encoder,
                                       std::span<const std::uint32_t> classes) {
  if (encoder.target.task != Task::binary && encoder.target.task != Task::classes) {
    throw UsageError({.what = "class weights need a target of classes",
                      .got = "task " + std::string(name_of(encoder.target.task)),
                      .advice = "use a column of sample weights (" + named(Setting::weight_column) + ")"});
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

template AlignedVector<float> row_weights<float>(const TrainRequest&, const Encoder&, const Table&,
                                                 std::span<const std::uint32_t>, std::span<const double>);
template AlignedVector<double> row_weights<double>(const TrainRequest&, const Encoder&, const Table&,
                                                   std::span<const std::uint32_t>, std::span<const double>);

}  // namespace chainrule
