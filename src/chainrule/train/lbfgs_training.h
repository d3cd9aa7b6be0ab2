// Training by L-BFGS on all rows at once: no batches, no learning rate and few iterations, for thousands of
// rows rather than millions. Each evaluation is a pass over all rows; an iteration needs one, rarely more.
// The method and its source are in optim/lbfgs.h.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "chainrule/optim/lbfgs.h"
#include "chainrule/train/full_batch.h"
#include "chainrule/train/trainer.h"

namespace chainrule {

struct LbfgsTrainingOptions {
  LossOptions loss;
  PenaltyOptions penalty;  // l2; l1 has kinks that L-BFGS cannot handle
  LbfgsOptions lbfgs;
};

struct LbfgsHistory {
  double first_loss = 0;                   // of the start, penalties included
  std::vector<LbfgsIteration> iterations;  // their losses include penalties and never rise
  std::size_t evaluations = 0;             // passes over the data
  LbfgsEnd end = LbfgsEnd::iterations;
};

// Called after each iteration; its result may end training.
using LbfgsTrainingObserver = std::function<Continue(const LbfgsIteration&)>;

// Minimises the penalised loss, starting from the values of `parameters`. At the end they are those of the
// last iteration, which has the lowest loss, and finite. The same numbers for any number of threads and any
// vector width.
//
// Throws what FullBatchLoss and minimise_lbfgs throw, UsageError for an l1 penalty, StateError for parameters
// that do not fit the network, NonFiniteError for a start whose loss or gradient is not finite; `parameters`
// is then unchanged.
template <typename T>
LbfgsHistory train_lbfgs(const Compute& compute, const Network& network, const LbfgsTrainingOptions& options,
                         DatasetView<T> data, const LbfgsTrainingObserver& observer,
                         AlignedVector<T>& parameters);

}  // namespace chainrule
