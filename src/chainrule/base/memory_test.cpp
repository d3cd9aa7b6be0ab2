#include "chainrule/base/memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <vector>

namespace chainrule {
namespace {

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST(GiveBackFreeMemory, HolesBetweenBlocksInUseGoBackToTheSystem) {
#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "another allocator";
#endif
  if (resident_bytes() == 0) GTEST_SKIP() << "no /proc here";
  constexpr std::size_t kBlocks = 2000, kBytes = 16 * 1024;
  std::vector<std::vector<char>> blocks;
  for (std::size_t i = 0; i < kBlocks; ++i)
    blocks.emplace_back(kBytes, 'x');
  const std::size_t before = resident_bytes();
  // The last block stays, so that the holes are not at the end, which free() may return by itself.
  for (std::size_t i = 0; i + 1 < kBlocks; ++i)
    std::vector<char>().swap(blocks[i]);
  give_back_free_memory();
  EXPECT_LT(resident_bytes() + kBlocks * kBytes / 2, before);
}

TEST(MemoryOfMachine, IsMoreThanThisProcessUses) {
  const double memory = memory_of_machine();
  if (memory == 0) GTEST_SKIP() << "the system does not say";
  EXPECT_GT(memory, static_cast<double>(resident_bytes()));
  EXPECT_LT(memory, 1e15);
}

}  // namespace
}  // namespace chainrule
