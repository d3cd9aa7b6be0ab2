// A network as a drawing: one column of units a layer, at most 12 of them, and lines for the weights between.
#pragma once

#include <string>

#include "chainrule/train/model.h"

namespace chainrule {

// One SVG element. CSS classes: unit (and off where it rests in prediction: dropout), weight with plus or minus and w0..w3 (how large
// among the weights of its layer), tick, label, strong. The network must have a layer.
std::string network_drawing(const Model& model);

}  // namespace chainrule
