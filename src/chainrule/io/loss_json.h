// The loss as JSON, and back: in the text "loss" of a model file (docs/model-format.md).
#pragma once

#include "chainrule/io/json.h"
#include "chainrule/model/batch_loss.h"

namespace chainrule {

JsonTree to_json(const LossOptions& loss);

// Throws ModelFileError for anything but a loss.
LossOptions loss_from(const JsonValue& value);

}  // namespace chainrule
