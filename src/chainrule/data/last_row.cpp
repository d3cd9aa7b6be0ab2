#include "chainrule/data/last_row.h"

#include <algorithm>
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

std::optional<std::string> word_reason(const Table& table, std::size_t last) {
  for (const Column& column : table.columns) {
    if (column.rows() == 0 || column.is_missing(last)) continue;
    if (column.kind != ColumnKind::category) return {};
    const std::int32_t code = column.codes[last];
    const std::string& word = column.words[static_cast<std::size_t>(code)];
    if (!is_total_word(word) || std::ranges::count(column.codes, code) != 1) return {};
    return "its first cell is " + quoted(word);
  }
  return {};
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

bool is_total_word(std::string_view cell) {
  cell = trim_blanks(cell.substr(0, cell.find_first_of(":(")));
  const std::string lower = lower_case_ascii(cell);
  return std::ranges::find(kTotalWords, std::string_view(lower)) != std::end(kTotalWords);
}

std::optional<std::string> total_reason(const Table& table) {
  if (table.columns.size() < 2 || table.rows() < 2) return {};
  const std::size_t last = table.rows() - 1;
  if (std::optional<std::string> reason = word_reason(table, last)) return reason;
  return number_reason(table, last);
}

Message note_on_total(const std::string& place, const std::string& reason, bool has_lines) {
  return place + ": the last row looks like a total of the rows above (" + reason +
         "), and is read as a row; leave it out with " +
         (has_lines ? set_to(Setting::skip_last, "1") + " or " : Message()) + set_to(Setting::lenient, "") +
         ".";
}

}  // namespace chainrule
