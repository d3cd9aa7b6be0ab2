// Cross-entropy of one row of outputs, for softmax and for logistic outputs, and its derivative by the
// pre-activation z:
//
//   softmax    L = -sum_j s_j log a_j = (sum_j s_j) logsumexp(z) - s . z          dL/dz = (sum_j s_j) a - s
//   logistic   L_j = -s_j log a_j - (1 - s_j) log(1 - a_j) = softplus(z_j) - s_j z_j     dL/dz_j = a_j - s_j
//     z, a, target t and smoothed target s [outputs]
//
// With label smoothing e and o outputs, s = (1 - e) t + e / o for softmax and (1 - e) t + e / 2 for logistic
// outputs. The loss is calculated from z, not from a: a probability that underflows to 0 would give log 0.
// One source for every kind of arithmetic (math_functions-inl.h), compiled once for each instruction set.
//
// Source: Bishop, "Pattern Recognition and Machine Learning", 2006, 4.3; label smoothing: Szegedy et al.,
// CVPR 2016.

#if defined(CHAINRULE_TENSOR_CROSS_ENTROPY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CHAINRULE_TENSOR_CROSS_ENTROPY_INL_H_
#undef CHAINRULE_TENSOR_CROSS_ENTROPY_INL_H_
#else
#define CHAINRULE_TENSOR_CROSS_ENTROPY_INL_H_
#endif

#include <limits>

#include "chainrule/tensor/math_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace chainrule {
namespace HWY_NAMESPACE {

// What softmax_cross_entropy must know about a whole row before it adds up the terms: the largest
// pre-activation with its probability, and the sum of the smoothed targets.
template <class Ops>
struct RowOfTerms {
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;
  V largest;
  V probability;
  V total;
  V log_sum;  // log(sum of exp(z - largest))
};

template <class Ops>
class CrossEntropy {
 public:
  using T = typename Ops::Scalar;
  using V = typename Ops::Value;

  CrossEntropy(double label_smoothing, double outputs)
      : kept_(static_cast<T>(1 - label_smoothing)), floor_(static_cast<T>(label_smoothing / outputs)) {}

  HWY_INLINE RowOfTerms<Ops> start() const {
    const V zero = constant(0);
    return {constant(-std::numeric_limits<T>::infinity()), constant(1), zero, zero};
  }
  HWY_INLINE void look_ahead(V z, V a, V t, RowOfTerms<Ops>& row) const {
    const auto is_larger = Ops::less(row.largest, z);
    row.largest = Ops::select(is_larger, z, row.largest);
    row.probability = Ops::select(is_larger, a, row.probability);
    row.total = Ops::add(row.total, smoothed(t));
  }
  // The largest probability is 1 / sum of exp(z - largest), at least 1 / outputs: it never underflows.
  HWY_INLINE void finish_look_ahead(RowOfTerms<Ops>& row) const {
    row.log_sum = Ops::negate(MathFunctions<Ops>::log(row.probability));
  }

  // Both: sum + the loss of this output.
  HWY_INLINE V of_softmax(V z, V a, V t, const RowOfTerms<Ops>& row, V sum, V& derivative) const {
    const V s = smoothed(t);
    derivative = Ops::fma(row.total, a, Ops::negate(s));
    // Infinity times 0 is not a number: an output whose target is 0 adds nothing.
    const V longer = Ops::fma(s, Ops::subtract(row.log_sum, Ops::subtract(z, row.largest)), sum);
    return Ops::select(Ops::equal(s, constant(0)), sum, longer);
  }
  HWY_INLINE V of_logistic(V z, V a, V t, V sum, V& derivative) const {
    const V s = smoothed(t);
    derivative = Ops::subtract(a, s);
    return Ops::add(sum, Ops::fma(Ops::negate(s), z, MathFunctions<Ops>::softplus(z)));
  }

 private:
  static HWY_INLINE V constant(T x) { return Ops::constant(x); }
  HWY_INLINE V smoothed(V t) const { return Ops::fma(constant(kept_), t, constant(floor_)); }

  T kept_, floor_;
};

}  // namespace HWY_NAMESPACE
}  // namespace chainrule
HWY_AFTER_NAMESPACE();

#endif  // include guard
