// The section on the input columns that the predictions depend on.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

// "" if the importance of columns was not measured.
std::string importance_section(const ReportContents& contents);

}  // namespace chainrule
