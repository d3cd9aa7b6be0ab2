// The products of a dense layer in bfloat16 (tensor/tile_products.h): all that the precision bf16 changes.
//
//   z   = x W + b       [rows][outputs]    station 2; W is packed in each step; x and W for both directions
//   dW  = x^T d_z       [inputs][outputs]  station 4; the sum over the batch takes 32 rows at a time
//   d_x = d_z W^T       [rows][inputs]     station 4, when there is a layer below
//
// Parameters, gradients, activations, losses, sums over the batch and updates stay in float. A workspace says
// whether its steps use these products; prediction never does. The sums over the batch need all of its rows,
// so such a step is not cut into blocks of rows: the threads share each product instead.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/tensor/tile_products.h"

namespace chainrule {

struct Network;  // model/network.h

enum class Products { full, bf16 };

enum class LayerBelow { absent, present };

// A layer's operands in one step: from the batch and the parameters that pre_activation_bf16 was given.
struct Bf16Operands {
  LeftOperand x, x_transposed, d_z;
  RightOperand w, w_transposed, d_z_right;
};

// Is the layer large enough that packing pays off and at least half of a tile is used? 32 inputs and 8 units.
bool takes_bf16(std::size_t inputs, std::size_t units);
// The reason why no product would be in bfloat16, or nothing: the processor has no matrix unit, or no layer
// is large enough.
std::optional<std::string> obstacle_to_bf16(const Compute& compute, const Network& network);

// z = x w + b. Packs what the backward pass needs of x and w.
void pre_activation_bf16(const Compute& compute, LayerBelow below, MatrixView<const float> x,
                         MatrixView<const float> w, std::span<const float> b, Bf16Operands& operands,
                         MatrixView<float> z);

// d_x = d_z w^T, when there is a layer below. Call it after pre_activation_bf16, whose w it uses, with the
// same `below`. Packs d_z for both directions.
void input_gradient_bf16(const Compute& compute, LayerBelow below, MatrixView<const float> d_z,
                         Bf16Operands& operands, MatrixView<float> d_x);

// d_w = x^T d_z, with the x of pre_activation_bf16 and the d_z of input_gradient_bf16.
void weight_gradient_bf16(const Compute& compute, const Bf16Operands& operands, MatrixView<float> d_w);

}  // namespace chainrule
