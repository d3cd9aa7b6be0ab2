// The section on the networks of a mixture.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

// "" for one network.
std::string members_section(const ReportContents& contents);

}  // namespace chainrule
