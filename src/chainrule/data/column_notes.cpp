#include "chainrule/data/column_notes.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"

namespace chainrule {

std::string quoted_list(std::span<const std::string> names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    text += (i == 0 ? "" : ", ") + quoted(names[i]);
  if (names.size() > most) text += ", ...";
  return text;
}

void note_ignored(std::vector<Message>& notes, std::span<const std::string> names,
                  const std::string& reason_of_one, const std::string& reason_of_many) {
  if (names.size() <= kNamesInNote) {
    for (const std::string& name : names) {
      notes.push_back("ignored " + quoted(name) + ": " + reason_of_one + "; use " +
                      set_to_text(Setting::keep, name) + " to keep it.");
    }
    return;
  }
  notes.push_back("ignored " + count_of(names.size(), "column") + ": " + reason_of_many + " (" +
                  quoted_list(names, kNamesInNote) + "); use " + set_to_any(Setting::keep, "COLUMN") +
                  " to keep one.");
}

void note_odd_cells(const Table& table, std::span<const std::size_t> places,
                    std::span<const ColumnSummary> summaries, std::vector<Message>& notes) {
  constexpr double kLargestWhole = 9007199254740992;          // 2^53
  constexpr double kLargestCounted = 18446744073709551616.0;  // 2^64: larger ones are measured, not counted
  std::vector<std::string> rounded, mixed;
  for (const std::size_t place : places) {
    const Column& column = table.columns[place];
    const ColumnSummary& summary = summaries[place];
    if (column.kind == ColumnKind::numeric) {
      const double largest = std::max(std::abs(summary.minimum), std::abs(summary.maximum));
      if (largest > kLargestWhole && largest <= kLargestCounted) rounded.push_back(column.name);
      continue;
    }
    const std::vector<std::size_t> counts = count_words(column);
    std::size_t numbers = 0, present = 0;
    for (std::size_t w = 0; w < counts.size(); ++w) {
      present += counts[w];
      if (read_cell(trim_blanks(column.words[w])).meaning == CellMeaning::number) numbers += counts[w];
    }
    if (2 * numbers >= present && numbers != present) mixed.push_back(column.name);
  }
  if (!rounded.empty()) {
    notes.push_back("whole numbers beyond 9,007,199,254,740,992 are rounded (" +
                    quoted_list(rounded, kNamesInNote) + "); use " +
                    set_to_text(Setting::column, rounded.front()) + " when they are names.");
  }
  if (!mixed.empty()) {
    notes.push_back("at least half of the cells are numbers, but the column is read as words (" +
                    quoted_list(mixed, kNamesInNote) + "); use " + set_to_any(Setting::missing, "WORD") +
                    " when a word stands for a missing cell.");
  }
}

void note_lone_rows(const Column& column, std::vector<Message>& notes) {
  std::vector<std::string> lone;
  if (column.kind == ColumnKind::category) {
    const std::vector<std::size_t> counts = count_words(column);
    for (std::size_t w = 0; w < counts.size(); ++w) {
      if (counts[w] == 1) lone.push_back(column.words[w]);
    }
  } else {
    std::vector<double> sorted = column.numbers.to_vector();
    std::erase_if(sorted, [](double value) { return std::isnan(value); });
    std::ranges::sort(sorted);
    for (std::size_t r = 0; r < sorted.size(); ++r) {
      const bool follows = r != 0 && sorted[r - 1] == sorted[r];
      const bool leads = r + 1 != sorted.size() && sorted[r] == sorted[r + 1];
      if (!follows && !leads) lone.push_back(format_number(sorted[r]));
    }
  }
  if (lone.empty()) return;
  notes.push_back(quoted(column.name) + " has " + count_of(lone.size(), "class", "classes") +
                  " of one row only (" + quoted_list(lone, kNamesInNote) +
                  "): such a row is always used for training.");
}

}  // namespace chainrule
