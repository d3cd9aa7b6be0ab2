#include "chainrule/base/file_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

std::string new_path() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string path = testing::TempDir() + "/FileLock." + test->name();
  std::filesystem::remove_all(path);
  return path;
}

TEST(FileLock, IsHeldByOneAtATimeAndNamesTheProcess) {
  const std::string path = new_path();
  {
    const FileLock first(path);
    EXPECT_EQ(first.state(), FileLock::State::held);
    const FileLock second(path);
    EXPECT_EQ(second.state(), FileLock::State::taken);
    EXPECT_EQ(second.holder(), getpid());
  }
  EXPECT_FALSE(std::filesystem::exists(path)) << "nothing is left over";
  EXPECT_EQ(FileLock(path).state(), FileLock::State::held);
}

TEST(FileLock, IsFreeWhenItsProcessWasKilled) {
  const std::string path = new_path();
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const FileLock lock(path);
    const char sign = lock.state() == FileLock::State::held ? 'y' : 'n';
    if (write(ready[1], &sign, 1) != 1) _exit(1);
    for (;;)
      pause();
  }
  char sign = 0;
  ASSERT_EQ(read(ready[0], &sign, 1), 1);
  EXPECT_EQ(sign, 'y');
  {
    const FileLock taken(path);
    EXPECT_EQ(taken.state(), FileLock::State::taken);
    EXPECT_EQ(taken.holder(), child);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(std::filesystem::exists(path)) << "left over, and held by nobody";
  EXPECT_EQ(FileLock(path).state(), FileLock::State::held);
  EXPECT_FALSE(std::filesystem::exists(path));
  close(ready[0]);
  close(ready[1]);
}

TEST(FileLock, WasNeverHeldByTwoWhileProcessesComeAndGo) {
  const std::string path = new_path(), inside = path + ".inside";
  std::filesystem::remove(inside);
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    for (int round = 0; round < 300; ++round) {
      const FileLock lock(path);
      if (lock.state() != FileLock::State::held) continue;
      // Made by the one who holds the lock, and gone before it lets go.
      if (mkdir(inside.c_str(), 0700) != 0 || rmdir(inside.c_str()) != 0) _exit(1);
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
}

TEST(FileLock, WhatIsNoFileOrCannotBeMadeIsRefused) {
  const std::string path = new_path();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_THROW(FileLock{path}, DataError);
  std::filesystem::remove(path);
  std::filesystem::create_symlink("elsewhere", path);
  EXPECT_THROW(FileLock{path}, DataError);
  EXPECT_THROW(FileLock{path + "/none/lock"}, DataError);
}

TEST(FileLock, WithoutANumberInItTheHolderIsNotKnown) {
  const std::string path = new_path();
  const FileLock first(path);
  std::ofstream(path) << "nobody";
  EXPECT_EQ(FileLock(path).holder(), 0);
}

}  // namespace
}  // namespace chainrule
