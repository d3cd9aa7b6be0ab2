#include "chainrule/data/column_summary.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "chainrule/base/text.h"
#include "chainrule/data/column_statistics.h"
#include "chainrule/data/date_words.h"

namespace chainrule {
namespace {

constexpr std::size_t kIdentifierRows = 20;  // fewer rows are often distinct by chance
constexpr std::size_t kMostCommon = 5;

// Counts distinct numbers, up to kDistinctLimit + 1. Open addressing, doubled when half full.
class DistinctNumbers {
 public:
  void insert(double value) {
    if (count_ > kDistinctLimit) return;
    if (2 * (count_ + 1) > slots_.size()) grow();
    if (place(value + 0.0)) ++count_;  // + 0.0: -0 and 0 are one value
  }
  std::size_t count() const { return count_; }

 private:
  bool place(double value) {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
    // Fibonacci hashing: the high bits of a product with 2^64 / golden ratio.
    std::size_t slot = static_cast<std::size_t>((bits * 0x9E3779B97F4A7C15u) >> shift_);
    while (!std::isnan(slots_[slot])) {
      if (slots_[slot] == value) return false;
      slot = (slot + 1) & (slots_.size() - 1);
    }
    slots_[slot] = value;
    return true;
  }
  void grow() {
    std::vector<double> old(slots_.empty() ? 64 : slots_.size() * 2, std::nan(""));
    old.swap(slots_);
    shift_ = 64 - std::countr_zero(slots_.size());
    for (const double value : old) {
      if (!std::isnan(value)) place(value);
    }
  }

  std::vector<double> slots_;  // NaN: free
  std::size_t count_ = 0;
  int shift_ = 64;
};

bool looks_like_date(const Column& column, std::span<const std::size_t> counts) {
  std::size_t dates = 0, present = 0;
  for (std::size_t w = 0; w < counts.size(); ++w) {
    present += counts[w];
    if (counts[w] != 0 && is_date_word(column.words[w])) dates += counts[w];
  }
  return present != 0 && 10 * dates >= 9 * present;
}

bool has_identifier_name(std::string_view name) {
  static constexpr std::string_view kNames[] = {"id",     "index", "row",  "rowid",      "no", "nr",
                                                "number", "key",   "uuid", "unnamed: 0", ""};
  const std::string lower = lower_case_ascii(trim(name));
  return std::ranges::find(kNames, std::string_view(lower)) != std::end(kNames) || lower.ends_with("_id");
}

bool are_all_distinct(const Column& column, const ColumnSummary& summary) {
  if (summary.distinct <= kDistinctLimit) return summary.distinct == column.rows();
  std::vector<double> sorted = column.numbers.to_vector();
  std::ranges::sort(sorted);
  return std::ranges::adjacent_find(sorted) == sorted.end();
}

bool are_identifier_numbers(const Column& column, const ColumnSummary& summary) {
  const std::size_t rows = column.rows();
  if (rows < 2 || summary.missing != 0 || column.is_bytes) return false;
  // Distinct integers from minimum to maximum without a gap are a counter, in whatever order.
  const bool spans_a_counter =
      rows >= kIdentifierRows && summary.maximum - summary.minimum == static_cast<double>(rows - 1);
  if (!spans_a_counter && !has_identifier_name(column.name)) return false;
  return std::ranges::all_of(column.numbers, is_integer) && are_all_distinct(column, summary);
}

}  // namespace

std::vector<std::size_t> count_words(const Column& column) {
  std::vector<std::size_t> counts(column.words.size());
  for (const std::int32_t code : column.codes) {
    if (code != kMissingCode) ++counts[static_cast<std::size_t>(code)];
  }
  return counts;
}

bool is_integer(double value) {
  return std::trunc(value) == value;
}

ColumnSummary summarise_column(const Column& column) {
  ColumnSummary summary{.name = column.name, .kind = column.kind};
  const std::size_t rows = column.rows();
  if (column.kind == ColumnKind::numeric) {
    const NumericStatistics statistics = numeric_statistics(column.numbers);
    summary.missing = rows - statistics.present;
    summary.minimum = statistics.minimum;
    summary.maximum = statistics.maximum;
    summary.mean = statistics.mean;
    summary.standard_deviation = statistics.standard_deviation;
    DistinctNumbers distinct;
    NumberCursor value_of(column.numbers);
    for (std::size_t row = 0; row < rows && distinct.count() <= kDistinctLimit; ++row) {
      const double value = value_of(row);
      if (!std::isnan(value)) distinct.insert(value);
    }
    summary.distinct = distinct.count();
    summary.looks_like_identifier = are_identifier_numbers(column, summary);
  } else {
    const std::vector<std::size_t> counts = count_words(column);
    std::vector<std::size_t> order;
    std::size_t present = 0;
    for (std::size_t w = 0; w < counts.size(); ++w) {
      present += counts[w];
      if (counts[w] != 0) order.push_back(w);
    }
    summary.missing = rows - present;
    summary.distinct = order.size();
    const std::size_t shown = std::min(order.size(), kMostCommon);
    std::ranges::partial_sort(
        order, order.begin() + static_cast<std::ptrdiff_t>(shown), [&](std::size_t a, std::size_t b) {
          return counts[a] != counts[b] ? counts[a] > counts[b] : column.words[a] < column.words[b];
        });
    for (const std::size_t w : std::span(order).first(shown)) {
      summary.most_common.emplace_back(column.words[w], counts[w]);
    }
    summary.looks_like_date = looks_like_date(column, counts);
    summary.looks_like_identifier = !summary.looks_like_date && summary.missing == 0 &&
                                    rows >= kIdentifierRows && summary.distinct == rows;
  }
  summary.is_constant = summary.distinct <= 1;
  return summary;
}

std::vector<ColumnSummary> summarise_table(const Table& table, ThreadPool* pool) {
  std::vector<ColumnSummary> summaries(table.columns.size());
  run_tasks(pool, summaries.size(),
            [&](std::size_t c) { summaries[c] = summarise_column(table.columns[c]); });
  return summaries;
}

}  // namespace chainrule
