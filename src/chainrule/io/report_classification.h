// The confusion matrix, the most frequent mistakes, and precision, recall and F1 of each class.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

std::string classification_sections(const ReportContents& contents);

}  // namespace chainrule
