// A network as a drawing: one column per layer, at most 12 units in each, and lines for the weights between
// them.
#pragma once

#include <string>

#include "chainrule/train/model.h"

namespace chainrule {

// One SVG element. CSS classes: unit (with off if it does nothing in prediction: dropout), weight with plus
// or minus and w0..w3 (its size among the weights of its layer), tick, label, strong. The network must have a
// layer.
std::string network_drawing(const Model& model);

}  // namespace chainrule
