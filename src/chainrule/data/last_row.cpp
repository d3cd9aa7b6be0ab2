// A last row is no row of the table if its first cell says so ("Total", "Source: office") and no other row
// has such a cell, or if its numbers are the sums, or by more than chance the means, of those above.
#include "chainrule/data/last_row.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"

namespace chainrule {
namespace {

constexpr std::string_view kTotalWords[] = {
    "total",         "totals",  "grand total", "subtotal",   "sub-total",    "sum",        "sums",
    "overall",       "average", "averages",    "avg",        "avg.",         "mean",       "means",
    "summe",         "gesamt",  "gesamtsumme", "insgesamt",  "durchschnitt", "mittelwert", "mittel",
    "total general", "somme",   "totaux",      "moyenne",    "suma",         "promedio",   "media",
    "totale",        "somma",   "totaal",      "gemiddelde", "soma",         "razem",      "średnia",
    "итого",         "всего",   "сумма",       "среднее",    "Итого",        "Всего",      "Сумма",
    "Среднее",       "合计",    "总计",        "总和",       "小计",         "平均",       "平均值",
    "合計",          "總計",    "計",          "합계",       "총계",         "평균"};

constexpr std::string_view kNoteWords[] = {
    "source",    "sources", "note",    "notes",     "footnote", "remark",   "remarks",   "comment", "report",
    "table",     "title",   "survey",  "results",   "export",   "exported", "generated", "created", "printed",
    "copyright", "quelle",  "quellen", "anmerkung", "hinweis",  "bericht",  "tabelle",   "fuente",  "fuentes",
    "nota",      "notas",   "informe", "fonte",     "rapport",  "tableau",  "bron",      "end"};

constexpr std::size_t kMostTotals = 12;
constexpr std::size_t kLeastAbove = 3;  // rows above a row of sums
constexpr double kLeastChance = 1e-3;   // that all cells are near the means without being them

// Half a unit of the last decimal that a number shows, at most six of them.
double rounding_of(double value) {
  double unit = 1;
  for (int decimals = 0; decimals < 6; ++decimals, unit /= 10) {
    const double scaled = value / unit;
    if (std::abs(scaled - std::round(scaled)) < 1e-6) break;
  }
  return unit / 2;
}

struct ColumnAbove {
  double sum = 0, largest = 0, minimum = INFINITY, maximum = -INFINITY;
  std::size_t present = 0, nonzero = 0;
};

ColumnAbove column_above(const Column& column, std::size_t rows) {
  ColumnAbove above;
  NumberCursor value_of(column.numbers);
  for (std::size_t row = 0; row < rows; ++row) {
    const double value = value_of(row);
    if (std::isnan(value)) continue;
    above.sum += value;
    above.largest = std::max(above.largest, std::abs(value));
    above.minimum = std::min(above.minimum, value);
    above.maximum = std::max(above.maximum, value);
    ++above.present;
    above.nonzero += value != 0 ? 1 : 0;
  }
  return above;
}

// The word in the first cell of a row that says that it is a total; empty if there is none.
std::optional<std::string> total_word(const Table& table, std::size_t row) {
  for (const Column& column : table.columns) {
    if (column.rows() == 0 || column.is_missing(row)) continue;
    if (column.kind != ColumnKind::category) return {};
    const std::int32_t code = column.codes[row];
    const std::string& word = column.words[static_cast<std::size_t>(code)];
    if (!is_total_word(word) || std::ranges::count(column.codes, code) != 1) return {};
    return word;
  }
  return {};
}

// "Source: office", where no other first cell has a colon.
std::optional<std::string> note_reason(const Table& table, std::size_t last) {
  const Column& column = table.columns.front();
  if (column.kind != ColumnKind::category || column.is_missing(last)) return {};
  const auto has_sign = [](std::string_view word) {
    return word.starts_with('*') || word.starts_with("\u00a9") || word.find(": ") != std::string_view::npos;
  };
  const auto code = static_cast<std::size_t>(column.codes[last]);
  if (!has_sign(column.words[code]) || std::ranges::count(column.codes, column.codes[last]) != 1 ||
      std::ranges::count_if(column.words, has_sign) != 1)
    return {};
  return "its first cell is " + quoted(column.words[code].substr(0, 64));
}

std::optional<std::string> number_reason(const Table& table, std::size_t last) {
  bool may_be_sums = last >= kLeastAbove, may_be_means = last >= kLeastAbove;
  std::size_t beyond = 0;
  double chance = 1;
  for (const Column& column : table.columns) {
    if (column.kind != ColumnKind::numeric || column.is_bytes || column.rows() == 0 ||
        column.is_missing(last))
      continue;
    const double value = NumberCursor(column.numbers)(last);
    const ColumnAbove above = column_above(column, last);
    if (above.present == 0) return {};
    const double tolerance = rounding_of(value) * 1.0001 + 1e-9 * above.largest;
    const double mean = above.sum / static_cast<double>(above.present);
    may_be_sums = may_be_sums && std::abs(value - above.sum) <= tolerance;
    may_be_means = may_be_means && std::abs(value - mean) <= tolerance;
    if (!may_be_sums && !may_be_means) return {};
    if (std::abs(value) > above.largest && above.nonzero > 1) ++beyond;
    const double range = above.maximum - above.minimum;
    if (range > 0) chance *= std::min(1.0, 2 * tolerance / range);
  }
  if (may_be_sums && beyond != 0) return "each of its numbers is the sum of the column above";
  if (may_be_means && chance < kLeastChance) return "each of its numbers is the mean of the column above";
  return {};
}

}  // namespace

// Called for every row of a file: without memory of its own, and mostly settled by the first byte.
bool is_total_word(std::string_view cell) {
  static constexpr auto kStarts = [] {
    std::array<bool, 256> starts = {};
    for (const std::string_view word : kTotalWords) {
      const char first = word.front();
      starts[static_cast<unsigned char>(first)] = true;
      if (first >= 'a' && first <= 'z') starts[static_cast<unsigned char>(first - 'a' + 'A')] = true;
    }
    return starts;
  }();
  if (cell.empty() || !kStarts[static_cast<unsigned char>(cell.front())]) return false;
  cell = trim_blanks(cell.substr(0, cell.find_first_of(":(")));
  const auto is_same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); };
  return std::ranges::any_of(kTotalWords, [&](std::string_view word) {
    return word.size() == cell.size() && std::ranges::equal(word, cell, is_same);
  });
}

bool is_note(std::string_view cell) {
  constexpr std::size_t kLongest = 1024;
  if (cell.empty() || cell.size() > kLongest) return false;
  if (cell.starts_with('*') || cell.starts_with("\u00a9") || cell.ends_with(':') ||
      cell.find(": ") != std::string_view::npos)
    return true;
  const std::string lower = lower_case_ascii(cell);
  const std::size_t end = std::min(lower.find_first_of(" .,:;("), lower.size());
  return std::ranges::find(kNoteWords, std::string_view(lower).substr(0, end)) != std::end(kNoteWords);
}

std::optional<TotalRows> total_rows(const Table& table) {
  if (table.columns.size() < 2 || table.rows() < 2) return {};
  std::vector<std::string> words;
  for (std::size_t row = table.rows() - 1; row > 0 && words.size() < kMostTotals; --row) {
    std::optional<std::string> word = total_word(table, row);
    if (!word) break;
    words.insert(words.begin(), std::move(*word));
  }
  if (!words.empty()) return labelled_totals(words);
  if (std::optional<std::string> reason = note_reason(table, table.rows() - 1))
    return TotalRows{.rows = 1, .reason = std::move(*reason), .are_notes = true};
  const std::optional<std::string> reason = number_reason(table, table.rows() - 1);
  return reason ? std::optional(TotalRows{1, *reason}) : std::nullopt;
}

void LastTotals::add(std::string_view first_cell, std::uint64_t line) {
  if (!is_total_word(first_cell)) return rows_.clear();
  const auto count = counts_.find(first_cell);
  if (count == counts_.end()) {
    counts_.emplace(first_cell, 1);
  } else {
    ++count->second;
  }
  if (rows_.size() > kMostTotals) rows_.erase(rows_.begin());
  rows_.push_back({std::string(first_cell), line});
}

std::vector<std::string> LastTotals::take() {
  std::vector<std::string> words;
  while (!rows_.empty() && words.size() < kMostTotals && counts_.find(rows_.back().word)->second == 1) {
    words.insert(words.begin(), std::move(rows_.back().word));
    first_line_ = rows_.back().line;
    rows_.pop_back();
  }
  rows_.clear();
  return words;
}

TotalRows labelled_totals(std::span<const std::string> words) {
  if (words.size() == 1) return {1, "its first cell is " + quoted(words.front())};
  std::vector<std::string> shown;
  for (const std::string& word : words)
    shown.push_back(quoted(word));
  const std::string last = std::move(shown.back());
  shown.pop_back();
  return {words.size(), "their first cells are " + join(shown, ", ") + " and " + last};
}

Message note_on_totals(const std::string& place, const TotalRows& totals, TotalsLeftOut left_out,
                       bool has_lines) {
  const bool is_one = totals.rows == 1;
  const std::string count = std::to_string(totals.rows);
  const std::string look = totals.are_notes ? ": the last row looks like a note on the table ("
                           : is_one         ? ": the last row looks like a total of the rows above ("
                                    : ": the last " + count + " rows look like totals of the rows above (";
  Message note =
      place + look + totals.reason + (is_one ? "), and is read as a row" : "), and are read as rows");
  const std::string leave_out = is_one ? "; leave it out with " : "; leave them out with ";
  const bool is_lenient = left_out == TotalsLeftOut::if_lenient;
  if (!has_lines && !is_lenient) return note + ".";
  note = note + leave_out;
  if (has_lines) note = note + set_to(Setting::skip_last, count) + (is_lenient ? " or " : "");
  if (is_lenient) note = note + set_to(Setting::lenient, "");
  return note + ".";
}

}  // namespace chainrule
