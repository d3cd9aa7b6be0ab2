#include "chainrule/data/class_values.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/missing_notes.h"
#include "chainrule/data/word_spelling.h"

namespace chainrule {
namespace {

constexpr std::size_t kClassesInMessage = 10;
constexpr std::size_t kNoClass = static_cast<std::size_t>(-1);

// The class of a cell: by equal text, else by equal value of two numbers ("1" is "1.0") or truth values.
class ClassLookup {
 public:
  ClassLookup(const Column& column, std::span<const std::string> values, std::span<const std::string> names)
      : column_(&column) {
    for (std::size_t c = 0; c < values.size(); ++c) {
      if (const std::optional<double> number = number_of_word(values[c]))
        by_number_.emplace(*number + 0.0, c);
    }
    if (column.kind != ColumnKind::category) return;
    const WordMatcher matcher(values);
    for (const std::string& word : column.words) {
      const auto [match, place] = matcher.find(word);
      if (match == WordMatch::exact || match == WordMatch::respelled) {
        of_category_.push_back(place);
      } else {
        const std::optional<double> number = number_of_word(word);
        std::size_t found = number ? of_number(*number) : kNoClass;
        const auto name = std::ranges::find(names, word);
        if (found == kNoClass && name != names.end()) found = static_cast<std::size_t>(name - names.begin());
        of_category_.push_back(found);
      }
    }
  }

  // kNoClass for a value that is not a class. The cell must not be missing.
  std::size_t operator()(std::size_t row) const {
    if (column_->kind == ColumnKind::numeric) return of_number(column_->numbers[row]);
    return of_category_[static_cast<std::size_t>(column_->codes[row])];
  }

 private:
  std::size_t of_number(double value) const {
    const auto found = by_number_.find(value + 0.0);
    return found == by_number_.end() ? kNoClass : found->second;
  }

  const Column* column_;
  std::unordered_map<double, std::size_t> by_number_;
  std::vector<std::size_t> of_category_;
};

}  // namespace

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
      values.push_back(format_cell_number(number));
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

bool are_distinct_numbers(std::span<const std::string> values) {
  std::vector<double> numbers;
  for (const std::string& value : values) {
    const std::optional<double> number = number_of_word(value);
    if (!number) return false;
    numbers.push_back(*number + 0.0);
  }
  std::ranges::sort(numbers);
  return std::ranges::adjacent_find(numbers) == numbers.end();
}

std::string class_list(std::span<const std::string> values) {
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), kClassesInMessage); ++i) {
    text += (i == 0 ? "" : ", ") + quoted(values[i]);
  }
  if (values.size() > kClassesInMessage)
    text += ", ... (" + count_of(values.size(), "class", "classes") + ")";
  return text;
}

std::vector<std::uint32_t> classes_of(const Table& table, std::size_t place,
                                      std::span<const std::uint32_t> rows,
                                      std::span<const std::string> values,
                                      std::span<const std::string> names) {
  const Column& column = table.columns[place];
  const ClassLookup lookup(column, values, names);
  std::vector<std::uint32_t> classes;
  classes.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    if (column.is_missing(row)) refuse_missing_target(table, row, place);
    const std::size_t found = lookup(row);
    if (found == kNoClass) {
      const WordMatcher::Found similar = WordMatcher(values).find(column.text(row));
      throw DataError(
          {.what = "the target " + quoted(column.name) + " has a value that was not in the training rows",
           .where = table.cell_position(row, place),
           .expected = class_list(values),
           .got = quoted(column.text(row)),
           .advice = (similar.match == WordMatch::similar
                          ? "it differs from " + quoted(values[similar.word]) + " only in case or blanks: "
                          : std::string()) +
                     "correct the cell, remove the row, or train again with rows of that class"});
    }
    classes.push_back(static_cast<std::uint32_t>(found));
  }
  return classes;
}

std::span<const std::string> label_values(const TargetEncoding& target, std::size_t label) {
  return std::span(target.class_values).subspan(2 * label, 2);
}

bool has_category_values(const TargetEncoding& target, std::size_t label) {
  if (target.task != Task::multi_label || target.class_values.size() < 2 * (label + 1)) return false;
  const std::span<const std::string> values = label_values(target, label);
  return values[0] != "0" || values[1] != "1";
}

std::string class_text(const TargetEncoding& target, std::size_t i) {
  const std::string& name = target.class_names[i];
  return has_category_values(target, i) ? name + "=" + label_values(target, i)[1] : name;
}

[[noreturn]] void refuse_missing_target(const Table& table, std::size_t row, std::size_t place) {
  const Message about_words = advice_on_missing_words(table, place);
  throw DataError({.what = "the target " + quoted(table.columns[place].name) + " is missing",
                   .where = table.cell_position(row, place),
                   .expected = "a value in every row",
                   .got = "a missing cell",
                   .advice = "fill the cell, or leave such rows out" +
                             where_settable(" with " + set_to(Setting::missing_target, "skip")) +
                             (about_words.empty() ? Message() : "; " + about_words)});
}

}  // namespace chainrule
