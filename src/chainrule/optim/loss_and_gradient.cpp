#include "chainrule/optim/loss_and_gradient.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {

template <typename T>
double evaluate_start(const Compute& compute, const LossAndGradient<T>& evaluate, std::span<const T> x,
                      AlignedVector<T>& gradient) {
  gradient.resize(x.size());
  const double loss = evaluate(x, gradient);
  const double square = sum_of_squares<T>(compute, gradient);
  if (std::isfinite(loss) && std::isfinite(square)) return loss;
  throw NonFiniteError(
      {.what = "the minimisation cannot start: the loss or its gradient is not finite",
       .expected = "a finite loss and gradient",
       .got = "loss " + format_number(loss) + ", gradient of length " + format_number(std::sqrt(square)),
       .advice = "smaller initial parameters, or scaled inputs without extreme numbers"});
}

template <typename T>
bool all_finite(std::span<const T> values) {
  return std::all_of(values.begin(), values.end(), [](T value) { return std::isfinite(value); });
}

template <typename T>
double largest_component(std::span<const T> values) {
  T largest = 0;
  for (const T value : values)
    largest = std::max(largest, std::abs(value));
  return static_cast<double>(largest);
}

#define CHAINRULE_INSTANTIATE(T)                                                                   \
  template double evaluate_start<T>(const Compute&, const LossAndGradient<T>&, std::span<const T>, \
                                    AlignedVector<T>&);                                            \
  template bool all_finite<T>(std::span<const T>);                                                 \
  template double largest_component<T>(std::span<const T>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
