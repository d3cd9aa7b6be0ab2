#include "chainrule/session/row_weights.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/encode_targets.h"

namespace chainrule {
namespace {

[[noreturn]] void refuse_no_weight(const std::string& source) {
  throw DataError({.what = "no row counts: all weights are 0, or too small to count",
                   .where = source,
                   .expected = "at least one training row and one validation row with a weight above 0",
                   .advice = "check the class weights and the column of weights"});
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
  refuse_no_weight(source);
}

}  // namespace

std::vector<double> sample_weights(const Table& table, const std::string& column_name,
                                   std::span<const std::uint32_t> rows) {
  std::vector<double> weights;
  if (column_name.empty()) return weights;
  const std::size_t index = table.column_index(column_name);
  const Column& column = table.columns[index];
  for (const std::uint32_t row : rows) {
    const bool is_number = column.kind == ColumnKind::numeric && !column.is_missing(row);
    if (!is_number || column.numbers[row] < 0) {
      throw DataError({.what = "a sample weight must be a number of at least 0",
                       .where = table.cell_position(row, index) + " (column " + quoted(column_name) + ")",
                       .got = quoted(column.text(row)),
                       .advice = "correct the cell, or give another column of weights"});
    }
    weights.push_back(column.numbers[row]);
  }
  return weights;
}

std::size_t drop_rows_of_no_weight(Table& table, const std::string& column_name) {
  const auto left_out = static_cast<std::size_t>(table.weightless_rows);
  if (table.rows() == 0 && left_out != 0) refuse_no_weight(table.source);
  if (column_name.empty() || table.rows() == 0) return left_out;
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const std::vector<double> weights = sample_weights(table, column_name, rows);
  std::vector<char> is_kept(weights.size());
  std::ranges::transform(weights, is_kept.begin(), [](double weight) { return weight > 0 ? 1 : 0; });
  if (std::ranges::find(is_kept, 1) == is_kept.end()) refuse_no_weight(table.source);
  return left_out + drop_rows(table, is_kept);
}

std::vector<double> weights_of_classes(const TrainRequest& request, const Encoder& encoder,
                                       std::span<const std::uint32_t> classes,
                                       std::span<const double> samples) {
  if (!is_of_one_class(encoder.target.task) || encoder.target.soft_labels) {
    throw UsageError({.what = "class weights need a target of classes",
                      .setting = Setting::class_weight,
                      .got = encoder.target.soft_labels ? "probabilities as targets"
                                                        : "task " + std::string(name_of(encoder.target.task)),
                      .advice = "use a column of sample weights (" + named(Setting::weight_column) + ")"});
  }
  const std::vector<std::string>& names = encoder.target.class_names;
  std::vector<double> weights(names.size(), 1);
  if (request.class_weighting == ClassWeighting::balanced) {
    std::vector<double> counts(names.size(), 0);
    for (std::size_t r = 0; r < classes.size(); ++r)
      counts[classes[r]] += samples.empty() ? 1 : samples[r];
    const double rows = std::accumulate(counts.begin(), counts.end(), 0.0);
    for (std::size_t c = 0; c < names.size(); ++c) {
      const double of_class = counts[c] > 0 ? counts[c] : 1;
      weights[c] = rows / (static_cast<double>(names.size()) * of_class);
    }
  }
  for (const auto& [name, weight] : request.class_weights) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      const std::string nearest = nearest_name(name, names);
      throw UsageError({.what = "a weight for a class that does not exist",
                        .setting = Setting::class_weight,
                        .expected = join(names, ", "),
                        .got = quoted(name),
                        .advice = nearest.empty() ? "use the names of the classes as the table spells them"
                                                  : "did you mean " + quoted(nearest) + "?"});
    }
    if (!(weight >= 0) || !std::isfinite(weight)) {
      throw UsageError({.what = "a class weight must be a number of at least 0",
                        .where = "class " + quoted(name),
                        .expected = "0 or more; only the ratios of the weights matter",
                        .got = format_number(weight),
                        .advice = "a weight of 0 leaves the class out"});
    }
    weights[static_cast<std::size_t>(found - names.begin())] = weight;
  }
  return weights;
}

template <typename T>
AlignedVector<T> row_weights(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                             std::span<const double> samples, std::span<const double> class_weights) {
  std::vector<double> weights(samples.begin(), samples.end());
  if (!class_weights.empty()) {
    weights.resize(rows.size(), 1);
    const std::vector<std::uint32_t> classes = target_classes(encoder, table, rows);
    for (std::size_t r = 0; r < rows.size(); ++r)
      weights[r] *= class_weights[classes[r]];
  }
  require_some_weight<T>(weights, table.source);
  return AlignedVector<T>(weights.begin(), weights.end());
}

template AlignedVector<float> row_weights<float>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                                 std::span<const double>, std::span<const double>);
template AlignedVector<double> row_weights<double>(const Encoder&, const Table&,
                                                   std::span<const std::uint32_t>, std::span<const double>,
                                                   std::span<const double>);

}  // namespace chainrule
