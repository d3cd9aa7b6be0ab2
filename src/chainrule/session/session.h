// The façade of the library, for the command line and Python. Each function is one user task; it takes files
// as paths and returns plain structs. Nothing here prints.
#pragma once

#include "chainrule/session/benchmark.h"
#include "chainrule/session/inspection.h"
#include "chainrule/session/learning_rate_search.h"
#include "chainrule/session/prediction.h"
#include "chainrule/session/settle_threshold.h"
#include "chainrule/session/source.h"
#include "chainrule/session/training.h"

namespace chainrule {

// chainrule's version, e.g. "0.1.0".
std::string_view version();

}  // namespace chainrule
