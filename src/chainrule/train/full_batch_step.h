// One iteration of an optimizer that needs all rows, on the loss of a whole data set: what a training step is
// for the others. An iteration is one epoch of the training loop (trainer.h).
//
//   lbfgs, scg, irprop_plus   f and its gradient          train/full_batch.h
//   levenberg_marquardt       and J^T J                   train/squared_jacobian.h
#pragma once

#include <optional>
#include <span>
#include <variant>

#include "chainrule/optim/irprop_plus.h"
#include "chainrule/optim/lbfgs.h"
#include "chainrule/optim/levenberg_marquardt.h"
#include "chainrule/optim/optimizer.h"
#include "chainrule/optim/scaled_conjugate_gradients.h"
#include "chainrule/train/full_batch.h"
#include "chainrule/train/squared_jacobian.h"

namespace chainrule {

// Keeps references to compute, network and data; the numbers of the data must outlive it. Not to be copied.
template <typename T>
class FullBatchStep {
 public:
  // Throws what FullBatchLoss throws, and UsageError when the optimizer cannot minimise the loss: an l1
  // penalty has kinks (only irprop_plus takes it); levenberg_marquardt needs a squared error, few parameters.
  FullBatchStep(const Compute& compute, const Network& network, Optimizer optimizer,
                const FullBatchOptions& options, DatasetView<T> data);
  FullBatchStep(const FullBatchStep&) = delete;
  FullBatchStep& operator=(const FullBatchStep&) = delete;

  // One iteration from these parameters, which must be those that the last one ended with. Throws
  // NonFiniteError when loss or gradient are not finite at the start; later the parameters are always finite.
  IterationEnd advance(std::span<T> parameters);

  // At the parameters of the last iteration; penalties included.
  double loss() const;
  std::span<const T> gradient() const;

 private:
  const Compute& compute_;
  FullBatchLoss<T> full_batch_;
  std::optional<SquaredJacobianSum<T>> jacobian_;
  LossAndGradient<T> evaluate_;
  SquaredJacobian<T> squared_jacobian_;
  std::variant<LbfgsState<T>, ScgState<T>, IrpropState<T>, LevenbergMarquardtState<T>> state_;
};

}  // namespace chainrule
