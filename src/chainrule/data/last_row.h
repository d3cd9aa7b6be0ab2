// A last row that holds no data: the sums or the means of the rows above it, as spreadsheets and reports
// write them.
//
// The last row is taken for one if its first cell is a word such as "Total" or "Mean" that occurs nowhere
// else in its column; or if all its numbers are the sums (or all the means) of the columns above, up to the
// rounding of the cells, and chance is unlikely: a sum is beyond all numbers above it, or the means match
// much more closely than the columns vary.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chainrule/base/message.h"
#include "chainrule/data/table.h"

namespace chainrule {

bool is_total_word(std::string_view cell);
// Why the last row looks like a total, in a few words; empty if it does not.
std::optional<std::string> total_reason(const Table& table);
// has_lines: whether ReadOptions::skip_last can leave it out.
Message note_on_total(const std::string& place, const std::string& reason, bool has_lines);

}  // namespace chainrule
