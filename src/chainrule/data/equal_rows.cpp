#include "chainrule/data/equal_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "chainrule/base/hash.h"
#include "chainrule/data/column_summary.h"

namespace chainrule {
namespace {

constexpr std::size_t kRowsAtOnce = 8192;
constexpr std::size_t kFewValues = 10;     // so many fractions are a scale rather than a measurement
constexpr double kCombinationsPerRow = 4;  // with fewer, more than about a tenth of the rows coincide

std::uint64_t hash_of_word(const std::string& word) {
  Hash hash;
  for (const char c : word)
    hash.add(std::uint64_t{static_cast<unsigned char>(c)});
  return hash.value();
}

}  // namespace

std::vector<std::uint64_t> row_hashes(const Table& table, std::span<const std::size_t> columns,
                                      ThreadPool* pool) {
  const std::size_t rows = table.rows();
  std::vector<std::vector<std::uint64_t>> words(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (const std::string& word : table.columns[columns[i]].words)
      words[i].push_back(hash_of_word(word));
  }
  std::vector<std::uint64_t> hashes(rows);
  const std::size_t blocks = (rows + kRowsAtOnce - 1) / kRowsAtOnce;
  run_tasks(pool, blocks, [&](std::size_t block) {
    const std::size_t first = block * kRowsAtOnce, count = std::min(kRowsAtOnce, rows - first);
    std::vector<Hash> partial(count);
    std::vector<double> numbers(count);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Column& column = table.columns[columns[i]];
      if (column.kind == ColumnKind::numeric) {
        column.numbers.copy_to(first, numbers);
        for (std::size_t r = 0; r < count; ++r) {
          const bool is_missing = std::isnan(numbers[r]);
          partial[r].add(is_missing ? std::numeric_limits<double>::quiet_NaN() : numbers[r] + 0.0);
        }
      } else {
        for (std::size_t r = 0; r < count; ++r) {
          const std::int32_t code = column.codes[first + r];
          partial[r].add(code == kMissingCode ? std::uint64_t{1} : words[i][static_cast<std::size_t>(code)]);
        }
      }
    }
    for (std::size_t r = 0; r < count; ++r)
      hashes[first + r] = partial[r].value();
  });
  return hashes;
}

std::vector<std::uint32_t> first_equals(std::span<const std::uint64_t> hashes) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted(hashes.size());
  for (std::size_t i = 0; i < hashes.size(); ++i)
    sorted[i] = {hashes[i], static_cast<std::uint32_t>(i)};
  std::ranges::sort(sorted);
  std::vector<std::uint32_t> firsts(hashes.size());
  std::uint32_t first = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i == 0 || sorted[i].first != sorted[i - 1].first) first = sorted[i].second;
    firsts[sorted[i].second] = first;
  }
  return firsts;
}

std::size_t count_repeats(std::span<const std::uint32_t> firsts) {
  std::size_t repeats = 0;
  for (std::size_t i = 0; i < firsts.size(); ++i)
    repeats += firsts[i] != i ? 1 : 0;
  return repeats;
}

bool rows_may_coincide(const Table& table, std::span<const std::size_t> columns) {
  const double enough = kCombinationsPerRow * static_cast<double>(table.rows());
  double combinations = 1;
  for (const std::size_t place : columns) {
    const Column& column = table.columns[place];
    const std::size_t one[] = {place};
    const std::vector<std::uint32_t> firsts = first_equals(row_hashes(table, one));
    const std::size_t distinct = firsts.size() - count_repeats(firsts);
    const bool is_scale =
        column.kind == ColumnKind::category || distinct <= kFewValues ||
        std::ranges::all_of(column.numbers, [](double v) { return std::isnan(v) || is_integer(v); });
    if (!is_scale) return false;
    combinations *= static_cast<double>(distinct);
    if (combinations >= enough) return false;
  }
  return true;
}

}  // namespace chainrule
