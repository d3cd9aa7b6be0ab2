// Station 5: penalties are added to the gradient, its norm is taken, and a gradient that is too long is
// scaled down.
#pragma once

#include <cstddef>
#include <span>

#include "chainrule/base/message.h"
#include "chainrule/optim/optimizer.h"

namespace chainrule {

// by_weight: l1 and l2 are divided by the sum of the batch's row weights, like scikit-learn's alpha.
enum class PenaltyScale { whole, by_weight };

// L1 and L2 as in R = L + l1 |W|_1 + 1/2 l2 |W|^2: adds l1 sign(w) + l2 w to the gradient of the listed runs
// (weights, never biases); sign(0) = 0.
struct PenaltyOptions {
  double l1 = 0;
  double l2 = 0;
  PenaltyScale scale = PenaltyScale::whole;

  bool operator==(const PenaltyOptions&) const = default;
};

// The penalty of a batch with this number of rows and these weights (none: all 1): divided by their sum if
// the options say so and the sum is above 0.
template <typename T>
PenaltyOptions penalty_of_batch(PenaltyOptions options, std::size_t rows, std::span<const T> row_weights);

template <typename T>
void add_penalty_gradient(const Compute& compute, const PenaltyOptions& options,
                          std::span<const ParameterRange> penalised, std::span<const T> parameters,
                          std::span<T> gradient);

// l1 |W|_1 + 1/2 l2 |W|^2 over the listed runs.
template <typename T>
double penalty(const Compute& compute, const PenaltyOptions& options,
               std::span<const ParameterRange> penalised, std::span<const T> parameters);

// Advice on a gradient that is too long: a limit, or a smaller one than the present one (0: none).
Message limit_advice(double clip_norm);

// The gradient's Euclidean length. A gradient longer than max_norm is scaled to that length (max_norm 0:
// never). Not finite when any element is not: the caller then stops before the update.
template <typename T>
double clip_gradient(const Compute& compute, double max_norm, std::span<T> gradient);

}  // namespace chainrule
