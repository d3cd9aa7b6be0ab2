// Station 3: the loss of a batch and dLoss/d(output), in one pass.
//
// Where to find what: the table of the losses in tensor/loss.h, softmax in tensor/softmax.h, cross-entropy in
// tensor/cross_entropy-inl.h, the terms of the other losses in tensor/loss_terms-inl.h.
//
// Per row, a output, t target, o the number of outputs:
//   mean_squared_error     (1/o) sum (a - t)^2
//   half_squared_error     1/2 sum (a - t)^2                                  as in the lectures
//   squared_error          sum (a - t)^2                                      the same without the half
//   mean_absolute_error    (1/o) sum |a - t|, derivative 0 at a = t
//   huber                  (1/o) sum of e^2/2 for |e| <= delta, delta (|e| - delta/2) else, e = a - t
//   quantile               (1/o) sum max(q (t - a), (q - 1) (t - a)), derivative 0 at a = t; q may be
//                          another one for each output
//   poisson                sum exp(a) - t a: a is the logarithm of the expected count, t >= 0
//   binary_cross_entropy   sum -t log a - (1 - t) log(1 - a), a logistic;
//                          from the pre-activation z: softplus(z) - t z
//   softmax_cross_entropy  -sum s log a, a softmax, s the smoothed target;
//                          from z: (sum s) logsumexp(z) - s . z
//   perceptron             sum max(0, -d z), d = 2 t - 1 = +-1, a sign; its subgradient, -d where d z < 0 and
//                          0 elsewhere, is the perceptron rule
// Label smoothing e: s = (1 - e) t + e / o for softmax, (1 - e) t + e / 2 for binary.
//
// The losses L_r of the rows are joined with row weights w_r (1 when none are given), in double, in blocks of
// 32 and a tree:
//   single  the loss of the one row of the batch
//   sum     sum_r w_r L_r
//   mean    sum_r w_r L_r / sum_r w_r
#pragma once

#include <span>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/tensor/activation.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/loss.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

enum class Reduction { single, sum, mean };

template <>
struct EnumNames<Reduction> {
  static constexpr std::string_view kind = "reduction";
  static constexpr EnumName<Reduction> table[] = {
      {Reduction::single, "single", "the loss of one row; batches have one row"},
      {Reduction::sum, "sum", "sum over the rows"},
      {Reduction::mean, "mean", "mean over the rows"},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"average avg", "mean"},
  };
};
static_assert(has_sound_synonyms<Reduction>());

struct LossOptions {
  Loss kind = Loss::mean_squared_error;
  Reduction reduction = Reduction::mean;
  double huber_delta = 1;
  double quantile = 0.5;
  std::vector<double> quantiles = {};  // quantile: of each output, ascending; empty: `quantile` for all
  double label_smoothing = 0;

  bool operator==(const LossOptions&) const = default;
};

// Throws StateError when loss and output activation do not fit (binary_cross_entropy needs logistic,
// softmax_cross_entropy softmax, perceptron sign), or an option is out of range.
void validate(const LossOptions& loss, Activation output_activation);

// Throws DataError naming the row when a target is outside what the loss can take (poisson: t < 0;
// cross-entropies and perceptron: t outside [0, 1]).
template <typename T>
void validate_targets(const LossOptions& loss, MatrixView<const T> targets);

// Scratch memory of evaluate_loss, reused from step to step.
template <typename T>
struct LossScratch {
  double scale = 1;                // factor of the joined losses
  AlignedVector<T> factors;        // of the derivative: one per row, or one for all
  std::vector<double> row_losses;  // one per row, weighted when they are joined
};

// The loss of a batch. z, a and targets [rows][outputs], z and a of the last layer; row_weights [rows] or
// empty. d_output (the same shape, or an empty view: not wanted) receives the derivative by
// properties_of(loss.kind).gradient_at, with weights and reduction included. A batch whose weights sum to 0
// has loss 0 and derivative 0.
template <typename T>
double evaluate_loss(const Compute& compute, const LossOptions& loss, MatrixView<const T> z,
                     MatrixView<const T> a, MatrixView<const T> targets, std::span<const T> row_weights,
                     MatrixView<T> d_output, LossScratch<T>& scratch);

// The same in three parts: memory and factors for a batch; any blocks of its rows, in any order, on any
// threads; the sum over the rows. The matrices are those of the whole batch.
template <typename T>
void prepare_loss(const LossOptions& loss, std::size_t rows, std::span<const T> row_weights,
                  LossScratch<T>& scratch);
template <typename T>
void evaluate_loss_rows(const Compute& compute, const LossOptions& loss, MatrixView<const T> z,
                        MatrixView<const T> a, MatrixView<const T> targets, RowBlock rows,
                        MatrixView<T> d_output, LossScratch<T>& scratch);
template <typename T>
double joined_loss(std::span<const T> row_weights, LossScratch<T>& scratch);

}  // namespace chainrule
