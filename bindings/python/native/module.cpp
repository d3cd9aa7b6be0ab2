// chainrule._native: the engine for the Python package. Its public interface is chainrule/*.py.

#include <nanobind/nanobind.h>

#include "chainrule/session/session.h"
#include "errors.h"
#include "parts.h"

NB_MODULE(_native, module) {
  using namespace chainrule;
  module.doc() = "The engine of chainrule. Arrays are NumPy's, float32 or float64, rows in C order.";
  module.def("version", [] { return nanobind::str(version().data(), version().size()); });
  python::register_errors();
  python::bind_settings(module);
  python::bind_network(module);
  python::bind_trainer(module);
  python::bind_full_batch(module);
  python::bind_model(module);
  python::bind_table(module);
  python::bind_training(module);
  python::bind_resampling(module);
  python::bind_tables(module);
  python::bind_fitting(module);
  python::bind_step(module);
  python::bind_teach(module);
}
