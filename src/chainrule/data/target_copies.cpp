#include "chainrule/data/target_copies.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/data/column_notes.h"
#include "chainrule/data/equal_rows.h"

namespace chainrule {
namespace {

constexpr std::size_t kFewestRows = 20;  // in fewer, two columns of few values agree by chance
constexpr double kAgreement = 1e-9;

bool are_equal(const Column& column, std::size_t a, std::size_t b) {
  if (column.kind == ColumnKind::category) return column.codes[a] == column.codes[b];
  return column.numbers[a] == column.numbers[b] || (column.is_missing(a) && column.is_missing(b));
}

// A cheap look at the first rows, which rules out almost every column.
bool agree_at_first(const Column& column, const Column& target) {
  constexpr std::size_t kLook = 64;
  for (std::size_t row = 1; row < std::min(column.rows(), kLook); ++row) {
    if (are_equal(column, 0, row) != are_equal(target, 0, row)) return false;
  }
  return true;
}

// Each value of one column belongs to one value of the other, and the reverse. A missing cell is a value.
bool is_recoding(const Table& table, std::size_t column, std::size_t target) {
  if (!agree_at_first(table.columns[column], table.columns[target])) return false;
  const std::size_t rows = table.rows();
  const std::size_t places[2][1] = {{column}, {target}};
  const std::vector<std::uint64_t> a = row_hashes(table, places[0]), b = row_hashes(table, places[1]);
  std::unordered_map<std::uint64_t, std::uint64_t> to, from;
  for (std::size_t row = 0; row < rows; ++row) {
    if (to.try_emplace(a[row], b[row]).first->second != b[row]) return false;
    if (from.try_emplace(b[row], a[row]).first->second != a[row]) return false;
  }
  return true;
}

// target = a + b column in all rows. The line goes through the rows with the column's extremes.
bool is_linear(const Column& column, const Column& target) {
  const std::vector<double> x = column.numbers.to_vector(), t = target.numbers.to_vector();
  std::size_t low = 0, high = 0;
  for (std::size_t r = 0; r < x.size(); ++r) {
    if (std::isnan(x[r]) || std::isnan(t[r])) return false;
    if (x[r] < x[low]) low = r;
    if (x[r] > x[high]) high = r;
  }
  if (!(x[high] > x[low])) return false;
  const double slope = (t[high] - t[low]) / (x[high] - x[low]);
  const auto [least, most] = std::ranges::minmax(t);
  const double slack = kAgreement * (most - least);
  for (std::size_t r = 0; r < x.size(); ++r) {
    if (!(std::abs(t[low] + slope * (x[r] - x[low]) - t[r]) <= slack)) return false;
  }
  return true;
}

Message note_of(const std::vector<std::string>& copies, const std::vector<std::string>& targets) {
  const bool is_one = copies.size() == 1;
  return quoted_list(copies, kNamesInNote) + (is_one ? " is" : " are") +
         (targets.size() == 1 ? " the target " : " the targets ") + quoted_list(targets, kNamesInNote) +
         " in another form; unless " + (is_one ? "it is" : "they are") + " known when you predict, " +
         (is_one ? "use " + set_to_text(Setting::ignore, copies.front())
                 : "leave them out with " + named(Setting::ignore)) +
         ".";
}

}  // namespace

void note_target_copies(const Table& table, const Schema& schema, std::vector<Message>& notes) {
  if (table.rows() < kFewestRows) return;
  const ColumnFinder place_of(table);
  // Targets with the same copies share a note.
  std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> found;  // copies, targets
  for (const SchemaColumn& target : schema.columns) {
    if (target.role != ColumnRole::target) continue;
    const std::size_t target_place = place_of(target.name);
    const Column& target_column = table.columns[target_place];
    std::vector<std::string> copies;
    for (const SchemaColumn& input : schema.columns) {
      if (input.role != ColumnRole::input) continue;
      const std::size_t place = place_of(input.name);
      const Column& column = table.columns[place];
      const bool both_numbers =
          column.kind == ColumnKind::numeric && target_column.kind == ColumnKind::numeric;
      const bool is_copy = schema.task == Task::regression ? both_numbers && is_linear(column, target_column)
                                                           : is_recoding(table, place, target_place);
      if (is_copy) copies.push_back(input.name);
    }
    if (copies.empty()) continue;
    const auto same = std::ranges::find(found, copies, [](const auto& entry) { return entry.first; });
    if (same == found.end()) {
      found.push_back({std::move(copies), {target.name}});
    } else {
      same->second.push_back(target.name);
    }
  }
  for (const auto& [copies, targets] : found)
    notes.push_back(note_of(copies, targets));
}

}  // namespace chainrule
