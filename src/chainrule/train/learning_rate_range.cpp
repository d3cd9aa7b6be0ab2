#include "chainrule/train/learning_rate_range.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr double kMemory = 0.95;  // b
// So many steps are level: their rates are below 2e-6. Fewer would not smooth the losses of the batches.
constexpr std::size_t kLevelSteps = 20;
// The loss has risen far if it is above its lowest value by so many times the initial loss, or the fall.
constexpr double kFarAbove = 2;
// A fall of the loss by less than this share is noise.
constexpr double kLeastFall = 0.01;
constexpr double kDistance = 10;  // of the suggested rate from that with the lowest loss

// What is measured so far, step by step.
class Measurement {
 public:
  void add(double learning_rate, double loss) {
    mean_ = kMemory * mean_ + (1 - kMemory) * loss;
    weight_ *= kMemory;
    range_.steps.push_back(
        {.learning_rate = learning_rate, .loss = loss, .smoothed_loss = mean_ / (1 - weight_)});
    const std::size_t count = range_.steps.size();
    if (count <= kLevelSteps) {
      range_.initial_loss = smoothed();
      range_.lowest = count - 1;
    } else if (smoothed() < lowest()) {
      range_.lowest = count - 1;
    }
  }

  bool has_risen_far() const {
    if (range_.steps.size() <= kLevelSteps) return false;
    const double size = std::max(std::abs(range_.initial_loss), range_.initial_loss - lowest());
    return smoothed() > lowest() + kFarAbove * size;
  }

  LearningRateRange finished(RangeEnd end) {
    range_.end = end;
    const double fall = range_.initial_loss - lowest();
    if (end != RangeEnd::asked_to_stop && range_.steps.size() > kLevelSteps &&
        fall > kLeastFall * std::abs(range_.initial_loss)) {
      const double rate = range_.steps[range_.lowest].learning_rate / kDistance;
      range_.suggested = parse_double(format_significant(rate, 2));
    }
    return std::move(range_);
  }

 private:
  double smoothed() const { return range_.steps.back().smoothed_loss; }
  double lowest() const { return range_.steps[range_.lowest].smoothed_loss; }

  LearningRateRange range_;
  double mean_ = 0, weight_ = 1;
};

}  // namespace

template <typename T>
LearningRateRange test_learning_rates(const Compute& compute, const Network& network, StepOptions options,
                                      std::size_t batch_size, RowOrder row_order, DatasetView<T> rows,
                                      std::span<const T> parameters, const RangeOptions& range,
                                      const std::function<bool()>& is_asked_to_stop) {
  validate(options.loss, network.output_activation());
  validate(options.optimizer);
  require_fitting_data<T>(network, rows, "training");
  validate_targets<T>(options.loss, rows.targets);
  BatchIterator<T> batches(rows, batch_size, row_order, options.seed);
  options.schedule = {};
  options.steps_per_epoch = batches.batches_per_epoch();
  const StepPlan plan = plan_step(compute, network, options);
  TrainState<T> state = make_train_state<T>(network, options.optimizer);
  std::ranges::copy(parameters, state.parameters.begin());
  StepBuffers<T> buffers;
  Measurement measurement;
  double rate = range.lowest;
  for (std::uint32_t epoch = 1;; ++epoch) {
    batches.start_epoch(epoch);
    for (std::size_t batch = 0; batch < batches.batches_per_epoch(); ++batch) {
      if (rate > range.highest) return measurement.finished(RangeEnd::highest_rate);
      if (is_asked_to_stop && is_asked_to_stop()) return measurement.finished(RangeEnd::asked_to_stop);
      batches.fetch(batch, buffers.batch, compute);
      options.learning_rate = rate;
      try {
        const StepReport step = train_step<T>(compute, network, options, plan, state, buffers);
        measurement.add(rate, step.loss);
      } catch (const NonFiniteError&) {
        if (state.step == 0) throw;
        return measurement.finished(RangeEnd::not_finite);
      }
      if (measurement.has_risen_far()) return measurement.finished(RangeEnd::loss_rose);
      rate *= range.growth;
    }
  }
}

#define CHAINRULE_INSTANTIATE(T)                                                          \
  template LearningRateRange test_learning_rates<T>(                                      \
      const Compute&, const Network&, StepOptions, std::size_t, RowOrder, DatasetView<T>, \
      std::span<const T>, const RangeOptions&, const std::function<bool()>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
