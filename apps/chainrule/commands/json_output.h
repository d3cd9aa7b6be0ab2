// Results as JSON, for other programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encoder.h"
#include "chainrule/data/schema.h"
#include "chainrule/model/network.h"
#include "chainrule/train/gradient_health.h"
#include "chainrule/train/history.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"
#include "chainrule/train/reasons.h"

namespace chainrule::cli {

class Console;
using Json = nlohmann::ordered_json;

// Numbers that are not finite are null.
Json json_number(double value);
Json json_of(const Metrics& metrics, const TargetEncoding& target);
Json json_of(const Network& network);
Json json_of(const Schema& schema);
Json json_of(const TargetEncoding& target);
Json json_of(const EncodeReport& report);
Json json_of(const Importance& importance, Task task);
Json json_of(const EpochReport& epoch);
Json json_of(const GradientHealth& health, const Network& network);

// The document, two blanks of indent, and a line end. Bytes that are not UTF-8 become U+FFFD.
void write_json(Console& console, const Json& document);

}  // namespace chainrule::cli
