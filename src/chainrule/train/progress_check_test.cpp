#include "chainrule/train/progress_check.h"

#include <gtest/gtest.h>

#include <functional>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// Ten rows in batches of four: three steps per epoch.
constexpr std::size_t kRows = 10;
const TrainerOptions kOptions = {.optimizer = {.kind = Optimizer::adam}, .batch_size = 4};

TEST(RowsOfBatch, AreAllOrOneOrAsManyAsAsked) {
  EXPECT_EQ(rows_of_batch(kOptions, kRows), 4u);
  EXPECT_EQ(rows_of_batch({.batch_size = 0}, kRows), 10u);
  EXPECT_EQ(rows_of_batch({.loss = {.reduction = Reduction::single}, .batch_size = 1}, kRows), 1u);
}

TEST(RequireFittingProgress, TakesCountersThatFitTheRowsAndNoOthers) {
  const Network network = make_mlp({.inputs = 2, .hidden = {3}, .outputs = 1});
  // The second step of the third epoch.
  TrainingProgress<float> progress;
  progress.state = make_train_state<float>(network, kOptions.optimizer);
  progress.best = progress.state.parameters;
  progress.history.epochs = {{.epoch = 1}, {.epoch = 2}};
  progress.epoch = 3;
  progress.batches_done = 1;
  progress.state.step = 7;
  require_fitting_progress<float>(network, kOptions, kRows, progress);
  const auto refused = [&](const std::function<void(TrainingProgress<float>&)>& change) {
    TrainingProgress<float> other = progress;
    change(other);
    EXPECT_THROW(require_fitting_progress<float>(network, kOptions, kRows, other), StateError);
  };
  refused([](TrainingProgress<float>& p) { p.state.step = 8; });
  refused([](TrainingProgress<float>& p) { p.batches_done = 3, p.state.step = 9; });
  refused([](TrainingProgress<float>& p) { p.epoch = 2, p.state.step = 4; });
  refused([](TrainingProgress<float>& p) { p.state.parameters.pop_back(); });
  refused([](TrainingProgress<float>& p) { p.best.pop_back(); });
  refused([](TrainingProgress<float>& p) { p.state.optimizer.first.pop_back(); });
  refused([](TrainingProgress<float>& p) { p.good.state = p.state; });
  EXPECT_THROW(require_fitting_progress<float>(network, kOptions, 2 * kRows, progress), StateError);
}

}  // namespace
}  // namespace chainrule
