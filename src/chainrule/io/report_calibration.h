// The section on probabilities of the report: are classes that were predicted with 80 % right in 80 % of the
// rows?
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

// "" without probabilities of classes.
std::string calibration_section(const ReportContents& contents);

}  // namespace chainrule
