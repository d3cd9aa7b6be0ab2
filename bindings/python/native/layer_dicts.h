// Layers as dicts of Python, made of the fields that a layer lists itself (for_each_field).
#pragma once

#include <nanobind/nanobind.h>

#include "chainrule/model/layer.h"

namespace chainrule::python {

// All that describes the layer: its kind and every field. What layer_of takes.
nanobind::dict description_of(const Layer& layer);

// Throws StateError for a dict that is no description of a layer.
Layer layer_of(const nanobind::dict& description);

// For a reader: kind, inputs, outputs, and the fields that are more than sizes.
nanobind::dict summary_of(const Layer& layer);

}  // namespace chainrule::python
