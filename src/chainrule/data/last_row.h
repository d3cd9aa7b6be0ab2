// Last rows that hold no data: the sums or the means of the rows above them, as spreadsheets and reports
// write them.
//
// The last rows are considered totals if the first cell of each is a word such as "Total" or "Mean" that
// occurs nowhere else in its column. A single last row also counts as one if all its numbers are the sums (or
// all the means) of the columns above, up to the rounding of the cells, and chance is unlikely: a sum is
// beyond all numbers above it, or the means match much more closely than the columns vary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/table.h"

namespace chainrule {

bool is_total_word(std::string_view cell);
// "Source: office", "Note", "* estimated": the first cell of a line about a table.
bool is_note(std::string_view cell);
struct TotalRows {
  std::size_t rows = 0;    // at the end of the table
  std::string reason;      // why they look like totals, in a few words
  bool are_notes = false;  // lines about the table, with as many cells as its rows
};
// Empty if the last row does not look like a total.
std::optional<TotalRows> total_rows(const Table& table);
// Last rows whose first cells are such words.
TotalRows labelled_totals(std::span<const std::string> words);
// Finds such rows at the end of a table that is read row by row.
class LastTotals {
 public:
  void add(std::string_view first_cell, std::uint64_t line);
  // The first cells of the last rows, each of which is a word that occurs in no other row. Only once.
  std::vector<std::string> take();
  std::uint64_t first_line() const { return first_line_; }

 private:
  struct Row {
    std::string word;
    std::uint64_t line = 0;
  };
  std::vector<Row> rows_;  // the last ones
  std::map<std::string, std::size_t, std::less<>> counts_;
  std::uint64_t first_line_ = 0;
};

// `place`: of the first of them.
enum class TotalsLeftOut { if_lenient, never };  // by the reader
// has_lines: whether ReadOptions::skip_last can leave them out.
Message note_on_totals(const std::string& place, const TotalRows& totals, TotalsLeftOut left_out,
                       bool has_lines);

}  // namespace chainrule
