#include "chainrule/train/prediction_interval.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace chainrule {
namespace {

// The smallest whole number that is at least x, but for rounding of x.
std::uint64_t ceiling(double x) {
  constexpr double kRounding = 1e-9;
  const double nearest = std::round(x);
  return static_cast<std::uint64_t>(std::abs(x - nearest) <= kRounding * std::max(1.0, x) ? nearest
                                                                                          : std::ceil(x));
}

std::vector<std::uint64_t> ranks_to_keep(std::uint64_t rows) {
  std::vector<std::uint64_t> ranks;
  if (rows <= kMostResiduals) {
    for (std::uint64_t rank = 1; rank <= rows; ++rank)
      ranks.push_back(rank);
    return ranks;
  }
  // In ten-thousandths.
  std::vector<int> coverages;
  for (int c = 100; c < 9000; c += 100)
    coverages.push_back(c);
  for (int c = 9000; c <= 9990; c += 10)
    coverages.push_back(c);
  coverages.insert(coverages.end(), {9995, 9999});
  for (const int c : coverages)
    ranks.push_back(std::min(rank_of_coverage(rows, c / 10'000.0), rows));
  ranks.push_back(rows);
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
  return ranks;
}

}  // namespace

std::uint64_t rank_of_coverage(std::uint64_t rows, double coverage) {
  return ceiling(static_cast<double>(rows + 1) * coverage);
}

std::uint64_t rows_for_coverage(double coverage) {
  return std::max<std::uint64_t>(1, ceiling(coverage / (1 - coverage)));
}

Residuals residuals_of(MatrixView<const double> truth, MatrixView<const double> predicted) {
  assert(truth.rows == predicted.rows && truth.columns == predicted.columns);
  Residuals residuals;
  if (truth.rows == 0) return residuals;
  std::vector<std::vector<double>> all(truth.columns, std::vector<double>(truth.rows));
  for (std::size_t t = 0; t < truth.columns; ++t) {
    for (std::size_t r = 0; r < truth.rows; ++r) {
      all[t][r] = std::abs(truth(r, t) - predicted(r, t));
      if (!std::isfinite(all[t][r])) return residuals;
    }
    std::ranges::sort(all[t]);
  }
  residuals.ranks = ranks_to_keep(truth.rows);
  for (const std::vector<double>& sorted : all) {
    std::vector<double>& kept = residuals.values.emplace_back();
    for (const std::uint64_t rank : residuals.ranks)
      kept.push_back(sorted[rank - 1]);
  }
  return residuals;
}

std::optional<std::vector<double>> interval_half_widths(const Residuals& residuals, double coverage) {
  const std::uint64_t rank = std::max<std::uint64_t>(1, rank_of_coverage(residuals.rows(), coverage));
  const auto kept = std::ranges::lower_bound(residuals.ranks, rank);
  if (kept == residuals.ranks.end()) return std::nullopt;
  std::vector<double> widths;
  for (const std::vector<double>& values : residuals.values)
    widths.push_back(values[static_cast<std::size_t>(kept - residuals.ranks.begin())]);
  return widths;
}

}  // namespace chainrule
