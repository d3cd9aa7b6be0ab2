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
  EXPECT_TRUE(std::filesystem::exists(path)) << "left over without a holder";
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
      // The holder of the lock makes it, and removes it before it frees the lock.
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

TEST(FileLock, APathThatIsNotAFileOrCannotBeMadeIsRefused) {
  const std::string path = new_path();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_THROW(FileLock{path}, DataError);
  std::filesystem::remove(path);
  std::filesystem::create_symlink("elsewhere", path);
  EXPECT_THROW(FileLock{path}, DataError);
  EXPECT_THROW(FileLock{path + "/none/lock"}, DataError);
}

TEST(FileLock, KnowsWhetherItsFileIsStillAtThePath) {
  const std::string directory = new_path(), other = directory + ".other", link = directory + ".link";
  std::filesystem::create_directories(directory);
  std::filesystem::create_directories(other);
  std::filesystem::remove(link);
  std::filesystem::create_directory_symlink(directory, link);
  const FileLock lock(link + "/lock");
  EXPECT_TRUE(lock.is_still_there());
  EXPECT_FALSE(FileLock(link + "/lock").is_still_there()) << "it is taken, not held";
  std::filesystem::remove(link);
  EXPECT_FALSE(lock.is_still_there());
  std::filesystem::create_directory_symlink(other, link);
  EXPECT_FALSE(lock.is_still_there());
  const FileLock others(link + "/lock");
  EXPECT_EQ(others.state(), FileLock::State::held);
  EXPECT_FALSE(lock.is_still_there()) << "the file at the path is another's";
  EXPECT_TRUE(others.is_still_there());
}

TEST(FileLock, AFileThatIsNotALockStaysUnchanged) {
  const std::string path = new_path();
  for (const std::string text :
       {"my notes", "12", "12 men\n", "\n", "0\n", "-3\n", "1234567890123456789012345678901234567890\n"}) {
    std::ofstream(path) << text;
    EXPECT_THROW(FileLock{path}, DataError) << text;
    std::ifstream file(path);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
  }
  for (const std::string text : {"", "4194304\n"}) {
    std::ofstream(path) << text;
    EXPECT_EQ(FileLock(path).state(), FileLock::State::held) << text;
    EXPECT_FALSE(std::filesystem::exists(path));
  }
}

TEST(FileLock, OneLeftByAnotherUserBlocksNoProcess) {
  // The file is readable but not writable; the directory is writable. The superuser may write all files.
  const std::string directory = new_path(), path = directory + "/lock";
  std::filesystem::create_directory(directory);
  std::filesystem::permissions(directory, std::filesystem::perms::all);
  std::ofstream(path) << "4194304\n";
  ASSERT_EQ(chmod(path.c_str(), 0444), 0);
  const pid_t child = fork();
  if (child == 0) {
    constexpr uid_t kAnother = 65534;
    if (getuid() == 0 && (setgid(kAnother) != 0 || setuid(kAnother) != 0)) _exit(2);
    if (access(directory.c_str(), W_OK) != 0) _exit(2);
    try {
      const FileLock lock(path);
      _exit(lock.state() == FileLock::State::held && FileLock(path).holder() == getpid() ? 0 : 1);
    } catch (const DataError&) {
      _exit(1);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) GTEST_SKIP() << "cannot become another user here";
  EXPECT_EQ(status, 0);
}

TEST(FileLock, MayBeReadByAll) {
  const std::string path = new_path();
  const mode_t before = umask(0077);
  const FileLock lock(path);
  umask(before);
  struct stat data = {};
  ASSERT_EQ(stat(path.c_str(), &data), 0);
  EXPECT_EQ(data.st_mode & 0777, 0644u);
}

TEST(FileLock, WithoutANumberTheHolderIsUnknown) {
  const std::string path = new_path();
  const FileLock first(path);
  std::ofstream(path) << "nobody";
  EXPECT_EQ(FileLock(path).holder(), 0);
}

}  // namespace
}  // namespace chainrule
