#include "chainrule/session/outlier_notes.h"

#include <algorithm>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr std::size_t kShown = 3;

// What becomes of them, and what the user can do.
Message consequence(const OutlyingColumn& column, Outliers way) {
  const bool is_one = column.cells.rows.size() == 1;
  if (column.role == ColumnRole::target) {
    return std::string("the model learns little but ") + (is_one ? "this row" : "these rows") +
           ": correct the target, or leave the row out.";
  }
  if (way == Outliers::clip) {
    return std::string(is_one ? "it counts" : "they count") + " as the nearest of these (" +
           named(Setting::outliers) + ").";
  }
  return std::string("beside ") + (is_one ? "it" : "them") +
         " the others hardly differ: correct the cell, or use " + set_to(Setting::outliers, "clip") + ".";
}

}  // namespace

std::vector<Message> outlier_notes(const Table& table, std::span<const OutlyingColumn> outlying,
                                   Outliers way) {
  std::vector<Message> notes;
  for (const OutlyingColumn& column : outlying.first(std::min(outlying.size(), kShown))) {
    const std::uint32_t row = column.cells.rows.front();
    const NumericStatistics& others = column.cells.others;
    const std::size_t count = column.cells.rows.size();
    notes.push_back(quoted(table.columns[column.place].name) + " has " + count_of(count, "number") +
                    " far from all others, " + format_significant(others.minimum, 6) + " to " +
                    format_significant(others.maximum, 6) + " (" + (count == 1 ? "" : "first: ") +
                    table.columns[column.place].text(row) + " at " + table.cell_position(row, column.place) +
                    "): " + consequence(column, way));
  }
  if (outlying.size() > kShown)
    notes.push_back(count_of(outlying.size() - kShown, "more column") +
                    " have numbers far from all others, too.");
  return notes;
}

std::vector<Message> held_out_far_notes(const EncodeReport& report) {
  std::vector<Message> notes = far_notes(report);
  for (Message& note : notes)
    note = "held-out rows: " + note;
  return notes;
}

}  // namespace chainrule
