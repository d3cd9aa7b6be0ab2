// Notes on words for missing cells that may be categories: Namibia's NA among country codes, None beside Mild
// and Severe.
#pragma once

#include <span>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/column_summary.h"
#include "chainrule/data/table.h"

namespace chainrule {

// A column to examine, and its role.
struct MissingWordPlace {
  std::size_t column = 0;
  bool is_target = false;
};

// Adds a note for each word that made cells of these columns missing although it looks like a category:
//   - any word but "?", in a categorical target or in a column with only one other category;
//   - none in any column, as it may also be a number (0), and None in a categorical column;
//   - NA or na, if at least half of the categories are 2 to 5 capital or 2 or 3 small letters.
// `summaries`: of all columns.
void note_missing_words(const Table& table, std::span<const MissingWordPlace> places,
                        std::span<const ColumnSummary> summaries, std::vector<Message>& notes);

// Advice for a target with missing cells; empty if no word made them missing.
Message advice_on_missing_words(const Table& table, std::size_t column);

}  // namespace chainrule
