// The loss of a whole data set as a function of the parameters, with its gradient, for minimisers.
//
//   f(w) = R(L_1, .., L_rows) + l1 |W|_1 + 1/2 l2 |W|^2
//     R the reduction with the rows' weights (model/batch_loss.h)
//
// The stations are those of a training step with all rows in one batch, and so are the bits. Rows go through
// in blocks of kFullBatchRows, so that memory does not grow with them: a block is a whole subtree of the tree
// in which gradients are summed (docs/numerics.md, rule 2), and the tree continues over the blocks. Only the
// centres and widths of radial basis functions, whose gradient is more than a sum over rows, would differ
// with another block size.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/train/train_step.h"

namespace chainrule {

inline constexpr std::size_t kFullBatchRows = 4096;  // 32 times a power of two

struct FullBatchOptions {
  LossOptions loss;
  PenaltyOptions penalty;
  RateFactors rate_factors = {};  // only whether a parameter is fixed counts: then its gradient is 0
};

// Keeps references to all constructor arguments; the numbers of the data must outlive it.
template <typename T>
class FullBatchLoss {
 public:
  // Throws StateError / UsageError for options, data and a network that do not fit together, and for dropout,
  // whose loss would differ at each evaluation; DataError for targets outside the loss's range.
  FullBatchLoss(const Compute& compute, const Network& network, const FullBatchOptions& options,
                DatasetView<T> data);

  // f at these parameters; `gradient`, parallel to them, is overwritten. Values that are not finite are
  // returned as they are, and when the width of a radial basis function is not above 0, f is infinite.
  // Allocates nothing after the first call.
  double evaluate(std::span<const T> parameters, std::span<T> gradient);

 private:
  void join(std::span<T> gradient);
  void finish(std::span<T> gradient) const;

  const Compute& compute_;
  const Network& network_;
  const DatasetView<T> data_;
  const StepOptions options_;
  const StepPlan plan_;
  std::vector<ParameterRange> widths_;
  StepBuffers<T> buffers_;                // of a block
  LossScratch<T> loss_;                   // of all rows
  std::vector<AlignedVector<T>> levels_;  // of the tree over the blocks: a gradient for each
  std::size_t blocks_ = 0;                // joined so far
};

}  // namespace chainrule
