// Notes for the user about the columns of a table: those that were left out, and cells that may mislead.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/column_summary.h"
#include "chainrule/data/table.h"

namespace chainrule {

inline constexpr std::size_t kNamesInNote = 3;

// The first `most` names in quotes, and "..." if there are more.
std::string quoted_list(std::span<const std::string> names, std::size_t most);

// Columns ignored for the same reason share a note: a thousand constant columns get one line.
void note_ignored(std::vector<Message>& notes, std::span<const std::string> names,
                  const std::string& reason_of_one, const std::string& reason_of_many);

// Adds notes on whole numbers with more digits than a double holds, and on columns of categories that are
// mostly numbers. `places`: the columns to examine; `summaries`: of all columns.
void note_odd_cells(const Table& table, std::span<const std::size_t> places,
                    std::span<const ColumnSummary> summaries, std::vector<Message>& notes);

// Adds notes on numbers such as -999 that occur several times, far from all others: they often stand for a
// missing cell.
void note_sentinels(const Table& table, std::span<const std::size_t> places,
                    std::span<const ColumnSummary> summaries, std::vector<Message>& notes);

// Adds notes on classes with one row, which is always a training row.
void note_lone_rows(const Column& column, std::vector<Message>& notes);

}  // namespace chainrule
