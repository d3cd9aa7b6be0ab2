// XOR learned by back-propagation with a 2-2-1 logistic network, as lecture 003 reports it: outputs for the
// four patterns and E = 1/2 sum over them of (d - o)^2, at chosen iterations.
//
// The lecture gives neither the start, nor the learning rate, nor what an iteration is; the recorded start
// here, rate 0.6 and one pattern per iteration come nearest to its table (evidence, not proof).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/base/names.h"

namespace chainrule {

enum class XorIteration { pattern, epoch, batch };

template <>
struct EnumNames<XorIteration> {
  static constexpr std::string_view kind = "iteration";
  static constexpr EnumName<XorIteration> table[] = {
      {XorIteration::pattern, "pattern", "one pattern is presented and the weights change"},
      {XorIteration::epoch, "epoch", "all four patterns are presented; the weights change after each"},
      {XorIteration::batch, "batch", "one change by the sum of the four gradients"},
  };
};

struct XorTraining {
  // Hidden unit 1 (from x1, from x2, bias), hidden unit 2, output (from y1, from y2, bias).
  std::array<double, 9> start;
  double eta = 0.5;
  XorIteration iteration = XorIteration::pattern;
  // Indices of the patterns 00, 01, 10, 11 in the order they are presented.
  std::array<std::size_t, 4> order = {0, 1, 2, 3};
};

// The recorded start whose table comes nearest to the printed one.
XorTraining recorded_xor_training();

struct XorCheckpoint {
  std::size_t iteration = 0;
  std::array<double, 4> outputs;  // for 00, 01, 10, 11
  double error = 0;               // 1/2 sum (d - o)^2
  std::array<double, 9> weights;  // as XorTraining::start
};

// After each of these iterations (ascending, from 1).
std::vector<XorCheckpoint> train_xor(const XorTraining& training, std::span<const std::size_t> iterations);

}  // namespace chainrule
