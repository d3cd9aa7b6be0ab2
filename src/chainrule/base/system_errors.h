// Failed system calls as DataErrors: what was tried, the path, the system's reason in English, and what to
// try next.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>

namespace chainrule {

// Repeats a call that fails with EINTR because a signal arrived.
template <typename Call>
auto repeat_when_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR)
    result = call();
  return result;
}

// "cannot open "iris.csv"": the short name, since `where` gives the whole path.
std::string cannot(std::string_view verb, const std::string& path);

// What errno means. strerror() uses the language of the locale; our messages are in English.
std::string reason_of(int error_number);

[[noreturn]] void throw_system_error(std::string_view verb, const std::string& path, int error_number);
[[noreturn]] void throw_is_directory(std::string_view verb, const std::string& path);
// For a device or a pipe.
[[noreturn]] void throw_is_no_file(const std::string& path);

}  // namespace chainrule
