// The parts of the module chainrule._native, one file each.
#pragma once

#include <nanobind/nanobind.h>

namespace chainrule::python {

void bind_fitting(nanobind::module_& module);
void bind_model(nanobind::module_& module);
void bind_network(nanobind::module_& module);
void bind_table(nanobind::module_& module);
void bind_tables(nanobind::module_& module);
void bind_resampling(nanobind::module_& module);
void bind_trainer(nanobind::module_& module);
void bind_training(nanobind::module_& module);
void bind_full_batch(nanobind::module_& module);
void bind_step(nanobind::module_& module);
void bind_teach(nanobind::module_& module);

}  // namespace chainrule::python
