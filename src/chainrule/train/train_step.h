// One training step: the eight stations, in order (ARCHITECTURE.md has the table).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "chainrule/data/batch_iterator.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/forward.h"
#include "chainrule/model/network.h"
#include "chainrule/optim/gradient_clipping.h"
#include "chainrule/optim/optimizer.h"
#include "chainrule/optim/rate_factors.h"
#include "chainrule/optim/schedule.h"
#include "chainrule/tensor/narrow_network.h"

namespace chainrule {

// What a step reads besides its batch: options, constant during training.
struct StepOptions {
  LossOptions loss;
  PenaltyOptions penalty;
  OptimizerOptions optimizer;
  double learning_rate = 1e-3;
  ScheduleOptions schedule;  // as returned by with_defaults
  double clip_norm = 0;
  std::uint64_t seed = 1;  // dropout masks
  std::size_t steps_per_epoch = 1;
  std::size_t epochs = 1;
  Products products = Products::full;  // bf16: float only, on compute.matrix_unit
  RateFactors rate_factors = {};       // of the parameters; empty: all learn alike
};

// What a step changes.
template <typename T>
struct TrainState {
  AlignedVector<T> parameters;
  AlignedVector<T> gradient;
  OptimizerState<T> optimizer;
  PlateauState plateau;
  std::uint64_t step = 0;  // updates made
};

template <typename T>
TrainState<T> make_train_state(const Network& network, const OptimizerOptions& optimizer);

// Buffers of a step; their contents do not outlive it.
template <typename T>
struct StepBuffers {
  Batch<T> batch;
  Workspace<T> workspace;
  LossScratch<T> loss;
  Matrix<T> d_output;
};

struct StepReport {
  double loss = 0;           // data loss plus penalties
  double gradient_norm = 0;  // before clipping
  double learning_rate = 0;
  std::size_t rows = 0;
};

// The ranges of parameters that penalties and weight decay apply to, unless they are fixed: the weights.
std::vector<ParameterRange> weight_ranges(const Network& network);

// What is decided once for all steps of a training run.
struct StepPlan {
  std::vector<ParameterRange> weights;  // weight_ranges, as far as they are learned
  std::vector<ParameterRange> fixed;    // parameters that do not learn: their gradient counts as 0
  std::size_t work = 0;                 // multiply-adds of forward and deltas per row
  // False with a layer whose gradient needs the batch at once (LayerTraits), and with bf16 products.
  bool has_independent_rows = true;
  std::vector<NarrowLayer> narrow;  // the chain of tensor/narrow_network.h, if the network is one
};
StepPlan plan_step(const Compute& compute, const Network& network, const StepOptions& options);

// Must the workspace hold the activations and deltas of the batch after the step? Narrow networks are faster
// without.
enum class WorkspaceUse { left_out, filled };

// Stations 2 to 4 on any rows: buffers.loss, set up by prepare_loss, receives their losses, not joined yet,
// and `gradient` is overwritten. Ignores buffers.batch, and leaves the check for finite numbers to the
// caller.
template <typename T>
void losses_and_gradient(const Compute& compute, const Network& network, const StepOptions& options,
                         const StepPlan& plan, std::span<const T> parameters, MatrixView<const T> inputs,
                         MatrixView<const T> targets, DropoutKey dropout, StepBuffers<T>& buffers,
                         std::span<T> gradient, WorkspaceUse workspace_use);

// Throws StateError when the data, called `name` in the message, have no rows or do not match the network's
// inputs and outputs.
template <typename T>
void require_fitting_data(const Network& network, DatasetView<T> data, std::string_view name);

// Stations 2 to 7 on buffers.batch (1 is BatchIterator::fetch, 8 the caller's). Throws NonFiniteError before
// any parameter is changed when the loss or the gradient is not finite; the message names the step, the layer
// and what to try.
template <typename T>
StepReport train_step(const Compute& compute, const Network& network, const StepOptions& options,
                      const StepPlan& plan, TrainState<T>& state, StepBuffers<T>& buffers,
                      WorkspaceUse workspace_use = WorkspaceUse::left_out);

// Throws NonFiniteError naming the layer when a parameter is not finite (an update may overflow although the
// gradient was finite): called before parameters are kept.
template <typename T>
void require_finite_parameters(const Network& network, std::span<const T> parameters, std::uint64_t epoch,
                               std::optional<double> clip_norm = {});

}  // namespace chainrule
