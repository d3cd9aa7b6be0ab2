// Numbers are read by fast_float and written by std::to_chars: neither looks at the locale. (std::from_chars
// for double is the same algorithm in libstdc++ 12, but libc++ does not have it, and it leaves the value
// alone on overflow.)
#include "chainrule/base/text.h"

#include <fast_float/fast_float.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace chainrule {

namespace {

constexpr std::size_t kLongestQuote = 60;
// Names longer than this are not typing mistakes, and the distance costs the product of the lengths.
constexpr std::size_t kLongestNameToCompare = 256;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The code point at the front of the text and its length in bytes; length 0 for what is not UTF-8 (Unicode
// 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};

CodePoint first_code_point(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  char32_t value = 0;
  char32_t smallest = 0;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2, value = first & 0x1f, smallest = 0x80;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3, value = first & 0x0f, smallest = 0x800;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4, value = first & 0x07, smallest = 0x10000;
  } else {
    return {};
  }
  if (text.size() < length) return {};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3fu);
  }
  if (value < smallest || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
  return {value, length};
}

struct CodePointRange {
  char32_t first, last;
};

// Marks drawn over the letter before them, and invisible characters that join letters or change their
// direction.
constexpr CodePointRange kWithoutWidth[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
};
// East Asian Wide and Fullwidth (Unicode Standard Annex 11), and the emoji that terminals draw wide.
constexpr CodePointRange kWide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
    {0xa000, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
    {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1b000, 0x1b2ff}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f900, 0x1f9ff}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd},
};

// Unicode's format characters (general category Cf), the line and paragraph separators, and letters that are
// drawn as nothing: a terminal shows them as nothing, or they change the direction of the text around them.
constexpr CodePointRange kFormat[] = {
    {0x00ad, 0x00ad},   {0x0600, 0x0605},   {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},
    {0x0890, 0x0891},   {0x08e2, 0x08e2},   {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
    {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},   {0xfff9, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f},
    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe007f},
};
// Blanks that look like spaces: a message about a cell would look as if it held a number.
constexpr CodePointRange kOddBlanks[] = {
    {0x00a0, 0x00a0}, {0x2000, 0x200a}, {0x202f, 0x202f}, {0x205f, 0x205f}};

template <std::size_t N>
bool is_in(const CodePointRange (&ranges)[N], char32_t value) {
  return std::any_of(std::begin(ranges), std::end(ranges), [value](const CodePointRange& range) {
    return value >= range.first && value <= range.last;
  });
}

constexpr std::string_view kHexDigits = "0123456789abcdef";

// \n, \x1b, \u202e, \U000e0001.
std::string escaped(std::string_view character, const CodePoint& point) {
  switch (character.front()) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    default:
      break;
  }
  std::string result;
  if (point.length == 0 || point.value < 0xa0) {
    for (const char byte : character) {
      const unsigned value = static_cast<unsigned char>(byte);
      result += {'\\', 'x', kHexDigits[value >> 4], kHexDigits[value & 15]};
    }
    return result;
  }
  const bool is_long = point.value > 0xffff;
  result = is_long ? "\\U" : "\\u";
  for (int shift = is_long ? 28 : 12; shift >= 0; shift -= 4)
    result += kHexDigits[(point.value >> shift) & 15];
  return result;
}

// U+0080 to U+009F are control characters too: U+009B starts a terminal's escape sequences as ESC [ does.
bool is_control(const CodePoint& point) {
  return point.length == 0 || point.value < 0x20 || (point.value >= 0x7f && point.value <= 0x9f);
}

std::string printable_but(std::string_view text, std::string_view kept) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(point.length, 1));
    const bool is_kept = kept.find(text.front()) != std::string_view::npos;
    if (!is_kept && (is_control(point) || is_in(kFormat, point.value))) {
      result += escaped(character, point);
    } else {
      result += character;
    }
    text.remove_prefix(character.size());
  }
  return result;
}

// The text without its leading '+' (neither fast_float nor from_chars takes one); "+-1" keeps its '+' and is
// refused.
std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

template <typename T>
std::string shortest_text(T value) {
  if (std::isnan(value)) return "nan";  // never "-nan": the sign of a not-a-number means nothing
  std::array<char, 64> buffer;
  const std::to_chars_result end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), end.ptr);
}

}  // namespace

std::optional<double> parse_double(std::string_view text) {
  // Only these characters: fast_float would accept "inf", "nan", "infinity" and some blanks.
  for (const char c : text) {
    const bool is_allowed =
        (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
    if (!is_allowed) return std::nullopt;
  }
  text = without_plus(text);
  if (text.empty()) return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const fast_float::from_chars_result result = fast_float::from_chars(text.data(), end, value);
  if (result.ptr != end) return std::nullopt;
  // Releases of fast_float differ in whether they report overflow; all of them store infinity or zero.
  if (result.ec != std::errc() && result.ec != std::errc::result_out_of_range) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = without_plus(text);
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::string format_number(double value) {
  return shortest_text(value);
}

std::string format_number(float value) {
  return shortest_text(value);
}

std::string format_cell_number(double value) {
  const double size = std::abs(value);
  if (size != 0 && !(size >= 1e-7 && size < 1e17)) return format_number(value);
  std::array<char, 64> buffer;
  const std::to_chars_result end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return std::string(buffer.data(), end.ptr);
}

std::string format_significant(double value, int digits) {
  if (value == 0) return "0";  // also for -0, which only files need to keep
  if (!std::isfinite(value)) return format_number(value);
  std::array<char, 64> buffer;
  const int precision = std::clamp(digits, 1, 17);
  const std::to_chars_result end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                                 std::chars_format::general, precision);
  return std::string(buffer.data(), end.ptr);
}

std::string format_count(std::uint64_t count) {
  const std::string digits = std::to_string(count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string count_of(std::uint64_t count, std::string_view singular, std::string_view plural) {
  std::string text = format_count(count) + " ";
  if (count == 1) return text.append(singular);
  if (!plural.empty()) return text.append(plural);
  return text.append(singular) + "s";
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) text += separator;
    text += parts[i];
  }
  return text;
}

std::vector<std::string> split_text(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string lower_case_ascii(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string printable(std::string_view text) {
  return printable_but(text, {});
}

std::string printable_lines(std::string_view text) {
  return printable_but(text, "\n\t");
}

std::string escape_of_first(std::string_view text) {
  if (text.empty()) return "";
  const CodePoint point = first_code_point(text);
  if (!is_control(point) && !is_in(kFormat, point.value)) return "";
  return escaped(text.substr(0, std::max<std::size_t>(point.length, 1)), point);
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint point = first_code_point(text.substr(at));
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    if (at + length > kLongestQuote) {
      result += "...";
      break;
    }
    const char c = text[at];
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (is_control(point) || is_in(kFormat, point.value) || is_in(kOddBlanks, point.value)) {
      result += escaped(text.substr(at, length), point);
    } else {
      result += text.substr(at, length);
    }
    at += length;
  }
  return result + "\"";
}

// Optimal string alignment: three rows of the table of distances between the first i letters of a and j of b.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

std::string nearest_name(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty() || word.size() > kLongestNameToCompare) return "";
  // Another number is not a misspelling.
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (std::ranges::all_of(word, is_digit)) return "";
  const std::string lower_word = lower_case_ascii(word);
  const std::string* nearest = nullptr;
  std::size_t nearest_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(candidate.size(), word.size());
    const std::size_t shorter = std::min(candidate.size(), word.size());
    if (3 * (longer - shorter) > longer) continue;  // the lengths alone differ too much
    const std::size_t distance = edit_distance(lower_word, lower_case_ascii(candidate));
    if (3 * distance <= longer && distance < nearest_distance) {
      nearest = &candidate;
      nearest_distance = distance;
    }
  }
  return nearest == nullptr ? "" : *nearest;
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length == 0) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length != 0 && is_in(kWide, point.value)) {
      width += 2;
    } else if (point.length == 0 || !is_in(kWithoutWidth, point.value)) {
      width += 1;  // a byte that is not UTF-8 is drawn as one replacement character
    }
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return width;
}

}  // namespace chainrule
