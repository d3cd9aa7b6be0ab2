// The encoder as JSON, and back: in the text "encoder" of a model file (docs/model-format.md).
#pragma once

#include "chainrule/data/encoder.h"
#include "chainrule/io/json.h"

namespace chainrule {

JsonTree to_json(const Encoder& encoder);

// Throws ModelFileError for what is no encoder. Whether its parts fit each other, validate says.
Encoder encoder_from(const JsonValue& value);

}  // namespace chainrule
