#include "chainrule/model/unit_activations.h"

#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/softmax.h"

namespace chainrule {

// When z and a are the same matrix, identity units stay as they are.
template <typename T>
void activate_units(const Compute& compute, const Dense& layer, std::span<const T> learnable,
                    MatrixView<const T> z, MatrixView<T> a) {
  if (layer.activation == Activation::softmax) {
    softmax_rows<T>(compute, z, a);
    return;
  }
  for_each_activation_run<T>(
      layer, learnable, [&](Activation f, std::size_t first, std::size_t count, std::span<const T> values) {
        if (f == Activation::identity && z.data == a.data) return;
        activate<T>(compute, f, values, z.column_block(first, count), a.column_block(first, count));
      });
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template void activate_units<T>(const Compute&, const Dense&, std::span<const T>, MatrixView<const T>, \
                                  MatrixView<T>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
