// The flat array of parameters, divided among the threads of a pool, for work that takes each parameter
// alone: no number depends on the tiles.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chainrule/tensor/compute.h"

namespace chainrule {

// With fewer parameters a pass over them stays on the calling thread. Two threads of an AMD Zen 3 break even
// there for gradient descent (31 us alone, 30 together); adam takes 103 and 87 us, and at 1,900,000
// parameters 1,590 and 1,050.
constexpr std::size_t kParallelParameters = 200'000;
// Parameters of a tile: 64 KiB of each array in float.
constexpr std::size_t kParameterTile = 16'384;

// What an optimizer updates at a time: n parameters with their gradient and state.
template <typename T>
struct ParameterTile {
  T rate;      // learning rate of the step
  const T* g;  // gradient
  T* w;        // parameters
  T* first;    // OptimizerState, if the optimizer has it
  T* second;
  std::size_t n;
  std::uint64_t updates;  // the number of this update, counted from 1
};

// Calls run(first, count) for tiles of the parameters.
template <typename Run>
void for_each_parameter_tile(const Compute& compute, std::size_t parameters, const Run& run) {
  for_each_tile(parameters >= kParallelParameters ? compute.pool : nullptr, parameters, kParameterTile, run);
}

}  // namespace chainrule
