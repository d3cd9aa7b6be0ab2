// The layers of a network as JSON, and back: in the text "network" of a model file (docs/model-format.md).
#pragma once

#include <cstdint>

#include "chainrule/io/container_header.h"
#include "chainrule/io/json.h"
#include "chainrule/model/network.h"

namespace chainrule {

JsonTree to_json(const Network& network);

// Throws ModelFileError for anything but a list of layers. validate checks that they fit each other.
Network network_from(const JsonValue& value);

// Checks that the parameters of all layers fit into `data_size` bytes, before anything is multiplied or
// allocated.
void check_sizes(const Network& network, std::uint64_t data_size, const ContainerHeaderReader& header);

}  // namespace chainrule
