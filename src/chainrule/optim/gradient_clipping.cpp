#include "chainrule/optim/gradient_clipping.h"

#include <cmath>

#include "chainrule/base/text.h"
#include "chainrule/optim/parameter_tiles.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {

Message limit_advice(double clip_norm) {
  if (clip_norm == 0) return "a limit on the gradient's length (" + set_to(Setting::clip_norm, "1") + ")";
  return "a smaller " + named(Setting::clip_norm) + " than " + format_number(clip_norm);
}

template <typename T>
PenaltyOptions penalty_of_batch(PenaltyOptions options, std::size_t rows, std::span<const T> row_weights) {
  if (options.scale == PenaltyScale::whole) return options;
  double sum = static_cast<double>(rows);
  if (!row_weights.empty()) {
    sum = 0;
    for (const T weight : row_weights)
      sum += static_cast<double>(weight);
  }
  if (sum > 0) options = {.l1 = options.l1 / sum, .l2 = options.l2 / sum};
  return options;
}

template <typename T>
void add_penalty_gradient(const Compute& compute, const PenaltyOptions& options,
                          std::span<const ParameterRange> penalised, std::span<const T> parameters,
                          std::span<T> gradient) {
  if (options.l1 == 0 && options.l2 == 0) return;
  const T l1 = static_cast<T>(options.l1), l2 = static_cast<T>(options.l2);
  for (const ParameterRange& range : penalised) {
    const T* w = parameters.data() + range.offset;
    T* d_w = gradient.data() + range.offset;
    for_each_parameter_tile(compute, range.size, [&](std::size_t first, std::size_t count) {
      if (l1 == 0) {
        for (std::size_t i = first; i < first + count; ++i)
          d_w[i] += l2 * w[i];
        return;
      }
      for (std::size_t i = first; i < first + count; ++i) {
        const T sign = static_cast<T>((w[i] > 0) - (w[i] < 0));
        d_w[i] += l2 * w[i] + l1 * sign;
      }
    });
  }
}

template <typename T>
double penalty(const Compute& compute, const PenaltyOptions& options,
               std::span<const ParameterRange> penalised, std::span<const T> parameters) {
  if (options.l1 == 0 && options.l2 == 0) return 0;
  double sum = 0;
  for (const ParameterRange& range : penalised) {
    const std::span<const T> w = parameters.subspan(range.offset, range.size);
    if (options.l2 != 0) sum += 0.5 * options.l2 * sum_of_squares<T>(compute, w);
    if (options.l1 != 0) {
      double absolute = 0;
      for (const T value : w)
        absolute += std::abs(static_cast<double>(value));
      sum += options.l1 * absolute;
    }
  }
  return sum;
}

template <typename T>
double clip_gradient(const Compute& compute, double max_norm, std::span<T> gradient) {
  const double norm = std::sqrt(sum_of_squares<T>(compute, gradient));
  if (max_norm > 0 && norm > max_norm && std::isfinite(norm)) {
    const T factor = static_cast<T>(max_norm / norm);
    for_each_parameter_tile(compute, gradient.size(), [&](std::size_t first, std::size_t count) {
      for (T& g : gradient.subspan(first, count))
        g *= factor;
    });
  }
  return norm;
}

#define CHAINRULE_INSTANTIATE(T)                                                                            \
  template PenaltyOptions penalty_of_batch<T>(PenaltyOptions, std::size_t, std::span<const T>);             \
  template void add_penalty_gradient<T>(const Compute&, const PenaltyOptions&,                              \
                                        std::span<const ParameterRange>, std::span<const T>, std::span<T>); \
  template double penalty<T>(const Compute&, const PenaltyOptions&, std::span<const ParameterRange>,        \
                             std::span<const T>);                                                           \
  template double clip_gradient<T>(const Compute&, double, std::span<T>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
