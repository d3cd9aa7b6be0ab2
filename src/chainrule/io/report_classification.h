// What is taken for what: the confusion matrix, the most frequent mistakes, and precision, recall and F1 class by class.
#pragma once

#include <string>

#include "chainrule/io/report_contents.h"

namespace chainrule {

std::string classification_sections(const ReportContents& contents);

}  // namespace chainrule
