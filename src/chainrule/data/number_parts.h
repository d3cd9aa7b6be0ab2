// Splits a cell that holds a number with units or signs:
//
//   "-$1,234.50"   sign, prefix "$", body "1,234.50"
//   "(87.4) kg"    parentheses, body "87.4", suffix "kg"
//
// The body is digits with the signs that may stand between them; its value depends on the column (read_body).
// Letters before digits are a unit only if they are a currency: A12, Q1 and "room 101" are text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/number_form.h"

namespace chainrule {

struct NumberParts {
  std::string prefix, suffix, body;
  bool is_negative = false;  // a sign
  bool has_parentheses = false;
  bool has_gap = false;  // a blank before the suffix
};

// any: any prefix of letters is removed, too.
enum class PrefixRule { currencies, any };

// Empty for other text, dates, times, ranges, and ordinal numbers such as 3rd.
std::optional<NumberParts> split_number(std::string_view text, PrefixRule rule);

// The value of a body: digits in groups of three (or two, as in 12,34,567) with `thousands` between them,
// and a decimal mark. "": no groups.
CellNumber read_body(std::string_view body, std::string_view thousands, DecimalMark decimal);

}  // namespace chainrule
