#include "chainrule/data/encoder.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/column_statistics.h"

namespace chainrule {
namespace {

constexpr std::size_t kNotFound = static_cast<std::size_t>(-1);
constexpr std::size_t kClassesInMessage = 10;
constexpr double kLeastTargetSpread = 1e-150;  // the square of an error must stay within double's range

// --- columns of a table, found by name or by place ---------------------------------------------------------

enum class MatchKind { by_name, by_position, none };

struct ColumnMatch {
  MatchKind kind = MatchKind::none;
  std::vector<std::size_t> inputs;   // column of each input; kNotFound
  std::vector<std::size_t> targets;  // column of each target; kNotFound
};

std::vector<std::string> column_names(const Table& table) {
  std::vector<std::string> names;
  names.reserve(table.columns.size());
  for (const Column& column : table.columns)
    names.push_back(column.name);
  return names;
}

// column_N or pixel_N: the names a reader gives when a file has none.
bool is_given_name(std::string_view name) {
  for (const std::string_view prefix : {std::string_view("column_"), std::string_view("pixel_")}) {
    if (name.starts_with(prefix) && parse_integer(name.substr(prefix.size()))) return true;
  }
  return false;
}

ColumnMatch match_columns(const Encoder& encoder, std::span<const std::string> names) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t c = 0; c < names.size(); ++c)
    places.emplace(names[c], c);
  const auto place_of = [&places](const std::string& name) {
    const auto found = places.find(name);
    return found == places.end() ? kNotFound : found->second;
  };

  ColumnMatch match;
  std::size_t found = 0;
  for (const ColumnEncoding& input : encoder.inputs) {
    match.inputs.push_back(place_of(input.name));
    if (match.inputs.back() != kNotFound) ++found;
  }
  for (const std::string& target : encoder.target.columns)
    match.targets.push_back(place_of(target));
  if (found == encoder.inputs.size()) {
    match.kind = MatchKind::by_name;
    return match;
  }

  // Trained without header too: a file without its target is narrower, and its names count from another
  // place.
  const bool trained_without_header = std::ranges::all_of(
      encoder.inputs, [](const ColumnEncoding& input) { return is_given_name(input.name); });
  if (!std::ranges::all_of(names, is_given_name) || (found != 0 && !trained_without_header)) return match;

  const std::size_t inputs = encoder.inputs.size(), targets = encoder.target.columns.size();
  if (names.size() == inputs) {
    match.kind = MatchKind::by_position;
    for (std::size_t i = 0; i < inputs; ++i)
      match.inputs[i] = i;
    std::ranges::fill(match.targets, kNotFound);
  } else if (found == 0 && names.size() == inputs + targets) {
    match.kind = MatchKind::by_position;
    match.targets = encoder.target.positions;
    if (match.targets.size() != targets) {
      match.targets.clear();
      for (std::size_t t = 0; t < targets; ++t)
        match.targets.push_back(inputs + t);
    }
    for (std::size_t place = 0, input = 0; place < names.size() && input < inputs; ++place) {
      if (std::ranges::find(match.targets, place) == match.targets.end()) match.inputs[input++] = place;
    }
  }
  return match;
}

// Throws when an input has no column.
void require_inputs(const Encoder& encoder, std::span<const std::string> names, const ColumnMatch& match,
                    const std::string& source) {
  if (match.kind != MatchKind::none) return;
  std::vector<std::string> inputs;
  for (const ColumnEncoding& input : encoder.inputs)
    inputs.push_back(input.name);
  if (!names.empty() && std::ranges::all_of(names, is_given_name) &&
      !std::ranges::all_of(inputs, is_given_name)) {
    constexpr std::size_t kShown = 12;
    std::string order = join(std::span(inputs).first(std::min(inputs.size(), kShown)), ", ");
    if (inputs.size() > kShown) order += ", ...";
    throw DataError({.what = "a table without column names does not have the columns of the training table",
                     .where = source,
                     .expected = count_of(inputs.size(), "column") + " (" + order + "), or " +
                                 format_count(inputs.size() + encoder.target.columns.size()) +
                                 " with the target",
                     .got = count_of(names.size(), "column"),
                     .advice = "add a header line with the names"});
  }
  if (std::ranges::all_of(inputs, is_given_name) && !std::ranges::any_of(names, is_given_name)) {
    throw DataError({.what = "the model was trained on a table without column names, this one has them",
                     .where = source,
                     .expected = "the same columns, without a header",
                     .got = count_of(names.size(), "column") + " with names",
                     .advice = "take the header line away (tail -n +2), or train on a table with names"});
  }
  std::size_t missing = 0;
  while (match.inputs[missing] != kNotFound)
    ++missing;
  const std::string nearest = nearest_name(inputs[missing], names);
  const auto count = static_cast<std::size_t>(std::ranges::count(match.inputs, kNotFound));
  throw DataError(
      {.what = "the input column " + quoted(inputs[missing]) + " is missing",
       .where = source,
       .expected = "every input column of the training table (" + count_of(count, "is", "are") + " missing)",
       .got = count_of(names.size(), "column"),
       .advice = nearest.empty() ? "add the column; cells may be empty"
                                 : "rename the column " + quoted(nearest) + " if it is the same"});
}

std::vector<std::size_t> target_places(const Encoder& encoder, const Table& table) {
  const std::vector<std::string> names = column_names(table);
  const ColumnMatch match = match_columns(encoder, names);
  for (std::size_t t = 0; t < match.targets.size(); ++t) {
    if (match.targets[t] != kNotFound) continue;
    const std::string nearest = nearest_name(encoder.target.columns[t], names);
    throw DataError({.what = "the target column " + quoted(encoder.target.columns[t]) + " is missing",
                     .where = table.source,
                     .expected = "the column the network learned to tell",
                     .got = count_of(names.size(), "column"),
                     .advice = nearest.empty()
                                   ? "add the column with the true values"
                                   : "rename the column " + quoted(nearest) + " if it is the same"});
  }
  return match.targets;
}

[[noreturn]] void refuse_missing_target(const Table& table, std::size_t row, std::size_t place) {
  throw DataError({.what = "the target " + quoted(table.columns[place].name) + " is missing",
                   .where = table.cell_position(row, place),
                   .expected = "a value in every row",
                   .got = "a missing cell",
                   .advice = "fill the cell, or leave such rows out" +
                             where_settable(" with " + set_to(Setting::missing_target, "skip"))});
}

// --- classes -----------------------------------------------------------------------------------------------

// Numbers by value, then by text; words by bytes when one of them is no number.
void sort_class_values(std::vector<std::string>& values) {
  std::vector<std::pair<double, std::string>> numbers;
  for (const std::string& value : values) {
    if (const std::optional<double> number = parse_double(value)) numbers.emplace_back(*number, value);
  }
  if (numbers.size() != values.size()) {
    std::ranges::sort(values);
    return;
  }
  std::ranges::sort(numbers);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = std::move(numbers[i].second);
}

// Distinct values of some rows as text, in class order. Throws at the first missing cell.
std::vector<std::string> class_values_of(const Table& table, std::size_t place,
                                         std::span<const std::uint32_t> rows) {
  const Column& column = table.columns[place];
  std::vector<std::string> values;
  if (column.kind == ColumnKind::numeric) {
    std::vector<double> numbers;
    for (const std::uint32_t row : rows) {
      if (column.is_missing(row)) refuse_missing_target(table, row, place);
      numbers.push_back(column.numbers[row] + 0.0);  // -0 and 0 are one class
    }
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    for (const double number : numbers)
      values.push_back(format_number(number));
    return values;
  }
  std::vector<char> seen(column.words.size(), 0);
  for (const std::uint32_t row : rows) {
    if (column.is_missing(row)) refuse_missing_target(table, row, place);
    seen[static_cast<std::size_t>(column.codes[row])] = 1;
  }
  for (std::size_t w = 0; w < seen.size(); ++w) {
    if (seen[w] != 0) values.push_back(column.words[w]);
  }
  sort_class_values(values);
  return values;
}

// The class of a cell: by equal text, else by equal value of two numbers ("1" is "1.0").
class ClassLookup {
 public:
  ClassLookup(const Column& column, std::span<const std::string> values) : column_(&column) {
    for (std::size_t c = 0; c < values.size(); ++c) {
      by_text_.emplace(values[c], c);
      if (const std::optional<double> number = parse_double(values[c])) by_number_.emplace(*number + 0.0, c);
    }
    for (const std::string& word : column.words) {
      const auto text = by_text_.find(word);
      if (text != by_text_.end()) {
        of_word_.push_back(text->second);
      } else {
        const std::optional<double> number = parse_double(word);
        of_word_.push_back(number ? of_number(*number) : kNotFound);
      }
    }
  }

  // kNotFound for a value that is no class. The cell is not missing.
  std::size_t operator()(std::size_t row) const {
    if (column_->kind == ColumnKind::numeric) return of_number(column_->numbers[row]);
    return of_word_[static_cast<std::size_t>(column_->codes[row])];
  }

 private:
  std::size_t of_number(double value) const {
    const auto found = by_number_.find(value + 0.0);
    return found == by_number_.end() ? kNotFound : found->second;
  }

  const Column* column_;
  std::unordered_map<std::string_view, std::size_t> by_text_;
  std::unordered_map<double, std::size_t> by_number_;
  std::vector<std::size_t> of_word_;
};

std::string class_list(std::span<const std::string> values) {
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), kClassesInMessage); ++i) {
    text += (i == 0 ? "" : ", ") + quoted(values[i]);
  }
  if (values.size() > kClassesInMessage)
    text += ", ... (" + count_of(values.size(), "class", "classes") + ")";
  return text;
}

// The class of each row, one after the other, to a function of (position in rows, class).
template <typename Use>
void for_each_class(const Table& table, std::size_t place, std::span<const std::uint32_t> rows,
                    std::span<const std::string> values, Use use) {
  const Column& column = table.columns[place];
  const ClassLookup lookup(column, values);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (column.is_missing(rows[i])) refuse_missing_target(table, rows[i], place);
    const std::size_t found = lookup(rows[i]);
    if (found == kNotFound) {
      throw DataError(
          {.what = "the target " + quoted(column.name) + " has a value that was not in the training rows",
           .where = table.cell_position(rows[i], place),
           .expected = class_list(values),
           .got = quoted(column.text(rows[i])),
           .advice = "mend the cell, remove the row, or train again with rows of it"});
    }
    use(i, found);
  }
}

// The no and the yes value of label `label`.
std::span<const std::string> label_values(const TargetEncoding& target, std::size_t label) {
  return std::span(target.class_values).subspan(2 * label, 2);
}

// --- fitting -----------------------------------------------------------------------------------------------

ColumnEncoding fit_numeric(const Column& column, std::span<const std::uint32_t> rows,
                           const EncoderOptions& options) {
  const NumericStatistics statistics = numeric_statistics(column.numbers, rows);
  ColumnEncoding encoding{.name = column.name, .kind = ColumnKind::numeric};
  encoding.scaling = options.scaling.value_or(column.is_bytes ? Scaling::bytes : Scaling::standard);
  encoding.fill = statistics.mean;
  encoding.missing_feature =
      statistics.present < rows.size() ? MissingFeature::present : MissingFeature::absent;
  // Factor 0 for a column that does not vary on the training rows: its weights were never trained, so another
  // value at prediction must not reach them.
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
  // Which two words there are is no statistic: a rare label may have none of its rows among those given.
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

// --- encoding ----------------------------------------------------------------------------------------------

constexpr std::size_t kRowBlock = 64;  // rows of features kept in the cache while the columns pass over them

struct FirstUnknown {
  std::size_t position = kNotFound;  // in `rows`
  std::size_t input = 0;
};

[[noreturn]] void refuse_kind(const ColumnEncoding& encoding, const Table& table, std::size_t place) {
  const Column& column = table.columns[place];
  std::size_t row = 0;
  while (row + 1 < column.rows() && column.is_missing(row))
    ++row;
  const bool numbers = encoding.kind == ColumnKind::numeric;
  throw DataError({.what = "the column " + quoted(encoding.name) + " holds " +
                           (numbers ? "words" : "numbers") + ", in the training table it held " +
                           (numbers ? "numbers" : "words"),
                   .where = column.rows() == 0 ? table.source : table.cell_position(row, place),
                   .expected = numbers ? "a number" : "a word",
                   .got = column.rows() == 0 ? "an empty column" : quoted(column.text(row)),
                   .advice = numbers ? "mend the cells that are no numbers" : "read the column as words"});
}

template <typename T>
[[noreturn]] void refuse_magnitude(const ColumnEncoding& encoding, const Table& table, std::size_t place,
                                   std::span<const std::uint32_t> rows) {
  const Column& column = table.columns[place];
  for (const std::uint32_t row : rows) {
    const double value = column.numbers[row];
    if (!(std::abs((value - encoding.offset) * encoding.factor) >
          static_cast<double>(std::numeric_limits<T>::max()))) {
      continue;
    }
    throw DataError({.what = "the number is too far from those of the training rows",
                     .where = table.cell_position(row, place) + " (column " + quoted(encoding.name) + ")",
                     .expected = "a number nearer to " + format_significant(encoding.fill, 6),
                     .got = column.text(row),
                     .advice = "mend the cell, or leave it empty"});
  }
  throw StateError({.what = "a feature left the range of its type and no cell explains it"});
}

// One block of rows of one numeric column, into feature columns `first` and, where there is one, first + 1.
template <typename T>
std::size_t encode_numbers(const ColumnEncoding& encoding, const Table& table, std::size_t place,
                           std::span<const std::uint32_t> rows, MatrixView<T> features, std::size_t first) {
  NumberCursor value_of(table.columns[place].numbers);
  constexpr double kLimit = static_cast<double>(std::numeric_limits<T>::max());
  const bool flagged = encoding.missing_feature == MissingFeature::present;
  std::size_t missing_cells = 0;
  double values[kRowBlock], scaled[kRowBlock];
  bool missing[kRowBlock];
  for (std::size_t begin = 0; begin < rows.size(); begin += kRowBlock) {
    const std::span<const std::uint32_t> block =
        rows.subspan(begin, std::min(kRowBlock, rows.size() - begin));
    bool has_missing = false;
    for (std::size_t i = 0; i < block.size(); ++i) {
      values[i] = value_of(block[i]);
      missing[i] = std::isnan(values[i]);
      has_missing |= missing[i];
    }
    for (std::size_t i = 0; has_missing && i < block.size(); ++i) {
      if (!missing[i]) continue;
      values[i] = encoding.fill;
      ++missing_cells;
    }
    const double offset = encoding.offset, factor = encoding.factor;
    std::uint64_t too_large = 0;
    for (std::size_t i = 0; i < block.size(); ++i)
      scaled[i] = (values[i] - offset) * factor;
    for (std::size_t i = 0; i < block.size(); ++i)
      too_large += std::abs(scaled[i]) <= kLimit ? 0 : 1;
    if (too_large != 0) refuse_magnitude<T>(encoding, table, place, block);
    for (std::size_t i = 0; i < block.size(); ++i) {
      T* const row = features.row(begin + i) + first;
      row[0] = static_cast<T>(scaled[i]);
      if (flagged) row[1] = missing[i] ? T{1} : T{0};
    }
  }
  return missing_cells;
}

}  // namespace

// --- sizes and names ---------------------------------------------------------------------------------------

std::size_t ColumnEncoding::features() const {
  return (kind == ColumnKind::numeric ? 1 : words.size()) +
         (missing_feature == MissingFeature::present ? 1 : 0);
}

std::size_t TargetEncoding::outputs() const {
  switch (task) {
    case Task::binary:
      return 1;
    case Task::classes:
      return class_names.size();
    case Task::multi_label:
    case Task::regression:
      break;
  }
  return columns.size();
}

std::size_t Encoder::features() const {
  std::size_t count = 0;
  for (const ColumnEncoding& input : inputs)
    count += input.features();
  return count;
}

std::vector<std::string> Encoder::feature_names() const {
  std::vector<std::string> names;
  for (const ColumnEncoding& input : inputs) {
    if (input.kind == ColumnKind::numeric) names.push_back(input.name);
    for (const std::string& word : input.words)
      names.push_back(input.name + "=" + word);
    if (input.missing_feature == MissingFeature::present) names.push_back(input.name + " missing");
  }
  return names;
}

// --- public functions --------------------------------------------------------------------------------------

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
  if (has_numbers_only && table.picture_rows * table.picture_columns == encoder.inputs.size()) {
    encoder.picture_rows = table.picture_rows;
    encoder.picture_columns = table.picture_columns;
  }
  return encoder;
}

template <typename T>
EncodeReport encode_inputs(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                           MatrixView<T> features, ThreadPool* pool) {
  static_assert(std::is_floating_point_v<T>);
  assert(features.rows == rows.size() && features.columns == encoder.features());
  const std::vector<std::string> names = column_names(table);
  const ColumnMatch match = match_columns(encoder, names);
  require_inputs(encoder, names, match, table.source);

  const std::size_t inputs = encoder.inputs.size();
  std::vector<std::vector<std::size_t>> word_features(
      inputs);                               // category: feature of each word of the table's column
  std::vector<char> all_missing(inputs, 0);  // of the other kind, but without any cell present
  for (std::size_t i = 0; i < inputs; ++i) {
    const ColumnEncoding& encoding = encoder.inputs[i];
    const Column& column = table.columns[match.inputs[i]];
    if (column.kind != encoding.kind) {
      for (const std::uint32_t row : rows) {
        if (!column.is_missing(row)) refuse_kind(encoding, table, match.inputs[i]);
      }
      all_missing[i] = 1;
    }
    for (const std::string& word : column.words) {
      const auto found = std::ranges::lower_bound(encoding.words, word);
      const bool known = found != encoding.words.end() && *found == word;
      word_features[i].push_back(known ? static_cast<std::size_t>(found - encoding.words.begin())
                                       : kNotFound);
    }
  }

  struct Part {
    EncodeReport report;
    FirstUnknown first_unknown;
  };
  std::vector<Part> parts((rows.size() + kRowBlock - 1) / kRowBlock);
  const auto encode_block = [&](std::size_t number) {
    auto& [report, first_unknown] = parts[number];
    const std::size_t begin = number * kRowBlock;
    const std::size_t count = std::min(kRowBlock, rows.size() - begin);
    const std::span<const std::uint32_t> block_rows = rows.subspan(begin, count);
    const MatrixView<T> block = features.row_block(begin, count);
    std::size_t first_feature = 0;
    for (std::size_t i = 0; i < inputs; ++i) {
      const ColumnEncoding& encoding = encoder.inputs[i];
      const std::size_t width = encoding.features();
      const bool flagged = encoding.missing_feature == MissingFeature::present;
      if (encoding.kind == ColumnKind::numeric && all_missing[i] == 0) {
        report.missing_cells +=
            encode_numbers(encoding, table, match.inputs[i], block_rows, block, first_feature);
        first_feature += width;
        continue;
      }
      const Column& column = table.columns[match.inputs[i]];
      for (std::size_t r = 0; r < count; ++r) {
        T* const cell = block.row(r) + first_feature;
        std::fill_n(cell, width, T{0});
        const std::int32_t code = all_missing[i] != 0 ? kMissingCode : column.codes[block_rows[r]];
        if (code == kMissingCode) {
          ++report.missing_cells;
          if (encoding.kind == ColumnKind::numeric) {
            cell[0] = static_cast<T>((encoding.fill - encoding.offset) * encoding.factor);
          }
          if (flagged) cell[width - 1] = T{1};
          continue;
        }
        const std::size_t feature = word_features[i][static_cast<std::size_t>(code)];
        if (feature != kNotFound) {
          cell[feature] = T{1};
          continue;
        }
        ++report.unknown_words;
        if (begin + r < first_unknown.position) first_unknown = {.position = begin + r, .input = i};
      }
      first_feature += width;
    }
  };
  run_tasks(pool, parts.size(), encode_block);

  EncodeReport report;
  FirstUnknown first_unknown;
  for (const Part& part : parts) {
    report.unknown_words += part.report.unknown_words;
    report.missing_cells += part.report.missing_cells;
    if (first_unknown.position == kNotFound) first_unknown = part.first_unknown;
  }
  if (first_unknown.position != kNotFound) {
    const std::size_t place = match.inputs[first_unknown.input];
    const std::uint32_t row = rows[first_unknown.position];
    report.first_unknown = encoder.inputs[first_unknown.input].name + " " +
                           quoted(table.columns[place].text(row)) + " at " + table.cell_position(row, place);
  }
  return report;
}

void release_inputs_before(const Encoder& encoder, Table& table, std::size_t row) {
  const std::vector<std::string> names = column_names(table);
  for (const std::size_t place : match_columns(encoder, names).inputs)
    if (place != kNotFound) table.columns[place].numbers.release_before(row);
}

template <typename T>
void encode_targets(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                    MatrixView<T> targets) {
  static_assert(std::is_floating_point_v<T>);
  const TargetEncoding& target = encoder.target;
  assert(targets.rows == rows.size() && targets.columns == target.outputs());
  const std::vector<std::size_t> places = target_places(encoder, table);
  switch (target.task) {
    case Task::binary:
      for_each_class(table, places.front(), rows, target.class_values,
                     [&](std::size_t i, std::size_t found) { targets(i, 0) = static_cast<T>(found); });
      break;
    case Task::classes:
      for_each_class(table, places.front(), rows, target.class_values, [&](std::size_t i, std::size_t found) {
        std::ranges::fill(targets.row_span(i), T{0});
        targets(i, found) = T{1};
      });
      break;
    case Task::multi_label:
      for (std::size_t label = 0; label < places.size(); ++label) {
        for_each_class(table, places[label], rows, label_values(target, label),
                       [&](std::size_t i, std::size_t found) { targets(i, label) = static_cast<T>(found); });
      }
      break;
    case Task::regression:
      for (std::size_t t = 0; t < places.size(); ++t) {
        const Column& column = table.columns[places[t]];
        // Scaled as an input would be: the same words for the same mistakes.
        const ColumnEncoding encoding{.name = column.name,
                                      .offset = target.offset[t],
                                      .factor = target.factor[t],
                                      .fill = target.offset[t]};
        for (const std::uint32_t row : rows) {
          if (column.is_missing(row)) refuse_missing_target(table, row, places[t]);
          if (column.kind != ColumnKind::numeric) refuse_kind(encoding, table, places[t]);
        }
        encode_numbers(encoding, table, places[t], rows, targets, t);
      }
      break;
  }
}

std::vector<std::uint32_t> target_classes(const Encoder& encoder, const Table& table,
                                          std::span<const std::uint32_t> rows) {
  const TargetEncoding& target = encoder.target;
  if (target.task != Task::binary && target.task != Task::classes) {
    throw StateError({.what = "rows have no class index",
                      .expected = "the task binary or classes",
                      .got = std::string(name_of(target.task)),
                      .advice = "use encode_targets"});
  }
  const std::vector<std::size_t> places = target_places(encoder, table);
  std::vector<std::uint32_t> classes(rows.size());
  for_each_class(table, places.front(), rows, target.class_values,
                 [&](std::size_t i, std::size_t found) { classes[i] = static_cast<std::uint32_t>(found); });
  return classes;
}

std::vector<std::optional<ColumnKind>> wanted_kinds(const Encoder& encoder,
                                                    std::span<const std::string> layout_names,
                                                    TargetsWanted targets, const std::string& source) {
  const ColumnMatch match = match_columns(encoder, layout_names);
  require_inputs(encoder, layout_names, match, source);
  std::vector<std::optional<ColumnKind>> kinds(layout_names.size());
  for (std::size_t i = 0; i < match.inputs.size(); ++i)
    kinds[match.inputs[i]] = encoder.inputs[i].kind;
  if (targets == TargetsWanted::no) return kinds;
  const TargetEncoding& target = encoder.target;
  for (std::size_t t = 0; t < match.targets.size(); ++t) {
    if (match.targets[t] == kNotFound) continue;
    const std::span<const std::string> values = target.task == Task::multi_label
                                                    ? label_values(target, t)
                                                    : std::span<const std::string>(target.class_values);
    // Classes that are all numbers are read as numbers, so that "1" and "1.0" are one class.
    const bool numbers =
        std::ranges::all_of(values, [](const std::string& v) { return parse_double(v).has_value(); });
    kinds[match.targets[t]] = numbers ? ColumnKind::numeric : ColumnKind::category;
  }
  return kinds;
}

template EncodeReport encode_inputs<float>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                           MatrixView<float>, ThreadPool*);
template EncodeReport encode_inputs<double>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                            MatrixView<double>, ThreadPool*);
template void encode_targets<float>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                    MatrixView<float>);
template void encode_targets<double>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                     MatrixView<double>);

}  // namespace chainrule
