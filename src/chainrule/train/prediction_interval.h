// Prediction intervals of numbers by split conformal prediction (Vovk et al., 2005; Lei et al., 2018).
//
//   residual of row i   e_i = |t_i - y_i|, of n rows that the model was not trained on
//   interval            [y - q, y + q], where q is the k-th smallest residual, k = ceil((n + 1) c)
//
// If the n rows and the new one are exchangeable, the interval has the target of the new row with probability
// c or more, whatever the model and the distribution, on average over all rows. It needs k <= n, which is
// n >= c / (1 - c). Rows that also chose the epoch or the weights of a vote make it a little too narrow.
//
// A model keeps at most kMostResiduals of the n residuals: those of the ranks k for c = 1 %, 2 %, ..., 89 %,
// then 90 %, 90.1 %, 90.2 %, ..., 99.9 %, 99.95 % and 99.99 %, and the largest. For each of these c the
// interval is that of all residuals. For another c it uses the next larger residual that is kept: such an
// interval is wider, never narrower.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "chainrule/tensor/matrix.h"

namespace chainrule {

inline constexpr std::size_t kMostResiduals = 200;

struct Residuals {
  std::vector<std::uint64_t> ranks;         // ascending; the last is n. Empty: none are known
  std::vector<std::vector<double>> values;  // of each target, the residuals of these ranks

  std::uint64_t rows() const { return ranks.empty() ? 0 : ranks.back(); }
  bool operator==(const Residuals&) const = default;
};

// truth, predicted [rows][targets]. Empty if there are no rows, or a number is not finite.
Residuals residuals_of(MatrixView<const double> truth, MatrixView<const double> predicted);

// ceil((n + 1) c), where a product that is a whole number but for rounding counts as one. 0 < coverage < 1.
std::uint64_t rank_of_coverage(std::uint64_t rows, double coverage);
// The smallest n with rank_of_coverage(n, c) <= n.
std::uint64_t rows_for_coverage(double coverage);

// q of each target. Empty if there are too few residuals.
std::optional<std::vector<double>> interval_half_widths(const Residuals& residuals, double coverage);

}  // namespace chainrule
