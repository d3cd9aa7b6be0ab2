// Can a hyperplane separate the points of two classes? An answer with its proof.
//
// With augmented points X = (-1, x1, ..., xn) and sides d = +1 or -1, a separating W = (T, w1, ..., wn) has
//   d_i (W . X_i) > 0  for all i.
// Either such a W exists, or there are counts c_i >= 0, not all 0, with
//   sum_i c_i d_i X_i = 0                                            (Gordan's theorem of the alternative)
// but never both: the dot product of W with that sum would be a sum of positive numbers equal to 0. So each
// answer carries a proof that anyone can check: the weights, or the counts.
//
// The search finds the point of the convex hull of the d_i X_i that is nearest to the origin. If that point p
// is not the origin, p . d_i X_i >= |p|^2 > 0: p separates. If it is the origin, its convex combination gives
// the counts.
//
// Source: Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11, 1976.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

enum class Separability { separable, not_separable, undecided };

template <>
struct EnumNames<Separability> {
  static constexpr std::string_view kind = "separability";
  static constexpr EnumName<Separability> table[] = {
      {Separability::separable, "separable", "a hyperplane separates the classes"},
      {Separability::not_separable, "not_separable", "no hyperplane separates the classes"},
      {Separability::undecided, "undecided", "not decided within the limit"},
  };
};

enum class Proof { none, numerical, exact };

template <>
struct EnumNames<Proof> {
  static constexpr std::string_view kind = "proof";
  static constexpr EnumName<Proof> table[] = {
      {Proof::none, "none", "nothing is proven"},
      {Proof::numerical, "numerical", "true up to rounding, not a proof"},
      {Proof::exact, "exact", "checked without rounding"},
  };
};

// How far the counts are from a certificate that no hyperplane separates.
struct CertificateCheck {
  Proof proof = Proof::none;
  double largest_sum = 0;  // of |sum_i c_i d_i X_ij| over j, against sum_i c_i |X_ij| of that j
};

// Exact when the counts are >= 0, one is positive, and all sums are exactly 0 in arithmetic without rounding;
// numerical when they are 0 up to 1e-9 of their terms. inputs [points][n], sides +1 or -1, counts one a
// point.
CertificateCheck check_certificate(MatrixView<const double> inputs, std::span<const int> sides,
                                   std::span<const double> counts);

// True only when every d_i (W . X_i) is positive in arithmetic without rounding. weights = (T, w1, ..., wn).
bool separates_exactly(MatrixView<const double> inputs, std::span<const int> sides,
                       std::span<const double> weights);

struct SeparabilityAnswer {
  Separability verdict = Separability::undecided;
  Proof proof = Proof::none;    // separable is always exact
  std::vector<double> weights;  // separable: (T, w1, ..., wn)
  std::vector<double> counts;   // not separable: one per point; whole numbers where the proof is exact
  std::size_t points_used = 0;  // how many counts are positive
  double distance = 0;          // of the nearest point found from the origin; the points have length 1
};

struct SeparabilityOptions {
  double multiplications = 4e9;  // the approximate limit of the search: a second or two
};

// Throws StateError for no points, a side that is not +1 or -1, or a number that is not finite.
SeparabilityAnswer decide_separability(MatrixView<const double> inputs, std::span<const int> sides,
                                       const SeparabilityOptions& options = {});

}  // namespace chainrule
