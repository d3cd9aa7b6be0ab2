// The network: drawn, and its layers as a table.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

// Nothing for a network without layers.
std::string network_section(const ReportContents& contents);

}  // namespace chainrule
