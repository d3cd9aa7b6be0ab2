#include "chainrule/optim/lbfgs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/optim/parameter_tiles.h"

namespace chainrule {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// f(x) = 1/2 sum a_i (x_i - 1)^2, at its minimum in (1, .., 1).
template <typename T>
LossAndGradient<T> bowl(std::vector<double> a) {
  return [a](std::span<const T> x, std::span<T> gradient) {
    double f = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double e = static_cast<double>(x[i]) - 1;
      f += a[i] * e * e / 2;
      gradient[i] = static_cast<T>(a[i] * e);
    }
    return f;
  };
}

// sum over pairs of 100 (x2 - x1^2)^2 + (1 - x1)^2: a bent valley with its floor at (1, 1, ..).
template <typename T>
double rosenbrock(std::span<const T> x, std::span<T> gradient) {
  double f = 0;
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
    const double x1 = static_cast<double>(x[i]), x2 = static_cast<double>(x[i + 1]);
    const double bend = x2 - x1 * x1, rest = 1 - x1;
    f += 100 * bend * bend + rest * rest;
    gradient[i] = static_cast<T>(-400 * x1 * bend - 2 * rest);
    gradient[i + 1] = static_cast<T>(200 * bend);
  }
  if (x.size() % 2 != 0) gradient.back() = 0;
  return f;
}

// Only a tiny gradient may end it.
constexpr LbfgsOptions kExact{.gradient_tolerance = 1e-9, .loss_tolerance = 0};

TEST(Lbfgs, OneParameterOfAQuadraticTakesTwoSteps) {
  AlignedVector<double> x = {3};
  LbfgsState<double> state;
  EXPECT_EQ(minimise_lbfgs<double>({}, kExact, bowl<double>({0.25}), {}, x, state),
            LbfgsEnd::converged_gradient);
  EXPECT_LE(state.iterations, 2u);
  EXPECT_NEAR(x[0], 1, 1e-9);
  EXPECT_NEAR(state.loss, 0, 1e-15);
}

// g = a e = 0.5: with t = 1 the first step goes to e = 2 - 0.5 = 1.5, where the loss is 0.28125 and the slope
// -0.5 * 0.375 = -0.1875, flat enough.
TEST(Lbfgs, TheFirstStepIsAlongTheGradient) {
  AlignedVector<double> x = {3};
  LbfgsState<double> state;
  LbfgsIteration first;
  const LbfgsObserver stop = [&](const LbfgsIteration& iteration) {
    first = iteration;
    return false;
  };
  EXPECT_EQ(minimise_lbfgs<double>({}, kExact, bowl<double>({0.25}), stop, x, state),
            LbfgsEnd::asked_to_stop);
  EXPECT_EQ(x[0], 2.5);
  EXPECT_EQ(first.iteration, 1u);
  EXPECT_EQ(first.evaluations, 2u);
  EXPECT_EQ(first.step, 1);
  EXPECT_DOUBLE_EQ(first.loss, 0.28125);
  EXPECT_DOUBLE_EQ(first.gradient_norm, 0.375);
  EXPECT_DOUBLE_EQ(first.largest_gradient, 0.375);
}

template <typename T>
void expect_minimum_of_rosenbrock(double gradient_tolerance, double distance) {
  AlignedVector<T> x = {T(-1.2), T(1)};
  LbfgsState<T> state;
  const LbfgsOptions options{.gradient_tolerance = gradient_tolerance, .loss_tolerance = 0};
  EXPECT_EQ(minimise_lbfgs<T>({}, options, rosenbrock<T>, {}, x, state), LbfgsEnd::converged_gradient);
  EXPECT_NEAR(x[0], 1, distance);
  EXPECT_NEAR(x[1], 1, distance);
  EXPECT_LT(state.iterations, 50u);
  EXPECT_LT(state.evaluations, 70u);
}

TEST(Lbfgs, FollowsRosenbrocksValleyToItsEnd) {
  expect_minimum_of_rosenbrock<double>(1e-9, 1e-8);
  expect_minimum_of_rosenbrock<float>(1e-3, 1e-3);
}

// A condition of 1e6: descent with any fixed rate would need more than ten million steps.
TEST(Lbfgs, HandlesBowlsStretchedAMillionTimes) {
  std::vector<double> a(20);
  for (std::size_t i = 0; i < a.size(); ++i)
    a[i] = std::pow(10, 6.0 * static_cast<double>(i) / 19);
  AlignedVector<double> x(a.size());
  LbfgsState<double> state;
  const LbfgsOptions options{.max_iterations = 20'000, .gradient_tolerance = 1e-6, .loss_tolerance = 0};
  EXPECT_EQ(minimise_lbfgs<double>({}, options, bowl<double>(a), {}, x, state), LbfgsEnd::converged_gradient);
  for (const double value : x)
    EXPECT_NEAR(value, 1, 1e-6);
  EXPECT_LT(state.iterations, 6000u);  // SciPy's L-BFGS-B takes 5008
}

TEST(Lbfgs, TheLossNeverRises) {
  AlignedVector<float> x(40, -1.5F);
  LbfgsState<float> state;
  double before = kInfinity;
  const LbfgsObserver observer = [&](const LbfgsIteration& iteration) {
    EXPECT_LE(iteration.loss, before) << iteration.iteration;
    before = iteration.loss;
    return true;
  };
  minimise_lbfgs<float>({}, {.gradient_tolerance = 0, .loss_tolerance = 0}, rosenbrock<float>, observer, x,
                        state);
  EXPECT_LT(before, 1e-6);
}

TEST(Lbfgs, AStartAtTheMinimumIsTheEnd) {
  AlignedVector<double> x = {1, 1};
  LbfgsState<double> state;
  EXPECT_EQ(minimise_lbfgs<double>({}, kExact, rosenbrock<double>, {}, x, state),
            LbfgsEnd::converged_gradient);
  EXPECT_EQ(state.iterations, 0u);
  EXPECT_EQ(state.evaluations, 1u);
}

TEST(Lbfgs, ALossThatFallsByNextToNothingIsTheEnd) {
  AlignedVector<double> x = {-1.2, 1};
  LbfgsState<double> state;
  const LbfgsOptions options{.gradient_tolerance = 0, .loss_tolerance = 1e-2};
  double before = 0, after = 0;
  const LbfgsObserver observer = [&](const LbfgsIteration& iteration) {
    before = after;
    after = iteration.loss;
    return true;
  };
  EXPECT_EQ(minimise_lbfgs<double>({}, options, rosenbrock<double>, observer, x, state),
            LbfgsEnd::converged_loss);
  EXPECT_LE(before - after, 1e-2 * std::max(before, 1.0));
}

TEST(Lbfgs, LimitsAreRespected) {
  for (const std::size_t limit : {1, 2, 7, 13, 20}) {
    AlignedVector<double> x = {-1.2, 1};
    LbfgsState<double> state;
    EXPECT_EQ(minimise_lbfgs<double>({}, {.max_iterations = limit}, rosenbrock<double>, {}, x, state),
              LbfgsEnd::iterations);
    EXPECT_EQ(state.iterations, limit);

    x = {-1.2, 1};
    state = {};
    std::size_t calls = 0;
    const LossAndGradient<double> counted = [&](std::span<const double> at, std::span<double> gradient) {
      ++calls;
      return rosenbrock<double>(at, gradient);
    };
    EXPECT_EQ(minimise_lbfgs<double>({}, {.max_evaluations = limit}, counted, {}, x, state),
              LbfgsEnd::evaluations);
    EXPECT_EQ(state.evaluations, limit);
    EXPECT_EQ(calls, limit);
    // Even when cut off within a line search, the reported loss and gradient are those of x.
    AlignedVector<double> gradient(2);
    EXPECT_EQ(rosenbrock<double>(x, gradient), state.loss);
    EXPECT_EQ(gradient, state.gradient);
  }
}

TEST(Lbfgs, AStoppedMinimisationResumesToTheSameBits) {
  AlignedVector<double> through(30, -1.2), stopped = through;
  LbfgsState<double> state, parts;
  minimise_lbfgs<double>({}, kExact, rosenbrock<double>, {}, through, state);
  ASSERT_GT(state.iterations, 12u);
  LbfgsEnd end = LbfgsEnd::asked_to_stop;
  std::size_t runs = 0;
  for (; end == LbfgsEnd::asked_to_stop; ++runs) {
    LbfgsState<double> copy = parts;  // as read from a file
    const auto stop = [](const LbfgsIteration& iteration) { return iteration.iteration % 3 != 0; };
    end = minimise_lbfgs<double>({}, kExact, rosenbrock<double>, stop, stopped, copy);
    parts = copy;
  }
  EXPECT_GT(runs, 4u);
  EXPECT_EQ(end, LbfgsEnd::converged_gradient);
  EXPECT_EQ(stopped, through);
  EXPECT_EQ(parts.evaluations, state.evaluations);
}

// f(x) = e - log e, e = 4 x - 11, has its minimum at 3 and is not finite from 2.75 down. Far above, where the
// slope hardly changes, the second step would go hundreds of units down.
TEST(Lbfgs, RegionsThatAreNotFiniteAreBackedOutOf) {
  for (const double outside : {kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    std::size_t outsiders = 0;
    const LossAndGradient<double> f = [&](std::span<const double> x, std::span<double> gradient) {
      double sum = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double e = 4 * x[i] - 11;
        if (e <= 0) {
          ++outsiders;
          gradient[i] = outside;
          return sum + outside;
        }
        gradient[i] = 4 - 4 / e;
        sum += e - std::log(e);
      }
      return sum;
    };
    AlignedVector<double> x = {8, 9};
    LbfgsState<double> state;
    EXPECT_EQ(minimise_lbfgs<double>({}, kExact, f, {}, x, state), LbfgsEnd::converged_gradient) << outside;
    EXPECT_NEAR(x[0], 3, 1e-8);
    EXPECT_NEAR(x[1], 3, 1e-8);
    EXPECT_GT(outsiders, 0u);
  }
}

// The loss levels off, so that a parameter could run out of float: it never does.
TEST(Lbfgs, ParametersStayFinite) {
  const LossAndGradient<float> f = [](std::span<const float> x, std::span<float> gradient) {
    gradient[0] = -1e-3F;
    return std::isfinite(x[0]) ? -1e-3 * static_cast<double>(x[0]) : 0;
  };
  AlignedVector<float> x = {0};
  LbfgsState<float> state;
  minimise_lbfgs<float>({}, {.max_iterations = 1000, .gradient_tolerance = 0}, f, {}, x, state);
  EXPECT_TRUE(std::isfinite(x[0])) << x[0];
  EXPECT_GT(x[0], 1e6F);
}

TEST(Lbfgs, AStartThatIsNotFiniteIsAnError) {
  for (const double bad : {kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    for (const bool is_gradient : {false, true}) {
      const LossAndGradient<double> f = [&](std::span<const double>, std::span<double> gradient) {
        gradient[0] = is_gradient ? bad : 1;
        return is_gradient ? 1 : bad;
      };
      AlignedVector<double> x = {1};
      LbfgsState<double> state;
      try {
        minimise_lbfgs<double>({}, {}, f, {}, x, state);
        FAIL();
      } catch (const NonFiniteError& error) {
        EXPECT_NE(text_of(error.report()).advice.find("smaller initial parameters"), std::string::npos);
      }
      EXPECT_TRUE(state.gradient.empty());
      EXPECT_EQ(x[0], 1);
    }
  }
}

// |x| with a gradient of the wrong sign: every step leads up.
TEST(Lbfgs, AFunctionThatRisesAlongItsGradientEndsTheSearchWhereItBegan) {
  const LossAndGradient<double> f = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = -1;
    return x[0];
  };
  AlignedVector<double> x = {0.5};
  LbfgsState<double> state;
  EXPECT_EQ(minimise_lbfgs<double>({}, {}, f, {}, x, state), LbfgsEnd::line_search_failed);
  EXPECT_EQ(x[0], 0.5);
  EXPECT_EQ(state.loss, 0.5);
  EXPECT_EQ(state.gradient[0], -1);
  EXPECT_EQ(state.iterations, 0u);
}

// Large enough that tiles go to the pool, with an end that fills no tile.
template <typename T>
void expect_equal_everywhere() {
  constexpr std::size_t kSize = kParallelParameters + 1003;
  ThreadPool two(2), three(3);
  std::vector<AlignedVector<T>> results;
  std::vector<LbfgsState<T>> states;
  for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (ThreadPool* const pool : {static_cast<ThreadPool*>(nullptr), &two, &three}) {
      AlignedVector<T> x(kSize);
      for (std::size_t i = 0; i < kSize; ++i)
        x[i] = static_cast<T>(4 * random_uniform({.seed = 9}, i) - 2);
      LbfgsState<T> state;
      minimise_lbfgs<T>({.path = path, .pool = pool}, {.memory = 3, .max_iterations = 8}, rosenbrock<T>, {},
                        x, state);
      EXPECT_EQ(state.iterations, 8u);
      results.push_back(std::move(x));
      states.push_back(std::move(state));
    }
  }
  for (std::size_t i = 1; i < results.size(); ++i) {
    EXPECT_EQ(results[i], results[0]) << i;
    EXPECT_EQ(states[i].loss, states[0].loss) << i;
    EXPECT_EQ(states[i].steps, states[0].steps) << i;
    EXPECT_EQ(states[i].changes, states[0].changes) << i;
    EXPECT_EQ(states[i].curvatures, states[0].curvatures) << i;
  }
}

TEST(Lbfgs, EveryNumberOfThreadsAndVectorWidthGivesTheSameBits) {
  expect_equal_everywhere<float>();
  expect_equal_everywhere<double>();
}

TEST(Lbfgs, OptionsOutOfRangeAndStatesOfAnotherSizeAreRefused) {
  EXPECT_THROW(validate(LbfgsOptions{.memory = 0}), UsageError);
  EXPECT_THROW(validate(LbfgsOptions{.max_evaluations = 0}), UsageError);
  EXPECT_THROW(validate(LbfgsOptions{.gradient_tolerance = -1}), UsageError);
  EXPECT_THROW(validate(LbfgsOptions{.loss_tolerance = kInfinity}), UsageError);
  EXPECT_NO_THROW(validate(LbfgsOptions{}));
  AlignedVector<double> x = {3};
  LbfgsState<double> state;
  minimise_lbfgs<double>({}, {}, bowl<double>({1}), {}, x, state);
  x.push_back(1);
  EXPECT_THROW(minimise_lbfgs<double>({}, {}, bowl<double>({1, 1}), {}, x, state), StateError);
  EXPECT_THROW(
      minimise_lbfgs<double>({}, {.memory = 4}, bowl<double>({1}), {}, std::span<double>(x).first(1), state),
      StateError);
}

TEST(Lbfgs, EveryEndHasAName) {
  EXPECT_EQ(enum_table<LbfgsEnd>().size(), 6u);
  EXPECT_EQ(parse_name<LbfgsEnd>("line_search_failed"), LbfgsEnd::line_search_failed);
}

}  // namespace
}  // namespace chainrule
