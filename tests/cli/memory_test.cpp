// The memory of a training on a large table of numbers, beyond the numbers themselves.
#include <cstdio>
#include <fstream>
#include <string>

#include "cli/program.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define CHAINRULE_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHAINRULE_SANITIZED 1
#endif

namespace chainrule::cli_test {
namespace {

constexpr std::size_t kRows = 150'000;
constexpr std::size_t kColumns = 50;

// 60 MB of cells such as 0.123456. Row by row into the file: what this process has counts in the child's peak
// too.
void write_numbers(const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  std::uint64_t state = 1;
  std::string row;
  for (std::size_t c = 0; c < kColumns; ++c)
    row += (c == 0 ? "x" : ",x") + std::to_string(c);
  for (std::size_t r = 0; r <= kRows; ++r) {
    file << row << '\n';
    row.clear();
    for (std::size_t c = 0; c < kColumns; ++c) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      row += (c == 0 ? "0." : ",0.") + std::to_string(1'000'000 + (state >> 33) % 1'000'000).substr(1);
    }
  }
}

// Peak resident memory in bytes of a run that must succeed.
std::size_t peak_memory(const std::vector<std::string>& arguments) {
  const pid_t child = fork();
  if (child == 0) {
    const int null = open("/dev/null", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      if (dup2(null, stream) < 0) _exit(125);
    become_program(arguments, {}, "/");
  }
  int status = 0;
  rusage usage = {};
  EXPECT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_EQ(exit_code(status), 0);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

TEST(Memory, TrainingTakesLittleMoreThanTheNumbersOfTheTable) {
#if defined(CHAINRULE_SANITIZED) || !defined(__GLIBC__)
  GTEST_SKIP() << "another allocator";
#endif
  const Folder folder;
  write_numbers(folder / "numbers.csv");
  const std::size_t numbers = kRows * kColumns * sizeof(float);
  constexpr std::size_t kProgram = std::size_t{24}
                                   << 20;  // code, buffers, threads, history: 10 MB and some to spare
  for (const std::string threads : {"1", "2"}) {
    const std::size_t peak = peak_memory({"train", folder / "numbers.csv", "--epochs", "1", "--hidden", "4",
                                          "--threads", threads, "-o", folder / "model.safetensors"});
    EXPECT_LT(peak, numbers + numbers / 2 + kProgram) << threads << " threads";
    EXPECT_GT(peak, numbers);  // or something else was measured
  }
}

}  // namespace
}  // namespace chainrule::cli_test
