// Processes that are interrupted at random times. The times come from base/random.h: the same in each run.
#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "chainrule/base/random.h"
#include "durability/durability.h"

namespace chainrule::durability_test {

// Sleeps for a time in [0, most_milliseconds).
inline void sleep_for_random(std::uint64_t seed, std::size_t round, double most_milliseconds) {
  std::this_thread::sleep_for(
      std::chrono::duration<double, std::milli>(most_milliseconds * random_uniform({.seed = seed}, round)));
}

inline int waited_for(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return cli_test::exit_code(status);
}

// Starts the program; its output goes to the file "err" in the folder.
inline pid_t started(const std::vector<std::string>& arguments, const Folder& folder) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int err = open((folder / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (err < 0 || dup2(err, STDERR_FILENO) < 0 || dup2(err, STDOUT_FILENO) < 0) _exit(125);
  cli_test::become_program(arguments, {}, folder.path().string());
  _exit(127);
}

inline void make_moons(const Folder& folder, std::size_t rows) {
  ASSERT_EQ(
      cli_test::run({"data", "generate", "moons", "--rows", std::to_string(rows), "-o", folder / "t.csv"})
          .code,
      0);
}

}  // namespace chainrule::durability_test
