// The library's errors as Python exceptions (chainrule/_errors.py), and Python's signals during long
// calculations.
#pragma once

#include <nanobind/nanobind.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

namespace chainrule::python {

void register_errors();
// _native.setting_names(): the table of settings, one dict per row.
void bind_settings(nanobind::module_& module);

// Checks for Ctrl-C during a calculation that runs without Python's lock, 20 times a second. Any thread may
// ask; Python handles signals on its main thread.
class SignalWatch {
 public:
  bool is_asked_to_stop();
  // Raises what the signal's handler raised, if it raised anything. The caller holds Python's lock.
  void rethrow() const;

 private:
  std::mutex looking_;  // while one thread looks, the others go on
  std::chrono::steady_clock::time_point next_look_ = std::chrono::steady_clock::now();
  std::optional<nanobind::python_error> error_;
  std::atomic<bool> is_asked_ = false;
};

}  // namespace chainrule::python
