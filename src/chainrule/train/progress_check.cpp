#include "chainrule/train/progress_check.h"

#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

std::size_t rows_of_batch(const TrainerOptions& options, std::size_t training_rows) {
  if (properties_of(options.optimizer.kind).needs_all_rows) return training_rows;
  if (options.loss.reduction == Reduction::single) return 1;
  return options.batch_size == 0 ? training_rows : options.batch_size;
}

template <typename T>
void require_fitting_progress(const Network& network, const TrainerOptions& options,
                              std::size_t training_rows, const TrainingProgress<T>& progress) {
  const std::size_t batch = rows_of_batch(options, training_rows);
  const std::size_t batches_per_epoch = (training_rows + batch - 1) / batch;
  const std::size_t count = parameter_count(network);
  const TrainState<T> fresh = make_train_state<T>(network, options.optimizer);
  const auto fits = [&](const TrainState<T>& state) {
    return state.parameters.size() == count && state.optimizer.first.size() == fresh.optimizer.first.size() &&
           state.optimizer.second.size() == fresh.optimizer.second.size();
  };
  const bool has_good = options.on_divergence == OnDivergence::halve;
  const std::uint64_t step = (progress.epoch - 1) * batches_per_epoch + progress.batches_done;
  if (fits(progress.state) && progress.best.size() == count && progress.epoch >= 1 &&
      progress.batches_done < batches_per_epoch && progress.state.step == step &&
      progress.history.epochs_run() + 1 == progress.epoch &&
      (has_good ? fits(progress.good.state) && progress.good.epochs < progress.epoch
                : progress.good.state.parameters.empty())) {
    return;
  }
  throw StateError(
      {.what = "the progress to resume from belongs to another training",
       .expected = count_of(count, "parameter") + ", epochs of " + count_of(batches_per_epoch, "step"),
       .got = count_of(progress.state.parameters.size(), "parameter") + ", epoch " +
              std::to_string(progress.epoch) + ", step " + std::to_string(progress.state.step)});
}

#define CHAINRULE_INSTANTIATE(T)                                                                \
  template void require_fitting_progress<T>(const Network&, const TrainerOptions&, std::size_t, \
                                            const TrainingProgress<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
