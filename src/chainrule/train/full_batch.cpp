#include "chainrule/train/full_batch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/optim/parameter_tiles.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

static_assert(kFullBatchRows % kBatchBlock == 0 && std::has_single_bit(kFullBatchRows / kBatchBlock),
              "a block of rows is a whole subtree");

template <typename T>
void check(const Network& network, const FullBatchOptions& options, DatasetView<T> data) {
  validate(network);
  if (data.map != nullptr)
    throw StateError({.what = "an optimizer of all rows at once reads them as they are"});
  require_fitting_data<T>(network, data, "training");
  validate(options.loss, network.output_activation());
  validate_targets<T>(options.loss, data.targets);
  for (const double value : {options.penalty.l1, options.penalty.l2}) {
    if (value >= 0 && std::isfinite(value)) continue;
    throw UsageError({.what = "l1 and l2 cannot be negative", .got = format_number(value)});
  }
  for (const Layer& layer : network.layers) {
    if (!layer_traits(layer).is_random) continue;
    const std::string kind(name_of(kind_of(layer)));
    throw UsageError({.what = "the loss of all rows is not a function of the parameters alone with " + kind,
                      .expected = "a network without " + kind,
                      .got = layer_caption(layer).chain,
                      .advice = "leave " + kind + " out and use l2 instead, or train in batches"});
  }
}

template <typename T>
StepOptions step_options(const FullBatchOptions& options, DatasetView<T> data) {
  StepOptions step;
  step.loss = options.loss;
  step.rate_factors = options.rate_factors;
  step.penalty = penalty_of_batch<T>(options.penalty, data.rows(), data.row_weights);
  return step;
}

}  // namespace

template <typename T>
FullBatchLoss<T>::FullBatchLoss(const Compute& compute, const Network& network,
                                const FullBatchOptions& options, DatasetView<T> data)
    : compute_(compute),
      network_(network),
      data_(data),
      options_(step_options<T>(options, data)),
      plan_(plan_step(compute, network, options_)) {
  check<T>(network, options, data);
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.role == ParameterRole::width) widths_.push_back({segment.offset, segment.size()});
  }
  prepare_loss<T>(options_.loss, data.rows(), data.row_weights, loss_);
  const std::size_t blocks = (data.rows() + kFullBatchRows - 1) / kFullBatchRows;
  if (blocks > 1) levels_.resize(std::bit_width(blocks), AlignedVector<T>(parameter_count(network)));
}

template <typename T>
double FullBatchLoss<T>::evaluate(std::span<const T> parameters, std::span<T> gradient) {
  for (const ParameterRange& range : widths_) {
    const std::span<const T> widths = parameters.subspan(range.offset, range.size);
    if (std::any_of(widths.begin(), widths.end(), [](T width) { return !(width > 0); }))
      return std::numeric_limits<double>::infinity();
  }
  blocks_ = 0;
  LossScratch<T>& block_loss = buffers_.loss;
  for (std::size_t first = 0; first < data_.rows(); first += kFullBatchRows) {
    const std::size_t rows = std::min(kFullBatchRows, data_.rows() - first);
    const std::span<const T> factors = loss_.factors;
    const std::span<const T> block_factors = factors.size() == 1 ? factors : factors.subspan(first, rows);
    block_loss.factors.assign(block_factors.begin(), block_factors.end());
    block_loss.row_losses.resize(rows);
    losses_and_gradient<T>(compute_, network_, options_, plan_, parameters,
                           data_.inputs.row_block(first, rows), data_.targets.row_block(first, rows), {},
                           buffers_, gradient, WorkspaceUse::left_out);
    std::copy(block_loss.row_losses.begin(), block_loss.row_losses.end(),
              loss_.row_losses.begin() + static_cast<std::ptrdiff_t>(first));
    if (!levels_.empty()) join(gradient);
  }
  if (!levels_.empty()) finish(gradient);
  clear_ranges<T>(plan_.fixed, gradient);
  const double data_loss = joined_loss<T>(data_.row_weights, loss_);
  add_penalty_gradient<T>(compute_, options_.penalty, plan_.weights, parameters, gradient);
  return data_loss + penalty<T>(compute_, options_.penalty, plan_.weights, parameters);
}

// The gradient of the next block is added to the finished subtrees that end where it begins; the sum waits at
// its level.
template <typename T>
void FullBatchLoss<T>::join(std::span<T> gradient) {
  const std::size_t level = static_cast<std::size_t>(std::countr_one(blocks_));
  for_each_parameter_tile(compute_, gradient.size(), [&](std::size_t first, std::size_t count) {
    for (std::size_t below = 0; below < level; ++below) {
      for (std::size_t i = first; i < first + count; ++i)
        gradient[i] = levels_[below][i] + gradient[i];
    }
    std::copy_n(gradient.data() + first, count, levels_[level].data() + first);
  });
  ++blocks_;
}

// The subtrees that wait, from the right.
template <typename T>
void FullBatchLoss<T>::finish(std::span<T> gradient) const {
  const std::size_t lowest = static_cast<std::size_t>(std::countr_zero(blocks_));
  for_each_parameter_tile(compute_, gradient.size(), [&](std::size_t first, std::size_t count) {
    std::copy_n(levels_[lowest].data() + first, count, gradient.data() + first);
    for (std::size_t level = lowest + 1; level < levels_.size(); ++level) {
      if ((blocks_ >> level & 1) == 0) continue;
      for (std::size_t i = first; i < first + count; ++i)
        gradient[i] = levels_[level][i] + gradient[i];
    }
  });
}

template class FullBatchLoss<float>;
template class FullBatchLoss<double>;

}  // namespace chainrule
