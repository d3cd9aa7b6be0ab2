#include "chainrule/optim/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/optim/parameter_tiles.h"

namespace chainrule {
namespace {

using Values = std::vector<double>;

// Two updates of one parameter that starts at 1, with gradients 0.5 and then -1, at rate 0.1.
Values two_updates(const OptimizerOptions& options, double rate = 0.1) {
  OptimizerState<double> state = make_optimizer_state<double>(options, 1);
  Values w = {1}, after;
  const ParameterRange all{.offset = 0, .size = 1};
  for (const double gradient : {0.5, -1.0}) {
    update<double>({}, options, rate, {&all, 1}, {&gradient, 1}, w, state);
    after.push_back(w[0]);
  }
  EXPECT_EQ(state.updates, 2u);
  return after;
}

// w1 = 1 - 0.1 * 0.5 = 0.95;  w2 = 0.95 + 0.1 * 1 = 1.05
TEST(Optimizer, GradientDescentFirstSteps) {
  const Values w = two_updates({.kind = Optimizer::gradient_descent});
  EXPECT_DOUBLE_EQ(w[0], 0.95);
  EXPECT_DOUBLE_EQ(w[1], 1.05);
}

// v1 = -0.05, w1 = 0.95;  v2 = 0.9 * -0.05 + 0.1 = 0.055, w2 = 1.005
TEST(Optimizer, MomentumFirstSteps) {
  const Values w = two_updates({.kind = Optimizer::momentum, .momentum = 0.9});
  EXPECT_DOUBLE_EQ(w[0], 0.95);
  EXPECT_DOUBLE_EQ(w[1], 1.005);
}

// v1 = -0.05, w1 = 1 + 0.9 * -0.05 - 0.05 = 0.905;  v2 = 0.055, w2 = 0.905 + 0.9 * 0.055 + 0.1 = 1.0545
TEST(Optimizer, NesterovFirstSteps) {
  const Values w = two_updates({.kind = Optimizer::nesterov, .momentum = 0.9});
  EXPECT_DOUBLE_EQ(w[0], 0.905);
  EXPECT_DOUBLE_EQ(w[1], 1.0545);
}

// s1 = 0.1 * 0.25 = 0.025, w1 = 1 - 0.05 / sqrt(0.025);
// s2 = 0.0225 + 0.1 = 0.1225, sqrt = 0.35, w2 = w1 + 0.1 / 0.35
TEST(Optimizer, RmspropFirstSteps) {
  const Values w = two_updates({.kind = Optimizer::rmsprop, .rho = 0.9, .epsilon = 1e-30});
  EXPECT_NEAR(w[0], 0.68377223398316206, 1e-15);
  EXPECT_NEAR(w[1], 0.68377223398316206 + 0.28571428571428571, 1e-15);
}

// t=1: a = 0.05, s = 0.00025; corrected 0.5 and 0.25: the step is 0.1 * 0.5 / 0.5 = 0.1 whatever the
//      gradient's size.
// t=2: a = 0.045 - 0.1 = -0.055, corrected by 1 - 0.81 = 0.19: -0.28947368421052633
//      s = 0.00024975 + 0.001 = 0.00124975, corrected by 1 - 0.998001 = 0.001999: 0.62518759379689845
//      step 0.1 * -0.28947368421052633 / 0.79068805087524780 = -0.036610353
TEST(Optimizer, AdamFirstSteps) {
  const Values w = two_updates({.kind = Optimizer::adam, .epsilon = 1e-30});
  EXPECT_NEAR(w[0], 0.9, 1e-15);
  EXPECT_NEAR(w[1], 0.9 + 0.1 * 0.28947368421052633 / 0.79068805087524780, 1e-14);
}

// Decay first: w is multiplied by 1 - 0.1 * 0.5 = 0.95, then the adam step of 0.1: 0.85; then 0.85 * 0.95 and
// adam's second step, which does not depend on w.
TEST(Optimizer, AdamwFirstSteps) {
  const Values w = two_updates({.kind = Optimizer::adamw, .epsilon = 1e-30, .weight_decay = 0.5});
  EXPECT_NEAR(w[0], 0.85, 1e-15);
  EXPECT_NEAR(w[1], 0.85 * 0.95 + 0.1 * 0.28947368421052633 / 0.79068805087524780, 1e-14);
}

// The known fault of advancing the correction once per tensor instead of once per step would show here.
TEST(Optimizer, BiasCorrectionAdvancesOncePerUpdateOfAllParameters) {
  OptimizerState<double> state = make_optimizer_state<double>({.kind = Optimizer::adam}, 3);
  Values w = {0, 0, 0};
  const Values gradient = {1, 100, -0.01};
  update<double>({}, {.kind = Optimizer::adam}, 0.1, {}, gradient, w, state);
  EXPECT_EQ(state.updates, 1u);
  EXPECT_NEAR(w[0], -0.1, 1e-8);
  EXPECT_NEAR(w[1], -0.1, 1e-8);
  EXPECT_NEAR(w[2], 0.1, 1e-6);
}

TEST(Optimizer, DecayTouchesOnlyTheListedRuns) {
  OptimizerState<double> state = make_optimizer_state<double>({.kind = Optimizer::gradient_descent}, 4);
  Values w = {1, 1, 1, 1};
  const Values gradient(4, 0);
  const ParameterRange middle{.offset = 1, .size = 2};
  update<double>({}, {.kind = Optimizer::gradient_descent, .weight_decay = 0.5}, 0.1, {&middle, 1}, gradient,
                 w, state);
  EXPECT_EQ(w, (Values{1, 0.95, 0.95, 1}));
}

template <typename T>
void expect_equal_on_every_path() {
  constexpr std::size_t kSize = 137;
  for (const EnumName<Optimizer>& optimizer : enum_table<Optimizer>()) {
    if (properties_of(optimizer.value).needs_all_rows) continue;
    const OptimizerOptions options{.kind = optimizer.value, .weight_decay = 0.01};
    std::vector<AlignedVector<T>> results;
    for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
      if (!is_supported(path)) continue;
      OptimizerState<T> state = make_optimizer_state<T>(options, kSize);
      AlignedVector<T> w(kSize), g(kSize);
      const ParameterRange run{.offset = 3, .size = 100};
      for (std::uint64_t step = 0; step < 5; ++step) {
        for (std::size_t i = 0; i < kSize; ++i) {
          g[i] = static_cast<T>(random_uniform({.seed = step}, i) - 0.5);
        }
        update<T>({.path = path}, options, 0.01, {&run, 1}, g, w, state);
      }
      results.push_back(w);
    }
    for (const AlignedVector<T>& result : results)
      EXPECT_EQ(result, results.front()) << optimizer.word;
  }
}

TEST(Optimizer, EveryVectorWidthGivesTheSameBits) {
  expect_equal_on_every_path<float>();
  expect_equal_on_every_path<double>();
}

// Above the size from which tiles go to the pool, with a last tile that is not full and decay that begins and
// ends within a tile.
template <typename T>
void expect_equal_on_threads() {
  constexpr std::size_t kSize = kParallelParameters + 1003;
  ThreadPool two(2), three(3);
  for (const EnumName<Optimizer>& optimizer : enum_table<Optimizer>()) {
    if (properties_of(optimizer.value).needs_all_rows) continue;
    const OptimizerOptions options{.kind = optimizer.value, .weight_decay = 0.01};
    const ParameterRange runs[] = {{.offset = 3, .size = 40'000}, {.offset = 50'001, .size = kSize - 50'001}};
    std::vector<OptimizerState<T>> states;
    std::vector<AlignedVector<T>> results;
    for (ThreadPool* const pool : {static_cast<ThreadPool*>(nullptr), &two, &three}) {
      OptimizerState<T> state = make_optimizer_state<T>(options, kSize);
      AlignedVector<T> w(kSize), g(kSize);
      for (std::size_t i = 0; i < kSize; ++i)
        w[i] = static_cast<T>(random_uniform({.seed = 9}, i) - 0.5);
      for (std::uint64_t step = 0; step < 2; ++step) {
        for (std::size_t i = 0; i < kSize; ++i)
          g[i] = static_cast<T>(random_uniform({.seed = step}, i) - 0.5);
        update<T>({.pool = pool}, options, 0.01, runs, g, w, state);
      }
      states.push_back(std::move(state));
      results.push_back(std::move(w));
    }
    for (std::size_t i = 1; i < results.size(); ++i) {
      EXPECT_EQ(results[i], results[0]) << optimizer.word;
      EXPECT_EQ(states[i].first, states[0].first) << optimizer.word;
      EXPECT_EQ(states[i].second, states[0].second) << optimizer.word;
      EXPECT_EQ(states[i].updates, 2u);
    }
  }
}

TEST(Optimizer, EveryNumberOfThreadsGivesTheSameBits) {
  expect_equal_on_threads<float>();
  expect_equal_on_threads<double>();
}

// On f(w) = 1/2 w^2 (gradient w) every optimizer must get near 0.
TEST(Optimizer, EveryOptimizerFindsTheBottomOfABowl) {
  for (const EnumName<Optimizer>& optimizer : enum_table<Optimizer>()) {
    if (properties_of(optimizer.value).needs_all_rows) continue;
    const OptimizerOptions options{.kind = optimizer.value};
    OptimizerState<float> state = make_optimizer_state<float>(options, 1);
    std::vector<float> w = {3};
    for (int step = 0; step < 2000; ++step) {
      const std::vector<float> gradient = w;
      update<float>({}, options, 0.02, {}, gradient, w, state);
    }
    EXPECT_NEAR(w[0], 0, 0.03) << optimizer.word;
  }
}

TEST(Optimizer, OptimizersThatNeedAllRowsHaveNoUpdateOfABatch) {
  for (const EnumName<Optimizer>& optimizer : enum_table<Optimizer>()) {
    if (!properties_of(optimizer.value).needs_all_rows) continue;
    const OptimizerOptions options{.kind = optimizer.value};
    OptimizerState<float> state = make_optimizer_state<float>(options, 1);
    std::vector<float> w = {3}, gradient = {1};
    EXPECT_THROW(update<float>({}, options, 0.1, {}, gradient, w, state), UsageError) << optimizer.word;
    EXPECT_EQ(w[0], 3);
    EXPECT_EQ(properties_of(optimizer.value).learning_rate, 0);
  }
}

TEST(Optimizer, OptionsOutOfRangeAreNamed) {
  EXPECT_THROW(validate(OptimizerOptions{.momentum = 1}), UsageError);
  EXPECT_THROW(validate(OptimizerOptions{.beta1 = -0.1}), UsageError);
  EXPECT_THROW(validate(OptimizerOptions{.epsilon = 0}), UsageError);
  EXPECT_THROW(validate(OptimizerOptions{.weight_decay = -1}), UsageError);
  EXPECT_NO_THROW(validate(OptimizerOptions{}));
}

TEST(IntegerPower, IsRepeatedMultiplication) {
  EXPECT_EQ(integer_power(0.9, 0), 1);
  EXPECT_EQ(integer_power(2, 10), 1024);
  EXPECT_NEAR(integer_power(0.999, 1000), 0.36769542477096406, 1e-14);
}

}  // namespace
}  // namespace chainrule
