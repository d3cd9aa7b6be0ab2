#include "chainrule/data/schema.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/column_statistics.h"

namespace chainrule {
namespace {

constexpr std::size_t kDistinctLimit = 100000;
constexpr std::size_t kIdentifierRows = 20;  // fewer rows are often distinct by chance
constexpr std::size_t kMostCommon = 5;
constexpr std::size_t kClassNumbersLimit = 20;  // more distinct integers are amounts rather than classes
constexpr std::size_t kNamesInNote = 3;
constexpr std::string_view kAsAsked = "as asked";

// --- distinct values ---------------------------------------------------------------------------------------

// How many different numbers there are, counted to kDistinctLimit and one more. Open addressing, doubled when
// half full.
class DistinctNumbers {
 public:
  void insert(double value) {
    if (count_ > kDistinctLimit) return;
    if (2 * (count_ + 1) > slots_.size()) grow();
    if (place(value + 0.0)) ++count_;  // + 0.0: -0 and 0 are one value
  }
  std::size_t count() const { return count_; }

 private:
  bool place(double value) {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
    // Fibonacci hashing: the high bits of a product with 2^64 / golden ratio.
    std::size_t slot = static_cast<std::size_t>((bits * 0x9E3779B97F4A7C15u) >> shift_);
    while (!std::isnan(slots_[slot])) {
      if (slots_[slot] == value) return false;
      slot = (slot + 1) & (slots_.size() - 1);
    }
    slots_[slot] = value;
    return true;
  }
  void grow() {
    std::vector<double> old(slots_.empty() ? 64 : slots_.size() * 2, std::nan(""));
    old.swap(slots_);
    shift_ = 64 - std::countr_zero(slots_.size());
    for (const double value : old) {
      if (!std::isnan(value)) place(value);
    }
  }

  std::vector<double> slots_;  // NaN: free
  std::size_t count_ = 0;
  int shift_ = 64;
};

std::vector<std::size_t> count_words(const Column& column) {
  std::vector<std::size_t> counts(column.words.size());
  for (const std::int32_t code : column.codes) {
    if (code != kMissingCode) ++counts[static_cast<std::size_t>(code)];
  }
  return counts;
}

// --- dates -------------------------------------------------------------------------------------------------

// Walks through a word, field by field. Every function leaves the text alone when it returns false.
class DateScanner {
 public:
  explicit DateScanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }

  bool character(std::string_view any_of, char* found = nullptr) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    if (found != nullptr) *found = text_.front();
    text_.remove_prefix(1);
    return true;
  }

  // A whole run of digits with `fewest` to `most` of them.
  bool digits(std::size_t fewest, std::size_t most, int& value) {
    std::size_t length = 0;
    while (length < text_.size() && text_[length] >= '0' && text_[length] <= '9')
      ++length;
    if (length < fewest || length > most) return false;
    value = 0;
    for (const char digit : text_.substr(0, length))
      value = value * 10 + (digit - '0');
    text_.remove_prefix(length);
    return true;
  }

  bool month_name() {
    static constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};
    std::size_t length = 0;
    while (length < text_.size() && is_letter(text_[length]))
      ++length;
    if (length < 3) return false;
    const std::string word = lower_case_ascii(text_.substr(0, length));
    for (const std::string_view month : kMonths) {
      if (word != month && word != month.substr(0, 3) && !(word == "sept" && month == "september")) continue;
      text_.remove_prefix(length);
      character(".");
      return true;
    }
    return false;
  }

  void blanks() {
    while (character(" ")) {
    }
  }

  // 12:30, 12:30:15, 12:30:15.250, 12:30 PM
  bool time() {
    const std::string_view before = text_;
    int hour = 0, minute = 0, second = 0, fraction = 0;
    if (digits(1, 2, hour) && hour <= 24 && character(":") && digits(2, 2, minute) && minute < 60) {
      bool good = true;
      if (character(":")) {
        good = digits(2, 2, second) && second <= 60;
        if (good && character(".,")) good = digits(1, 9, fraction);
      }
      if (good) {
        const std::string_view after = text_;
        blanks();
        if (!(character("aApP") && character("mM"))) text_ = after;
        return true;
      }
    }
    text_ = before;
    return false;
  }

  // Z, +01:00, -0530
  void zone() {
    if (character("Zz")) return;
    const std::string_view before = text_;
    int hours = 0, minutes = 0;
    if (character("+-") && digits(1, 4, hours) && (!character(":") || digits(2, 2, minutes))) return;
    text_ = before;
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  std::string_view text_;
};

bool is_day(int value) {
  return value >= 1 && value <= 31;
}
bool is_month(int value) {
  return value >= 1 && value <= 12;
}

// What may follow a date: nothing, or a time after a blank or a T.
bool ends_with_optional_time(DateScanner scanner) {
  if (scanner.at_end()) return true;
  if (!scanner.character(" T")) return false;
  scanner.blanks();
  if (!scanner.time()) return false;
  scanner.zone();
  return scanner.at_end();
}

bool is_year_first(DateScanner scanner) {
  int year = 0, month = 0, day = 0;
  char separator = 0;
  if (!scanner.digits(4, 4, year) || !scanner.character("-/.", &separator)) return false;
  if (!scanner.digits(1, 2, month) || !is_month(month)) return false;
  if (scanner.at_end()) return separator != '.';  // 2024-01, 2024/01; 2024.01 is a number
  if (!scanner.character(std::string_view(&separator, 1))) return false;
  return scanner.digits(1, 2, day) && is_day(day) && ends_with_optional_time(scanner);
}

bool is_year_last(DateScanner scanner) {
  int first = 0, second = 0, year = 0;
  char separator = 0;
  if (!scanner.digits(1, 2, first) || !scanner.character("-/.", &separator)) return false;
  if (!scanner.digits(1, 2, second) || !scanner.character(std::string_view(&separator, 1))) return false;
  if (!((is_day(first) && is_month(second)) || (is_month(first) && is_day(second)))) return false;
  DateScanner four_digits = scanner;
  if (four_digits.digits(4, 4, year)) return ends_with_optional_time(four_digits);
  return scanner.digits(2, 2, year) && ends_with_optional_time(scanner);
}

bool is_named_month(DateScanner scanner) {
  int day = 0, year = 0;
  const auto gap = [&scanner] {
    const bool found = scanner.character(" ,-");
    scanner.blanks();
    return found;
  };
  if (scanner.digits(1, 2, day)) {  // 5 Jan 2024, 05-Jan-2024
    return is_day(day) && gap() && scanner.month_name() && gap() && scanner.digits(4, 4, year) &&
           ends_with_optional_time(scanner);
  }
  if (!scanner.month_name() || !gap()) return false;
  DateScanner without_day = scanner;  // Jan 2024
  if (without_day.digits(4, 4, year) && without_day.at_end()) return true;
  return scanner.digits(1, 2, day) && is_day(day) && gap() && scanner.digits(4, 4, year) &&
         ends_with_optional_time(scanner);  // Jan 5, 2024
}

bool is_time(DateScanner scanner) {
  if (!scanner.time()) return false;
  scanner.zone();
  return scanner.at_end();
}

bool is_date_word(std::string_view word) {
  const DateScanner scanner(trim(word));
  return is_year_first(scanner) || is_year_last(scanner) || is_named_month(scanner) || is_time(scanner);
}

bool looks_like_date(const Column& column, std::span<const std::size_t> counts) {
  std::size_t dates = 0, present = 0;
  for (std::size_t w = 0; w < counts.size(); ++w) {
    present += counts[w];
    if (counts[w] != 0 && is_date_word(column.words[w])) dates += counts[w];
  }
  return present != 0 && 10 * dates >= 9 * present;
}

// --- identifiers -------------------------------------------------------------------------------------------

bool has_identifier_name(std::string_view name) {
  static constexpr std::string_view kNames[] = {"id",     "index", "row",  "rowid",      "no", "nr",
                                                "number", "key",   "uuid", "unnamed: 0", ""};
  const std::string lower = lower_case_ascii(trim(name));
  return std::ranges::find(kNames, std::string_view(lower)) != std::end(kNames) || lower.ends_with("_id");
}

bool is_integer(double value) {
  return std::trunc(value) == value;
}

bool are_all_distinct(const Column& column, const ColumnSummary& summary) {
  if (summary.distinct <= kDistinctLimit) return summary.distinct == column.rows();
  std::vector<double> sorted = column.numbers.to_vector();
  std::ranges::sort(sorted);
  return std::ranges::adjacent_find(sorted) == sorted.end();
}

bool are_identifier_numbers(const Column& column, const ColumnSummary& summary) {
  const std::size_t rows = column.rows();
  if (rows < 2 || summary.missing != 0 || column.is_bytes) return false;
  // Distinct integers from minimum to maximum without a gap are a counter, in whatever order.
  const bool spans_a_counter =
      rows >= kIdentifierRows && summary.maximum - summary.minimum == static_cast<double>(rows - 1);
  if (!spans_a_counter && !has_identifier_name(column.name)) return false;
  return std::ranges::all_of(column.numbers, is_integer) && are_all_distinct(column, summary);
}

// --- words for notes ---------------------------------------------------------------------------------------

// The name as one argument of a command line.
std::string as_argument(const std::string& name) {
  const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
  return plain ? name : quoted(name);
}

std::string quoted_list(std::span<const std::string> names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    text += (i == 0 ? "" : ", ") + quoted(names[i]);
  if (names.size() > most) text += ", ...";
  return text;
}

// Columns ignored for one reason share a note: a table of a thousand constant columns gets one line.
void note_ignored(std::vector<std::string>& notes, std::span<const std::string> names,
                  const std::string& reason_of_one, const std::string& reason_of_many) {
  if (names.size() <= kNamesInNote) {
    for (const std::string& name : names) {
      notes.push_back("ignored " + quoted(name) + ": " + reason_of_one + "; use --keep " + as_argument(name) +
                      " to keep it.");
    }
    return;
  }
  notes.push_back("ignored " + count_of(names.size(), "column") + ": " + reason_of_many + " (" +
                  quoted_list(names, kNamesInNote) + "); use --keep COLUMN to keep one.");
}

// --- roles -------------------------------------------------------------------------------------------------

std::vector<std::size_t> find_columns(const Table& table, const std::vector<std::string>& names,
                                      std::string_view option) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    const std::size_t place = table.column_index(name);
    if (std::ranges::find(places, place) != places.end()) {
      throw UsageError({.what = "a column is named twice",
                        .where = std::string(option),
                        .got = quoted(name),
                        .advice = "name each column once"});
    }
    places.push_back(place);
  }
  return places;
}

bool contains(const std::vector<std::size_t>& places, std::size_t place) {
  return std::ranges::find(places, place) != places.end();
}

void refuse_in_both(const Table& table, const std::vector<std::size_t>& a, const std::vector<std::size_t>& b,
                    std::string_view option_a, std::string_view option_b) {
  for (const std::size_t place : a) {
    if (!contains(b, place)) continue;
    throw UsageError(
        {.what = "the column " + quoted(table.columns[place].name) + " has two roles",
         .expected = "a column in one of " + std::string(option_a) + " and " + std::string(option_b),
         .got = "the column in both",
         .advice = "leave it out of one of them"});
  }
}

// Without --target: the last column that is not ignored.
std::size_t default_target(const Table& table, const std::vector<std::size_t>& ignored) {
  std::size_t place = table.columns.size();
  while (place > 0 && contains(ignored, place - 1))
    --place;
  if (place == 0) {
    throw DataError({.what = "no column is left to learn",
                     .where = table.source,
                     .expected = "a target and at least one input",
                     .got = "every column ignored",
                     .advice = "ignore fewer columns"});
  }
  if (table.picture_rows != 0 && table.columns.size() == table.picture_rows * table.picture_columns) {
    throw DataError({.what = "the pictures have no labels",
                     .where = table.source,
                     .expected = "a column that says what each picture shows",
                     .got = count_of(table.columns.size(), "pixel") + " a row and nothing else",
                     .advice = "give the file of labels as well, or name the target"});
  }
  return place - 1;
}

[[noreturn]] void refuse_date(const Table& table, std::size_t place, std::string advice) {
  const Column& column = table.columns[place];
  std::size_t row = 0;
  while (row + 1 < column.rows() && column.is_missing(row))
    ++row;
  throw DataError({.what = "the column " + quoted(column.name) + " holds dates or times",
                   .where = table.cell_position(row, place),
                   .expected = "numbers, or words that stand for kinds",
                   .got = quoted(column.text(row)),
                   .advice = std::move(advice)});
}

// --- cells that are not what they seem ---------------------------------------------------------------------

// Whole numbers of more digits than double holds, and columns of words most of which are numbers.
void note_odd_cells(const Table& table, Schema& schema, std::span<const ColumnSummary> summaries) {
  constexpr double kLargestWhole = 9007199254740992;          // 2^53
  constexpr double kLargestCounted = 18446744073709551616.0;  // 2^64: larger ones are measured, not counted
  std::vector<std::string> rounded, mixed;
  for (std::size_t place = 0; place < table.columns.size(); ++place) {
    const Column& column = table.columns[place];
    if (schema.columns[place].note == kAsAsked) continue;
    const ColumnSummary& summary = summaries[place];
    if (column.kind == ColumnKind::numeric) {
      const double largest = std::max(std::abs(summary.minimum), std::abs(summary.maximum));
      if (largest > kLargestWhole && largest <= kLargestCounted) rounded.push_back(column.name);
      continue;
    }
    const std::vector<std::size_t> counts = count_words(column);
    std::size_t numbers = 0, present = 0;
    for (std::size_t w = 0; w < counts.size(); ++w) {
      present += counts[w];
      if (read_cell(trim_blanks(column.words[w])).meaning == CellMeaning::number) numbers += counts[w];
    }
    if (2 * numbers >= present && numbers != present) mixed.push_back(column.name);
  }
  if (!rounded.empty()) {
    schema.notes.push_back("whole numbers beyond 9,007,199,254,740,992 are rounded (" +
                           quoted_list(rounded, kNamesInNote) + "); use --column " +
                           as_argument(rounded.front() + "=category") + " when they are names.");
  }
  if (!mixed.empty()) {
    schema.notes.push_back("at least half of the cells are numbers, but the column is read as words (" +
                           quoted_list(mixed, kNamesInNote) +
                           "); use --missing WORD when a word stands for a missing cell.");
  }
}

// A class with one row is learned from and never tested.
void note_lone_rows(const Column& column, std::vector<std::string>& notes) {
  std::vector<std::string> lone;
  if (column.kind == ColumnKind::category) {
    const std::vector<std::size_t> counts = count_words(column);
    for (std::size_t w = 0; w < counts.size(); ++w) {
      if (counts[w] == 1) lone.push_back(column.words[w]);
    }
  } else {
    std::vector<double> sorted = column.numbers.to_vector();
    std::erase_if(sorted, [](double value) { return std::isnan(value); });
    std::ranges::sort(sorted);
    for (std::size_t r = 0; r < sorted.size(); ++r) {
      const bool follows = r != 0 && sorted[r - 1] == sorted[r];
      const bool leads = r + 1 != sorted.size() && sorted[r] == sorted[r + 1];
      if (!follows && !leads) lone.push_back(format_number(sorted[r]));
    }
  }
  if (lone.empty()) return;
  notes.push_back(quoted(column.name) + " has " + count_of(lone.size(), "class", "classes") +
                  " of one row only (" + quoted_list(lone, kNamesInNote) +
                  "): such a row is learned from and never held out.");
}

// --- task --------------------------------------------------------------------------------------------------

struct TargetFacts {
  std::size_t place = 0;
  const Column* column = nullptr;
  const ColumnSummary* summary = nullptr;
  std::size_t present = 0;
  bool integers = false;  // numeric, every value present is one
  bool yes_or_no = false;

  bool numeric() const { return column->kind == ColumnKind::numeric; }
};

std::string first_values(const Column& column, std::size_t most) {
  std::vector<std::string> values;
  for (std::size_t row = 0; row < column.rows() && values.size() <= most; ++row) {
    if (column.is_missing(row)) continue;
    std::string value = column.text(row);
    if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
  }
  return quoted_list(values, most);
}

std::string value_count(const TargetFacts& target) {
  const std::size_t distinct = target.summary->distinct;
  return distinct > kDistinctLimit ? "more than " + format_count(kDistinctLimit) : format_count(distinct);
}

std::size_t first_present_row(const Column& column) {
  std::size_t row = 0;
  while (row < column.rows() && column.is_missing(row))
    ++row;
  return row;
}

TargetFacts examine_target(const Table& table, std::size_t place, const ColumnSummary& summary) {
  TargetFacts facts{.place = place, .column = &table.columns[place], .summary = &summary};
  const Column& column = *facts.column;
  facts.present = column.rows() - summary.missing;
  if (facts.present == 0) {
    throw DataError({.what = "the target " + quoted(column.name) + " is missing in every row",
                     .where = table.cell_position(0, place),
                     .expected = "at least two different values",
                     .got = count_of(summary.missing, "missing cell"),
                     .advice = "fill the column, or name another target"});
  }
  if (summary.distinct == 1) {
    throw DataError(
        {.what = "the target " + quoted(column.name) + " has one value only: there is nothing to learn",
         .where = table.cell_position(first_present_row(column), place),
         .expected = "at least two different values",
         .got = quoted(column.text(first_present_row(column))) + " in " + count_of(facts.present, "row"),
         .advice = "add rows with another value, or name another target"});
  }
  if (facts.numeric()) {
    facts.integers =
        std::ranges::all_of(column.numbers, [](double v) { return std::isnan(v) || is_integer(v); });
    facts.yes_or_no = facts.integers && summary.distinct == 2 && summary.minimum == 0 && summary.maximum == 1;
  } else {
    facts.yes_or_no = summary.distinct == 2;
  }
  return facts;
}

bool has_class_numbers(const TargetFacts& target) {
  const std::size_t distinct = target.summary->distinct;
  return target.integers &&
         (distinct == 2 || (distinct <= kClassNumbersLimit && 10 * distinct <= target.present));
}

[[noreturn]] void refuse_task(const Table& table, const TargetFacts& target, Task task, std::string expected,
                              std::string got, std::string advice) {
  throw DataError({.what = "the target " + quoted(target.column->name) + " does not fit the task " +
                           std::string(name_of(task)),
                   .where = table.cell_position(first_present_row(*target.column), target.place),
                   .expected = std::move(expected),
                   .got = std::move(got),
                   .advice = std::move(advice)});
}

void check_task(const Table& table, std::span<const TargetFacts> targets, Task task) {
  if ((task == Task::binary || task == Task::classes) && targets.size() != 1) {
    std::vector<std::string> names;
    for (const TargetFacts& target : targets)
      names.push_back(target.column->name);
    throw DataError({.what = "the task " + std::string(name_of(task)) + " has one target",
                     .where = table.source,
                     .expected = "one target column",
                     .got = format_count(names.size()) + ": " + quoted_list(names, 5),
                     .advice = "name one target, or use --task multi_label for columns of yes and no"});
  }
  for (const TargetFacts& target : targets) {
    const std::string values = value_count(target) + " different values: " + first_values(*target.column, 5);
    if (task == Task::regression && !target.numeric()) {
      refuse_task(table, target, task, "numbers",
                  quoted(target.column->text(first_present_row(*target.column))),
                  "use --task classes, or name a target of numbers");
    }
    if (task == Task::binary && target.summary->distinct != 2) {
      refuse_task(table, target, task, "two different values", values, "use --task classes");
    }
    if (task == Task::multi_label && !target.yes_or_no) {
      refuse_task(table, target, task, "0 and 1, or two words", values,
                  "leave the column out of the targets, or write it as one column of 0 and 1 for each value");
    }
  }
}

Task find_task(const Table& table, std::span<const TargetFacts> targets, std::vector<std::string>& notes) {
  const auto note = [&notes](Task task, const std::string& reason) {
    notes.push_back("the task is " + std::string(name_of(task)) + ": " + reason + ".");
    return task;
  };
  if (targets.size() == 1) {
    const TargetFacts& target = targets.front();
    const std::string name = quoted(target.column->name);
    const std::string different = name + " has " + value_count(target) + " different ";
    if (!target.numeric()) {
      return note(target.summary->distinct == 2 ? Task::binary : Task::classes, different + "words");
    }
    if (has_class_numbers(target)) {
      return note(
          target.summary->distinct == 2 ? Task::binary : Task::classes,
          different + (target.yes_or_no ? "values, 0 and 1"
                                        : "whole numbers; use --task regression to learn it as an amount"));
    }
    return note(Task::regression, name + " is a column of numbers");
  }
  if (std::ranges::all_of(targets, &TargetFacts::yes_or_no)) {
    return note(Task::multi_label, "each of the " + format_count(targets.size()) + " targets is yes or no");
  }
  if (std::ranges::all_of(targets, &TargetFacts::numeric)) {
    return note(Task::regression, "the " + format_count(targets.size()) + " targets are columns of numbers");
  }
  const auto odd =
      std::ranges::find_if(targets, [](const TargetFacts& t) { return !t.numeric() && !t.yes_or_no; });
  const TargetFacts& target = odd != targets.end() ? *odd : targets.front();
  throw DataError(
      {.what = "the targets cannot be learned together",
       .where = table.cell_position(first_present_row(*target.column), target.place),
       .expected = "several columns of yes and no (0 and 1, or two words), or several columns of numbers",
       .got = quoted(target.column->name) + " with " + value_count(target) +
              " different values: " + first_values(*target.column, 5),
       .advice = "train one network for each target"});
}

}  // namespace

ColumnSummary summarise_column(const Column& column) {
  ColumnSummary summary{.name = column.name, .kind = column.kind};
  const std::size_t rows = column.rows();
  if (column.kind == ColumnKind::numeric) {
    const NumericStatistics statistics = numeric_statistics(column.numbers);
    summary.missing = rows - statistics.present;
    summary.minimum = statistics.minimum;
    summary.maximum = statistics.maximum;
    summary.mean = statistics.mean;
    summary.standard_deviation = statistics.standard_deviation;
    DistinctNumbers distinct;
    NumberCursor value_of(column.numbers);
    for (std::size_t row = 0; row < rows && distinct.count() <= kDistinctLimit; ++row) {
      const double value = value_of(row);
      if (!std::isnan(value)) distinct.insert(value);
    }
    summary.distinct = distinct.count();
    summary.looks_like_identifier = are_identifier_numbers(column, summary);
  } else {
    const std::vector<std::size_t> counts = count_words(column);
    std::vector<std::size_t> order;
    std::size_t present = 0;
    for (std::size_t w = 0; w < counts.size(); ++w) {
      present += counts[w];
      if (counts[w] != 0) order.push_back(w);
    }
    summary.missing = rows - present;
    summary.distinct = order.size();
    const std::size_t shown = std::min(order.size(), kMostCommon);
    std::ranges::partial_sort(
        order, order.begin() + static_cast<std::ptrdiff_t>(shown), [&](std::size_t a, std::size_t b) {
          return counts[a] != counts[b] ? counts[a] > counts[b] : column.words[a] < column.words[b];
        });
    for (const std::size_t w : std::span(order).first(shown)) {
      summary.most_common.emplace_back(column.words[w], counts[w]);
    }
    summary.looks_like_date = looks_like_date(column, counts);
    summary.looks_like_identifier = !summary.looks_like_date && summary.missing == 0 &&
                                    rows >= kIdentifierRows && summary.distinct == rows;
  }
  summary.is_constant = summary.distinct <= 1;
  return summary;
}

std::vector<ColumnSummary> summarise_table(const Table& table, ThreadPool* pool) {
  std::vector<ColumnSummary> summaries(table.columns.size());
  run_tasks(pool, summaries.size(),
            [&](std::size_t c) { summaries[c] = summarise_column(table.columns[c]); });
  return summaries;
}

Schema make_schema(const Table& table, const SchemaOptions& options, ThreadPool* pool) {
  const std::size_t rows = table.rows();
  if (rows < 2) {
    throw DataError({.what = rows == 0 ? "the table has no rows" : "the table has one row only",
                     .where = table.source,
                     .expected = "at least two rows, one to learn from and one to test on",
                     .got = count_of(rows, "row"),
                     .advice = "add rows under the header"});
  }
  std::vector<std::size_t> targets = find_columns(table, options.targets, "--target");
  const std::vector<std::size_t> ignored = find_columns(table, options.ignored, "--ignore");
  const std::vector<std::size_t> kept = find_columns(table, options.kept, "--keep");
  std::vector<std::size_t> weight;
  if (!options.weight_column.empty())
    weight = find_columns(table, {options.weight_column}, "--weight-column");
  refuse_in_both(table, targets, ignored, "--target", "--ignore");
  refuse_in_both(table, kept, ignored, "--keep", "--ignore");
  refuse_in_both(table, targets, weight, "--target", "--weight-column");
  refuse_in_both(table, kept, weight, "--keep", "--weight-column");

  Schema schema;
  if (targets.empty()) {
    std::vector<std::size_t> taken = ignored;
    taken.insert(taken.end(), weight.begin(), weight.end());
    targets.push_back(default_target(table, taken));
    schema.notes.push_back("the target is " + quoted(table.columns[targets.front()].name) +
                           ", the last column; use --target COLUMN for another.");
  }

  const std::vector<ColumnSummary> summaries = summarise_table(table, pool);
  std::vector<std::string> identifiers, constants, wordy;
  std::size_t inputs = 0;
  for (std::size_t place = 0; place < table.columns.size(); ++place) {
    const Column& column = table.columns[place];
    const ColumnSummary& summary = summaries[place];
    SchemaColumn entry{.name = column.name, .kind = column.kind};
    if (contains(targets, place)) {
      entry.role = ColumnRole::target;
    } else if (contains(ignored, place)) {
      entry.role = ColumnRole::ignored;
      entry.note = kAsAsked;
    } else if (contains(weight, place)) {
      entry.role = ColumnRole::ignored;
      entry.note = "says how much each row counts";
    } else if (!contains(kept, place)) {
      if (summary.looks_like_date) {
        refuse_date(table, place,
                    "leave it out with --ignore " + as_argument(column.name) +
                        ", or split it into numbers such as year, month, weekday");
      }
      if (summary.looks_like_identifier) {
        entry.note = "looks like an identifier";
        identifiers.push_back(column.name);
      } else if (summary.is_constant && !column.is_bytes) {  // a picture keeps its black corner
        entry.note = summary.distinct == 0 ? "holds no value" : "holds one value only";
        constants.push_back(column.name);
      } else if (column.kind == ColumnKind::category && summary.distinct > options.max_words) {
        entry.note = "has " + format_count(summary.distinct) + " different words";
        wordy.push_back(column.name);
      }
      if (!entry.note.empty()) entry.role = ColumnRole::ignored;
    }
    if (entry.role == ColumnRole::input) ++inputs;
    if (entry.role != ColumnRole::ignored && summary.missing != 0)
      entry.note = count_of(summary.missing, "missing cell");
    schema.columns.push_back(std::move(entry));
  }

  note_ignored(schema.notes, identifiers, "it looks like an identifier (every value occurs once)",
               "they look like identifiers (every value occurs once)");
  note_ignored(schema.notes, constants, "it holds one value only or none",
               "they hold one value only or none");
  note_ignored(schema.notes, wordy,
               "it has more than " + format_count(options.max_words) + " different words",
               "they have more than " + format_count(options.max_words) + " different words");

  std::vector<TargetFacts> facts;
  for (const std::size_t place : targets) {
    facts.push_back(examine_target(table, place, summaries[place]));
    if (summaries[place].looks_like_date && !options.task) {
      refuse_date(table, place,
                  "name another target, turn it into a number such as days since a day, or use --task "
                  "classes when each date is a class");
    }
  }
  note_odd_cells(table, schema, summaries);

  if (inputs == 0) {
    std::string ignored_columns = count_of(table.columns.size() - targets.size(), "ignored column");
    std::string reasons;
    std::size_t named = 0;
    for (const SchemaColumn& column : schema.columns) {
      if (column.role != ColumnRole::ignored || named++ >= kNamesInNote) continue;
      reasons += (reasons.empty() ? "" : "; ") + quoted(column.name) + " " + column.note;
    }
    if (!reasons.empty()) ignored_columns += " (" + reasons + (named > kNamesInNote ? "; ..." : "") + ")";
    std::string advice = "add a column that the target depends on";
    if (!identifiers.empty())
      advice = "use --keep " + as_argument(identifiers.front()) + " if it is a real input";
    else if (!wordy.empty())
      advice = quoted(wordy.front()) + " was left out for its many different words; keep it with --keep " +
               as_argument(wordy.front()) + " or a larger --max-words";
    throw DataError({.what = "no input column is left",
                     .where = table.source,
                     .expected = "at least one column that is neither target nor ignored",
                     .got = count_of(targets.size(), "target") + " and " + ignored_columns,
                     .advice = advice});
  }

  if (options.task) {
    check_task(table, facts, *options.task);
    schema.task = *options.task;
  } else {
    schema.task = find_task(table, facts, schema.notes);
  }
  if (schema.task == Task::classes && 2 * facts.front().summary->distinct > facts.front().present) {
    const TargetFacts& target = facts.front();
    schema.notes.push_back(quoted(target.column->name) + " has " + value_count(target) + " classes in " +
                           count_of(target.present, "row") + "; is it the right target?");
  } else if (schema.task == Task::binary || schema.task == Task::classes) {
    note_lone_rows(*facts.front().column, schema.notes);
  }
  return schema;
}

}  // namespace chainrule
