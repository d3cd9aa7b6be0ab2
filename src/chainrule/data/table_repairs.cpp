#include "chainrule/data/table_repairs.h"

#include <string_view>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

namespace {

struct RepairWords {
  std::string_view one, many, what_became_of_it;
};

constexpr RepairWords kWords[kRepairs] = {
    {"row with too few cells", "rows with too few cells", "left out"},
    {"row with too many cells", "rows with too many cells", "left out"},
    {"row with empty cells at its end", "rows with empty cells at their end", "cut off"},
    {"cell that is not a number", "cells that are not numbers", "taken for missing"},
    {"cell with bytes that are not UTF-8", "cells with bytes that are not UTF-8", "replaced by U+FFFD"},
    {"line with a quote out of place", "lines with a quote out of place", "taken literally"},
    {"line that repeats the column names", "lines that repeat the column names", "left out"},
    {"comment line", "comment lines", "left out"},
    {"column without a name of its own", "columns without a name of their own", "numbered"},
    {"line with a quote opened in the middle of a cell", "lines with a quote opened in the middle of a cell",
     "left out"},
    {"last row that sums or averages the rows above", "last rows that sum or average the rows above",
     "left out"},
    {"row with too few cells at its end", "rows with too few cells at their end",
     "the others count as missing"},
    {"line of units or names below the header", "lines of units or names below the header", "left out"},
};

}  // namespace

std::uint64_t TableRepairs::total() const {
  std::uint64_t sum = 0;
  for (const Found& found : found_)
    sum += found.count;
  return sum;
}

std::vector<Message> TableRepairs::notes(const std::string& source) const {
  std::vector<Message> notes;
  for (std::size_t kind = 0; kind < kRepairs; ++kind) {
    const Found& found = found_[kind];
    if (found.count == 0) continue;
    const RepairWords& words = kWords[kind];
    notes.push_back("mended " + source + ": " + count_of(found.count, words.one, words.many) + ", " +
                    std::string(words.what_became_of_it) + " (first: " + found.first + ")");
  }
  return notes;
}

void TableRepairs::require_few(const std::string& source) const {
  if (2 * mended_rows_ <= rows_) return;
  Message got = count_of(mended_rows_, "row") + " of " + format_count(rows_);
  if (const std::vector<Message> mended = notes(source); !mended.empty()) got += "; " + mended.front();
  throw DataError({.what = "most rows of the table would need repair",
                   .where = source,
                   .expected = "at most half of the rows",
                   .got = got,
                   .advice = "check the delimiter (" + named(Setting::delimiter) + "), the header (" +
                             named(Setting::header) + ") and the encoding; without " +
                             set_to(Setting::lenient, "") + " the first fault is reported with its place"});
}

}  // namespace chainrule
