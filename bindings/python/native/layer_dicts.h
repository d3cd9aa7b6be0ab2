// Layers as Python dicts, made from the fields that each layer lists (for_each_field).
#pragma once

#include <nanobind/nanobind.h>

#include "chainrule/model/layer.h"

namespace chainrule::python {

// The full description of a layer: its kind and every field. layer_of reads it.
nanobind::dict description_of(const Layer& layer);

// Throws StateError for a dict that is no description of a layer.
Layer layer_of(const nanobind::dict& description);

// A summary for people: kind, inputs, outputs, and the fields that are not sizes.
nanobind::dict summary_of(const Layer& layer);

}  // namespace chainrule::python
