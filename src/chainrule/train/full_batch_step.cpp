#include "chainrule/train/full_batch_step.h"

#include <cassert>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// The largest component of a gradient that counts as none: a mean loss in float is not known better.
constexpr double kGradientTolerance = 1e-7;

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

void refuse_kinks(Optimizer optimizer, const PenaltyOptions& penalty) {
  if (penalty.l1 == 0 || optimizer == Optimizer::irprop_plus) return;
  throw UsageError({.what = "the optimizer needs a loss without kinks, and l1 has one at 0",
                    .setting = Setting::l1,
                    .expected = "0 with the optimizer " + std::string(name_of(optimizer)),
                    .got = format_number(penalty.l1),
                    .advice = "use " + named(Setting::l2) + ", or " +
                              set_to(Setting::optimizer, "irprop_plus") + " or adam"});
}

// The outputs do not depend on parameters that do not move.
void clear_rows_and_columns(std::span<const ParameterRange> ranges, MatrixView<double> hessian) {
  for (const ParameterRange& range : ranges) {
    for (std::size_t i = range.offset; i < range.offset + range.size; ++i) {
      for (std::size_t j = 0; j < hessian.columns; ++j)
        hessian(i, j) = hessian(j, i) = 0;
    }
  }
}

}  // namespace

template <typename T>
FullBatchStep<T>::FullBatchStep(const Compute& compute, const Network& network, Optimizer optimizer,
                                const FullBatchOptions& options, DatasetView<T> data)
    : compute_(compute), full_batch_(compute, network, options, data) {
  refuse_kinks(optimizer, options.penalty);
  evaluate_ = [this](std::span<const T> x, std::span<T> gradient) {
    return full_batch_.evaluate(x, gradient);
  };
  switch (optimizer) {
    case Optimizer::scg:
      state_ = ScgState<T>{};
      break;
    case Optimizer::irprop_plus:
      state_ = IrpropState<T>{};
      break;
    case Optimizer::levenberg_marquardt:
      require_levenberg_marquardt_fits(parameter_count(network));
      jacobian_.emplace(compute, network, options, data);
      squared_jacobian_ = [this, fixed = fixed_ranges(options.rate_factors, parameter_count(network))](
                              std::span<const T> x, MatrixView<double> hessian) {
        jacobian_->evaluate(x, hessian);
        clear_rows_and_columns(fixed, hessian);
      };
      state_ = LevenbergMarquardtState<T>{};
      break;
    case Optimizer::lbfgs:
      state_ = LbfgsState<T>{};
      break;
    default:
      assert(false);  // the others take batches
  }
}

template <typename T>
IterationEnd FullBatchStep<T>::advance(std::span<T> x) {
  return std::visit(
      Overloaded{[&](LbfgsState<T>& state) {
                   // One iteration; the loss ends it only where it can fall no further.
                   const LbfgsOptions options{.max_iterations = state.iterations + 1,
                                              .max_evaluations = state.evaluations + 1'000,
                                              .gradient_tolerance = kGradientTolerance,
                                              .loss_tolerance = 0};
                   const std::size_t before = state.iterations;
                   minimise_lbfgs<T>(compute_, options, evaluate_, {}, x, state);
                   return state.iterations > before ? IterationEnd::moved : IterationEnd::at_minimum;
                 },
                 [&](ScgState<T>& state) {
                   return advance_scg<T>(compute_, kGradientTolerance, evaluate_, x, state);
                 },
                 [&](IrpropState<T>& state) {
                   return advance_irprop_plus<T>(compute_, kGradientTolerance, evaluate_, x, state);
                 },
                 [&](LevenbergMarquardtState<T>& state) {
                   return advance_levenberg_marquardt<T>(compute_, kGradientTolerance, evaluate_,
                                                         squared_jacobian_, x, state);
                 }},
      state_);
}

template <typename T>
double FullBatchStep<T>::loss() const {
  return std::visit([](const auto& state) { return state.loss; }, state_);
}

template <typename T>
std::span<const T> FullBatchStep<T>::gradient() const {
  return std::visit([](const auto& state) { return std::span<const T>(state.gradient); }, state_);
}

template class FullBatchStep<float>;
template class FullBatchStep<double>;

}  // namespace chainrule
