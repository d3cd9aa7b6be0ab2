// Runs the built program as a user does: a process of its own, real files, real exit codes.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace chainrule::cli_test {

inline std::string example(const std::string& name) {
  return std::string(CHAINRULE_SOURCE_DIR) + "/examples/data/" + name;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// A temporary folder, removed at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "chainrule-cli-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
    path_ = name;
  }
  ~Folder() {
    std::error_code none;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, none);
    std::filesystem::remove_all(path_, none);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }
  std::string write(const std::string& name, const std::string& text) const {
    write_text(path_ / name, text);
    return *this / name;
  }
  // Names of the files, sorted: nothing half-written may be among them.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::filesystem::path path_;
};

struct Result {
  int code = -1;  // 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

struct RunOptions {
  std::string input = {};                               // standard input
  std::map<std::string, std::string> environment = {};  // added
  std::string folder = {};                              // where it runs; "": a new one
  std::size_t largest_file = 0;                         // bytes; 0: any
  std::string out_path = {};    // standard output goes here instead of into Result::out
  std::string shell_line = {};  // a shell runs this, with the program in its path, instead of the arguments
};

inline void become_program(const std::vector<std::string>& arguments, const RunOptions& options,
                           const std::string& folder) {
  // The environment of the machine must not change the results.
  for (const char* const name : {"CHAINRULE_THREADS", "CHAINRULE_SEED", "CHAINRULE_VECTOR",
                                 "CHAINRULE_PRECISION", "CHAINRULE_LANGUAGE", "NO_COLOR", "COLUMNS"}) {
    unsetenv(name);
  }
  // Most tests are about something else than the choice of networks, and a small one is fast.
  if (options.shell_line.empty()) setenv("CHAINRULE_PRESET", "textbook", 1);
  for (const auto& [name, value] : options.environment)
    setenv(name.c_str(), value.c_str(), 1);
  if (chdir(folder.c_str()) != 0) _exit(126);
  if (options.largest_file != 0) {
    const rlimit limit = {.rlim_cur = options.largest_file, .rlim_max = options.largest_file};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(124);
  }
  if (!options.shell_line.empty()) {
    const std::string folder_of_program = std::filesystem::path(CHAINRULE_BINARY).parent_path().string();
    const char* const path = getenv("PATH");
    setenv("PATH", (folder_of_program + ":" + (path == nullptr ? "/usr/bin:/bin" : path)).c_str(), 1);
    execl("/bin/sh", "sh", "-c", options.shell_line.c_str(), nullptr);
    _exit(127);
  }
  std::vector<char*> words = {const_cast<char*>("chainrule")};
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  execv(CHAINRULE_BINARY, words.data());
  _exit(127);
}

inline int exit_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

inline Result run(const std::vector<std::string>& arguments, const RunOptions& options = {}) {
  const Folder streams;
  write_text(streams / "in", options.input);
  const std::string folder = options.folder.empty() ? streams.path().string() : options.folder;
  const pid_t child = fork();
  if (child == 0) {
    const auto redirect = [](const std::string& path, int flags, int descriptor) {
      const int file = open(path.c_str(), flags, 0600);
      if (file < 0 || dup2(file, descriptor) < 0) _exit(125);
      close(file);
    };
    redirect(streams / "in", O_RDONLY, STDIN_FILENO);
    redirect(options.out_path.empty() ? streams / "out" : options.out_path, O_WRONLY | O_CREAT,
             STDOUT_FILENO);
    redirect(streams / "err", O_WRONLY | O_CREAT, STDERR_FILENO);
    become_program(arguments, options, folder);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return {.code = exit_code(status), .out = read_text(streams / "out"), .err = read_text(streams / "err")};
}

// A trained model of three classes, made once for all tests of the process.
inline const std::string& penguins_model() {
  static const Folder folder;
  static const std::string path = [] {
    const std::string model = folder / "penguins.safetensors";
    const Result result = run({"train", example("penguins.csv"), "--target", "species", "--hidden", "8",
                               "--epochs", "15", "-o", model});
    EXPECT_EQ(result.code, 0) << result.err;
    return model;
  }();
  return path;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

inline testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "\"" << part << "\" is not in:\n" << text;
}

}  // namespace chainrule::cli_test
