// A network for a terminal: one line for the chain, and a table of the layers.
#pragma once

#include <string>

#include "chainrule/model/network.h"

namespace chainrule {

// "inputs 784 -> dense 128 relu -> dense 10 softmax, 101,770 parameters" and a table of layers.
std::string render_network_text(const Network& network);

}  // namespace chainrule
