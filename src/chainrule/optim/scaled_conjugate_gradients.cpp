#include "chainrule/optim/scaled_conjugate_gradients.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "chainrule/optim/inner_product.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

constexpr double kFirstScale = 1e-6;
constexpr double kProbe = 1e-4;  // length of the step that measures the curvature
constexpr double kFailed = -2;   // D of a point that is not finite: the curvature becomes four times d
constexpr double kLargestScale = 1e30;

template <typename T>
class Iteration {
 public:
  Iteration(const Compute& compute, const LossAndGradient<T>& evaluate, std::span<T> x, ScgState<T>& state)
      : compute_(compute),
        evaluate_(evaluate),
        x_(x),
        state_(state),
        start_(x.begin(), x.end()),
        gradient_(x.size()) {}

  void begin() {
    ScgState<T> fresh;
    fresh.loss = evaluate_start<T>(compute_, evaluate_, x_, fresh.gradient);
    fresh.direction.resize(x_.size());
    fresh.scale = kFirstScale;
    state_ = std::move(fresh);
    restart();
  }

  IterationEnd run() {
    for (;;) {
      double slope = -product(state_.gradient, state_.direction);  // m
      if (slope == 0 || !std::isfinite(slope)) {
        restart();
        slope = -product(state_.gradient, state_.direction);
        if (!(slope > 0)) return IterationEnd::at_minimum;
      }
      const double square = sum_of_squares<double>(compute_, state_.direction);
      if (state_.has_moved) state_.curvature = measured_curvature(square);
      make_positive(square);
      ++state_.iterations;
      if (!(state_.scale < kLargestScale) || !move_by(slope / state_.curvature)) break;
      if (try_step(slope, square)) return IterationEnd::moved;
    }
    std::copy(start_.begin(), start_.end(), x_.begin());
    return IterationEnd::at_minimum;
  }

 private:
  double product(std::span<const T> a, std::span<const double> b) {
    return inner_product<T, double>(compute_, a, b, chunks_);
  }

  // p = r
  void restart() {
    std::transform(state_.gradient.begin(), state_.gradient.end(), state_.direction.begin(),
                   [](T g) { return -static_cast<double>(g); });
    state_.has_moved = true;
  }

  // x = start + step p. False when that changes no number.
  bool move_by(double step) {
    for (std::size_t i = 0; i < x_.size(); ++i)
      x_[i] = static_cast<T>(static_cast<double>(start_[i]) + step * state_.direction[i]);
    return !std::equal(x_.begin(), x_.end(), start_.begin());
  }

  // Station 1. 0 where it cannot be measured: the scale alone is then the curvature.
  double measured_curvature(double square) {
    const double step = kProbe / std::sqrt(square);
    if (!std::isfinite(step) || !move_by(step)) return 0;
    const double loss = evaluate_(x_, gradient_);
    const double curvature =
        (product(gradient_, state_.direction) - product(state_.gradient, state_.direction)) / step;
    return std::isfinite(loss) && std::isfinite(curvature) ? curvature : 0;
  }

  // Station 2.
  void make_positive(double square) {
    state_.curvature += (state_.scale - state_.raised) * square;
    if (state_.curvature > 0) return;
    state_.raised = 2 * (state_.scale - state_.curvature / square);
    state_.curvature = -state_.curvature + state_.scale * square;
    state_.scale = state_.raised;
  }

  // Stations 3 to 5 at x = start + a p. False: x is not accepted.
  bool try_step(double slope, double square) {
    const double loss = evaluate_(x_, gradient_);
    const bool is_finite = std::isfinite(loss) && all_finite<T>(gradient_) && all_finite<T>(x_);
    const double curvature = state_.curvature;
    const double comparison = is_finite ? 2 * curvature * (state_.loss - loss) / (slope * slope) : kFailed;
    const bool is_success = comparison >= 0;
    if (is_success) {
      accept(loss, slope);
      if (comparison >= 0.75) state_.scale /= 4;
    } else {
      state_.raised = state_.scale;
      state_.has_moved = false;
    }
    if (comparison < 0.25) state_.scale += curvature * (1 - comparison) / square;
    return is_success;
  }

  void accept(double loss, double slope) {
    const double share = (sum_of_squares<T>(compute_, gradient_) -
                          inner_product<T, T>(compute_, gradient_, state_.gradient, chunks_)) /
                         slope;
    const bool starts_again = state_.iterations % x_.size() == 0;
    state_.gradient.swap(gradient_);
    state_.loss = loss;
    state_.raised = 0;
    if (starts_again) return restart();
    for (std::size_t i = 0; i < x_.size(); ++i)
      state_.direction[i] = share * state_.direction[i] - static_cast<double>(state_.gradient[i]);
    state_.has_moved = true;
  }

  const Compute& compute_;
  const LossAndGradient<T>& evaluate_;
  const std::span<T> x_;
  ScgState<T>& state_;
  const AlignedVector<T> start_;
  AlignedVector<T> gradient_;  // where the function was evaluated last
  std::vector<double> chunks_;
};

}  // namespace

template <typename T>
IterationEnd advance_scg(const Compute& compute, double gradient_tolerance,
                         const LossAndGradient<T>& evaluate, std::span<T> x, ScgState<T>& state) {
  Iteration<T> iteration(compute, evaluate, x, state);
  if (state.gradient.empty()) iteration.begin();
  if (largest_component<T>(state.gradient) <= gradient_tolerance) return IterationEnd::at_minimum;
  return iteration.run();
}

#define CHAINRULE_INSTANTIATE(T)                                                                        \
  template IterationEnd advance_scg<T>(const Compute&, double, const LossAndGradient<T>&, std::span<T>, \
                                       ScgState<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
