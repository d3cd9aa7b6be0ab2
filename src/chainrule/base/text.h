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
// A number as tables spell it: without an exponent from 1e-7 to below 1e17 ("100000", not "1e+05"), else as
// format_number. It reads back as the same number.
std::string format_cell_number(double value);
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

// Text from a file must not control a terminal or a page. What a text holds that is no visible character is
// written as \n, \t, \x1b (control characters, bytes that are not UTF-8) or \u202e (format characters, such
// as those that change the direction of the text or have no width; line and paragraph separators).
std::string printable(std::string_view text);
// The same for text in lines: line feeds and tabs stay.
std::string printable_lines(std::string_view text);
// The escape of the character at the front of the text, as above; "" if it is harmless.
std::string escape_of_first(std::string_view text);

// The text in double quotes for a message. Characters are escaped as by printable(), and blanks that are no
// spaces as well: \u00a0. It is cut after 60 bytes (at a character boundary) with "...", so that a wrong file
// cannot flood a terminal.
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
