// The section on the rows that were predicted worst, for looking them up in the table.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

// "" without such rows.
std::string worst_rows_section(const ReportContents& contents);

}  // namespace chainrule
