// The style sheet of the report: colours once for light and once for dark mode; print is always light. It
// refers to nothing outside the page.
#pragma once

#include <string_view>

namespace chainrule {

std::string_view report_style();

}  // namespace chainrule
