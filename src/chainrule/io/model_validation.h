// Checks that the parts of a model fit each other.
#pragma once

#include "chainrule/train/model.h"

namespace chainrule {

// What must hold before a model is saved or used: the layers fit each other, the encoder fits the network and
// the schema, and there are as many parameters as the network has. Throws a StateError that names the part.
void validate(const Model& model);

// The same for everything but the parameters and the residuals.
void validate_description(const Model& model);

// Residuals of the same ranks for each target of a regression, both ascending; or none.
void validate_residuals(const Residuals& residuals, const TargetEncoding& target);

}  // namespace chainrule
