// A header that is repeated among the rows, as in files that were joined: a fault. In a column of numbers its
// name is a fault of its own (form_messages.h); in a table of words nothing else shows it.
#pragma once

#include <string>

#include "chainrule/data/table.h"

namespace chainrule {

// Throws DataError at the first row whose cells are the names of their columns. A header of numbers only, or
// of one name, may be a row.
void refuse_repeated_header(const Table& table);
[[noreturn]] void throw_repeated_names(std::string place, const std::string& first_name);

}  // namespace chainrule
