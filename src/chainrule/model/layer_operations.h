// What every layer offers: a set of free functions with the same names and argument order. Each layer has
// them in its own header (dense.h, dropout.h, rbf.h); the network, the model file and the reports call them
// through std::visit (layer.h). There is no default: a layer that lacks one of them does not compile.
//
//   for_each_field(layer, visit)    visit("inputs", layer.inputs) and so on, for every member
//   inputs_of, outputs_of(layer)    the shapes: x [rows][inputs] -> a [rows][outputs]
//   parameters_of(layer)            its parts of the parameter array, in order
//   traits_of(layer)                what a training step or a drawing must know (LayerTraits)
//   caption_of(layer)               the layer in words (LayerCaption)
//   activation_of(layer, unit)      the activation function of a unit, or nothing
//   validate(layer, place)          throws StateError if the layer cannot be computed
//   initialize(layer, ...)          initial values of its parameters
//   prepare_forward(layer, ...)     memory for a batch
//   forward(layer, pass, ...)       x -> state.a, for one block of rows
//   prepare_backward(layer, ...)    memory for its deltas; the passes themselves allocate nothing
//   backward(layer, pass, ...)      dL/da -> state.d_z and dL/dx, for the same block
//   parameter_gradient(layer, ...)  dL/dparameters, summed over the whole batch
//   predict(layer, ...)             x -> y, keeping nothing for a backward pass
//   activation_slopes(layer, ...)   f'(z) of every unit and row, or an empty matrix
//
// Parameters and gradients are the layer's slice of the flat array.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

#include "chainrule/model/batch_loss.h"
#include "chainrule/model/bf16_products.h"
#include "chainrule/model/layer_state.h"
#include "chainrule/model/parameter_segment.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/tensor/narrow_network.h"

namespace chainrule {

struct InitializerOptions;  // model/initializer.h
struct RandomKey;           // base/random.h

enum class Mode { predict, train };

// Dropout draws its masks from (seed, dropout, step, layer, element): the same step gives the same mask.
struct DropoutKey {
  std::uint64_t seed = 0;
  std::uint32_t step = 0;
};

// Where a prediction is read: from the activations of the last layer, or from its pre-activations z. The
// latter is for several threshold units that stand for classes: more than one may say yes, or none, and the
// largest z decides.
enum class ReadAt { activation, pre_activation };

// The place of a layer in its network.
struct LayerPlace {
  std::size_t index = 0;
  bool is_last = false;
};

// One pass over one block of rows, as one layer sees it. x, gradients and outputs are views of these rows
// only; the state of the layer covers the whole batch.
struct LayerPass {
  const Compute& compute;
  RowBlock rows;
  std::size_t layer = 0;
  Mode mode = Mode::train;
  DropoutKey dropout = {};
  Products products = Products::full;

  LayerBelow below() const { return layer == 0 ? LayerBelow::absent : LayerBelow::present; }
};

// dL/da or dL/dz of a layer for a block of rows, as `at` says.
template <typename T>
struct OutputGradient {
  MatrixView<const T> values;
  GradientAt at = GradientAt::output;
};

struct LayerTraits {
  bool is_fully_connected = true;  // each unit reads every input; else unit j reads only input j
  bool may_end_network = false;
  bool is_random = false;                  // two passes in training differ: dropout
  bool is_identity_in_prediction = false;  // it acts in training only
  bool takes_row_blocks = true;            // its deltas do not need the whole batch at once
  bool takes_bf16 = false;                 // it is large enough for bfloat16 products
  std::size_t multiply_adds = 0;           // of a row in one product with its parameters
  std::optional<NarrowLayer> narrow = {};  // for the pass of narrow networks; the offset is not set
};

// A layer in words.
struct LayerCaption {
  std::string kind;        // in a table: "dense without bias", "dropout 0.5"
  std::string activation;  // in a table: "leaky_relu 0.2", or ""
  std::string chain;       // in a line of layers: "dense 16 relu"
  std::string sentence;    // in a description: "dense layer of 16 units (relu)"
  std::string title;       // below its drawn units: "dense 16"
  std::string detail;      // and below that: "relu", or ""
};

// For for_each_field, which takes either a const layer to read or a layer to fill.
template <typename T, typename Layer>
concept MaybeConst = std::same_as<std::remove_const_t<T>, Layer>;

// At the end of a layer's .cpp: compiles the operations for T; the compiler names one whose signature
// differs.
#define CHAINRULE_LAYER_OPERATIONS(Layer, T)                                                            \
  template void initialize<T>(const Layer&, const InitializerOptions&, const RandomKey&, std::span<T>); \
  template void prepare_forward<T>(const Layer&, std::size_t, Mode, LayerState<T>&);                    \
  template void forward<T>(const Layer&, const LayerPass&, std::span<const T>, MatrixView<const T>,     \
                           LayerState<T>&);                                                             \
  template void prepare_backward<T>(const Layer&, LayerPlace, std::size_t, LayerState<T>&);             \
  template MatrixView<const T> backward<T>(const Layer&, const LayerPass&, std::span<const T>,          \
                                           MatrixView<const T>, OutputGradient<T>, LayerState<T>&,      \
                                           MatrixView<T>, std::span<T>);                                \
  template void parameter_gradient<T>(const Layer&, const LayerPass&, MatrixView<const T>, GradientAt,  \
                                      const LayerState<T>&, std::span<T>);                              \
  template MatrixView<const T> predict<T>(const Layer&, const Compute&, std::span<const T>,             \
                                          MatrixView<const T>, ReadAt, LayerState<T>&, MatrixView<T>);  \
  template Matrix<T> activation_slopes<T>(const Layer&, const Compute&, std::span<const T>,             \
                                          const LayerState<T>&);

}  // namespace chainrule
