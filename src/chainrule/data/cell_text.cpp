#include "chainrule/data/cell_text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/number_spelling.h"

namespace chainrule {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return text;
}

bool is_infinity(std::string_view trimmed) {
  const std::string_view word = without_sign(trimmed);
  if (word.size() != 3 && word.size() != 8) return false;
  const std::string lower = lower_case_ascii(word);
  return lower == "inf" || lower == "infinity";
}

// Length of the group separator at the front of the text: , . ' space, no-break space, narrow no-break space,
// right single quotation mark; 0 for anything else.
std::size_t group_separator(std::string_view text) {
  for (const std::string_view separator : {",", ".", "'", " ", "\u00a0", "\u202f", "\u2019"}) {
    if (text.starts_with(separator)) return separator.size();
  }
  return 0;
}

// Digits with a decimal comma, and perhaps an exponent.
bool has_decimal_comma(std::string_view text) {
  const std::size_t whole = count_digits(text);
  if (whole == text.size() || text[whole] != ',') return false;
  text.remove_prefix(whole + 1);
  const std::size_t fraction = count_digits(text);
  if (whole + fraction == 0) return false;
  text.remove_prefix(fraction);
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text = without_sign(text.substr(1));
  return !text.empty() && count_digits(text) == text.size();
}

// One to three digits, then groups of exactly three after the same separator, then perhaps the other decimal
// mark.
bool has_grouped_digits(std::string_view text) {
  const std::size_t lead = count_digits(text);
  if (lead < 1 || lead > 3) return false;
  text.remove_prefix(lead);
  const std::string_view separator = text.substr(0, group_separator(text));
  if (separator.empty()) return false;
  std::size_t groups = 0;
  while (text.starts_with(separator) && count_digits(text.substr(separator.size())) == 3) {
    text.remove_prefix(separator.size() + 3);
    ++groups;
  }
  if (groups == 0) return false;
  if (text.empty()) return true;
  if ((text.front() != '.' && text.front() != ',') || text.substr(0, 1) == separator) return false;
  text.remove_prefix(1);
  return count_digits(text) == text.size();
}

}  // namespace

CellNumber read_unusual_cell(std::string_view trimmed) {
  if (const std::optional<double> value = parse_double(trimmed)) {
    if (std::abs(*value) > kLargestNumber) return {CellMeaning::too_large, *value};
    return {is_code(trimmed) ? CellMeaning::code : CellMeaning::number, *value};
  }
  if (is_infinity(trimmed)) return {CellMeaning::too_large, std::numeric_limits<double>::infinity()};
  if (const std::optional<std::string> plain = plain_spelling(trimmed)) return read_cell(*plain);
  return {};
}

bool is_code(std::string_view trimmed) {
  return trimmed.size() > 1 && trimmed.front() == '0' && count_digits(trimmed) == trimmed.size();
}

CellNumber read_comma_cell(std::string_view trimmed) {
  if (trimmed.find('.') != std::string_view::npos) return {};
  std::string text(trimmed);
  std::replace(text.begin(), text.end(), ',', '.');
  return read_cell(text);
}

NumberNotation notation_of(std::string_view trimmed) {
  const std::string_view text = without_sign(trimmed);
  // "1,234" may be either; as a group of three it is more often a thousand, and the advice covers both.
  if (has_grouped_digits(text)) return NumberNotation::grouped_digits;
  if (has_decimal_comma(text)) return NumberNotation::decimal_comma;
  return NumberNotation::words;
}

MissingWords::MissingWords(std::span<const std::string> words) {
  for (const std::string& word : words) {
    const std::string_view trimmed = trim_blanks(word);
    may_start_[trimmed.empty() ? 0 : static_cast<unsigned char>(trimmed.front())] = true;
    words_.emplace_back(trimmed);
  }
}

std::size_t MissingWords::place_of(std::string_view trimmed) const {
  return static_cast<std::size_t>(std::find(words_.begin(), words_.end(), trimmed) - words_.begin());
}

std::int32_t WordList::code_of(std::string_view word) {
  const auto found = codes_.find(word);
  if (found != codes_.end()) return found->second;
  if (words_.size() >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw DataError({.what = "more than 2,147,483,647 distinct words in a column"});
  }
  const auto code = static_cast<std::int32_t>(words_.size());
  words_.emplace_back(word);
  codes_.emplace(words_.back(), code);
  return code;
}

std::vector<std::string> WordList::take_words() {
  codes_.clear();
  return std::exchange(words_, {});
}

}  // namespace chainrule
