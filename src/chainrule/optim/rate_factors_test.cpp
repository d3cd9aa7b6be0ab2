#include "chainrule/optim/rate_factors.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/optim/parameter_tiles.h"

namespace chainrule {
namespace {

using Values = std::vector<double>;

std::vector<Optimizer> optimizers_of_batches() {
  std::vector<Optimizer> found;
  for (const EnumName<Optimizer>& entry : enum_table<Optimizer>())
    if (!properties_of(entry.value).needs_all_rows) found.push_back(entry.value);
  return found;
}

// Three updates of these parameters with weight decay.
Values three_updates(Optimizer kind, double rate, std::span<const RateFactor> factors, Values w) {
  const OptimizerOptions options{.kind = kind, .weight_decay = 0.1};
  OptimizerState<double> state = make_optimizer_state<double>(options, w.size());
  const std::vector<ParameterRange> all = {{.offset = 0, .size = w.size()}};
  for (const double gradient : {0.5, -1.0, 0.25}) {
    const Values g(w.size(), gradient);
    update<double>({}, options, rate, learned_parts(all, factors), g, w, state, factors);
  }
  return w;
}

TEST(RateFactors, OfOneChangeNothing) {
  const RateFactors ones = {{{0, 2}, 1}, {{2, 1}, 1}};
  for (const Optimizer kind : optimizers_of_batches())
    EXPECT_EQ(three_updates(kind, 0.1, ones, {1, 2, 3}), three_updates(kind, 0.1, {}, {1, 2, 3}));
}

TEST(RateFactors, AFixedParameterKeepsItsBitsUnderEveryOptimizerAndDecay) {
  const RateFactors factors = {{{1, 1}, 1}};
  for (const Optimizer kind : optimizers_of_batches()) {
    const Values w = three_updates(kind, 0.1, factors, {0, 2, -0.3});
    EXPECT_EQ(w[0], 0) << name_of(kind);
    EXPECT_EQ(w[1], three_updates(kind, 0.1, {}, {0, 2, -0.3})[1]) << name_of(kind);
    EXPECT_EQ(w[2], -0.3) << name_of(kind);
  }
}

// Without decay, which takes the rate itself.
TEST(RateFactors, MultiplyTheRateOfTheirParametersOnly) {
  const RateFactors factors = {{{0, 1}, 1}, {{1, 1}, 6}};
  for (const Optimizer kind : optimizers_of_batches()) {
    const OptimizerOptions options{.kind = kind};
    OptimizerState<double> state = make_optimizer_state<double>(options, 2), alone = state;
    Values w = {1, 1}, fast = {1, 1};
    for (const double gradient : {0.5, -1.0}) {
      const Values g(2, gradient);
      update<double>({}, options, 0.01, {}, g, w, state, factors);
      update<double>({}, options, 6 * 0.01, {}, g, fast, alone);
    }
    EXPECT_NE(w[0], w[1]) << name_of(kind);
    EXPECT_EQ(w[1], fast[1]) << name_of(kind);
  }
}

TEST(RateFactors, GiveTheSameBitsOnAnyNumberOfThreads) {
  const std::size_t n = kParallelParameters + 100;
  RateFactors factors;
  for (std::size_t i = 0; i + 7 < n; i += 7)
    factors.push_back({{i, 3}, 1.0 + static_cast<double>(i % 3)});
  const auto updated = [&](ThreadPool* pool) {
    const OptimizerOptions options;
    OptimizerState<float> state = make_optimizer_state<float>(options, n);
    AlignedVector<float> w(n, 1), g(n);
    for (std::size_t i = 0; i < n; ++i)
      g[i] = static_cast<float>(i % 11) - 5;
    update<float>({.pool = pool}, options, 0.01, {}, g, w, state, factors);
    return w;
  };
  const AlignedVector<float> alone = updated(nullptr);
  ThreadPool pool(3);
  EXPECT_EQ(updated(&pool), alone);
  EXPECT_EQ(alone[3], 1) << "a gap";
  EXPECT_NE(alone[2], 1);
}

TEST(RateFactors, LeaveGapsThatAreFixed) {
  const RateFactors factors = {{{2, 3}, 1}, {{5, 1}, 6}, {{8, 2}, 1}};
  EXPECT_EQ(fixed_ranges(factors, 12), (std::vector<ParameterRange>{{0, 2}, {6, 2}, {10, 2}}));
  EXPECT_EQ(fixed_ranges({}, 12), std::vector<ParameterRange>{});
  const std::vector<ParameterRange> weights = {{0, 4}, {6, 4}};
  EXPECT_EQ(learned_parts(weights, factors), (std::vector<ParameterRange>{{2, 2}, {8, 2}}));
  EXPECT_EQ(learned_parts(weights, {}), weights);
  std::vector<double> gradient = {1, 2, 3};
  clear_ranges<double>(std::vector<ParameterRange>{{1, 1}}, gradient);
  EXPECT_EQ(gradient, (std::vector<double>{1, 0, 3}));
}

TEST(RateFactors, NeighboursWithOneFactorAreOneRange) {
  RateFactors factors;
  append_rate_factor(factors, {{0, 2}, 1});
  append_rate_factor(factors, {{2, 2}, 1});
  append_rate_factor(factors, {{4, 0}, 3});
  append_rate_factor(factors, {{4, 1}, 6});
  append_rate_factor(factors, {{6, 1}, 6});
  EXPECT_EQ(factors, (RateFactors{{{0, 4}, 1}, {{4, 1}, 6}, {{6, 1}, 6}}));
}

TEST(RateFactors, ThatDoNotFitAreRefused) {
  EXPECT_NO_THROW(validate(RateFactors{{{0, 2}, 1}, {{2, 1}, 6}}, 3));
  for (const RateFactors& wrong : {RateFactors{{{0, 4}, 1}}, RateFactors{{{2, 1}, 1}, {{1, 1}, 1}},
                                   RateFactors{{{0, 1}, 0}}, RateFactors{{{5, 1}, 1}}})
    EXPECT_THROW(validate(wrong, 3), StateError);
}

}  // namespace
}  // namespace chainrule
