// What must hold of a model: its parts fit each other.
#pragma once

#include "chainrule/train/model.h"

namespace chainrule {

// What must hold of a model before it is saved or used: layers that fit each other, an encoder that fits the
// network and the schema, as many parameters as the network has. Throws StateError that names the part.
void validate(const Model& model);

// The same of all but the parameters.
void validate_description(const Model& model);

}  // namespace chainrule
