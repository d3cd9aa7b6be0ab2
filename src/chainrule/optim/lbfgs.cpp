// The equations of lbfgs.h in code: find_direction is the two-loop recursion, `search` brackets a step
// and zooms in on it, and evaluate_at is one call of the function that is minimised.

#include "chainrule/optim/lbfgs.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/optim/inner_product.h"
#include "chainrule/optim/parameter_tiles.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

// c1 and c2 of the Wolfe conditions, as Nocedal and Wright recommend for quasi-Newton directions.
constexpr double kDecrease = 1e-4;
constexpr double kCurvature = 0.9;
// The largest number of evaluations in one line search, as in L-BFGS-B.
constexpr std::size_t kMostTrials = 20;

// A place on the line x + step d; loss and slope d f / d step are infinite where either is not finite.
struct Point {
  double step = 0;
  double loss = 0;
  double slope = 0;

  bool is_finite() const { return std::isfinite(loss); }
};

// The minimum of the cubic with these values and slopes; NaN when it has none.
double cubic_minimum(const Point& a, const Point& b) {
  const double width = b.step - a.step;
  const double d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step);
  const double d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), width);
  return b.step - width * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
}

// A step beyond `last`, where the function still falls, within the bounds of Moré and Thuente 1994.
double step_beyond(const Point& previous, const Point& last) {
  const double stride = last.step - previous.step;
  const double nearest = last.step + 1.1 * stride, farthest = last.step + 4 * stride;
  const double minimum = cubic_minimum(previous, last);
  return minimum > last.step ? std::clamp(minimum, nearest, farthest) : farthest;
}

// An interval that contains a good step: `low` is its better end, `high` may lie on either side.
struct Bracket {
  Point low, high;
  double width_before = std::numeric_limits<double>::infinity();

  // A step inside it; halves the interval when the cubics make too little progress.
  double next_step() {
    const double width = high.step - low.step;
    const bool is_slow = std::abs(width) > 2.0 / 3 * width_before;
    width_before = std::abs(width);
    double share = 0.5;
    if (high.is_finite() && !is_slow) {
      const double minimum = (cubic_minimum(low, high) - low.step) / width;
      if (!std::isnan(minimum)) share = std::clamp(minimum, 0.1, 0.9);
    }
    return low.step + share * width;
  }
};

template <typename T>
class Minimiser {
 public:
  Minimiser(const Compute& compute, const LbfgsOptions& options, const LossAndGradient<T>& evaluate,
            const LbfgsObserver& observer, std::span<T> x, LbfgsState<T>& state)
      : compute_(compute),
        options_(options),
        evaluate_(evaluate),
        observer_(observer),
        x_(x),
        state_(state),
        start_x_(x.size()),
        start_gradient_(x.size()),
        kept_gradient_(x.size()),
        direction_(x.size()) {}

  LbfgsEnd run() {
    if (state_.gradient.empty()) begin();
    if (is_gradient_small()) return LbfgsEnd::converged_gradient;
    for (;;) {
      if (state_.iterations >= options_.max_iterations) return LbfgsEnd::iterations;
      if (is_out_of_evaluations()) return LbfgsEnd::evaluations;
      const double before = state_.loss;
      if (!advance()) return is_out_of_evaluations() ? LbfgsEnd::evaluations : LbfgsEnd::line_search_failed;
      ++state_.iterations;
      const bool goes_on = report();
      if (is_gradient_small()) return LbfgsEnd::converged_gradient;
      const double scale = std::max({std::abs(before), std::abs(state_.loss), 1.0});
      if (before - state_.loss <= options_.loss_tolerance * scale) return LbfgsEnd::converged_loss;
      if (!goes_on) return LbfgsEnd::asked_to_stop;
    }
  }

 private:
  void begin() {
    LbfgsState<T> fresh;
    fresh.steps.resize(options_.memory * x_.size());
    fresh.changes.resize(options_.memory * x_.size());
    fresh.curvatures.resize(options_.memory);
    fresh.loss = evaluate_start<T>(compute_, evaluate_, x_, fresh.gradient);
    fresh.evaluations = 1;
    state_ = std::move(fresh);
  }

  bool is_gradient_small() const {
    return largest_component<T>(state_.gradient) <= options_.gradient_tolerance;
  }
  bool is_out_of_evaluations() const { return state_.evaluations >= options_.max_evaluations; }

  bool report() const {
    if (!observer_) return true;
    return observer_({.iteration = state_.iterations,
                      .evaluations = state_.evaluations,
                      .loss = state_.loss,
                      .gradient_norm = std::sqrt(sum_of_squares<T>(compute_, state_.gradient)),
                      .largest_gradient = largest_component<T>(state_.gradient),
                      .step = step_});
  }

  // One iteration. False when no step was found: x is unchanged.
  bool advance() {
    for (;;) {
      find_direction();
      const double slope = inner_product<T, double>(state_.gradient, direction_);
      if (std::isfinite(slope) && slope < 0) {
        const double length = state_.pairs == 0 ? std::sqrt(-slope) : 0;
        if (search(slope, length > 1 ? 1 / length : 1)) return true;
      }
      if (state_.pairs == 0 || is_out_of_evaluations()) return false;
      state_.pairs = 0;
    }
  }

  // d = -H g in two loops over the pairs, from the newest to the oldest and back.
  void find_direction() {
    const std::size_t memory = options_.memory;
    const auto slot = [&](std::size_t age) { return (state_.next + memory - 1 - age) % memory; };
    for_each_parameter_tile(compute_, x_.size(), [&](std::size_t first, std::size_t count) {
      for (std::size_t i = first; i < first + count; ++i)
        direction_[i] = -static_cast<double>(state_.gradient[i]);
    });
    if (state_.pairs == 0) return;
    shares_.resize(state_.pairs);
    for (std::size_t age = 0; age < state_.pairs; ++age) {
      const std::size_t k = slot(age);
      shares_[age] = inner_product<T, double>(pair(state_.steps, k), direction_) / state_.curvatures[k];
      add_to_direction(-shares_[age], pair(state_.changes, k));
    }
    const std::size_t newest = slot(0);
    const double scale =
        state_.curvatures[newest] / sum_of_squares<T>(compute_, pair(state_.changes, newest));
    for_each_parameter_tile(compute_, x_.size(), [&](std::size_t first, std::size_t count) {
      for (std::size_t i = first; i < first + count; ++i)
        direction_[i] *= scale;
    });
    for (std::size_t age = state_.pairs; age-- > 0;) {
      const std::size_t k = slot(age);
      const double back =
          inner_product<T, double>(pair(state_.changes, k), direction_) / state_.curvatures[k];
      add_to_direction(shares_[age] - back, pair(state_.steps, k));
    }
  }

  // Along the direction, whose slope at x is below 0: on success x, loss and gradient are those of the new
  // point and the pair is kept; otherwise nothing changes.
  bool search(double slope, double first_step) {
    std::copy(x_.begin(), x_.end(), start_x_.begin());
    start_gradient_.swap(state_.gradient);
    const Point start{.loss = state_.loss, .slope = slope};
    Bracket bracket{.low = start};
    bool is_bracketed = false;
    double step = first_step;
    for (std::size_t trial = 0; trial < kMostTrials && !is_out_of_evaluations(); ++trial) {
      if (!move_to(step)) break;
      const Point point = evaluate_at(step);
      const bool is_low_enough = point.loss <= start.loss + kDecrease * step * slope;
      if (is_low_enough && std::abs(point.slope) <= -kCurvature * slope) {
        accept(point, slope);
        return true;
      }
      Point& low = bracket.low;
      if (!is_low_enough || point.loss >= low.loss) {
        bracket.high = point;
        is_bracketed = true;
      } else {
        // The minimum lies beyond the new low end as soon as the function rises from there towards the high
        // one.
        const bool turns = point.slope * (is_bracketed ? bracket.high.step - low.step : 1) >= 0;
        const Point previous = low;
        low = point;
        kept_gradient_.swap(state_.gradient);
        if (turns) {
          bracket.high = previous;
          is_bracketed = true;
        }
        if (!is_bracketed) {
          step = step_beyond(previous, low);
          continue;
        }
      }
      step = bracket.next_step();
    }
    if (bracket.low.step > 0) {  // lower than x, though not where the slope has flattened
      move_to(bracket.low.step);
      kept_gradient_.swap(state_.gradient);
      accept(bracket.low, slope);
      return true;
    }
    std::copy(start_x_.begin(), start_x_.end(), x_.begin());
    start_gradient_.swap(state_.gradient);
    return false;
  }

  // x = start + step d. False when the step is too short to change any number.
  bool move_to(double step) {
    for_each_parameter_tile(compute_, x_.size(), [&](std::size_t first, std::size_t count) {
      for (std::size_t i = first; i < first + count; ++i)
        x_[i] = static_cast<T>(static_cast<double>(start_x_[i]) + step * direction_[i]);
    });
    return !std::equal(x_.begin(), x_.end(), start_x_.begin());
  }

  Point evaluate_at(double step) {
    constexpr double kNone = std::numeric_limits<double>::infinity();
    // A function that levels off may be finite where a parameter is not.
    if (!all_finite<T>(x_)) return {step, kNone, kNone};
    const double loss = evaluate_(x_, state_.gradient);
    ++state_.evaluations;
    // A component that is not finite shows in the slope, whatever it is multiplied with.
    const double slope = inner_product<T, double>(state_.gradient, direction_);
    if (!std::isfinite(loss) || !std::isfinite(slope)) return {step, kNone, kNone};
    return {step, loss, slope};
  }

  void accept(const Point& point, double start_slope) {
    state_.loss = point.loss;
    step_ = point.step;
    const std::size_t k = state_.next;
    const std::span<T> s = pair(state_.steps, k), y = pair(state_.changes, k);
    // s.y from the slopes: a pair that is only rounding must not replace a good one.
    const double change = (point.slope - start_slope) * point.step;
    if (!(change > std::numeric_limits<T>::epsilon() * -start_slope * point.step)) return;
    for_each_parameter_tile(compute_, x_.size(), [&](std::size_t first, std::size_t count) {
      for (std::size_t i = first; i < first + count; ++i) {
        s[i] = x_[i] - start_x_[i];
        y[i] = state_.gradient[i] - start_gradient_[i];
      }
    });
    const double curvature = inner_product<T, T>(s, y);
    if (!(curvature > 0) || !std::isfinite(curvature)) {
      // The slot held the oldest pair, if it held any.
      state_.pairs = std::min(state_.pairs, options_.memory - 1);
      return;
    }
    state_.curvatures[k] = curvature;
    state_.next = (k + 1) % options_.memory;
    state_.pairs = std::min(state_.pairs + 1, options_.memory);
  }

  std::span<T> pair(AlignedVector<T>& all, std::size_t k) const {
    return std::span(all).subspan(k * x_.size(), x_.size());
  }

  void add_to_direction(double factor, std::span<const T> values) {
    for_each_parameter_tile(compute_, x_.size(), [&](std::size_t first, std::size_t count) {
      for (std::size_t i = first; i < first + count; ++i)
        direction_[i] += factor * static_cast<double>(values[i]);
    });
  }

  template <typename A, typename B>
  double inner_product(std::span<const A> a, std::span<const B> b) {
    return chainrule::inner_product<A, B>(compute_, a, b, chunks_);
  }

  const Compute& compute_;
  const LbfgsOptions& options_;
  const LossAndGradient<T>& evaluate_;
  const LbfgsObserver& observer_;
  const std::span<T> x_;
  LbfgsState<T>& state_;
  AlignedVector<T> start_x_;         // where the line begins
  AlignedVector<T> start_gradient_;  // at that point
  AlignedVector<T> kept_gradient_;   // at the bracket's low end
  AlignedVector<double> direction_;
  std::vector<double> chunks_;  // of the current inner product
  std::vector<double> shares_;  // of the two loops
  double step_ = 0;             // of the last iteration
};

template <typename T>
void check_state(const LbfgsOptions& options, std::size_t parameters, const LbfgsState<T>& state) {
  const std::size_t numbers = options.memory * parameters;
  const bool fits = state.gradient.size() == parameters && state.steps.size() == numbers &&
                    state.changes.size() == numbers && state.curvatures.size() == options.memory &&
                    state.pairs <= options.memory && state.next < options.memory;
  if (fits || state.gradient.empty()) return;
  throw StateError(
      {.what = "the state to resume from belongs to another minimisation",
       .expected = count_of(parameters, "parameter") + ", room for " + count_of(options.memory, "pair"),
       .got = count_of(state.gradient.size(), "parameter") + ", room for " +
              count_of(state.curvatures.size(), "pair")});
}

void require(bool holds, std::string_view what, std::string_view expected, double got) {
  if (holds) return;
  throw UsageError({.what = std::string(what) + " is out of range",
                    .expected = std::string(expected),
                    .got = format_number(got)});
}

}  // namespace

void validate(const LbfgsOptions& options) {
  const auto is_tolerance = [](double value) { return value >= 0 && std::isfinite(value); };
  require(options.memory >= 1, "the number of pairs", "1 or more", static_cast<double>(options.memory));
  require(options.max_evaluations >= 1, "the limit on evaluations", "1 or more",
          static_cast<double>(options.max_evaluations));
  require(is_tolerance(options.gradient_tolerance), "the gradient's tolerance", "0 or more",
          options.gradient_tolerance);
  require(is_tolerance(options.loss_tolerance), "the loss's tolerance", "0 or more", options.loss_tolerance);
}

template <typename T>
LbfgsEnd minimise_lbfgs(const Compute& compute, const LbfgsOptions& options,
                        const LossAndGradient<T>& evaluate, const LbfgsObserver& observer, std::span<T> x,
                        LbfgsState<T>& state) {
  validate(options);
  check_state(options, x.size(), state);
  return Minimiser<T>(compute, options, evaluate, observer, x, state).run();
}

#define CHAINRULE_INSTANTIATE(T)                                                                      \
  template LbfgsEnd minimise_lbfgs<T>(const Compute&, const LbfgsOptions&, const LossAndGradient<T>&, \
                                      const LbfgsObserver&, std::span<T>, LbfgsState<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
