// The head of the report: the score, what was learned in one sentence, and the facts of the training run.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

std::string page_title(const ReportContents& contents);
std::string headline_section(const ReportContents& contents);

}  // namespace chainrule
