// Text helpers that do not depend on the locale: numbers to and from text, lists, quoting, nearest names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chainrule {

// A decimal number that fills the whole text ("1", "-2.5e-3", "+4"); surrounding blanks, hexadecimal, "inf"
// and "nan" are not numbers here. Values beyond double's range become infinite (the caller decides what that
// means).
std::optional<double> parse_double(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);

// The shortest text that reads back as the same number ("0.1", "1e+30", "nan", "inf").
std::string format_number(double value);
std::string format_number(float value);
// With `digits` significant digits, without trailing zeros: for people, not for files.
std::string format_significant(double value, int digits);
// "12,345,678"
std::string format_count(std::uint64_t count);
// "3 rows", "1 row"
std::string count_of(std::uint64_t count, std::string_view singular, std::string_view plural = {});

std::string join(std::span<const std::string> parts, std::string_view separator);
std::vector<std::string> split_text(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::string lower_case_ascii(std::string_view text);

// The text in double quotes for a message. Control characters are written as \n, \t, \x1b, invisible ones as
// \u00a0, \ufeff. It is cut after 60 bytes (at a character boundary) with "...", so that a wrong file cannot
// flood a terminal.
std::string quoted(std::string_view text);
// Without these an unqualified quoted(some_string) means std::quoted wherever <iomanip> or <filesystem> is
// included: argument-dependent lookup finds it, and it is a better match than a conversion to string_view.
inline std::string quoted(const std::string& text) {
  return quoted(std::string_view(text));
}
inline std::string quoted(std::string& text) {
  return quoted(std::string_view(text));
}
inline std::string quoted(const char* text) {
  return quoted(std::string_view(text));
}

// Number of single-character insertions, deletions, replacements and swaps of neighbours between two words.
std::size_t edit_distance(std::string_view a, std::string_view b);
// The candidate nearest to `word`, ignoring case; "" if more than a third of the letters differ.
std::string nearest_name(std::string_view word, std::span<const std::string> candidates);

bool is_valid_utf8(std::string_view text);
// The columns that the text takes on a terminal: one per code point, two per wide East Asian one.
std::size_t display_width(std::string_view text);

}  // namespace chainrule
