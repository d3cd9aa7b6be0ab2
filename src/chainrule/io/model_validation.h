// Checks that the parts of a model fit each other.
#pragma once

#include "chainrule/train/model.h"

namespace chainrule {

// What must hold before a model is saved or used: the layers fit each other, the encoder fits the network and
// the schema, and there are as many parameters as the network has. Throws a StateError that names the part.
void validate(const Model& model);

// The same for everything but the parameters.
void validate_description(const Model& model);

}  // namespace chainrule
