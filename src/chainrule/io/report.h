// The training report: one self-contained HTML page (inline SVG and CSS, no script needed, nothing fetched).
#pragma once

#include <string>
#include <string_view>

#include "chainrule/io/report_contents.h"

namespace chainrule {

// The beginning of every page, up to its title.
inline constexpr std::string_view kReportStart =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";

// The whole page as text: headline, loss curves, learning rate, confusion matrix or predicted-against-true,
// per-class table, calibration, the rows predicted worst, the importance of the columns, the members of a
// mixture, the network drawn, the columns as understood, the options. All text from the data is escaped.
std::string render_report(const ReportContents& contents);

}  // namespace chainrule
