// Equal rows of a table whose cells are texts: each column was read as categories, whatever it holds.
//
// Texts that are numbers are compared as numbers, so that 1 is 1.0. A column that only numbers or names the
// rows (column_summary.h) is no part of the comparison: a copy of a row has another number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chainrule/data/table.h"

namespace chainrule {

struct EqualTexts {
  std::vector<std::uint32_t> firsts;  // of each row, the first row that is equal to it
  bool may_coincide = false;          // rows_may_coincide of the columns except the target
};

// `target`: the name of the column that is not an input; "" for the last one.
EqualTexts equal_texts(const Table& table, const std::string& target);

}  // namespace chainrule
