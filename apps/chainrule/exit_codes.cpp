#include "chainrule/exit_codes.h"

#include <signal.h>

#include <new>
#include <stdexcept>

#include "chainrule/base/error.h"

namespace chainrule::cli {
namespace {

template <typename... Errors>
bool is_any_of(const std::exception& error) {
  return ((dynamic_cast<const Errors*>(&error) != nullptr) || ...);
}

constexpr ExitCodeEntry kExitCodes[] = {
    {ExitCode::done, "done"},
    {ExitCode::condition_false, "a condition is not met: evaluate --fail-under, gradcheck"},
    {ExitCode::usage, "the command line cannot be followed", is_any_of<UsageError, StateError>},
    {ExitCode::bad_data, "the data cannot be read, or do not fit into memory",
     is_any_of<DataError, std::bad_alloc, std::length_error>},
    {ExitCode::bad_model, "a model or a checkpoint cannot be read", is_any_of<ModelFileError>},
    {ExitCode::non_finite, "the numbers are no longer finite", is_any_of<NonFiniteError>},
    {ExitCode::internal, "an error in chainrule itself"},
    // EX_TEMPFAIL: schedulers try again.
    {ExitCode::terminated, "ended by SIGTERM, SIGXCPU or SIGUSR1, work saved"},
    {ExitCode::hung_up, "ended by SIGHUP, work saved"},
    {ExitCode::interrupted, "ended by SIGINT (Ctrl-C), work saved"},
};

}  // namespace

std::span<const ExitCodeEntry> exit_codes() {
  return kExitCodes;
}

ExitCode exit_code_of(const std::exception& error) {
  for (const ExitCodeEntry& entry : kExitCodes) {
    if (entry.is_code_of != nullptr && entry.is_code_of(error)) return entry.code;
  }
  return ExitCode::internal;
}

ExitCode exit_code_after(int signal) {
  if (signal == SIGTERM || signal == SIGXCPU || signal == SIGUSR1) return ExitCode::terminated;
  return signal == SIGHUP ? ExitCode::hung_up : ExitCode::interrupted;
}

}  // namespace chainrule::cli
