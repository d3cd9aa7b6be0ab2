// A cell is head, body and tail: "($1,234.5)" has the head "($", the body "1,234.5" and the tail ")". Head
// and tail hold signs, parentheses, prefix and suffix; the body holds digits, marks and an exponent.
#include "chainrule/data/number_parts.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/text.h"
#include "chainrule/data/date_words.h"
#include "chainrule/data/number_spelling.h"
#include "chainrule/data/units.h"

namespace chainrule {
namespace {

constexpr std::size_t kLongestAffix = 24;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

// The end of the body that begins at `at`: digits, one sign at a time between them, an exponent.
std::size_t end_of_body(std::string_view text, std::size_t at) {
  const auto digit_at = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  constexpr std::string_view kSigns = "., '_";
  while (digit_at(at) || (at < text.size() && kSigns.find(text[at]) != kSigns.npos && digit_at(at + 1)))
    ++at;
  if (at < text.size() && text[at] == '.' && at + 1 == text.size()) return at + 1;  // "5."
  if (at >= text.size() || !(text[at] == 'e' || text[at] == 'E')) return at;
  std::size_t exponent = at + 1;
  if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
  if (!digit_at(exponent)) return at;
  while (digit_at(exponent))
    ++exponent;
  return exponent < text.size() && is_letter(text[exponent]) ? at : exponent;
}

// 1st, 2nd; "11 st" is a mass.
bool is_ordinal(std::string_view tail) {
  const std::string lower = lower_case_ascii(tail);
  return lower == "st" || lower == "nd" || lower == "rd" || lower == "th";
}

bool is_time_of_day(std::string_view suffix) {
  const std::string lower = lower_case_ascii(suffix);
  return lower == "am" || lower == "pm" || lower == "a.m." || lower == "p.m.";
}

// "4.5/5", "3/10": one number out of another.
bool is_share(std::string_view suffix) {
  constexpr std::size_t kMostDigits = 3;
  return suffix.starts_with('/') && suffix.size() > 1 && suffix.size() <= kMostDigits + 1 &&
         count_digits(suffix.substr(1)) == suffix.size() - 1;
}

// Digits belong to a unit at its end, as a power, or below a fraction line: m2, s^-1, mg/100 ml.
bool has_strange_digits(std::string_view suffix) {
  const std::size_t digit = suffix.find_first_of("0123456789");
  if (digit == std::string_view::npos || suffix.find_first_of("/^") < digit) return false;
  return digit + 1 != suffix.size() || (suffix[digit] != '2' && suffix[digit] != '3');
}

// The first character of a text in UTF-8.
std::string_view first_character(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    ++end;
  return text.substr(0, end);
}

bool may_be_suffix(std::string_view suffix) {
  if (suffix.empty() || suffix == "+" || is_share(suffix)) return true;
  // m² is a unit; the sign of 10² and of 1½ belongs to the number.
  if (has_number_sign(first_character(suffix))) return false;
  const char first = suffix.front();
  const bool may_start = is_letter(first) || static_cast<unsigned char>(first) >= 0x80 ||
                         std::string_view("%$*'\"#~").find(first) != std::string_view::npos;
  return may_start && suffix.size() <= kLongestAffix && !is_time_of_day(suffix) &&
         !has_strange_digits(suffix) && suffix.find_first_of(":()[]{}=;,\n\r") == std::string_view::npos;
}

bool may_be_prefix(std::string_view prefix, PrefixRule rule) {
  if (prefix.empty() || prefix == "%" || prefix == "~" || prefix == "\u2248" || is_currency(prefix))
    return true;
  return rule == PrefixRule::any && prefix.size() <= kLongestAffix && !has_number_sign(prefix);
}

// Removes blanks, signs and an opening parenthesis from what stands before the digits; the rest is the
// prefix.
bool read_head(std::string_view head, NumberParts& parts) {
  std::size_t signs = 0;
  std::string prefix;
  for (const char c : head) {
    if (c == '-' || c == '+') {
      ++signs;
      parts.is_negative = c == '-';
    } else if (c == '(') {
      if (parts.has_parentheses || signs != 0) return false;
      parts.has_parentheses = true;
    } else if (c != ' ' && c != '\t') {
      prefix += c;
    } else if (signs != 0 && prefix.empty()) {
      return false;  // "- 5"
    } else if (!prefix.empty() && prefix.back() != ' ') {
      prefix += ' ';
    }
  }
  parts.prefix = std::string(trim_blanks(prefix));
  return signs <= 1 && !(signs != 0 && parts.has_parentheses);
}

// The same for the closing parenthesis after them.
bool read_tail(std::string_view tail, NumberParts& parts) {
  parts.has_gap = tail.starts_with(' ');
  tail = trim_blanks(tail);
  if (parts.has_parentheses) {
    if (tail.starts_with(")")) {
      tail.remove_prefix(1);
    } else if (tail.ends_with(")")) {
      tail.remove_suffix(1);
    } else {
      return false;
    }
    tail = trim_blanks(tail);
  }
  parts.suffix = std::string(tail);
  return true;
}

// Groups after the first: all of three digits, or all of two and the last of three.
bool are_groups(std::string_view groups, std::string_view thousands) {
  std::size_t twos = 0, count = 0;
  for (;; ++count) {
    if (!groups.starts_with(thousands)) return false;
    groups.remove_prefix(thousands.size());
    const std::size_t digits = count_digits(groups);
    groups.remove_prefix(digits);
    if (digits == 2 && thousands == "," && !groups.empty()) {
      ++twos;
      continue;
    }
    if (digits != 3) return false;
    if (groups.empty()) break;
    if (twos != 0) return false;
  }
  return twos == 0 || twos == count;
}

}  // namespace

std::optional<NumberParts> split_number(std::string_view text, PrefixRule rule) {
  const std::size_t first_digit = text.find_first_of("0123456789");
  if (first_digit == std::string_view::npos && std::ranges::all_of(text, [](char c) { return c > 0; }))
    return std::nullopt;
  const std::string plain(trim_blanks(with_ascii_signs(text)));
  std::size_t begin = plain.find_first_of("0123456789");
  if (begin == std::string::npos) return std::nullopt;
  if (begin != 0 && (plain[begin - 1] == '.' || plain[begin - 1] == ',') &&
      (begin == 1 || !is_letter(plain[begin - 2]))) {
    --begin;
  }
  NumberParts parts;
  if (!read_head(std::string_view(plain).substr(0, begin), parts) || !may_be_prefix(parts.prefix, rule))
    return std::nullopt;
  const std::size_t end = end_of_body(plain, begin);
  parts.body = plain.substr(begin, end - begin);
  const std::string_view tail = std::string_view(plain).substr(end);
  if (is_ordinal(tail) || !read_tail(tail, parts) || !may_be_suffix(parts.suffix)) return std::nullopt;
  if (!parts.suffix.empty() && is_date_word(plain)) return std::nullopt;
  return parts;
}

CellNumber read_body(std::string_view body, std::string_view thousands, DecimalMark decimal) {
  const char mark = decimal == DecimalMark::point ? '.' : ',';
  const std::size_t exponent = std::min(body.find_first_of("eE"), body.size());
  const std::size_t point = std::min(body.find(mark), exponent);
  std::string_view whole = body.substr(0, point);
  std::string digits;
  if (!thousands.empty() && whole.find(thousands) != std::string_view::npos) {
    const std::size_t lead = count_digits(whole);
    if (lead < 1 || lead > 3 || whole.front() == '0' || exponent != body.size() ||
        !are_groups(whole.substr(lead), thousands)) {
      return {};
    }
    std::ranges::copy_if(whole, std::back_inserter(digits), is_digit);
  } else {
    digits = whole;
  }
  if (count_digits(digits) != digits.size()) return {};
  if (point < body.size() && body[point] == mark) {
    std::string_view fraction = body.substr(point + 1, exponent - point - 1);
    if (count_digits(fraction) != fraction.size()) return {};
    digits += '.';
    digits += fraction;
  }
  digits += body.substr(exponent);
  return read_cell(digits);
}

}  // namespace chainrule
