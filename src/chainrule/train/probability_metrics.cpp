#include "chainrule/train/probability_metrics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "chainrule/tensor/kernels.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

constexpr double kSmallest = std::numeric_limits<double>::epsilon();

struct WeightedScore {
  double score = 0, weight = 1;
};

double weight_of(std::span<const double> weights, std::size_t row) {
  return weights.empty() ? 1 : weights[row];
}

// The probabilities of one class, for its rows and for all others; the larger probability first.
struct SplitScores {
  std::vector<WeightedScore> of_class, others;
  double weight_of_class = 0, weight_of_others = 0;
};

SplitScores split_scores(std::span<const std::uint32_t> truth, MatrixView<const double> probabilities,
                         std::span<const double> weights, std::uint32_t k) {
  SplitScores split;
  for (std::size_t r = 0; r < truth.size(); ++r) {
    const WeightedScore one{.score = probabilities(r, k), .weight = weight_of(weights, r)};
    if (one.weight == 0) continue;
    (truth[r] == k ? split.of_class : split.others).push_back(one);
    (truth[r] == k ? split.weight_of_class : split.weight_of_others) += one.weight;
  }
  std::ranges::stable_sort(split.of_class, std::greater<>(), &WeightedScore::score);
  return split;
}

// Each row of another class searches its place among the sorted rows of the class.
std::optional<double> roc_area(const SplitScores& split) {
  if (split.of_class.empty() || split.others.empty()) return std::nullopt;
  std::vector<double> before = {0};  // the weight of the first i rows of the class
  for (const WeightedScore& one : split.of_class)
    before.push_back(before.back() + one.weight);
  std::vector<double> terms;
  terms.reserve(split.others.size());
  for (const WeightedScore& other : split.others) {
    const auto [first, last] =
        std::ranges::equal_range(split.of_class, other.score, std::greater<>(), &WeightedScore::score);
    const double larger = before[static_cast<std::size_t>(first - split.of_class.begin())];
    const double not_smaller = before[static_cast<std::size_t>(last - split.of_class.begin())];
    terms.push_back(other.weight * (larger + not_smaller) / 2);
  }
  return block_tree_sum(terms) / split.weight_of_class / split.weight_of_others;
}

std::optional<double> mean_roc_area(std::span<const std::uint32_t> truth,
                                    MatrixView<const double> probabilities, std::span<const double> weights) {
  double sum = 0;
  std::size_t occurring = 0;
  for (std::uint32_t k = 0; k < probabilities.columns; ++k) {
    const std::optional<double> area = roc_area(split_scores(truth, probabilities, weights, k));
    if (!area) continue;
    sum += *area;
    ++occurring;
  }
  if (occurring == 0) return std::nullopt;
  return sum / static_cast<double>(occurring);
}

// One step per different probability, from the largest.
std::optional<double> average_precision(SplitScores split) {
  if (split.of_class.empty()) return std::nullopt;
  std::ranges::stable_sort(split.others, std::greater<>(), &WeightedScore::score);
  double sum = 0, right = 0, wrong = 0;
  auto other = split.others.begin();
  for (auto one = split.of_class.begin(); one != split.of_class.end();) {
    const double score = one->score;
    double found = 0;
    for (; one != split.of_class.end() && one->score == score; ++one)
      found += one->weight;
    for (; other != split.others.end() && other->score >= score; ++other)
      wrong += other->weight;
    right += found;
    sum += found / split.weight_of_class * (right / (right + wrong));
  }
  return sum;
}

std::vector<CalibrationBin> calibration_bins(std::span<const std::uint32_t> truth,
                                             MatrixView<const double> probabilities,
                                             std::span<const double> weights) {
  std::vector<CalibrationBin> bins(kCalibrationBins);
  for (std::size_t r = 0; r < truth.size(); ++r) {
    const double* const row = probabilities.row(r);
    const bool is_second_of_two = probabilities.columns == 2 && row[1] >= row[0];
    const double* const largest =
        is_second_of_two ? row + 1 : std::max_element(row, row + probabilities.columns);
    const int above = static_cast<int>(std::ceil(*largest * kCalibrationBins)) - 1;
    CalibrationBin& bin = bins[static_cast<std::size_t>(std::clamp(above, 0, kCalibrationBins - 1))];
    const double weight = weight_of(weights, r);
    bin.support += weight;
    if (largest - row == static_cast<std::ptrdiff_t>(truth[r])) bin.right += weight;
    bin.confidence += weight * *largest;
  }
  return bins;
}

double calibration_error(std::span<const CalibrationBin> bins, double total) {
  double error = 0;
  for (const CalibrationBin& bin : bins)
    error += std::abs(bin.right - bin.confidence);
  return error / total;
}

}  // namespace

void add_probability_metrics(Metrics& metrics, std::span<const std::uint32_t> truth,
                             MatrixView<const double> probabilities, std::span<const double> weights) {
  assert(truth.size() == probabilities.rows && (weights.empty() || weights.size() == truth.size()));
  const double total = metrics.total();
  if (truth.empty() || !(total > 0)) return;
  for (std::size_t r = 0; r < probabilities.rows; ++r) {
    const std::span<const double> row(probabilities.row(r), probabilities.columns);
    if (!std::ranges::all_of(row, [](double p) { return std::isfinite(p); })) return;
  }
  const bool is_binary = metrics.task == Task::binary;
  std::vector<double> logarithms(truth.size()), squares(truth.size());
  for (std::size_t r = 0; r < truth.size(); ++r) {
    const double weight = weight_of(weights, r);
    logarithms[r] = weight * math::log(std::clamp(probabilities(r, truth[r]), kSmallest, 1 - kSmallest));
    double square = 0;
    for (std::size_t k = is_binary ? 1 : 0; k < probabilities.columns; ++k) {
      const double distance = probabilities(r, k) - (truth[r] == k ? 1 : 0);
      square += distance * distance;
    }
    squares[r] = weight * square;
  }
  metrics.log_loss = -block_tree_sum(logarithms) / total;
  metrics.brier = block_tree_sum(squares) / total;
  metrics.calibration = calibration_bins(truth, probabilities, weights);
  metrics.calibration_error = calibration_error(metrics.calibration, total);
  if (is_binary) {
    SplitScores split = split_scores(truth, probabilities, weights, 1);
    metrics.auc = roc_area(split);
    metrics.average_precision = average_precision(std::move(split));
  } else if (probabilities.columns <= kMostConfusionClasses) {
    metrics.auc = mean_roc_area(truth, probabilities, weights);
  }
}

void add_soft_probability_metrics(Metrics& metrics, MatrixView<const double> truth,
                                  MatrixView<const double> probabilities, std::span<const double> weights) {
  assert(truth.rows == probabilities.rows && truth.columns == probabilities.columns);
  const double total = metrics.total();
  if (truth.rows == 0 || !(total > 0)) return;
  const bool is_binary = metrics.task == Task::binary;
  std::vector<double> logarithms(truth.rows), squares(truth.rows);
  for (std::size_t r = 0; r < truth.rows; ++r) {
    double sum = 0, square = 0;
    for (std::size_t k = 0; k < truth.columns; ++k) {
      const double p = probabilities(r, k), t = truth(r, k), distance = p - t;
      if (!std::isfinite(p)) return;
      if (t != 0) sum += t * math::log(std::clamp(p, kSmallest, 1 - kSmallest));
      if (k > 0 || !is_binary) square += distance * distance;
    }
    logarithms[r] = weight_of(weights, r) * sum;
    squares[r] = weight_of(weights, r) * square;
  }
  metrics.log_loss = -block_tree_sum(logarithms) / total;
  metrics.brier = block_tree_sum(squares) / total;
}

}  // namespace chainrule
