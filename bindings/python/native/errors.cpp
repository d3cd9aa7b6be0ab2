#include "errors.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <chrono>
#include <new>

#include "chainrule/base/error.h"

namespace chainrule::python {
namespace {

namespace nb = nanobind;

void raise(const char* type, const Error& error) {
  const ErrorText text = text_of(error.report(), Face::python);
  const nb::object python_type = nb::module_::import_("chainrule._errors").attr(type);
  const nb::object exception = python_type(text.what, text.where, text.expected, text.got, text.advice);
  PyErr_SetObject(python_type.ptr(), exception.ptr());
}

}  // namespace

void register_errors() {
  nb::register_exception_translator([](const std::exception_ptr& pointer, void*) {
    try {
      std::rethrow_exception(pointer);
    } catch (const UsageError& error) {
      raise("UsageError", error);
    } catch (const DataError& error) {
      raise("DataError", error);
    } catch (const ModelFileError& error) {
      raise("ModelFileError", error);
    } catch (const NonFiniteError& error) {
      raise("NonFiniteError", error);
    } catch (const StateError& error) {
      raise("StateError", error);
    } catch (const std::bad_alloc&) {
      PyErr_SetString(PyExc_MemoryError, "not enough memory for a network and rows of these sizes");
    }
  });
}

void bind_settings(nb::module_& module) {
  module.def(
      "setting_names",
      [] {
        nb::list table;
        for (const SettingNames& row : setting_table()) {
          nb::dict names;
          names["meaning"] = std::string(row.meaning);
          names["command_line"] = name_of(row.setting, Face::command_line);
          names["cpp"] = name_of(row.setting, Face::cpp);
          names["json"] = name_of(row.setting, Face::json);
          names["python"] = name_of(row.setting, Face::python);
          table.append(names);
        }
        return table;
      },
      "The name of each setting on the command line, in C++, in JSON and in Python; empty where it has "
      "none.");
}

bool SignalWatch::is_asked_to_stop() {
  constexpr auto kInterval = std::chrono::milliseconds(50);
  const std::unique_lock lock(looking_, std::try_to_lock);
  if (is_asked_ || !lock) return is_asked_;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_look_) return false;
  next_look_ = now + kInterval;
  const nb::gil_scoped_acquire acquire;
  // The exception of the signal's handler (KeyboardInterrupt) stays set.
  is_asked_ = PyErr_CheckSignals() != 0;
  if (is_asked_) error_.emplace();
  return is_asked_;
}

void SignalWatch::rethrow() const {
  if (error_) throw nb::python_error(*error_);
}

}  // namespace chainrule::python
