// The gradient check: backward against central differences of the loss, for every parameter, in double with
// ordinary arithmetic.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"

namespace chainrule {

struct GradientCheckOptions {
  double step = 0;                 // of the difference; 0: chosen for each parameter, 1e-3 * max(1, |w|),
                                   // for centres and widths 1e-3 of the unit's width
  double tolerance = 1e-7;         // on the relative error |g - d| / max(|g|, |d|, 1e-3 * largest |g|)
  std::size_t max_parameters = 0;  // per segment, evenly spread; 0: all
};

struct SegmentCheck {
  std::string name;  // "layers.0.weight"
  std::size_t checked = 0;
  std::size_t at_kink = 0;  // left out: a unit's pre-activation changed sign or side within the difference
  double worst_error = 0;   // relative
  std::size_t worst_index = 0;  // within the segment
  double worst_backward = 0, worst_difference = 0;
};

struct GradientCheck {
  std::vector<SegmentCheck> segments;
  double worst_error = 0;
  std::size_t checked = 0;
  std::size_t at_kink = 0;
  bool passed = false;
};

// Dropout layers are checked with one fixed mask. The difference is Richardson-extrapolated from two steps
// (error of order step^4), so 1e-7 is reachable for every smooth activation.
GradientCheck check_gradient(const Network& network, std::span<const double> parameters,
                             const LossOptions& loss, const Dataset<double>& data,
                             const GradientCheckOptions& options);

}  // namespace chainrule
