#include "chainrule/data/column_notes.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/column_statistics.h"
#include "chainrule/data/number_parts.h"
#include "chainrule/data/units.h"

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

namespace {

bool is_number_or_has_unit(std::string_view word) {
  if (read_cell(word).is_number()) return true;
  const std::optional<NumberParts> parts = split_number(word, PrefixRule::currencies);
  return parts && (is_currency(parts->prefix) || (parts->has_gap && is_unit(parts->suffix)));
}

}  // namespace

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
      if (is_number_or_has_unit(trim_blanks(column.words[w]))) numbers += counts[w];
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

namespace {

constexpr double kSentinels[] = {-1,  -9,   -99,  -999, -9999, -99999, -999999, -888,
                                 -77, -777, -88,  99,   999,   9999,   99999,   999999,
                                 77,  777,  7777, 88,   888,   8888,   -7777,   -8888};
constexpr double kFarSpreads = 5;  // this many standard deviations of the other values

bool is_sentinel(double value) {
  return std::ranges::find(kSentinels, value) != std::end(kSentinels);
}

struct Sentinel {
  double value = 0;
  std::size_t rows = 0;
  double low = 0, high = 0;  // of the other values
};

std::vector<Sentinel> find_sentinels(const Column& column) {
  std::vector<double> sorted = column.numbers.to_vector();
  std::erase_if(sorted, [](double value) { return std::isnan(value); });
  std::ranges::sort(sorted);
  std::size_t begin = 0, end = sorted.size();
  while (begin < end && is_sentinel(sorted[begin]))
    ++begin;
  while (begin < end && is_sentinel(sorted[end - 1]))
    --end;
  if (begin == end || sorted[begin] == sorted[end - 1]) return {};
  const double low = sorted[begin], high = sorted[end - 1];
  const NumericStatistics others =
      numeric_statistics(PackedNumbers(std::span<const double>(sorted).subspan(begin, end - begin)));
  std::vector<Sentinel> found;
  for (std::size_t r = 0; r < sorted.size();) {
    if (r == begin) r = end;
    const std::size_t first = r;
    while (r < sorted.size() && r != begin && sorted[r] == sorted[first])
      ++r;
    const std::size_t rows = r - first;
    if (rows == 0) break;
    const double distance = first < begin ? low - sorted[first] : sorted[first] - high;
    if (rows >= 2 && distance > kFarSpreads * others.standard_deviation)
      found.push_back({sorted[first], rows, low, high});
  }
  return found;
}

}  // namespace

void note_sentinels(const Table& table, std::span<const std::size_t> places,
                    std::span<const ColumnSummary> summaries, std::vector<Message>& notes) {
  std::size_t columns = 0;
  for (const std::size_t place : places) {
    const Column& column = table.columns[place];
    if (column.kind != ColumnKind::numeric || column.is_bytes) continue;
    if (!is_sentinel(summaries[place].minimum) && !is_sentinel(summaries[place].maximum)) continue;
    const std::vector<Sentinel> found = find_sentinels(column);
    if (found.empty() || ++columns > kNamesInNote) continue;
    for (const Sentinel& sentinel : found) {
      const std::string value = format_number(sentinel.value);
      notes.push_back(quoted(column.name) + " is " + value + " in " + count_of(sentinel.rows, "row") +
                      ", far from its other values (" + format_number(sentinel.low) + " to " +
                      format_number(sentinel.high) + "); use " + set_to_text(Setting::missing, value) +
                      " when that stands for a missing cell and the file spells it so.");
    }
  }
  if (columns > kNamesInNote)
    notes.push_back(count_of(columns - kNamesInNote, "more column has", "more columns have") +
                    " such numbers.");
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
      if (!follows && !leads) lone.push_back(format_cell_number(sorted[r]));
    }
  }
  if (lone.empty()) return;
  notes.push_back(quoted(column.name) + " has " + count_of(lone.size(), "class", "classes") +
                  " of one row only (" + quoted_list(lone, kNamesInNote) +
                  "): such a row cannot be both learned from and scored.");
}

}  // namespace chainrule
