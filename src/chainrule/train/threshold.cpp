#include "chainrule/train/threshold.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

namespace chainrule {
namespace {

// Rows, or sums of their weights.
struct Counts {
  double true_positive = 0, false_positive = 0, false_negative = 0, true_negative = 0;

  double total() const { return true_positive + false_positive + false_negative + true_negative; }
};

double score_of(const ThresholdRequest& request, ThresholdGoal goal, const Counts& n) {
  const double positive = n.true_positive + n.false_negative, negative = n.true_negative + n.false_positive;
  switch (goal) {
    case ThresholdGoal::f1:
      return 2 * n.true_positive / (2 * n.true_positive + n.false_positive + n.false_negative);
    case ThresholdGoal::balanced_accuracy:
      return (n.true_positive / positive + n.true_negative / negative) / 2;
    case ThresholdGoal::mcc: {
      const double yes = n.true_positive + n.false_positive, no = n.true_negative + n.false_negative;
      // One root after the other: the product of four sums may overflow.
      const double root = std::sqrt(yes * no) * std::sqrt(positive * negative);
      return root > 0 ? (n.true_positive * n.true_negative - n.false_positive * n.false_negative) / root : 0;
    }
    case ThresholdGoal::cost:
      return (request.cost_of_false_yes * n.false_positive + request.cost_of_false_no * n.false_negative) /
             n.total();
  }
  return 0;
}

// A threshold above `below` and at most `above`.
double between(double below, double above) {
  if (below < kUsualThreshold && kUsualThreshold <= above) return kUsualThreshold;
  const double middle = below + (above - below) / 2;
  return middle > below ? middle : above;
}

}  // namespace

std::optional<ChosenThreshold> choose_threshold(const ThresholdRequest& request,
                                                std::span<const std::uint32_t> truth,
                                                std::span<const double> p, std::span<const double> weights) {
  assert(request.goal && truth.size() == p.size() && (weights.empty() || weights.size() == p.size()));
  if (!std::ranges::all_of(p, [](double one) { return std::isfinite(one); })) return std::nullopt;
  const auto weight_of = [&](std::uint32_t row) { return weights.empty() ? 1 : weights[row]; };
  std::vector<std::uint32_t> order(p.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t row) { return p[row]; });

  Counts counts;  // with a threshold below all probabilities: every row is predicted as class 1
  for (const std::uint32_t row : order)
    (truth[row] == 1 ? counts.true_positive : counts.false_positive) += weight_of(row);
  if (!(counts.true_positive > 0 && counts.false_positive > 0)) return std::nullopt;

  const double sign = *request.goal == ThresholdGoal::cost ? -1 : 1;
  std::optional<ChosenThreshold> best;
  double score_at_usual = 0;
  double below = 0;  // the largest probability below the threshold
  for (std::size_t i = 0; i <= order.size();) {
    const double above = i < order.size() ? p[order[i]] : 1;
    // No threshold between 0 and 1 is at most 0, and none is above a probability of 1.
    if (above > below && below < 1) {
      const double threshold = between(below, above);
      const double score = score_of(request, *request.goal, counts);
      if (threshold == kUsualThreshold) score_at_usual = score;
      const auto distance = [](double t) { return std::abs(t - kUsualThreshold); };
      const bool is_better = !best || sign * score > sign * best->score ||
                             (score == best->score && distance(threshold) < distance(best->threshold));
      if (is_better && threshold < 1) best = {.goal = *request.goal, .threshold = threshold, .score = score};
    }
    below = std::max(below, above);
    if (i == order.size()) break;
    for (; i < order.size() && p[order[i]] == above; ++i) {
      const std::uint32_t row = order[i];
      (truth[row] == 1 ? counts.true_positive : counts.false_positive) -= weight_of(row);
      (truth[row] == 1 ? counts.false_negative : counts.true_negative) += weight_of(row);
    }
  }
  if (best) best->score_at_usual = score_at_usual;
  return best;
}

}  // namespace chainrule
