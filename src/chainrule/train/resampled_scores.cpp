#include "chainrule/train/resampled_scores.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <vector>

namespace chainrule {
namespace {

// atan x for x >= 0: halved three times, atan x = 2 atan(x / (1 + sqrt(1 + x^2))), and then by its series.
double arctangent(double x) {
  constexpr int kHalvings = 3;
  for (int i = 0; i < kHalvings; ++i)
    x /= 1 + std::sqrt(1 + x * x);
  double power = x, sum = 0;
  for (int n = 1; n < 41; n += 2) {  // x < 0.2: the terms after these are below 1e-29
    sum += power / n;
    power *= -x * x;
  }
  return sum * (1 << kHalvings);
}

}  // namespace

ScoreSummary summarise_scores(std::span<const double> scores, double test_ratio) {
  assert(!scores.empty());
  const double n = static_cast<double>(scores.size());
  ScoreSummary summary{.count = scores.size()};
  for (const double score : scores)
    summary.mean += score / n;
  if (scores.size() < 2) return summary;
  // The mean of equal numbers may be rounded: their distance from it is no deviation.
  if (std::ranges::all_of(scores, [&](double score) { return score == scores.front(); })) {
    summary.mean = scores.front();
    return summary;
  }
  double squares = 0;
  for (const double score : scores)
    squares += (score - summary.mean) * (score - summary.mean);
  summary.deviation = std::sqrt(squares / (n - 1));
  summary.standard_error = summary.deviation * std::sqrt(1 / n + test_ratio);
  return summary;
}

PairedComparison compare_scores(std::span<const double> a, std::span<const double> b, double test_ratio) {
  assert(a.size() == b.size());
  PairedComparison comparison;
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) {
    differences.push_back(b[i] - a[i]);
    ++(b[i] > a[i] ? comparison.higher : b[i] < a[i] ? comparison.lower : comparison.equal);
  }
  comparison.difference = summarise_scores(differences, test_ratio);
  if (comparison.difference.standard_error == 0) return comparison;
  comparison.t = comparison.difference.mean / comparison.difference.standard_error;
  comparison.p_value = student_t_tails(*comparison.t, a.size() - 1);
  return comparison;
}

// With theta = atan(t / sqrt(k)) for k degrees of freedom, the probability of |T| < t is a finite series in
// sin and cos theta (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4).
double student_t_tails(double t, std::size_t degrees) {
  const double k = static_cast<double>(degrees), size = std::abs(t);
  const double hypotenuse = std::sqrt(k + size * size);
  const double sine = size / hypotenuse, cosine = std::sqrt(k) / hypotenuse;
  const bool is_odd = degrees % 2 == 1;
  double term = is_odd ? cosine : 1, sum = degrees == 1 ? 0 : term;
  for (std::size_t i = is_odd ? 3 : 2; i + 2 <= degrees; i += 2) {
    const double factor = static_cast<double>(i);
    term *= cosine * cosine * (factor - 1) / factor;
    sum += term;
  }
  const double inside =
      is_odd ? 2 / std::numbers::pi * (arctangent(size / std::sqrt(k)) + sine * sum) : sine * sum;
  return std::clamp(1 - inside, 0.0, 1.0);
}

}  // namespace chainrule
