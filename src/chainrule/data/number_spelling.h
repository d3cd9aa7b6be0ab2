// Spellings of a number that mean the same in every table, and unusual blanks:
//
//   −5 (a minus sign), ５．５ (full width), ٣ (Arabic-Indic digits)     characters, one for one
//   8.7D+01 (a Fortran exponent)                                        8.7e+01
//
// Blanks: no-break, of a given width, or of zero width; also byte order marks and marks of writing direction.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chainrule {

// The text without blanks of any kind around it.
std::string_view trim_all_blanks(std::string_view text);
// The length in bytes of the unusual blank at the front of the text, and at its end; 0 if there is none.
std::size_t unusual_blank_at_front(std::string_view text);
std::size_t unusual_blank_at_end(std::string_view text);

// The text with ASCII digits, signs, apostrophes and blanks in place of their Unicode variants. A hyphen or a
// dash counts as a minus sign only at the start: 18–25 is a range.
std::string with_ascii_signs(std::string_view text);

// Whether the text has a character that is part of a number but no digit: the fraction of 1½, the power of
// 10², a fraction line. Without it the number would be another one.
bool has_number_sign(std::string_view text);

// The number in the spelling that parse_double reads; empty if the text has it already, or is not a number.
std::optional<std::string> plain_spelling(std::string_view trimmed);

// 1.5D+3 with an e. The exponent must have a sign, or the number a decimal point: 12D5 is a name.
std::string with_e_for_d(std::string text);

}  // namespace chainrule
