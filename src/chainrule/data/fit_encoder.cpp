// Fits the formulas of encoder.h on the training rows:
//
//   standard   offset = mean, factor = 1 / standard deviation
//   min_max    offset = minimum, factor = 1 / (maximum - minimum)
//   bytes      factor = 1 / 255
//   regression target: offset = mean, factor = 1 / standard deviation
//
// A column that does not vary gets factor 0. Categories and classes are collected and sorted
// (class_values.h).
#include "chainrule/data/fit_encoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/data/column_statistics.h"

namespace chainrule {
namespace {

constexpr double kLeastTargetSpread = 1e-150;  // the square of an error must stay within double's range

ColumnEncoding fit_numeric(const Column& column, std::span<const std::uint32_t> rows,
                           const EncoderOptions& options) {
  const NumericStatistics statistics = numeric_statistics(column.numbers, rows);
  ColumnEncoding encoding{.name = column.name, .kind = ColumnKind::numeric};
  encoding.scaling = options.scaling.value_or(column.is_bytes ? Scaling::bytes : Scaling::standard);
  encoding.fill = statistics.mean;
  encoding.missing_feature =
      statistics.present < rows.size() ? MissingFeature::present : MissingFeature::absent;
  // Factor 0 for a column that does not vary on the training rows: its weights are never trained, so a
  // different value at prediction must not reach them.
  const auto factor_of = [](double spread) {
    const double factor = 1 / spread;
    return spread > 0 && std::isfinite(factor) ? factor : 0.0;
  };
  switch (encoding.scaling) {
    case Scaling::standard:
      encoding.offset = statistics.mean;
      encoding.factor = factor_of(statistics.standard_deviation);
      break;
    case Scaling::min_max:
      encoding.offset = statistics.minimum;
      encoding.factor = factor_of(statistics.maximum - statistics.minimum);
      break;
    case Scaling::bytes:
      encoding.factor = 1.0 / 255;
      break;
    case Scaling::none:
      break;
  }
  return encoding;
}

ColumnEncoding fit_category(const Column& column, std::span<const std::uint32_t> rows) {
  ColumnEncoding encoding{.name = column.name, .kind = ColumnKind::category, .scaling = Scaling::none};
  std::vector<char> seen(column.words.size(), 0);
  for (const std::uint32_t row : rows) {
    if (column.is_missing(row)) {
      encoding.missing_feature = MissingFeature::present;
    } else {
      seen[static_cast<std::size_t>(column.codes[row])] = 1;
    }
  }
  for (std::size_t w = 0; w < seen.size(); ++w) {
    if (seen[w] != 0) encoding.words.push_back(column.words[w]);
  }
  std::ranges::sort(encoding.words);
  return encoding;
}

void fit_regression(const Table& table, std::size_t place, std::span<const std::uint32_t> rows,
                    TargetEncoding& target) {
  const Column& column = table.columns[place];
  if (column.kind != ColumnKind::numeric) {
    throw DataError({.what = "the target " + quoted(column.name) + " is not a column of numbers",
                     .where = table.source,
                     .expected = "numbers for the task regression",
                     .got = "words",
                     .advice = "use " + set_to(Setting::task, "classes")});
  }
  for (const std::uint32_t row : rows) {
    if (column.is_missing(row)) refuse_missing_target(table, row, place);
  }
  const NumericStatistics statistics = numeric_statistics(column.numbers, rows);
  const double spread = statistics.standard_deviation;
  if (spread > 0 && spread < kLeastTargetSpread) {
    throw DataError({.what = "the values of the target " + quoted(column.name) + " differ by too little",
                     .where = table.source,
                     .expected = "a standard deviation of at least " + format_number(kLeastTargetSpread),
                     .got = format_significant(spread, 3),
                     .advice = "measure the target in a smaller unit: multiply it by a power of ten"});
  }
  target.offset.push_back(statistics.mean);
  target.factor.push_back(spread > 0 ? 1 / spread : 1.0);
}

void fit_label(const Table& table, std::size_t place, std::span<const std::uint32_t> rows,
               TargetEncoding& target) {
  const Column& column = table.columns[place];
  for (const std::uint32_t row : rows) {
    if (column.is_missing(row)) refuse_missing_target(table, row, place);
  }
  // The two values come from all rows: a rare label may have no row among those given.
  std::vector<std::string> values = {"0", "1"};
  if (column.kind == ColumnKind::category) {
    values.clear();
    std::vector<char> seen(column.words.size(), 0);
    for (const std::int32_t code : column.codes) {
      if (code != kMissingCode) seen[static_cast<std::size_t>(code)] = 1;
    }
    for (std::size_t w = 0; w < seen.size(); ++w) {
      if (seen[w] != 0) values.push_back(column.words[w]);
    }
    sort_class_values(values);
  }
  if (values.size() != 2) {
    throw DataError({.what = "the target " + quoted(column.name) + " is not a column of yes and no",
                     .where = table.source,
                     .expected = "0 and 1, or two words",
                     .got = class_list(values),
                     .advice = "leave the column out of the targets"});
  }
  target.class_values.insert(target.class_values.end(), values.begin(), values.end());
}

void fit_classes(const Table& table, std::size_t place, std::span<const std::uint32_t> rows,
                 TargetEncoding& target) {
  target.class_values = class_values_of(table, place, rows);
  const std::size_t classes = target.class_values.size();
  if (classes < 2 || (target.task == Task::binary && classes != 2)) {
    throw DataError(
        {.what = "the training rows have " + count_of(classes, "class", "classes") + " of the target " +
                 quoted(table.columns[place].name),
         .where = table.source,
         .expected = target.task == Task::binary ? "two classes" : "at least two classes",
         .got = classes == 0 ? "no rows" : class_list(target.class_values),
         .advice = classes < 2 ? "add rows of another class" : "use " + set_to(Setting::task, "classes")});
  }
}

void name_classes(const Table& table, const EncoderOptions& options, TargetEncoding& target) {
  std::vector<std::string> found = target.task == Task::multi_label ? target.columns : target.class_values;
  if (target.task == Task::regression) found.clear();
  target.class_names = found;
  if (options.class_names.empty()) return;
  if (options.class_names.size() != found.size()) {
    throw DataError({.what = "there are " + format_count(options.class_names.size()) + " class names for " +
                             count_of(found.size(), "class", "classes"),
                     .where = table.source,
                     .expected = found.empty() ? "no names: the target is a number"
                                               : "a name for each of " + class_list(found),
                     .got = class_list(options.class_names),
                     .advice = "give the names in that order, or leave them out"});
  }
  std::vector<std::string> sorted = options.class_names;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
    throw DataError({.what = "two classes have the same name",
                     .where = table.source,
                     .expected = "a different name for each class",
                     .got = quoted(*twice) + " twice",
                     .advice = "rename one of them"});
  }
  target.class_names = options.class_names;
}

}  // namespace

Encoder fit_encoder(const Table& table, const Schema& schema, std::span<const std::uint32_t> rows,
                    const EncoderOptions& options, ThreadPool* pool) {
  Encoder encoder;
  TargetEncoding& target = encoder.target;
  target.task = schema.task;
  std::size_t used = 0;
  std::vector<std::size_t> input_places;
  const ColumnFinder place_of(table);
  for (const SchemaColumn& entry : schema.columns) {
    if (entry.role == ColumnRole::ignored) continue;
    const std::size_t place = place_of(entry.name);
    if (entry.role == ColumnRole::target) {
      target.columns.push_back(entry.name);
      target.positions.push_back(used);
      switch (schema.task) {
        case Task::binary:
        case Task::classes:
          fit_classes(table, place, rows, target);
          break;
        case Task::multi_label:
          fit_label(table, place, rows, target);
          break;
        case Task::regression:
          fit_regression(table, place, rows, target);
          break;
      }
    } else {
      input_places.push_back(place);
    }
    ++used;
  }
  encoder.inputs.resize(input_places.size());
  run_tasks(pool, input_places.size(), [&](std::size_t i) {
    const Column& column = table.columns[input_places[i]];
    encoder.inputs[i] =
        column.kind == ColumnKind::numeric ? fit_numeric(column, rows, options) : fit_category(column, rows);
  });
  name_classes(table, options, target);
  const bool has_numbers_only = std::ranges::all_of(
      encoder.inputs, [](const ColumnEncoding& input) { return input.kind == ColumnKind::numeric; });
  if (has_numbers_only && table.image_rows * table.image_columns == encoder.inputs.size()) {
    encoder.image_rows = table.image_rows;
    encoder.image_columns = table.image_columns;
  }
  return encoder;
}

}  // namespace chainrule
