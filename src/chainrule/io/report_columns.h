// The columns as they were understood: kind, role, scaling or categories of each.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

// "" for a schema without columns.
std::string columns_section(const ReportContents& contents);

}  // namespace chainrule
