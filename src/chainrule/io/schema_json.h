// The schema as JSON, and back: in the text "schema" of a model file (docs/model-format.md).
#pragma once

#include "chainrule/data/schema.h"
#include "chainrule/io/json.h"

namespace chainrule {

JsonTree to_json(const Schema& schema);

// Throws ModelFileError for anything but a schema.
Schema schema_from(const JsonValue& value);

}  // namespace chainrule
