// How the program ends: one table of exit codes, what each means and which errors end in it.
#pragma once

#include <exception>
#include <span>
#include <string_view>

namespace chainrule::cli {

enum class ExitCode : int {
  done = 0,
  condition_false = 1,
  usage = 2,
  bad_data = 3,
  bad_model = 4,
  non_finite = 5,
  internal = 70,
  terminated = 75,
  hung_up = 129,
  interrupted = 130,
};

struct ExitCodeEntry {
  ExitCode code;
  std::string_view meaning;
  // Whether an error ends in this code; null where no error does.
  bool (*is_code_of)(const std::exception&) = nullptr;
};

// Every exit code once, by number.
std::span<const ExitCodeEntry> exit_codes();

// The code of the first entry that the error ends in; `internal` when none does.
ExitCode exit_code_of(const std::exception& error);

// 130 after Ctrl-C, 75 after SIGTERM and the signals of schedulers, 129 after the terminal was closed.
ExitCode exit_code_after(int signal);

}  // namespace chainrule::cli
