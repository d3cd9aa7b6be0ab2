#include "chainrule/model/bf16_products.h"

#include <algorithm>

#include "chainrule/model/network.h"

namespace chainrule {

namespace {

// A whole tile of depth, and half of a tile's columns.
constexpr std::size_t kFewestInputs = kTileDepth;
constexpr std::size_t kFewestOutputs = kTileLines / 2;

}  // namespace

bool takes_bf16(std::size_t inputs, std::size_t units) {
  return inputs >= kFewestInputs && units >= kFewestOutputs;
}

std::optional<std::string> obstacle_to_bf16(const Compute& compute, const Network& network) {
  if (!compute.matrix_unit) return "this processor has no bf16 matrix unit";
  const auto is_large = [](const Layer& layer) { return layer_traits(layer).takes_bf16; };
  if (std::any_of(network.layers.begin(), network.layers.end(), is_large)) return std::nullopt;
  return "no layer is large enough for bf16 products (" + std::to_string(kFewestInputs) + " inputs and " +
         std::to_string(kFewestOutputs) + " units)";
}

void pre_activation_bf16(const Compute& compute, LayerBelow below, MatrixView<const float> x,
                         MatrixView<const float> w, std::span<const float> b, Bf16Operands& operands,
                         MatrixView<float> z) {
  pack_tiles(compute, w,
             {.right = &operands.w,
              .right_transposed = below == LayerBelow::present ? &operands.w_transposed : nullptr});
  pack_tiles(compute, x, {.left = &operands.x, .left_transposed = &operands.x_transposed});
  multiply_tiles(compute, operands.x, operands.w, b, z);
}

void input_gradient_bf16(const Compute& compute, LayerBelow below, MatrixView<const float> d_z,
                         Bf16Operands& operands, MatrixView<float> d_x) {
  pack_tiles(compute, d_z,
             {.left = below == LayerBelow::present ? &operands.d_z : nullptr, .right = &operands.d_z_right});
  if (below == LayerBelow::present) multiply_tiles(compute, operands.d_z, operands.w_transposed, {}, d_x);
}

void weight_gradient_bf16(const Compute& compute, const Bf16Operands& operands, MatrixView<float> d_w) {
  multiply_tiles(compute, operands.x_transposed, operands.d_z_right, {}, d_w);
}

}  // namespace chainrule
