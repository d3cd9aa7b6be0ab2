// The example of lecture 004 as it is printed: two inputs, two hidden layers of three and two units, one output, logistic
// everywhere, half the squared error, and the rule W - eta (delta n^T + W), whose decay is 1.
#pragma once

#include "chainrule/teach/worked_step.h"

namespace chainrule {

WorkedNetwork example_004();

}  // namespace chainrule
