// Requests from Python, and what became of them.
#pragma once

#include <nanobind/nanobind.h>

#include "chainrule/session/training.h"

namespace chainrule::python {

namespace nb = nanobind;

// The settings of a training run by their names on the command line, with underscores. Throws UsageError.
TrainRequest request_of(const nb::dict& given);
// How training went, with the scores and the notes.
nb::dict dict_of(const TrainOutcome& outcome);

}  // namespace chainrule::python
