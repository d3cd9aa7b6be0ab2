// The gradient check: the backward pass against the exact derivative in forward mode, for every parameter, in
// double with ordinary arithmetic.
//
//   error = |g - d| / s      g of the backward pass, d in forward mode, s the size of the terms of d
//                            (forward_derivative.h)
//
// It is made at two points: at the given parameters, and beside them, with every parameter shrunk by its own
// factor from 1/2 to 1 (widths grow by 1 to 2). At a minimum the gradient is 0, and a wrong factor of 0 is 0
// as well; beside it, it shows. Rows that lie on a kink of a unit or of the loss have no derivative there.
// They are left out, on both sides, and named.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"
#include "chainrule/train/forward_derivative.h"

namespace chainrule {

struct GradientCheckOptions {
  double tolerance = 1e-10;        // on the error
  std::size_t max_parameters = 0;  // per segment, evenly spread; 0: all
};

struct SegmentCheck {
  std::string name;  // "layers.0.weight"
  std::size_t checked = 0;
  double worst_error = 0;
  std::size_t worst_index = 0;  // within the segment
  double worst_backward = 0, worst_forward = 0;
};

struct GradientCheck {
  std::vector<SegmentCheck> segments = {};
  double worst_error = 0;
  std::size_t checked = 0;
  std::size_t rows = 0;
  std::size_t rows_at_kink = 0;  // left out at the given parameters
  std::vector<Kink> kinks = {};  // in them
  bool passed = false;           // false, too, when nothing could be checked
};

// A gradient of the loss over all rows of the data, by the parameters: what is checked.
using GradientFunction = std::function<void(std::span<const double> parameters, const Dataset<double>& data,
                                            std::span<double> gradient)>;

// The gradient of a training step (model/forward.h, model/backward.h), with the dropout masks of the first
// step. The network and the loss must stay as they are while it is used.
GradientFunction backward_gradient(const Network& network, const LossOptions& loss);

// Dropout layers are checked with the masks of the first step.
GradientCheck check_gradient(const Network& network, std::span<const double> parameters,
                             const LossOptions& loss, const Dataset<double>& data,
                             const GradientCheckOptions& options, const GradientFunction& gradient);

// Of the gradient of a training step.
GradientCheck check_gradient(const Network& network, std::span<const double> parameters,
                             const LossOptions& loss, const Dataset<double>& data,
                             const GradientCheckOptions& options);

}  // namespace chainrule
