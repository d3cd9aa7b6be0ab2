// Predicted against true: a scatter plot and a histogram of the residuals for each target, and its errors.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

std::string regression_sections(const ReportContents& contents);

}  // namespace chainrule
