// Numbers in a lecture's style: a fixed number of decimals.
#pragma once

#include <string>

namespace chainrule {

// "-0.53" with two decimals. A number too small for them shows two significant digits ("0.0012", "3.4e-07"),
// one of a million or more six ("1.23457e+06"); a whole number within them no decimals at all ("4", "-2").
std::string decimal_text(double value, int decimals);

}  // namespace chainrule
