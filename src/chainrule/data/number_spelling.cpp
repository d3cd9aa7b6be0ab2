#include "chainrule/data/number_spelling.h"

#include <algorithm>
#include <cstdint>

#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"

namespace chainrule {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: not UTF-8
};

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  if (text.empty()) return {};
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || length > text.size()) return {};
  std::uint32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  return {value, length};
}

// Blanks that are not ASCII, and characters that nobody sees at the edge of a cell.
bool is_unusual_blank(std::uint32_t code) {
  return code == 0x00A0 || code == 0x0085 || code == 0x1680 || code == 0x180E ||
         (code >= 0x2000 && code <= 0x200F) || (code >= 0x2028 && code <= 0x202F) ||
         (code >= 0x205F && code <= 0x2069) || code == 0x3000 || code == 0xFEFF;
}

// The ASCII character that means the same in a number; 0 for none.
char ascii_relative(std::uint32_t code, bool is_first) {
  constexpr std::uint32_t kZeros[] = {0xFF10, 0x0660, 0x06F0, 0x0966};
  for (const std::uint32_t zero : kZeros) {
    if (code >= zero && code < zero + 10) return static_cast<char>('0' + (code - zero));
  }
  switch (code) {
    case 0x2212:  // minus sign
    case 0xFE63:  // small hyphen-minus
    case 0xFF0D:  // full-width hyphen-minus
      return '-';
    case 0x2010:  // hyphen
    case 0x2011:  // no-break hyphen
    case 0x2012:  // figure dash
    case 0x2013:  // en dash
      return is_first ? '-' : '\0';
    case 0xFF0B:
      return '+';
    case 0xFF0E:
    case 0x066B:
      return '.';
    case 0xFF0C:
    case 0x066C:
      return ',';
    case 0xFF05:
    case 0x066A:
      return '%';
    case 0x2019:
    case 0xFF07:
      return '\'';
    case 0xFF08:
      return '(';
    case 0xFF09:
      return ')';
    default:
      return is_unusual_blank(code) ? ' ' : '\0';
  }
}

}  // namespace

std::size_t unusual_blank_at_front(std::string_view text) {
  if (text.empty() || is_ascii(text.front())) return 0;
  const CodePoint first = first_code_point(text);
  return is_unusual_blank(first.value) ? first.bytes : 0;
}

std::size_t unusual_blank_at_end(std::string_view text) {
  if (text.empty() || is_ascii(text.back())) return 0;
  for (std::size_t bytes = 2; bytes <= std::min<std::size_t>(3, text.size()); ++bytes) {
    const CodePoint last = first_code_point(text.substr(text.size() - bytes));
    if (last.bytes == bytes) return is_unusual_blank(last.value) ? bytes : 0;
  }
  return 0;
}

std::string_view trim_all_blanks(std::string_view text) {
  for (;;) {
    const std::string_view trimmed = trim_blanks(text);
    const std::size_t front = unusual_blank_at_front(trimmed);
    text = trimmed.substr(front);
    const std::size_t end = unusual_blank_at_end(text);
    text.remove_suffix(end);
    if (front + end == 0) return text;
  }
}

std::string with_ascii_signs(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = first_code_point(text.substr(at));
    const std::size_t bytes = std::max<std::size_t>(point.bytes, 1);
    const char relative = point.bytes > 1 ? ascii_relative(point.value, at == 0) : '\0';
    if (relative != '\0') {
      result += relative;
    } else {
      result += text.substr(at, bytes);
    }
    at += bytes;
  }
  return result;
}

bool has_number_sign(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const std::uint32_t code = point.value;
    const bool is_superscript = code == 0x00B2 || code == 0x00B3 || code == 0x00B9 || code == 0x2070 ||
                                (code >= 0x2074 && code <= 0x207E) || (code >= 0x2080 && code <= 0x208E);
    const bool is_fraction = (code >= 0x00BC && code <= 0x00BE) || (code >= 0x2150 && code <= 0x218B);
    if (point.bytes > 1 && (is_superscript || is_fraction || code == 0x2044 || code == 0x2215)) return true;
    text.remove_prefix(std::max<std::size_t>(point.bytes, 1));
  }
  return false;
}

std::string with_e_for_d(std::string text) {
  const std::size_t letter = text.find_first_of("dD");
  if (letter == std::string::npos || letter == 0 || letter + 1 == text.size()) return text;
  const bool has_sign = text[letter + 1] == '+' || text[letter + 1] == '-';
  const bool has_point = text.find('.') < letter;
  if (has_sign || has_point) text[letter] = 'e';
  return text;
}

std::optional<std::string> plain_spelling(std::string_view trimmed) {
  // Most words are ruled out by their first and last character.
  if (trimmed.empty()) return std::nullopt;
  const char first = trimmed.front(), last = trimmed.back();
  const bool may_start =
      is_digit(first) || first == '-' || first == '+' || first == '.' || first == ',' || !is_ascii(first);
  if (!may_start || !(is_digit(last) || last == '.' || last == ',' || !is_ascii(last))) return std::nullopt;
  std::string text =
      with_e_for_d(std::ranges::all_of(trimmed, is_ascii) ? std::string(trimmed) : with_ascii_signs(trimmed));
  if (text == trimmed || !parse_double(text)) return std::nullopt;
  return text;
}

}  // namespace chainrule
