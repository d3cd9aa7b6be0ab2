// The loss of one output and its derivative, one source for every kind of arithmetic (math_functions-inl.h),
// compiled once for each instruction set. The formulas are in model/batch_loss.h.

#if defined(CHAINRULE_TENSOR_LOSS_TERMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_TENSOR_LOSS_TERMS_INL_H_
#undef CHAINRULE_TENSOR_LOSS_TERMS_INL_H_
#else
#define CHAINRULE_TENSOR_LOSS_TERMS_INL_H_
#endif

#include <cstddef>
#include <span>

#include "chainrule/tensor/cross_entropy-inl.h"
#include "chainrule/tensor/loss.h"
#include "chainrule/tensor/math_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

template <class Ops, Loss LOSS>
class LossTerms {
 public:
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;

  template <class Options>
  LossTerms(const Options& options, std::size_t outputs)
      : delta_(static_cast<T>(options.huber_delta)),
        quantile_(static_cast<T>(options.quantile)),
        quantiles_(options.quantiles),
        cross_entropy_(options.label_smoothing,
                       LOSS == Loss::softmax_cross_entropy ? static_cast<double>(outputs) : 2.0),
        share_(kIsMeanOverOutputs ? static_cast<T>(1 / static_cast<double>(outputs)) : T(1)) {}

  // What the sum of the terms is multiplied by.
  T share() const { return share_; }

  HWY_INLINE RowOfTerms<Ops> start() const { return cross_entropy_.start(); }
  HWY_INLINE void look_ahead(V z, V a, V t, RowOfTerms<Ops>& row) const {
    cross_entropy_.look_ahead(z, a, t, row);
  }
  HWY_INLINE void finish_look_ahead(RowOfTerms<Ops>& row) const { cross_entropy_.finish_look_ahead(row); }

  // sum + the loss of the output of this index; derivative: by z or a, times share().
  HWY_INLINE V add(std::size_t output, V z, V a, V t, const RowOfTerms<Ops>& row, V sum,
                   V& derivative) const {
    const V zero = constant(0);
    const V one = constant(1);
    if constexpr (LOSS == Loss::softmax_cross_entropy) {
      return cross_entropy_.of_softmax(z, a, t, row, sum, derivative);
    } else if constexpr (LOSS == Loss::binary_cross_entropy) {
      return cross_entropy_.of_logistic(z, a, t, sum, derivative);
    } else if constexpr (LOSS == Loss::perceptron) {
      const V d = Ops::fma(constant(2), t, constant(-1));
      const V wrong_by = Ops::multiply(Ops::negate(d), z);
      const auto is_wrong = Ops::less(zero, wrong_by);
      derivative = Ops::select(is_wrong, Ops::negate(d), zero);
      return Ops::add(sum, Ops::select(Ops::less_equal(wrong_by, zero), zero, wrong_by));
    } else if constexpr (LOSS == Loss::poisson) {
      const V rate = MathFunctions<Ops>::exp(a);
      derivative = Ops::subtract(rate, t);
      return Ops::add(sum, Ops::fma(Ops::negate(t), a, rate));
    } else {
      const V e = Ops::subtract(a, t);
      const V sign =
          Ops::select(Ops::less(zero, e), one, Ops::select(Ops::less(e, zero), constant(-1), zero));
      const V share = constant(share_);
      if constexpr (LOSS == Loss::mean_squared_error || LOSS == Loss::squared_error) {
        derivative = Ops::multiply(share, Ops::add(e, e));
        return Ops::fma(e, e, sum);
      } else if constexpr (LOSS == Loss::half_squared_error) {
        derivative = e;
        return Ops::fma(Ops::multiply(constant(T(0.5)), e), e, sum);
      } else if constexpr (LOSS == Loss::mean_absolute_error) {
        derivative = Ops::multiply(share, sign);
        return Ops::add(sum, Ops::absolute(e));
      } else if constexpr (LOSS == Loss::huber) {
        const V size = Ops::absolute(e);
        const V delta = constant(delta_);
        const auto is_far = Ops::less(delta, size);
        derivative = Ops::multiply(share, Ops::select(is_far, Ops::multiply(sign, delta), e));
        const V far = Ops::multiply(delta, Ops::fma(constant(T(-0.5)), delta, size));
        return Ops::add(sum, Ops::select(is_far, far, Ops::multiply(Ops::multiply(constant(T(0.5)), e), e)));
      } else {
        static_assert(LOSS == Loss::quantile);
        const T quantile = quantiles_.empty() ? quantile_ : static_cast<T>(quantiles_[output]);
        const V above = constant(T(1) - quantile);
        const V below = constant(-quantile);
        const V slope = Ops::select(Ops::less(zero, e), above, Ops::select(Ops::less(e, zero), below, zero));
        derivative = Ops::multiply(share, slope);
        return Ops::fma(Ops::select(Ops::less_equal(zero, e), above, below), e, sum);
      }
    }
  }

 private:
  static constexpr bool kIsMeanOverOutputs = properties_of(LOSS).is_mean_over_outputs;

  static HWY_INLINE V constant(T x) { return Ops::constant(x); }

  T delta_, quantile_;
  std::span<const double> quantiles_;  // one per output; empty: quantile_ for all
  CrossEntropy<Ops> cross_entropy_;
  T share_;
};

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // include guard
