// The encoder as JSON, and back: in the text "encoder" of a model file (docs/model-format.md).
#pragma once

#include "chainrule/data/encoder.h"
#include "chainrule/io/json.h"

namespace chainrule {

JsonTree to_json(const Encoder& encoder);

// Throws ModelFileError for anything but an encoder. validate checks that its parts fit each other.
Encoder encoder_from(const JsonValue& value);

}  // namespace chainrule
