// Fits the formulas of encoder.h on the training rows:
//
//   standard   offset = mean, factor = 1 / standard deviation
//   min_max    offset = minimum, factor = 1 / (maximum - minimum)
//   bytes      factor = 1 / 255
//   regression target: offset = mean, factor = 1 / standard deviation
//
// An input that does not vary gets factor 0 (except with bytes and none), a target factor 1. Categories and
// classes are collected and sorted (class_values.h).
#include "chainrule/data/fit_encoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/data/column_statistics.h"
#include "chainrule/data/outliers.h"
#include "chainrule/data/rare_words.h"
#include "chainrule/data/soft_labels.h"

namespace chainrule {
namespace {

constexpr double kLeastTargetSpread = 1e-150;  // the square of an error must stay within double's range

ColumnEncoding fit_numeric(const Column& column, std::span<const std::uint32_t> rows,
                           std::span<const double> weights, const EncoderOptions& options,
                           OutlyingCells& outlying) {
  NumericStatistics statistics = numeric_statistics(column.numbers, rows, weights);
  ColumnEncoding encoding{.name = column.name, .kind = ColumnKind::numeric};
  encoding.form = *column.form;
  encoding.scaling = options.scaling.value_or(column.is_bytes ? Scaling::bytes : Scaling::standard);
  encoding.missing_feature =
      statistics.present < rows.size() ? MissingFeature::present : MissingFeature::absent;
  if (!column.is_bytes) {  // the range of bytes is fixed by their format
    encoding.outliers = options.outliers;
    outlying = find_outlying(column.numbers, rows, statistics);
    if (!outlying.rows.empty() && options.outliers == Outliers::clip) statistics = outlying.others;
    if (statistics.present > 0) {
      encoding.minimum = statistics.minimum;
      encoding.maximum = statistics.maximum;
    }
  }
  encoding.fill = statistics.mean;
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

// max_words: of schema.h; 0: no limit.
ColumnEncoding fit_category(const Column& column, std::span<const std::uint32_t> rows,
                            std::size_t max_words) {
  ColumnEncoding encoding{.name = column.name, .kind = ColumnKind::category, .scaling = Scaling::none};
  if (std::ranges::any_of(rows, [&](std::uint32_t row) { return column.is_missing(row); }))
    encoding.missing_feature = MissingFeature::present;
  FrequentWords frequent = frequent_words(column, rows, max_words);
  encoding.words = std::move(frequent.words);
  if (frequent.rare_words != 0) encoding.other_feature = OtherFeature::present;
  return encoding;
}

void fit_regression(const Table& table, std::size_t place, std::span<const std::uint32_t> rows,
                    std::span<const double> weights, TargetEncoding& target,
                    std::vector<OutlyingColumn>* outlying) {
  const Column& column = table.columns[place];
  if (column.kind != ColumnKind::numeric) {
    throw DataError({.what = "the target " + quoted(column.name) + " is not a column of numbers",
                     .where = table.source,
                     .expected = "numbers for the task regression",
                     .got = "categories",
                     .advice = "use " + set_to(Setting::task, "classes")});
  }
  for (const std::uint32_t row : rows) {
    if (column.is_missing(row)) refuse_missing_target(table, row, place);
  }
  const NumericStatistics statistics = numeric_statistics(column.numbers, rows, weights);
  const double spread = statistics.standard_deviation;
  if (spread > 0 && spread < kLeastTargetSpread) {
    throw DataError({.what = "the values of the target " + quoted(column.name) + " differ by too little",
                     .where = table.source,
                     .expected = "a standard deviation of at least " + format_number(kLeastTargetSpread),
                     .got = format_significant(spread, 3),
                     .advice = "measure the target in a smaller unit: multiply it by a power of ten"});
  }
  if (outlying != nullptr) {
    OutlyingCells cells = find_outlying(column.numbers, rows, statistics);
    if (!cells.rows.empty())
      outlying->push_back({.place = place, .role = ColumnRole::target, .cells = std::move(cells)});
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
    throw DataError({.what = "the target " + quoted(column.name) + " does not have two values",
                     .where = table.source,
                     .expected = "0 and 1, or two categories",
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

// The classes are those of the whole table, so that every part of it has the same outputs.
void fit_ordered_classes(const Table& table, std::size_t place, std::span<const std::uint32_t> rows,
                         std::span<const std::string> order, TargetEncoding& target) {
  const Column& column = table.columns[place];
  for (const std::uint32_t row : rows) {
    if (column.is_missing(row)) refuse_missing_target(table, row, place);
  }
  target.class_values = order.empty() ? class_values_of(table, place, rows)
                                      : std::vector<std::string>(order.begin(), order.end());
}

void fit_target(const Table& table, const Schema& schema, std::size_t place,
                std::span<const std::uint32_t> rows, std::span<const double> weights, TargetEncoding& target,
                std::vector<OutlyingColumn>* outlying) {
  switch (schema.task) {
    case Task::binary:
    case Task::classes:
      fit_classes(table, place, rows, target);
      break;
    case Task::ordinal:
      fit_ordered_classes(table, place, rows, schema.class_order, target);
      break;
    case Task::multi_label:
      fit_label(table, place, rows, target);
      break;
    case Task::regression:
      fit_regression(table, place, rows, weights, target, outlying);
      break;
  }
}

void name_classes(const Table& table, const EncoderOptions& options, TargetEncoding& target) {
  std::vector<std::string> found = target.task == Task::multi_label ? target.columns : target.class_values;
  if (target.task == Task::regression) found.clear();
  if (target.soft_labels) found = soft_class_names(target.columns);
  target.class_names = found;
  if (options.class_names.empty()) return;
  if (target.task == Task::regression) {
    throw UsageError(
        {.what = "names of classes are given, but the target is a number",
         .setting = Setting::class_names,
         .expected = "a target of classes or labels",
         .got = class_list(options.class_names),
         .advice = "leave them out, or learn classes (" + set_to(Setting::task, "classes") + ")"});
  }
  if (options.class_names.size() != found.size()) {
    throw DataError({.what = "there are " + format_count(options.class_names.size()) + " class names for " +
                             count_of(found.size(), "class", "classes"),
                     .where = table.source,
                     .expected = "a name for each of " + class_list(found),
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
                    const EncoderOptions& options, ThreadPool* pool, std::span<const double> weights,
                    std::vector<OutlyingColumn>* outlying) {
  Encoder encoder;
  TargetEncoding& target = encoder.target;
  target.task = schema.task;
  target.soft_labels = schema.soft_labels;
  std::size_t used = 0;
  std::vector<std::size_t> input_places, input_max_words;
  const ColumnFinder place_of(table);
  for (const SchemaColumn& entry : schema.columns) {
    if (entry.role == ColumnRole::ignored) continue;
    const std::size_t place = place_of(entry.name);
    if (entry.role == ColumnRole::target) {
      target.columns.push_back(entry.name);
      target.forms.push_back(*table.columns[place].form);
      target.positions.push_back(used);
      if (!schema.soft_labels) fit_target(table, schema, place, rows, weights, target, outlying);
    } else {
      input_places.push_back(place);
      input_max_words.push_back(entry.max_words);
    }
    ++used;
  }
  encoder.inputs.resize(input_places.size());
  std::vector<OutlyingCells> cells(input_places.size());
  run_tasks(pool, input_places.size(), [&](std::size_t i) {
    const Column& column = table.columns[input_places[i]];
    encoder.inputs[i] = column.kind == ColumnKind::numeric
                            ? fit_numeric(column, rows, weights, options, cells[i])
                            : fit_category(column, rows, input_max_words[i]);
  });
  for (std::size_t i = 0; i < cells.size() && outlying != nullptr; ++i) {
    if (!cells[i].rows.empty()) outlying->push_back({.place = input_places[i], .cells = std::move(cells[i])});
  }
  if (std::ranges::all_of(target.forms, [](const NumberForm& form) { return form == NumberForm(); }))
    target.forms.clear();
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
