// Trainings for the tests of checkpoints: a table, a training that takes a second, and a signal in the middle
// of it.
#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cli/program.h"

namespace chainrule::cli_test {

// Long enough to be interrupted in the middle: a second or more.
inline std::vector<std::string> training_of(const Folder& folder, const std::string& model,
                                            std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"train", folder / "t.csv", "--hidden", "48,48",      "--epochs",
                                        "600",   "--dropout",      "0.1",      "--patience", "0",
                                        "-o",    folder / model};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

inline void make_table(const Folder& folder) {
  ASSERT_EQ(run({"data", "generate", "moons", "--rows", "1280", "-o", folder / "t.csv"}).code, 0);
}

// Starts a training, sends the signal once `file` has the words, and waits for the end.
inline Result signalled(const Folder& folder, const std::vector<std::string>& arguments, int signal_number,
                        const std::string& file = "err", const std::string& words = "rows/s") {
  std::filesystem::remove(folder / "err");
  const pid_t child = fork();
  if (child == 0) {
    const int err = open((folder / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (err < 0 || dup2(err, STDERR_FILENO) < 0 || dup2(err, STDOUT_FILENO) < 0) _exit(125);
    become_program(arguments, {}, folder.path().string());
  }
  int status = 0;
  while (read_text(folder / file).find(words) == std::string::npos && waitpid(child, &status, WNOHANG) == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  kill(child, signal_number);
  waitpid(child, &status, 0);
  return {.code = exit_code(status), .out = {}, .err = read_text(folder / "err")};
}

}  // namespace chainrule::cli_test
