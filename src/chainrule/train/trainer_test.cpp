#include "chainrule/train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"

namespace chainrule {
namespace {

// y = 2 x1 - x2 + 0.5 on random points.
template <typename T>
Dataset<T> plane(std::size_t rows, std::uint64_t seed) {
  Dataset<T> data{.inputs = Matrix<T>(rows, 2), .targets = Matrix<T>(rows, 1)};
  for (std::size_t r = 0; r < rows; ++r) {
    const double x1 = 2 * random_uniform({.seed = seed}, 2 * r) - 1,
                 x2 = 2 * random_uniform({.seed = seed}, 2 * r + 1) - 1;
    data.inputs(r, 0) = static_cast<T>(x1);
    data.inputs(r, 1) = static_cast<T>(x2);
    data.targets(r, 0) = static_cast<T>(2 * x1 - x2 + 0.5);
  }
  return data;
}

Network linear() {
  return make_mlp({.inputs = 2, .outputs = 1});
}

template <typename T>
AlignedVector<T> start(const Network& network, std::uint64_t seed = 1) {
  AlignedVector<T> parameters(parameter_count(network));
  initialize_parameters<T>(network, {.seed = seed}, parameters);
  return parameters;
}

TrainerOptions descent() {
  return {.optimizer = {.kind = Optimizer::gradient_descent},
          .learning_rate = 0.2,
          .stopping = {.epochs = 100},
          .batch_size = 10};
}

TEST(Trainer, FindsThePlaneItWasGiven) {
  AlignedVector<double> w = start<double>(linear());
  const History history = train<double>({}, linear(), descent(), plane<double>(50, 1), nullptr, {}, {}, w);
  EXPECT_EQ(history.epochs.size(), 100u);
  EXPECT_EQ(history.stop_reason, StopReason::iteration_limit);
  EXPECT_NEAR(w[0], 2, 1e-6);
  EXPECT_NEAR(w[1], -1, 1e-6);
  EXPECT_NEAR(w[2], 0.5, 1e-6);
  EXPECT_LT(history.epochs.back().training_loss, 1e-10);
}

// One slope per unit, trained with the weights: after training no two are equal, and none has its initial
// value.
TEST(Trainer, PreluSlopesAndSwishBetasAreLearned) {
  for (const Activation f : {Activation::prelu, Activation::swish}) {
    const Network network = make_mlp({.inputs = 2,
                                      .hidden = {3},
                                      .outputs = 1,
                                      .hidden_activations = {f},
                                      .swish_beta = ParameterUse::learnable});
    AlignedVector<double> w = start<double>(network);
    const std::vector<ParameterSegment> segments = parameter_segments(network);
    const auto segment = std::find_if(segments.begin(), segments.end(), [](const ParameterSegment& s) {
      return s.role == ParameterRole::activation;
    });
    ASSERT_NE(segment, segments.end());
    const double before = w[segment->offset];
    EXPECT_EQ(before, properties_of(f).default_parameter);
    train<double>({}, network, descent(), plane<double>(50, 1), nullptr, {}, {}, w);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_GT(std::abs(w[segment->offset + i] - before), 1e-3) << name_of(f);
      EXPECT_NE(w[segment->offset + i], w[segment->offset + (i + 1) % 3]) << name_of(f);
    }
  }
}

// Batch descent with one batch an epoch is w - r dL/dw: the loss never rises at a small rate.
TEST(Trainer, BatchSizeZeroTakesAllRowsAtOnce) {
  TrainerOptions options = descent();
  options.batch_size = 0;
  std::size_t steps = 0;
  AlignedVector<float> w = start<float>(linear());
  const History history = train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {},
                                       {.on_step =
                                            [&](const StepReport& step) {
                                              EXPECT_EQ(step.rows, 50u);
                                              ++steps;
                                              return Continue::yes;
                                            }},
                                       w);
  EXPECT_EQ(steps, 100u);
  for (std::size_t i = 1; i < 100; ++i) {
    EXPECT_LE(history.epochs[i].training_loss, history.epochs[i - 1].training_loss + 1e-9);
  }
}

TEST(Trainer, ReductionSingleGoesRowByRow) {
  TrainerOptions options = descent();
  options.loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single};
  options.stopping.epochs = 2;
  std::size_t steps = 0;
  AlignedVector<double> w = start<double>(linear());
  train<double>({}, linear(), options, plane<double>(7, 1), nullptr, {},
                {.on_step =
                     [&](const StepReport&) {
                       ++steps;
                       return Continue::yes;
                     }},
                w);
  EXPECT_EQ(steps, 14u);
}

// The validation targets lie on another plane: fitting the training rows makes the validation loss rise
// again.
TEST(Trainer, BestValidationParametersAreRestored) {
  const Dataset<double> training = plane<double>(50, 1);
  Dataset<double> validation = plane<double>(20, 2);
  for (std::size_t r = 0; r < 20; ++r)
    validation.targets(r, 0) *= 0.5;
  TrainerOptions options = descent();
  options.learning_rate = 0.02;
  options.stopping.patience = 5;
  AlignedVector<double> w(3, 0.0);
  const History history = train<double>({}, linear(), options, training, &validation, {}, {}, w);
  EXPECT_EQ(history.stop_reason, StopReason::no_improvement);
  EXPECT_EQ(history.best_epoch + 5, history.epochs.size());
  const double kept = evaluate_dataset<double>({}, linear(), w, options.loss, validation, nullptr);
  EXPECT_EQ(kept, *history.epochs[history.best_epoch - 1].validation_loss);
  EXPECT_LT(kept, *history.epochs.back().validation_loss);
}

TEST(Trainer, DivergenceStopsWithFiniteParametersKept) {
  TrainerOptions options = descent();
  options.learning_rate = 1e6;
  AlignedVector<float> w = start<float>(linear());
  const History history = train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {}, {}, w);
  EXPECT_EQ(history.stop_reason, StopReason::diverged);
  ASSERT_EQ(history.divergences.size(), 1u);
  EXPECT_EQ(history.divergences[0].learning_rate, 1e6);
  EXPECT_NE(history.divergences[0].report.where.text().find("step"), std::string::npos);
  EXPECT_THROW(require_not_diverged(history), NonFiniteError);
  for (const float value : w)
    EXPECT_TRUE(std::isfinite(value));
}

TEST(Trainer, DivergenceInALaterEpochKeepsTheBestOne) {
  // Rows as large as these overflow once the weights have grown, in an epoch after the first.
  TrainerOptions options = descent();
  options.optimizer.kind = Optimizer::gradient_descent;
  options.learning_rate = 3;
  options.batch_size = 50;
  AlignedVector<float> w = start<float>(linear());
  std::vector<AlignedVector<float>> after_epochs;
  const ProgressHooks<float> hooks{.resume_from = nullptr,
                                   .on_boundary = [&](const TrainingProgress<float>& progress, Boundary) {
                                     after_epochs.push_back(progress.best);
                                   }};
  const History history = train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {}, {}, w, hooks);
  ASSERT_EQ(history.stop_reason, StopReason::diverged);
  ASSERT_GT(history.epochs.size(), 1u);
  EXPECT_EQ(history.divergences[0].epoch, history.epochs.size() + 1);
  EXPECT_EQ(w, after_epochs.back());
}

TEST(Trainer, HalvingGoesBackUntilItHolds) {
  TrainerOptions options = descent();
  options.optimizer.kind = Optimizer::momentum;
  options.learning_rate = 1000;
  options.on_divergence = OnDivergence::halve;
  options.stopping.epochs = 2000;  // long enough for slow growth to overflow, too
  AlignedVector<float> w = start<float>(linear());
  const History history = train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {}, {}, w);
  EXPECT_NE(history.stop_reason, StopReason::diverged);
  ASSERT_GE(history.divergences.size(), 2u);
  for (std::size_t i = 0; i < history.divergences.size(); ++i)
    EXPECT_EQ(history.divergences[i].learning_rate, 1000 / std::pow(2, i));
  EXPECT_EQ(history.epochs.back().learning_rate, 1000 / std::pow(2, history.divergences.size()));
  EXPECT_LT(history.epochs.back().training_loss, 1e-3);

  options.learning_rate = 1e300;  // 20 halvings are not enough
  AlignedVector<double> v = start<double>(linear());
  const AlignedVector<double> before = v;
  const History hopeless = train<double>({}, linear(), options, plane<double>(50, 1), nullptr, {}, {}, v);
  EXPECT_EQ(hopeless.stop_reason, StopReason::diverged);
  EXPECT_EQ(hopeless.divergences.size(), 21u);
  EXPECT_EQ(v, before);
}

TEST(Trainer, ObserverCanStopTheRun) {
  AlignedVector<float> w = start<float>(linear());
  const History history = train<float>(
      {}, linear(), descent(), plane<float>(50, 1), nullptr, {},
      {.on_epoch =
           [](const EpochReport& report) { return report.epoch == 3 ? Continue::stop : Continue::yes; }},
      w);
  EXPECT_EQ(history.epochs.size(), 3u);
  EXPECT_EQ(history.stop_reason, StopReason::asked_to_stop);
}

TEST(Trainer, StopsWithinAnEpochWhenAskedOrOutOfTime) {
  TrainerOptions options = descent();
  options.batch_size = 5;  // ten steps per epoch
  std::size_t steps = 0;
  AlignedVector<float> w = start<float>(linear());
  const AlignedVector<float> before = w;
  const History asked = train<float>(
      {}, linear(), options, plane<float>(50, 1), nullptr, {},
      {.on_step = [&](const StepReport&) { return ++steps == 3 ? Continue::stop : Continue::yes; }}, w);
  EXPECT_EQ(steps, 3u);
  EXPECT_EQ(asked.epochs.size(), 1u);
  EXPECT_EQ(asked.stop_reason, StopReason::asked_to_stop);
  EXPECT_NE(w, before);

  steps = 0;
  options.stopping.time_budget_seconds = 1e-9;  // used up after the first step
  const auto count = [&](const StepReport&) {
    ++steps;
    return Continue::yes;
  };
  const History timed =
      train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {}, {.on_step = count}, w);
  EXPECT_EQ(steps, 1u);
  EXPECT_EQ(timed.stop_reason, StopReason::time_budget);
}

TEST(Trainer, ValidationRowsThatOverflowAreReported) {
  Dataset<float> validation = plane<float>(5, 2);
  validation.inputs(3, 0) = 3e38F;
  validation.inputs(3, 1) = -3e38F;
  AlignedVector<float> w = start<float>(linear());
  const History history = train<float>({}, linear(), descent(), plane<float>(50, 1), &validation, {}, {}, w);
  ASSERT_EQ(history.stop_reason, StopReason::diverged);
  EXPECT_EQ(history.divergences[0].report.where, "epoch 1");
  EXPECT_NE(history.divergences[0].report.what.text().find("held-out"), std::string::npos);
}

// The rows of a plane and, if wanted, validation rows whose score is minus their loss.
template <typename T>
struct InPlace {
  Dataset<T> training = plane<T>(50, 1);
  Dataset<T> validation = plane<T>(20, 2);
  TrainingRows<T> rows{.training = training};
  TrainingProgress<T> progress;
  Continuation continuation;

  explicit InPlace(const TrainerOptions& options) {
    progress.state = make_train_state<T>(linear(), options.optimizer);
    progress.state.parameters = start<T>(linear());
    continuation.learning_rate = options.learning_rate;
  }
  void validate_with(std::function<double()> score) {
    rows.validation = validation;
    rows.score = [score = std::move(score)](MatrixView<const T>, MatrixView<const T>) { return score(); };
  }
  History run(const TrainerOptions& options, const TrainerObserver& observer = {}) {
    return train_in_place<T>({}, linear(), options, rows, observer, continuation, progress);
  }
  const AlignedVector<T>& parameters() const { return progress.state.parameters; }
};

// The optimizer's moments and the numbers of the epochs carry over, so that two calls are one longer
// training.
TEST(TrainInPlace, TwoCallsAreOneLongerTrainingAndTheBufferStays) {
  TrainerOptions options = descent();
  options.optimizer.kind = Optimizer::adam;
  options.kept = Kept::last;
  options.stopping.epochs = 6;
  InPlace<double> whole(options);
  const History history = whole.run(options);
  options.stopping.epochs = 3;
  InPlace<double> parts(options);
  const double* const buffer = parts.parameters().data();
  const History first = parts.run(options), second = parts.run(options);
  EXPECT_EQ(parts.parameters(), whole.parameters());
  EXPECT_EQ(parts.parameters().data(), buffer);
  EXPECT_EQ(parts.continuation.epochs, 6u);
  EXPECT_EQ(second.epochs[2].epoch, 3u);
  EXPECT_EQ(second.epochs[2].training_loss, history.epochs[5].training_loss);
}

TEST(TrainInPlace, IsTheLoopOfTrain) {
  TrainerOptions options = descent();
  options.kept = Kept::last;
  InPlace<float> in_place(options);
  in_place.run(options);
  AlignedVector<float> w = start<float>(linear());
  train<float>({}, linear(), options, in_place.training, nullptr, {}, {}, w);
  EXPECT_EQ(in_place.parameters(), w);
}

TEST(TrainInPlace, EndsAfterTooManyEpochsWithoutProgress) {
  TrainerOptions options = descent();
  options.kept = Kept::last;
  options.no_progress = {.epochs = 4, .tolerance = 1e9};
  InPlace<double> job(options);
  const History history = job.run(options);
  EXPECT_EQ(history.stop_reason, StopReason::no_improvement);
  EXPECT_EQ(history.epochs.size(), 6u);  // the first is progress, and five more are more than four

  options.no_progress.rate_divisor = 5;
  options.no_progress.lowest_rate = 0.05;
  InPlace<double> adaptive(options);
  const History slower = adaptive.run(options);
  EXPECT_EQ(slower.stop_reason, StopReason::no_improvement);
  EXPECT_EQ(slower.epochs.size(), 11u);
  EXPECT_EQ(slower.epochs[5].learning_rate, 0.2);
  EXPECT_EQ(slower.epochs[6].learning_rate, 0.2 / 5);
}

TEST(TrainInPlace, TheBestScoreIsRestoredUnlessAnotherPartFollows) {
  TrainerOptions options = descent();
  options.kept = Kept::best_score;
  options.stopping.epochs = 4;
  for (const bool is_part : {false, true}) {
    InPlace<double> job(options);
    const std::vector<double> scores = {0.1, 0.7, 0.7, 0.2};
    std::size_t epoch = 0;
    std::vector<AlignedVector<double>> after;
    job.validate_with([&] {
      after.push_back(job.parameters());
      return scores[epoch++];
    });
    job.continuation.is_part = is_part;
    job.run(options);
    EXPECT_EQ(job.continuation.no_progress.highest_score, 0.7);
    EXPECT_EQ(job.progress.best, after[1]);
    EXPECT_EQ(job.parameters(), after[is_part ? 3 : 1]);
  }
}

TEST(TrainInPlace, AfterADivergenceTheLastFiniteEpochIsTakenBack) {
  TrainerOptions options = descent();
  options.learning_rate = 3;
  options.batch_size = 50;
  options.kept = Kept::last;
  InPlace<float> job(options);
  std::vector<AlignedVector<float>> before;
  const History history =
      job.run(options, {.on_epoch_begin = [&](std::uint64_t) { before.push_back(job.parameters()); }});
  ASSERT_EQ(history.stop_reason, StopReason::diverged);
  ASSERT_GT(before.size(), 2u);
  EXPECT_EQ(job.parameters(), before[before.size() - 2]);
}

TEST(TrainInPlace, AnExceptionOfAnObserverLeavesTheParametersOfTheLastStep) {
  struct Interrupted {};
  TrainerOptions options = descent();
  options.kept = Kept::last;
  InPlace<double> job(options);
  AlignedVector<double> seen;
  const auto interrupt = [&](const StepReport&) -> Continue {
    seen = job.parameters();
    if (job.progress.state.step == 7) throw Interrupted();
    return Continue::yes;
  };
  EXPECT_THROW(job.run(options, {.on_step = interrupt}), Interrupted);
  EXPECT_EQ(job.parameters(), seen);
  EXPECT_EQ(job.continuation.epochs, 2u);  // five steps per epoch
}

TEST(TrainInPlace, ConstantsJoinTheReportedLossesAndInfiniteValidationLossesAreReported) {
  TrainerOptions options = descent();
  options.kept = Kept::last;
  options.stopping.epochs = 2;
  InPlace<float> plain(options);
  InPlace<float> job(options);
  job.rows.training_constant = 3;
  job.validation.inputs(3, 0) = 3e38F;
  job.validation.inputs(3, 1) = -3e38F;
  job.validate_with([] { return 0.5; });
  const History expected = plain.run(options), history = job.run(options);
  EXPECT_EQ(history.epochs[1].training_loss, expected.epochs[1].training_loss + 3);
  EXPECT_FALSE(std::isfinite(*history.epochs[1].validation_loss));
  EXPECT_EQ(job.parameters(), plain.parameters());
}

TEST(TrainInPlace, LayersAreReportedOnRequest) {
  TrainerOptions options = descent();
  options.kept = Kept::last;
  InPlace<double> with(options), without(options);
  EXPECT_EQ(with.run(options).epochs[0].layers.size(), 1u);
  options.layer_reports = LayerReports::none;
  EXPECT_TRUE(without.run(options).epochs[0].layers.empty());
  EXPECT_EQ(with.parameters(), without.parameters());
}

// Dropout, the plateau schedule, an optimizer with two moments, held-out rows: all the state of steps and
// epochs.
template <typename T>
struct Eventful {
  Network network = make_mlp({.inputs = 2, .hidden = {9}, .outputs = 1, .dropout = 0.2});
  Dataset<T> training = plane<T>(50, 1);
  Dataset<T> validation = plane<T>(20, 2);
  TrainerOptions options = descent();
  Eventful() {
    options.optimizer.kind = Optimizer::adam;
    options.learning_rate = 0.05;
    options.schedule = {.kind = ScheduleKind::plateau, .patience = 1};
    options.stopping = {.epochs = 5, .patience = 4};
    options.batch_size = 12;  // five steps per epoch
  }
  History run(AlignedVector<T>& w, const TrainerObserver& observer, const ProgressHooks<T>& hooks,
              const Compute& compute = {}) const {
    return train<T>(compute, network, options, training, &validation, {}, observer, w, hooks);
  }
};

template <typename T>
void stop_at_each_step_and_resume(OnDivergence on_divergence) {
  Eventful<T> job;
  job.options.on_divergence = on_divergence;
  AlignedVector<T> whole = start<T>(job.network);
  const History whole_history = job.run(whole, {}, {});
  ThreadPool pool(3);
  for (std::size_t stop_after = 1; stop_after <= 25; ++stop_after) {
    std::optional<TrainingProgress<T>> kept;
    std::size_t steps = 0;
    AlignedVector<T> w = start<T>(job.network);
    job.run(
        w,
        {.on_epoch = {},
         .on_step =
             [&](const StepReport&) { return ++steps == stop_after ? Continue::stop : Continue::yes; }},
        {.resume_from = nullptr, .on_boundary = [&](const TrainingProgress<T>& progress, Boundary boundary) {
           if (boundary == Boundary::end) kept = progress;
         }});
    ASSERT_TRUE(kept) << stop_after;
    EXPECT_EQ(kept->state.step, stop_after);
    AlignedVector<T> resumed(w.size(), T{});
    const History history = job.run(resumed, {}, {.resume_from = &*kept, .on_boundary = {}}, {.pool = &pool});
    EXPECT_EQ(resumed, whole) << "stopped after step " << stop_after;
    EXPECT_EQ(history.best_epoch, whole_history.best_epoch);
    EXPECT_EQ(history.stop_reason, whole_history.stop_reason);
    ASSERT_EQ(history.epochs.size(), whole_history.epochs.size());
    for (std::size_t e = 0; e < history.epochs.size(); ++e) {
      EXPECT_EQ(history.epochs[e].training_loss, whole_history.epochs[e].training_loss);
      EXPECT_EQ(history.epochs[e].validation_loss, whole_history.epochs[e].validation_loss);
      EXPECT_EQ(history.epochs[e].learning_rate, whole_history.epochs[e].learning_rate);
    }
  }
}

TEST(Trainer, ResumedFromAnyStepItEndsWithTheSameBits) {
  stop_at_each_step_and_resume<float>(OnDivergence::stop);
  stop_at_each_step_and_resume<double>(OnDivergence::halve);
}

TEST(Trainer, ResumedAfterADivergenceItEndsWithTheSameBits) {
  Eventful<float> job;
  job.options.optimizer.kind = Optimizer::gradient_descent;
  job.options.learning_rate = 1e5;
  job.options.on_divergence = OnDivergence::halve;
  AlignedVector<float> whole = start<float>(job.network);
  std::vector<TrainingProgress<float>> kept;
  const History history = job.run(
      whole, {},
      {.resume_from = nullptr,
       .on_boundary = [&](const TrainingProgress<float>& progress, Boundary) { kept.push_back(progress); }});
  ASSERT_GE(history.divergences.size(), 2u);
  std::size_t within_an_epoch = 0;
  for (const TrainingProgress<float>& progress : kept) {
    within_an_epoch += progress.batches_done > 0 ? 1 : 0;
    AlignedVector<float> resumed(whole.size(), 0.0F);
    const History rest = job.run(resumed, {}, {.resume_from = &progress, .on_boundary = {}});
    EXPECT_EQ(resumed, whole) << "from step " << progress.state.step;
    EXPECT_EQ(rest.divergences.size(), history.divergences.size());
  }
  EXPECT_GT(within_an_epoch, 0u);
}

TEST(Trainer, ProgressOfAnotherTrainingIsRefused) {
  const Eventful<float> job;
  std::optional<TrainingProgress<float>> kept;
  AlignedVector<float> w = start<float>(job.network);
  job.run(w, {},
          {.resume_from = nullptr, .on_boundary = [&](const TrainingProgress<float>& progress, Boundary) {
             if (progress.state.step == 7) kept = progress;
           }});
  ASSERT_TRUE(kept);
  const auto refused = [&](auto change) {
    TrainingProgress<float> other = *kept;
    change(other);
    EXPECT_THROW(job.run(w, {}, {.resume_from = &other, .on_boundary = {}}), StateError);
  };
  refused([](TrainingProgress<float>& p) { p.state.parameters.pop_back(); });
  refused([](TrainingProgress<float>& p) { p.state.optimizer.second.clear(); });
  refused([](TrainingProgress<float>& p) { p.best.clear(); });
  refused([](TrainingProgress<float>& p) { p.batches_done = 5; });
  refused([](TrainingProgress<float>& p) { p.state.step = 8; });
  refused([](TrainingProgress<float>& p) { p.history.epochs.clear(); });
  refused([](TrainingProgress<float>& p) { p.good.state = p.state; });
}

TEST(Trainer, ABatchLargerThanTheDataIsRefused) {
  TrainerOptions options = descent();
  options.batch_size = 51;
  AlignedVector<float> w = start<float>(linear());
  try {
    train<float>({}, linear(), options, plane<float>(50, 1), nullptr, {}, {}, w);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(text_of(error.report()).expected, "at most 50 training rows");
    EXPECT_EQ(text_of(error.report()).got, "51");
  }
}

TEST(Trainer, DataOfAnotherShapeAreRefused) {
  AlignedVector<float> w = start<float>(linear());
  Dataset<float> data{.inputs = Matrix<float>(5, 3), .targets = Matrix<float>(5, 1)};
  EXPECT_THROW(train<float>({}, linear(), descent(), data, nullptr, {}, {}, w), StateError);
}

// The contract: one set of bits for every thread count and vector width.
TEST(Trainer, ThreadsAndVectorWidthDoNotChangeABit) {
  const Network network = make_mlp({.inputs = 2,
                                    .hidden = {19, 7},
                                    .outputs = 1,
                                    .hidden_activations = {Activation::tanh},
                                    .dropout = 0.2});
  TrainerOptions options = descent();
  options.optimizer.kind = Optimizer::adam;
  options.stopping.epochs = 3;
  const Dataset<float> data = plane<float>(100, 1);
  std::vector<AlignedVector<float>> results;
  for (const std::size_t threads : {1u, 2u, 3u}) {
    ThreadPool pool(threads);
    for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
      if (!is_supported(path)) continue;
      results.push_back(start<float>(network));
      train<float>({.path = path, .pool = &pool}, network, options, data, nullptr, {}, {}, results.back());
    }
  }
  for (const auto& result : results)
    EXPECT_EQ(result, results.front());
}

// A training run stopped within an epoch reports the deltas of its last step, or none, but never those of an
// earlier one.
TEST(Trainer, AnEpochThatEndsEarlyShowsNoOldDeltas) {
  const Dataset<double> data = plane<double>(50, 1);
  for (const std::size_t hidden : {3, 20}) {
    const Network network = make_mlp({.inputs = 2, .hidden = {hidden}, .outputs = 1});
    AlignedVector<double> w = start<double>(network);
    std::size_t steps = 0;
    const TrainerObserver stop_at_third{.on_epoch = {}, .on_step = [&](const StepReport&) {
                                          return ++steps == 3 ? Continue::stop : Continue::yes;
                                        }};
    const History history = train<double>({}, network, descent(), data, nullptr, {}, stop_at_third, w);
    ASSERT_EQ(history.epochs.size(), 1u);
    const bool is_narrow_here = !plan_step({}, network, {}).narrow.empty();
    EXPECT_EQ(is_narrow_here, hidden <= 8 && best_kernel_path() != KernelPath::scalar);
    for (const LayerGradient& layer : history.epochs[0].layers)
      EXPECT_EQ(layer.delta_rms.has_value(), !is_narrow_here) << hidden;
    for (const LayerGradient& layer : history.first_step)
      EXPECT_TRUE(layer.delta_rms.has_value());
  }
}

TEST(EvaluateDataset, DoesNotDependOnItsBlocks) {
  const Dataset<double> data = plane<double>(2500, 3);  // three blocks of 1024
  const AlignedVector<double> w = {1, 1, 0};
  Matrix<double> outputs;
  const double loss = evaluate_dataset<double>({}, linear(), w, {}, data, &outputs);
  double sum = 0;
  for (std::size_t r = 0; r < 2500; ++r) {
    const double y = data.inputs(r, 0) + data.inputs(r, 1);
    EXPECT_NEAR(outputs(r, 0), y, 1e-15);
    sum += (y - data.targets(r, 0)) * (y - data.targets(r, 0));
  }
  EXPECT_NEAR(loss, sum / 2500, 1e-12);
}

TEST(Trainer, Bf16ProductsNeedFloatAndAMatrixUnit) {
  const Network network = make_mlp({.inputs = 2, .outputs = 1});
  Dataset<float> floats{.inputs = Matrix<float>(1, 2), .targets = Matrix<float>(1, 1)};
  Dataset<double> doubles{.inputs = Matrix<double>(1, 2), .targets = Matrix<double>(1, 1)};
  AlignedVector<float> float_parameters(3);
  AlignedVector<double> double_parameters(3);
  EXPECT_THROW(train<float>({.matrix_unit = {}}, network, {.batch_size = 1, .products = Products::bf16},
                            floats, nullptr, {}, {}, float_parameters),
               StateError);
  EXPECT_THROW(train<double>({.matrix_unit = MatrixUnit::portable}, network,
                             {.batch_size = 1, .products = Products::bf16}, doubles, nullptr, {}, {},
                             double_parameters),
               StateError);
}

}  // namespace
}  // namespace chainrule
