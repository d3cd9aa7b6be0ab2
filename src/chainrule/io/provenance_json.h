// The origin of a model as JSON, and back: in the text "provenance" of a model file (docs/model-format.md).
#pragma once

#include "chainrule/io/json.h"
#include "chainrule/train/model.h"

namespace chainrule {

JsonTree to_json(const Provenance& provenance);

// Throws ModelFileError for anything but a provenance.
Provenance provenance_from(const JsonValue& value);

}  // namespace chainrule
