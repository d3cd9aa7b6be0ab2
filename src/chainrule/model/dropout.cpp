#include "chainrule/model/dropout.h"

#include <algorithm>
#include <array>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/copy_rows.h"

namespace chainrule {

LayerTraits traits_of(const Dropout& layer) {
  return {.is_fully_connected = false, .is_random = layer.rate != 0, .is_identity_in_prediction = true};
}

LayerCaption caption_of(const Dropout& layer) {
  const std::string rate = format_significant(layer.rate, 4);
  return {.kind = "dropout " + rate,
          .activation = "",
          .chain = "dropout " + rate,
          .sentence = "dropout " + rate,
          .title = "dropout",
          .detail = "rate " + rate};
}

void validate(const Dropout& layer, LayerPlace place) {
  if (layer.units > 0 && layer.rate >= 0 && layer.rate < 1) return;
  throw StateError({.what = "a dropout rate must be at least 0 and below 1",
                    .where = "layer " + std::to_string(place.index + 1),
                    .got = format_number(layer.rate)});
}

template <typename T>
void initialize(const Dropout&, const InitializerOptions&, const RandomKey&, std::span<T>) {}

// A mask without rows means that nothing is silenced.
template <typename T>
void prepare_forward(const Dropout& layer, std::size_t rows, Mode mode, LayerState<T>& state) {
  state.a.resize(rows, layer.units);
  const bool silences = mode == Mode::train && layer.rate != 0;
  state.mask.resize(silences ? rows : 0, layer.units);
}

// The index of the layer is folded into the seed, so that the masks of two dropout layers differ.
template <typename T>
void forward(const Dropout& layer, const LayerPass& pass, std::span<const T>, MatrixView<const T> x,
             LayerState<T>& state) {
  const MatrixView<T> a = state.a.view().row_block(pass.rows);
  if (pass.mode == Mode::predict || state.mask.rows() == 0) return copy_rows<T>(x, a);
  const MatrixView<T> mask = state.mask.view().row_block(pass.rows);
  const double keep = 1 - layer.rate;
  const T kept = static_cast<T>(1 / keep);
  const double threshold = keep * 0x1.0p32;
  const RandomKey key{.seed = pass.dropout.seed + 0x9E3779B97F4A7C15ull * (pass.layer + 1),
                      .purpose = RandomPurpose::dropout,
                      .step = pass.dropout.step};
  std::array<std::uint32_t, 64> words;
  for (std::size_t r = 0; r < x.rows; ++r) {
    const std::size_t first = (pass.rows.first + r) * layer.units;
    for (std::size_t column = 0; column < x.columns; column += words.size()) {
      const std::size_t count = std::min(words.size(), x.columns - column);
      random_u32s(key, first + column, std::span(words).first(count));
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t c = column + i;
        const T factor = words[i] < threshold ? kept : T(0);
        mask(r, c) = factor;
        a(r, c) = x(r, c) * factor;
      }
    }
  }
}

template <typename T>
void prepare_backward(const Dropout&, LayerPlace, std::size_t, LayerState<T>&) {}

template <typename T>
MatrixView<const T> backward(const Dropout&, const LayerPass& pass, std::span<const T>, MatrixView<const T>,
                             OutputGradient<T> d_output, LayerState<T>& state, MatrixView<T> d_x,
                             std::span<T>) {
  if (pass.below() == LayerBelow::absent || state.mask.rows() == 0) return d_output.values;
  const MatrixView<const T> mask = state.mask.view().row_block(pass.rows);
  for (std::size_t r = 0; r < d_x.rows; ++r) {
    for (std::size_t c = 0; c < d_x.columns; ++c)
      d_x(r, c) = d_output.values(r, c) * mask(r, c);
  }
  return d_x;
}

template <typename T>
void parameter_gradient(const Dropout&, const LayerPass&, MatrixView<const T>, GradientAt,
                        const LayerState<T>&, std::span<T>) {}

template <typename T>
MatrixView<const T> predict(const Dropout&, const Compute&, std::span<const T>, MatrixView<const T> x, ReadAt,
                            LayerState<T>&, MatrixView<T>) {
  return x;
}

template <typename T>
Matrix<T> activation_slopes(const Dropout&, const Compute&, std::span<const T>, const LayerState<T>&) {
  return {};
}

CHAINRULE_LAYER_OPERATIONS(Dropout, float)
CHAINRULE_LAYER_OPERATIONS(Dropout, double)

}  // namespace chainrule
