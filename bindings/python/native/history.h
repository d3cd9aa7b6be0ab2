// The history of a training run as a dict.
#pragma once

#include <nanobind/nanobind.h>

#include "chainrule/train/history.h"

namespace chainrule::python {

nanobind::dict history_dict(const History& history);

}  // namespace chainrule::python
