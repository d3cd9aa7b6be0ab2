// What the text of one cell means: a missing value, a number, or text.
//
// Blanks of any kind around a cell are ignored (number_spelling.h has the unusual ones). A number is what
// parse_double reads, finite and of a magnitude that float can hold, or one of the spellings in
// number_spelling.h. "inf", "Infinity", 1e999 and 1e39 are numbers too large to use, not text. Digits alone
// that begin with a zero (007, 01234) are a code: as a number they would lose the zero.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/data/number_form.h"

namespace chainrule {

inline constexpr double kLargestNumber = 3.4028235e38;  // float's largest, as it is usually written

// This many decimal digits are always exact in double, and so are these powers.
inline constexpr std::size_t kMostDigits = 15;
inline constexpr double kPowersOfTen[kMostDigits + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
inline constexpr std::uint32_t kWholePowersOfTen[9] = {1,      10,      100,      1000,     10000,
                                                       100000, 1000000, 10000000, 100000000};

enum class CellMeaning { number, code, too_large, words };

struct CellNumber {
  CellMeaning meaning = CellMeaning::words;
  double value = 0;  // number, code: the value; too_large: as read, perhaps infinite

  bool is_number() const { return meaning == CellMeaning::number || meaning == CellMeaning::code; }
};

inline std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

// For the cells that the short cut in read_cell does not handle.
CellNumber read_unusual_cell(std::string_view trimmed);

// The text must have no blanks around it.
inline CellNumber read_cell(std::string_view trimmed) {
  // A short cut for most cells of most tables: digits and a decimal point. Up to 15 digits and the power of
  // ten are both exact in double, so the division rounds once and the result is that of parse_double (D.
  // Clinger, "How to read floating point numbers accurately"), in half the time. Everything else goes to
  // parse_double.
  const char* p = trimmed.data();
  const char* const end = p + trimmed.size();
  const bool is_negative = p != end && *p == '-';
  if (is_negative) ++p;
  std::uint64_t digits = 0;
  const auto take_digits = [&] {
    const char* const start = p;
    for (; p != end && static_cast<unsigned char>(*p - '0') <= 9; ++p) {
      digits = digits * 10 + static_cast<unsigned char>(*p - '0');
    }
    return static_cast<std::size_t>(p - start);
  };
  std::size_t count = take_digits();
  std::size_t fraction = 0;
  if (p != end && *p == '.') {
    ++p;
    fraction = take_digits();
    count += fraction;
  }
  if (p != end || count == 0 || count > kMostDigits) return read_unusual_cell(trimmed);
  double value = static_cast<double>(digits);
  if (fraction != 0) value /= kPowersOfTen[fraction];
  if (trimmed.front() == '0' && count == trimmed.size() && count > 1) return {CellMeaning::code, value};
  return {CellMeaning::number, is_negative ? -value : value};
}

// With a comma as decimal mark, a point is not part of a number.
CellNumber read_comma_cell(std::string_view trimmed);
inline CellNumber read_cell(std::string_view trimmed, DecimalMark mark) {
  return mark == DecimalMark::point ? read_cell(trimmed) : read_comma_cell(trimmed);
}

// The same short cut inside a text: reads the number at p, eight digits at a time. True if there is one that
// is not a code; p then points just past it. Reads up to seven bytes past the number.
inline bool read_plain_number(const char*& p, double& value) {
  if constexpr (std::endian::native != std::endian::little) return false;
  std::uint64_t digits = 0;
  const char* q = p + (*p == '-' ? 1 : 0);
  const auto take_digits = [&]() -> std::size_t {
    std::size_t count = 0;
    for (;;) {
      std::uint64_t word = 0;
      std::memcpy(&word, q, sizeof word);
      word ^= 0x3030303030303030u;  // digits become 0 to 9, the first one in the lowest byte
      const std::uint64_t others = ((word + 0x7676767676767676u) | word) & 0x8080808080808080u;
      const auto length = static_cast<std::size_t>(std::countr_zero(others)) / 8;  // 8: all are digits
      if (length == 0) return count;
      word <<= 8 * (8 - length);  // zeros in front
      // Neighbours make pairs, pairs make fours, fours make eight digits.
      word = word * 10 + (word >> 8);
      word = (((word & 0x000000FF000000FFu) * 0x000F424000000064u) +
              (((word >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u)) >>
             32;
      digits = digits * kWholePowersOfTen[length] + (word & 0xFFFFFFFFu);
      q += length;
      count += length;
      if (length < 8 || count > kMostDigits) return count;
    }
  };
  std::size_t count = take_digits();
  std::size_t fraction = 0;
  if (*q == '.') {
    ++q;
    fraction = take_digits();
    count += fraction;
  } else if (*p == '0' && count > 1) {
    return false;
  }
  if (count == 0 || count > kMostDigits) return false;
  value = static_cast<double>(digits);
  if (fraction != 0) value /= kPowersOfTen[fraction];
  if (*p == '-') value = -value;
  p = q;
  return true;
}

// Whether the text is digits alone that begin with a zero, such as 007.
bool is_code(std::string_view trimmed);

// Notations of numbers that people use and computers do not: they must not silently become categories.
enum class NumberNotation { words, decimal_comma, grouped_digits };
// "3,14", "-2,5e3": decimal_comma. "1,234.5", "1.234.567", "1 234", "1'234,5": grouped_digits. The text must
// have no blanks around it.
NumberNotation notation_of(std::string_view trimmed);

// The texts that stand for a missing value.
class MissingWords {
 public:
  explicit MissingWords(std::span<const std::string> words);
  bool may_start_with(char first) const { return may_start_[static_cast<unsigned char>(first)]; }
  bool contains(std::string_view trimmed) const {
    const std::size_t first = trimmed.empty() ? 0 : static_cast<unsigned char>(trimmed.front());
    return may_start_[first] && place_of(trimmed) != words_.size();
  }
  std::span<const std::string> words() const { return words_; }
  // The place of the word in the list, or the length of the list.
  std::size_t place_of(std::string_view trimmed) const;

 private:
  std::array<bool, 256> may_start_ = {};  // by first byte; the empty word counts as byte 0
  std::vector<std::string> words_;
};

// Distinct words and their codes, in order of first appearance.
class WordList {
 public:
  std::int32_t code_of(std::string_view word);  // adds the word if it is new
  const std::vector<std::string>& words() const { return words_; }
  std::vector<std::string> take_words();

 private:
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard library's name
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::vector<std::string> words_;
  std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> codes_;
};

}  // namespace chainrule
