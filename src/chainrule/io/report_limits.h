// The section on what the table allows: rows that no model can tell apart.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

// "" if no two rows contradict each other.
std::string limits_section(const ReportContents& contents);

}  // namespace chainrule
