#include "chainrule/session/worst_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

// As in the log loss (train/probability_metrics.h).
double surprise(double probability) {
  constexpr double kSmallest = std::numeric_limits<double>::epsilon();
  return -math::log(std::clamp(probability, kSmallest, 1 - kSmallest));
}

double loss_of_labels(const Scored& scored, std::size_t row) {
  double sum = 0;
  for (std::size_t c = 0; c < scored.labels.columns(); ++c) {
    const double yes = scored.probabilities(row, c);
    sum += surprise(scored.labels(row, c) >= 0.5 ? yes : 1 - yes);
  }
  return sum / static_cast<double>(scored.labels.columns());
}

// The mean pinball loss of the quantiles (train/quantile_metrics.h).
double loss_of_quantiles(const TargetEncoding& target, const Scored& scored, std::size_t row) {
  double sum = 0;
  for (std::size_t c = 0; c < target.quantiles.size(); ++c) {
    const double q = target.quantiles[c];
    const double distance = scored.truth(row, 0) - scored.predicted(row, c);
    sum += std::max(q * distance, (q - 1) * distance);
  }
  return sum / static_cast<double>(target.quantiles.size());
}

double loss_of_numbers(const TargetEncoding& target, const Scored& scored, std::size_t row) {
  double sum = 0;
  for (std::size_t c = 0; c < scored.truth.columns(); ++c) {
    const double factor = c < target.factor.size() ? target.factor[c] : 1;
    const double distance = (scored.predicted(row, c) - scored.truth(row, c)) * factor;
    sum += distance * distance;
  }
  return sum / static_cast<double>(scored.truth.columns());
}

std::vector<double> losses_of(const TargetEncoding& target, const Scored& scored) {
  std::vector<double> losses;
  if (target.task == Task::regression) {
    for (std::size_t r = 0; r < scored.truth.rows(); ++r)
      losses.push_back(target.quantiles.empty() ? loss_of_numbers(target, scored, r)
                                                : loss_of_quantiles(target, scored, r));
    return losses;
  }
  for (std::size_t r = 0; r < scored.probabilities.rows() && target.soft_labels; ++r) {
    losses.push_back(0);
    for (std::size_t k = 0; k < scored.labels.columns(); ++k)
      losses.back() += scored.labels(r, k) * surprise(scored.probabilities(r, k));
  }
  if (target.soft_labels) return losses;
  for (std::size_t r = 0; r < scored.probabilities.rows(); ++r) {
    losses.push_back(target.task == Task::multi_label ? loss_of_labels(scored, r)
                                                      : surprise(scored.probabilities(r, scored.classes[r])));
  }
  return losses;
}

std::vector<double> row_of(const Matrix<double>& matrix, std::size_t row) {
  return {matrix.row(row), matrix.row(row) + matrix.columns()};
}

WorstRow described(const TargetEncoding& target, const Scored& scored, std::size_t row, double loss) {
  WorstRow worst{.row = row, .loss = loss};
  if (target.task == Task::regression) {
    worst.truth = row_of(scored.truth, row);
    worst.predicted = row_of(scored.predicted, row);
  } else if (target.task == Task::multi_label) {
    worst.truth = row_of(scored.labels, row);
    worst.predicted = row_of(scored.probabilities, row);
  } else {
    const std::vector<double> p = row_of(scored.probabilities, row);
    worst.true_class = scored.classes[row];
    worst.predicted_class = target.task == Task::binary
                                ? (p[1] >= target.threshold ? 1U : 0U)
                                : static_cast<std::uint32_t>(std::ranges::max_element(p) - p.begin());
    worst.true_probability = p[worst.true_class];
    worst.predicted_probability = p[worst.predicted_class];
  }
  return worst;
}

}  // namespace

std::vector<WorstRow> worst_rows(const Model& model, const Scored& scored, std::size_t limit) {
  const TargetEncoding& target = model.encoder.target;
  const std::vector<double> losses = losses_of(target, scored);
  std::vector<std::size_t> order;
  for (std::size_t r = 0; r < losses.size(); ++r) {
    if (std::isfinite(losses[r])) order.push_back(r);
  }
  limit = std::min(limit, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(limit), order.end(),
      [&](std::size_t a, std::size_t b) { return losses[a] != losses[b] ? losses[a] > losses[b] : a < b; });
  std::vector<WorstRow> worst;
  for (std::size_t i = 0; i < limit; ++i)
    worst.push_back(described(target, scored, order[i], losses[order[i]]));
  return worst;
}

}  // namespace chainrule
