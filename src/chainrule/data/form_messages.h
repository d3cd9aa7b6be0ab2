// Errors and notes about columns whose numbers are more than plain digits (find_form.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/find_form.h"
#include "chainrule/data/number_form.h"

namespace chainrule {

// Throw DataError for a cell that should be a number, with advice that fits its notation.
[[noreturn]] void throw_not_a_number(std::string_view value, std::string place,
                                     const std::string& column_name, const NumberForm& form = {});
[[noreturn]] void throw_too_large(std::string_view value, std::string place);
// For a note on a cell that counts as missing because it is not a number; with advice if it is a number with
// a decimal comma.
Message mended_cell_text(std::string_view value, const std::string& place);

// Throw if the form must not be guessed. `value` is at `place`.
inline constexpr const char* kTextAmongNumbers = "text in a numeric column";
// For one such number among numbers that are written in another way.
enum class OtherNumbers { with_points, with_groups };
[[noreturn]] void refuse_odd_comma(std::string_view value, std::string place, const std::string& column_name,
                                   OtherNumbers others);
[[noreturn]] void refuse_commas(std::string_view value, std::string place, const std::string& column_name);
[[noreturn]] void refuse_ambiguous(std::string_view value, std::string place, const std::string& column_name);
[[noreturn]] void refuse_partly(std::string_view value, std::string place, const std::string& column_name,
                                const std::string& unit);
[[noreturn]] void refuse_mixed(std::string_view value, std::string place, std::string_view other_value,
                               const std::string& column_name, std::span<const std::string> units);

// What was found about one column, with a cell as an example and its value as a number.
struct FormNote {
  std::string column;
  FormFinding finding;
  std::string value;
  double number = 0;
  std::string other_value;        // mixed: a cell with another unit
  bool may_be_thousands = false;  // plain numbers such as 1.234, with semicolons as delimiter
};

// Columns with the same finding share a note.
std::vector<Message> notes_on_forms(std::span<const FormNote> found);

}  // namespace chainrule
