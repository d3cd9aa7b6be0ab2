#include "chainrule/data/column_typer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

Message mended_cell_text(std::string_view value, const std::string& place) {
  const bool has_comma = notation_of(value) == NumberNotation::decimal_comma;
  return place + " " + quoted(value) +
         (has_comma ? "; " + set_to(Setting::decimal, "comma") + " reads such numbers" : Message());
}

void throw_not_a_number(std::string_view value, std::string place, const std::string& column_name) {
  const Message as_category =
      "treat the column as a category with " + set_to_text(Setting::column, column_name);
  switch (notation_of(value)) {
    case NumberNotation::decimal_comma:
      throw DataError(
          {.what = "a number with a decimal comma",
           .where = std::move(place),
           .expected = "a decimal point, such as 3.14",
           .got = quoted(value),
           .advice = "read the table with " + set_to(Setting::decimal, "comma") + ", or " + as_category});
    case NumberNotation::grouped_digits:
      throw DataError(
          {.what = "a number with a decimal comma, or with separators between its digits",
           .where = std::move(place),
           .expected = "digits without thousands separators, and a decimal point, such as 1234.5",
           .got = quoted(value),
           .advice =
               "export the table without thousands separators and with decimal points, or " + as_category});
    case NumberNotation::words:
      break;
  }
  if (value == column_name) {
    throw DataError({.what = "a column's name appears among its numbers: the header is repeated",
                     .where = std::move(place),
                     .expected = "a number",
                     .got = quoted(value),
                     .advice = "remove the line, or leave such lines out with " +
                               set_to(Setting::lenient, "") +
                               "; when the first line of the table is not a header, say so with " +
                               set_to(Setting::header, "absent")});
  }
  constexpr std::size_t kLongestWordInAdvice = 40;
  const bool is_plain = value.size() <= kLongestWordInAdvice &&
                        std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7f; }) &&
                        value.find_first_of("\"'\\$&;|<>()*?!#`") == std::string_view::npos;
  throw DataError({.what = "text in a numeric column",
                   .where = std::move(place),
                   .expected = "a number",
                   .got = quoted(value),
                   .advice = "correct the cell, say that the word stands for a missing value with " +
                             (is_plain && !value.empty() ? set_to_text(Setting::missing, value)
                                                         : set_to_any(Setting::missing, "WORD")) +
                             ", or " + as_category});
}

void throw_too_large(std::string_view value, std::string place) {
  throw DataError({.what = "the number is too large",
                   .where = std::move(place),
                   .expected = "a finite number of magnitude at most 3.4028235e38",
                   .got = quoted(value),
                   .advice = "correct the cell, or leave it empty when the value is not known"});
}

const double ColumnTyper::kMissingNumber = std::numeric_limits<double>::quiet_NaN();

ColumnTyper::ColumnTyper(std::string name, std::optional<ColumnKind> given, DecimalMark decimal, bool mends)
    : name_(std::move(name)), given_(given), decimal_(decimal), mends_(mends), counts_(4) {
  if (given == ColumnKind::category) turn_ = 0;
}

void ColumnTyper::add_too_large(std::string_view value, double number, std::uint64_t line) {
  numbers_.push_back(number);
  if (first_too_large_.line == 0) first_too_large_ = {line, std::string(value)};
}

void ColumnTyper::add_word(std::string_view value, std::string_view word, std::uint64_t line) {
  const std::int32_t code = words_.code_of(word);
  codes_.push_back(code);
  if (given_ == ColumnKind::category) return;
  if (static_cast<std::size_t>(code) == classes_.size()) classes_.push_back(class_of_new_word(value, line));
  ++counts_[static_cast<std::size_t>(classes_[static_cast<std::size_t>(code)])];
}

ColumnTyper::WordClass ColumnTyper::class_of_new_word(std::string_view value, std::uint64_t line) {
  const CellMeaning meaning = read_cell(value, decimal_).meaning;
  if (meaning == CellMeaning::number) return WordClass::number;
  if (meaning == CellMeaning::too_large) {
    if (first_too_large_.line == 0) first_too_large_ = {line, std::string(value)};
    return WordClass::too_large;
  }
  if (first_words_.line == 0) first_words_ = {line, std::string(value)};
  if (notation_of(value) == NumberNotation::words) return WordClass::words;
  if (first_other_notation_.line == 0) first_other_notation_ = {line, std::string(value)};
  return WordClass::other_notation;
}

void ColumnTyper::decide(const std::function<std::string(std::uint64_t)>& place_of_line,
                         TableRepairs& repairs) {
  if (given_ == ColumnKind::category) return;
  if (!turn_) {
    if (first_too_large_.line != 0)
      throw_too_large(first_too_large_.value, place_of_line(first_too_large_.line));
    return;
  }
  const std::size_t early_numbers = static_cast<std::size_t>(
      std::count_if(numbers_.begin(), numbers_.end(), [](double number) { return !std::isnan(number); }));
  const std::size_t good_numbers = early_numbers + count_of_class(WordClass::number);
  const std::size_t too_large = count_of_class(WordClass::too_large);
  const std::size_t numbers = good_numbers + too_large;
  const std::size_t other_notations = count_of_class(WordClass::other_notation);
  const std::size_t present = numbers + other_notations + count_of_class(WordClass::words);
  if (given_ == ColumnKind::numeric || 10 * numbers >= 9 * present) {
    // A whole column of "1,5" is a notation, not a fault.
    if (mends_ && 2 * good_numbers >= present) {
      const bool is_number_first =
          first_words_.line == 0 || (first_too_large_.line != 0 && first_too_large_.line < first_words_.line);
      const Sighting& first = is_number_first ? first_too_large_ : first_words_;
      repairs.add(
          Repair::cell, [&] { return mended_cell_text(first.value, place_of_line(first.line)); },
          present - good_numbers);
      return make_words_missing();
    }
    if (first_words_.line == 0) throw_too_large(first_too_large_.value, place_of_line(first_too_large_.line));
    throw_not_a_number(first_words_.value, place_of_line(first_words_.line), name_);
  }
  // A whole column of "3,14" is numbers that were exported with commas, not a category.
  if (other_notations != 0 && 10 * (numbers + other_notations) >= 9 * present) {
    throw_not_a_number(first_other_notation_.value, place_of_line(first_other_notation_.line), name_);
  }
}

// The rows from the turn on become numbers again.
void ColumnTyper::make_words_missing() {
  std::vector<double> number_of;
  for (std::size_t code = 0; code < classes_.size(); ++code) {
    const std::string_view value = trim_blanks(words_.words()[code]);
    number_of.push_back(classes_[code] == WordClass::number ? read_cell(value, decimal_).value
                                                            : kMissingNumber);
  }
  for (const std::int32_t code : codes_)
    numbers_.push_back(code == kMissingCode ? kMissingNumber : number_of[static_cast<std::size_t>(code)]);
  codes_.clear();
  turn_.reset();
}

std::size_t ColumnTyper::rows_to_respell() const {
  const bool has_numbers = turn_ && std::any_of(numbers_.begin(), numbers_.end(),
                                                [](double number) { return !std::isnan(number); });
  return has_numbers ? *turn_ : 0;
}

Column ColumnTyper::take_column() {
  Column column = {.name = std::move(name_)};
  if (!turn_) {
    column.numbers = std::move(numbers_);
    column.numbers.pack_rest();
    return column;
  }
  column.kind = ColumnKind::category;
  if (*turn_ == 0) {
    column.codes = std::move(codes_);
    column.words = words_.take_words();
    return column;
  }
  if (early_codes_.empty()) {
    column.codes.assign(*turn_, kMissingCode);
  } else {
    column.codes = std::move(early_codes_);
  }
  // The early words come first, in order of appearance; the later ones get the codes after them.
  std::vector<std::int32_t> new_codes;
  for (const std::string& word : words_.words())
    new_codes.push_back(early_words_.code_of(word));
  column.codes.reserve(column.codes.size() + codes_.size());
  for (const std::int32_t code : codes_) {
    column.codes.push_back(code == kMissingCode ? kMissingCode : new_codes[static_cast<std::size_t>(code)]);
  }
  column.words = early_words_.take_words();
  return column;
}

}  // namespace chainrule
