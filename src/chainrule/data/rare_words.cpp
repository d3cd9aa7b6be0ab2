#include "chainrule/data/rare_words.h"

#include <algorithm>

namespace chainrule {

namespace {

constexpr std::size_t kMostWords = 1'000;
constexpr std::size_t kMostCells = 20'000'000;

}  // namespace

FrequentWords frequent_words(const Column& column, std::span<const std::uint32_t> rows, std::size_t most) {
  std::vector<std::size_t> counts(column.words.size());
  for (const std::uint32_t row : rows) {
    const std::int32_t code = column.codes[row];
    if (code != kMissingCode) ++counts[static_cast<std::size_t>(code)];
  }
  std::vector<std::size_t> order;
  for (std::size_t w = 0; w < counts.size(); ++w) {
    if (counts[w] != 0) order.push_back(w);
  }
  FrequentWords result;
  if (most != 0 && order.size() > most) {
    const std::size_t kept = std::max<std::size_t>(most - 1, 1);
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
      return counts[a] != counts[b] ? counts[a] > counts[b] : column.words[a] < column.words[b];
    });
    for (const std::size_t w : std::span(order).subspan(kept))
      result.rare_cells += counts[w];
    result.rare_words = order.size() - kept;
    order.resize(kept);
  }
  for (const std::size_t w : order)
    result.words.push_back(column.words[w]);
  std::ranges::sort(result.words);
  return result;
}

std::size_t taught_words(const Column& column, std::size_t columns_with_many) {
  std::vector<std::size_t> counts(column.words.size());
  for (const std::int32_t code : column.codes) {
    if (code != kMissingCode) ++counts[static_cast<std::size_t>(code)];
  }
  const auto repeated =
      static_cast<std::size_t>(std::ranges::count_if(counts, [](std::size_t count) { return count > 1; }));
  const bool has_rest = std::ranges::count(counts, 1u) != 0;
  const std::size_t cells = std::max<std::size_t>(column.codes.size() * columns_with_many, 1);
  return std::min({repeated + (has_rest ? 1 : 0), kMostWords, kMostCells / cells});
}

bool almost_all_differ(const ColumnSummary& summary, std::size_t rows) {
  return 10 * summary.distinct >= 9 * (rows - summary.missing);
}

}  // namespace chainrule
