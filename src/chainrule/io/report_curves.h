// The course of training: loss, score, learning rate and the gradients of the layers over the epochs.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

std::string curves_section(const ReportContents& contents);

}  // namespace chainrule
