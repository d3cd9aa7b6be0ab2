#include "chainrule/data/soft_labels.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/data/column_notes.h"

namespace chainrule {
namespace {

// Probabilities of three decimals, such as 0.333, may miss 1 by this.
constexpr double kTolerance = 1e-3;

[[noreturn]] void refuse_cell(const Table& table, std::size_t row, std::size_t place) {
  const Column& column = table.columns[place];
  throw DataError({.what = "the target " + quoted(column.name) + " holds a value that is not a probability",
                   .where = table.cell_position(row, place),
                   .expected = "a number from 0 to 1",
                   .got = quoted(column.text(row)),
                   .advice = "correct the cell, or leave " + named(Setting::soft_labels) + " out"});
}

// Throws unless all are probabilities that add up to 1.
double sum_of_row(const Table& table, std::span<const std::size_t> targets, std::size_t row) {
  double sum = 0;
  for (const std::size_t place : targets) {
    const Column& column = table.columns[place];
    if (column.is_missing(row)) refuse_missing_target(table, row, place);
    if (column.kind != ColumnKind::numeric) refuse_cell(table, row, place);
    const double value = column.numbers[row];
    if (!(value >= 0 && value <= 1)) refuse_cell(table, row, place);
    sum += value;
  }
  if (targets.size() == 1) return 1;
  if (std::abs(sum - 1) <= kTolerance * (1 + 1e-9)) return sum;
  std::vector<std::string> names;
  for (const std::size_t place : targets)
    names.push_back(table.columns[place].name);
  throw DataError({.what = "the probabilities of a row do not add up to 1",
                   .where = table.cell_position(row, targets.front()),
                   .expected = "a sum of 1 over the columns " + quoted_list(names, 10),
                   .got = format_significant(sum, 6),
                   .advice = "correct the row, or name the column that is missing among the targets"});
}

void refuse_misfits(const SchemaOptions& options) {
  if (!options.class_order.empty()) {
    throw UsageError(
        {.what = "an order of the classes is for targets that hold classes, not probabilities",
         .setting = Setting::class_order,
         .advice = "leave " + named(Setting::class_order) + " or " + named(Setting::soft_labels) + " out"});
  }
  if (options.task) {
    throw UsageError({.what = "the task of soft labels follows from the number of their columns",
                      .setting = Setting::task,
                      .got = std::string(name_of(*options.task)),
                      .advice = "leave the task out"});
  }
}

}  // namespace

Task task_of_soft_labels(const Table& table, std::span<const std::size_t> targets,
                         const SchemaOptions& options) {
  refuse_misfits(options);
  bool varies = false;
  std::size_t first = table.rows();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto is_missing = [&](std::size_t place) { return table.columns[place].is_missing(row); };
    if (std::ranges::any_of(targets, is_missing)) continue;
    sum_of_row(table, targets, row);
    if (first == table.rows()) first = row;
    varies = varies || std::ranges::any_of(targets, [&](std::size_t place) {
               const Column& column = table.columns[place];
               return column.numbers[row] != column.numbers[first];
             });
  }
  if (!varies) {
    throw DataError({.what = "the probabilities are the same in every row: there is nothing to learn",
                     .where = table.cell_position(0, targets.front()),
                     .expected = "at least two rows with different probabilities",
                     .advice = "add rows, or name other targets"});
  }
  return targets.size() == 1 ? Task::binary : Task::classes;
}

std::vector<std::string> soft_class_names(const std::vector<std::string>& columns) {
  if (columns.size() != 1) return columns;
  return {"not " + columns.front(), columns.front()};
}

template <typename T>
void encode_soft_labels(const Table& table, std::span<const std::size_t> targets,
                        std::span<const std::uint32_t> rows, MatrixView<T> probabilities) {
  assert(probabilities.rows == rows.size() && probabilities.columns == targets.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double sum = sum_of_row(table, targets, rows[i]);
    for (std::size_t k = 0; k < targets.size(); ++k)
      probabilities(i, k) = static_cast<T>(table.columns[targets[k]].numbers[rows[i]] / sum);
  }
}

template void encode_soft_labels<float>(const Table&, std::span<const std::size_t>,
                                        std::span<const std::uint32_t>, MatrixView<float>);
template void encode_soft_labels<double>(const Table&, std::span<const std::size_t>,
                                         std::span<const std::uint32_t>, MatrixView<double>);

}  // namespace chainrule
