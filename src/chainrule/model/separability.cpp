// Wolfe's search for the point nearest to the origin in the convex hull of the points d_i X_i
// (separability.h):
//
//   p = sum_i lambda_i d_i X_i,  lambda_i >= 0,  sum_i lambda_i = 1
//   1. add to the corral (the points with lambda_i > 0) the point with the smallest p . d_i X_i
//   2. move p to the nearest point of the corral's affine hull; when a lambda_i would fall below 0, stop
//      where it is 0, drop that point and repeat
//   3. until p = 0, or p . d_i X_i >= |p|^2 for all i
//
// The search runs in double; the answers are then checked without rounding (check_certificate,
// separates_exactly).
//
// Source: Wolfe, Mathematical Programming 11, 1976.
#include "chainrule/model/separability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "chainrule/base/error.h"
#include "chainrule/base/exact_sum.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr double kAlmostZero =
    1e-10;  // length of a point that counts as the origin; the points have length 1

void require_points(MatrixView<const double> inputs, std::span<const int> sides) {
  if (inputs.rows == 0 || sides.size() != inputs.rows) {
    throw StateError({.what = "separability is defined for points with sides",
                      .expected = "one side per point, and at least one point",
                      .got = count_of(inputs.rows, "point") + ", " + count_of(sides.size(), "side")});
  }
  for (std::size_t r = 0; r < inputs.rows; ++r) {
    const std::span<const double> x = inputs.row_span(r);
    const bool is_finite = std::all_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); });
    if (is_finite && (sides[r] == 1 || sides[r] == -1)) continue;
    throw StateError({.what = is_finite ? "a side is +1 or -1" : "a point has a number that is not finite",
                      .where = "point " + std::to_string(r + 1),
                      .got = is_finite ? std::to_string(sides[r]) : ""});
  }
}

// Coordinate j of d X, X = (-1, x1, ..., xn).
double signed_coordinate(MatrixView<const double> inputs, std::span<const int> sides, std::size_t point,
                         std::size_t j) {
  return sides[point] * (j == 0 ? -1 : inputs(point, j - 1));
}

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += a[i] * b[i];
  return sum;
}

// The points d X, scaled so that the search is well conditioned: coordinates divided by powers of two
// (exact), then each point by its length. Neither changes which side of a hyperplane through the origin a
// point is on.
struct ScaledPoints {
  Matrix<double> rows;                // [points][1 + n], of length 1
  std::vector<double> column_factor;  // powers of two
  std::vector<double> lengths;        // of the points after the columns were scaled
};

ScaledPoints scaled_points(MatrixView<const double> inputs, std::span<const int> sides) {
  const std::size_t width = inputs.columns + 1;
  ScaledPoints points{.rows = Matrix<double>(inputs.rows, width), .column_factor = {}, .lengths = {}};
  for (std::size_t j = 0; j < width; ++j) {
    double largest = 0;
    for (std::size_t r = 0; r < inputs.rows; ++r)
      largest = std::max(largest, std::abs(signed_coordinate(inputs, sides, r, j)));
    int exponent = 0;
    std::frexp(largest, &exponent);
    points.column_factor.push_back(largest > 0 ? std::ldexp(1.0, std::clamp(-exponent, -1000, 1000)) : 1);
  }
  for (std::size_t r = 0; r < inputs.rows; ++r) {
    const std::span<double> row(points.rows.row(r), width);
    for (std::size_t j = 0; j < width; ++j)
      row[j] = signed_coordinate(inputs, sides, r, j) * points.column_factor[j];
    points.lengths.push_back(std::sqrt(dot(row, row)));  // at least 1/2: the coordinate of the threshold
    for (double& value : row)
      value /= points.lengths.back();
  }
  return points;
}

// The weights alpha (sum 1) of the point of the corral's affine hull that is nearest to the origin: alpha is
// proportional to u with (G + 1 1^T) u = 1, G the dot products, by Cholesky. Empty when the points are
// dependent.
std::optional<std::vector<double>> affine_minimum(const Matrix<double>& rows,
                                                  std::span<const std::size_t> corral) {
  const std::size_t k = corral.size();
  Matrix<double> lower(k, k);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = 1 + dot({rows.row(corral[i]), rows.columns()}, {rows.row(corral[j]), rows.columns()});
      for (std::size_t p = 0; p < j; ++p)
        sum -= lower(i, p) * lower(j, p);
      if (i > j) {
        lower(i, j) = sum / lower(j, j);
      } else {
        if (!(sum > 1e-14)) return std::nullopt;
        lower(i, i) = std::sqrt(sum);
      }
    }
  }
  std::vector<double> u(k, 1);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t p = 0; p < i; ++p)
      u[i] -= lower(i, p) * u[p];
    u[i] /= lower(i, i);
  }
  for (std::size_t i = k; i-- > 0;) {
    for (std::size_t p = i + 1; p < k; ++p)
      u[i] -= lower(p, i) * u[p];
    u[i] /= lower(i, i);
  }
  double total = 0;
  for (const double value : u)
    total += value;
  for (double& value : u)
    value /= total;
  return u;
}

std::vector<double> combination(const Matrix<double>& rows, std::span<const std::size_t> corral,
                                std::span<const double> lambda) {
  std::vector<double> point(rows.columns(), 0);
  for (std::size_t i = 0; i < corral.size(); ++i) {
    for (std::size_t j = 0; j < point.size(); ++j)
      point[j] += lambda[i] * rows(corral[i], j);
  }
  return point;
}

// The convex combination as counts of the given points: lambda / length, or small whole numbers when these
// make the sums exactly 0.
void set_counts(MatrixView<const double> inputs, std::span<const int> sides, const ScaledPoints& points,
                std::span<const std::size_t> corral, std::span<const double> lambda,
                SeparabilityAnswer& answer) {
  constexpr int kMostWhole = 1000;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < corral.size(); ++i)
    ratios.push_back(lambda[i] / points.lengths[corral[i]]);
  const double smallest = *std::min_element(ratios.begin(), ratios.end());
  answer.counts.assign(inputs.rows, 0);
  for (int whole = 1; whole <= kMostWhole; ++whole) {
    bool is_close = true;
    for (std::size_t i = 0; i < corral.size() && is_close; ++i) {
      const double count = ratios[i] / smallest * whole;
      answer.counts[corral[i]] = std::round(count);
      is_close = std::abs(count - std::round(count)) < 1e-6 * std::max(1.0, count);
    }
    if (!is_close) continue;
    if (check_certificate(inputs, sides, answer.counts).proof != Proof::exact) continue;
    answer.proof = Proof::exact;
    break;
  }
  if (answer.proof != Proof::exact) {
    for (std::size_t i = 0; i < corral.size(); ++i)
      answer.counts[corral[i]] = ratios[i];
    answer.proof = check_certificate(inputs, sides, answer.counts).proof;
  }
  answer.points_used = corral.size();
  answer.verdict = answer.proof == Proof::none ? Separability::undecided : Separability::not_separable;
}

}  // namespace

CertificateCheck check_certificate(MatrixView<const double> inputs, std::span<const int> sides,
                                   std::span<const double> counts) {
  require_points(inputs, sides);
  if (counts.size() != inputs.rows) {
    throw StateError({.what = "a certificate has one count per point",
                      .expected = std::to_string(inputs.rows),
                      .got = std::to_string(counts.size())});
  }
  const bool has_positive = std::any_of(counts.begin(), counts.end(), [](double c) { return c > 0; });
  const bool is_valid = std::all_of(counts.begin(), counts.end(), [](double c) { return c >= 0; });
  if (!has_positive || !is_valid) return {};
  CertificateCheck check{.proof = Proof::exact};
  for (std::size_t j = 0; j <= inputs.columns; ++j) {
    ExactSum sum;
    double size = 0;
    for (std::size_t r = 0; r < inputs.rows; ++r) {
      if (counts[r] == 0) continue;
      const double value = signed_coordinate(inputs, sides, r, j);
      sum.add_product(counts[r], value);
      size += counts[r] * std::abs(value);
    }
    if (sum.is_exact() && sum.sign() == 0) continue;
    const double relative = size > 0 ? std::abs(sum.value()) / size : 0;
    check.largest_sum = std::max(check.largest_sum, relative);
    if (check.proof == Proof::exact) check.proof = Proof::numerical;
    if (!sum.is_exact() || !(relative <= 1e-9)) check.proof = Proof::none;
  }
  return check;
}

bool separates_exactly(MatrixView<const double> inputs, std::span<const int> sides,
                       std::span<const double> weights) {
  require_points(inputs, sides);
  if (weights.size() != inputs.columns + 1) {
    throw StateError({.what = "the weights do not fit the points",
                      .expected = "a threshold and " + count_of(inputs.columns, "weight"),
                      .got = std::to_string(weights.size()) + " numbers"});
  }
  for (std::size_t r = 0; r < inputs.rows; ++r) {
    // The error of the rounded sum is below this share of the sum of sizes; beyond it, the sign is proven.
    const double share = static_cast<double>(weights.size() + 2) * 0x1.0p-52;
    double rounded = 0, sizes = 0x1.0p-960;
    for (std::size_t j = 0; j < weights.size(); ++j) {
      const double term = weights[j] * signed_coordinate(inputs, sides, r, j);
      rounded += term;
      sizes += std::abs(term);
    }
    if (rounded > share * sizes && std::isfinite(sizes)) continue;
    ExactSum sum;
    for (std::size_t j = 0; j < weights.size(); ++j)
      sum.add_product(weights[j], signed_coordinate(inputs, sides, r, j));
    if (!sum.is_exact() || sum.sign() <= 0) return false;
  }
  return true;
}

SeparabilityAnswer decide_separability(MatrixView<const double> inputs, std::span<const int> sides,
                                       const SeparabilityOptions& options) {
  require_points(inputs, sides);
  const ScaledPoints points = scaled_points(inputs, sides);
  const Matrix<double>& rows = points.rows;
  const std::size_t width = rows.columns();
  std::vector<std::size_t> corral = {0};
  std::vector<double> lambda = {1};
  std::vector<double> nearest(rows.row(0), rows.row(0) + width);
  SeparabilityAnswer answer;
  double work = 0;
  while (true) {
    answer.distance = std::sqrt(dot(nearest, nearest));
    if (answer.distance <= kAlmostZero) {
      set_counts(inputs, sides, points, corral, lambda, answer);
      return answer;
    }
    std::size_t lowest = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t r = 0; r < rows.rows(); ++r) {
      const double value = dot(nearest, {rows.row(r), width});
      if (value < smallest) {
        smallest = value;
        lowest = r;
      }
    }
    if (smallest > 0) {
      std::vector<double> weights;
      for (std::size_t j = 0; j < width; ++j)
        weights.push_back(nearest[j] * points.column_factor[j]);
      if (separates_exactly(inputs, sides, weights)) {
        answer.verdict = Separability::separable;
        answer.proof = Proof::exact;
        answer.weights = std::move(weights);
        return answer;
      }
    }
    const double k = static_cast<double>(corral.size());
    work += static_cast<double>(rows.rows() * width) + k * k * (static_cast<double>(width) + k);
    // The point is already in the corral: rounding limits the search, and the answer is undecided.
    const bool is_in_corral = std::find(corral.begin(), corral.end(), lowest) != corral.end();
    if (work > options.multiplications || is_in_corral) return answer;
    corral.push_back(lowest);
    lambda.push_back(0);
    while (true) {
      const std::optional<std::vector<double>> alpha = affine_minimum(rows, corral);
      if (!alpha) return answer;
      if (std::all_of(alpha->begin(), alpha->end(), [](double a) { return a > 0; })) {
        lambda = *alpha;
        break;
      }
      // Moves towards alpha while all weights stay at least 0; points with weight 0 leave the corral.
      double step = 1;
      std::size_t leaving = corral.size();
      for (std::size_t i = 0; i < corral.size(); ++i) {
        if ((*alpha)[i] > 0) continue;
        const double reach = lambda[i] / (lambda[i] - (*alpha)[i]);
        if (leaving == corral.size() || reach < step) {
          step = lambda[i] == 0 ? 0 : reach;
          leaving = i;
        }
      }
      for (std::size_t i = 0; i < corral.size(); ++i)
        lambda[i] += step * ((*alpha)[i] - lambda[i]);
      lambda[leaving] = 0;
      for (std::size_t i = corral.size(); i-- > 0;) {
        if (lambda[i] > 0) continue;
        lambda.erase(lambda.begin() + static_cast<std::ptrdiff_t>(i));
        corral.erase(corral.begin() + static_cast<std::ptrdiff_t>(i));
      }
      work += k * k * (static_cast<double>(width) + k);
      // The new point does not bring the corral nearer: rounding limits the search.
      if (std::find(corral.begin(), corral.end(), lowest) == corral.end()) return answer;
    }
    nearest = combination(rows, corral, lambda);
  }
}

}  // namespace chainrule
