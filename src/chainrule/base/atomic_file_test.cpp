#include "chainrule/base/atomic_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <thread>
#include <vector>

#include "chainrule/base/error.h"
#include "support/directory_test.h"
#include "support/ordinary_user.h"
#include "support/report_of.h"

namespace chainrule {
namespace {

namespace fs = std::filesystem;

using test::report_of;

enum class Fault { once, for_good, silent };

// The real file system, except that call number `failing_call` (from 0) throws, alone or with all later ones;
// or, if it is a write, silently writes other bytes. Writes take at most 7 bytes.
class FaultyFileSystem final : public FileSystem {
 public:
  explicit FaultyFileSystem(int failing_call, Fault fault = Fault::once)
      : failing_call_(failing_call), fault_(fault) {}

  std::vector<std::string> calls;

  FileStatus status(const std::string& path) override {
    count("status");
    return real_file_system().status(path);
  }
  std::unique_ptr<ReadableFile> open_to_read(const std::string& path) override {
    count("open_to_read");
    return real_file_system().open_to_read(path);
  }
  std::unique_ptr<WritableFile> create_exclusively(const std::string& path) override {
    count("create_exclusively");
    return std::make_unique<File>(*this, real_file_system().create_exclusively(path));
  }
  std::unique_ptr<WritableFile> open_to_write(const std::string& path) override {
    count("open_to_write");
    return std::make_unique<File>(*this, real_file_system().open_to_write(path));
  }
  std::string resolve_link(const std::string& path) override {
    count("resolve_link");
    return real_file_system().resolve_link(path);
  }
  void copy_permissions(const std::string& from, const std::string& to) override {
    count("copy_permissions");
    real_file_system().copy_permissions(from, to);
  }
  void rename(const std::string& from, const std::string& to) override {
    count("rename");
    real_file_system().rename(from, to);
  }
  void remove(const std::string& path) override { real_file_system().remove(path); }
  void make_directory(const std::string& path) override {
    count("make_directory");
    real_file_system().make_directory(path);
  }
  void sync_directory(const std::string& path) override {
    count("sync_directory");
    real_file_system().sync_directory(path);
  }
  std::vector<std::string> names_in(const std::string& directory) override {
    count("names_in");
    return real_file_system().names_in(directory);
  }

 private:
  class File final : public WritableFile {
   public:
    File(FaultyFileSystem& owner, std::unique_ptr<WritableFile> file)
        : owner_(owner), file_(std::move(file)) {}
    std::size_t write(std::span<const std::byte> bytes) override {
      const bool is_changed = owner_.count("write");
      std::vector<std::byte> piece(bytes.begin(),
                                   bytes.begin() + std::min<std::ptrdiff_t>(std::ssize(bytes), 7));
      if (is_changed) piece[0] ^= std::byte{1};
      return file_->write(piece);
    }
    void sync() override {
      owner_.count("sync");
      file_->sync();
    }
    void close() override {
      owner_.count("close");
      file_->close();
    }

   private:
    FaultyFileSystem& owner_;
    std::unique_ptr<WritableFile> file_;
  };

  // Returns whether the call should do something other than what it claims to do.
  bool count(const std::string& call) {
    calls.push_back(call);
    const int number = static_cast<int>(calls.size()) - 1;
    const bool is_faulty = fault_ == Fault::for_good ? number >= failing_call_ : number == failing_call_;
    if (failing_call_ < 0 || !is_faulty) return false;
    if (fault_ == Fault::silent) return true;
    throw DataError({.what = "made to fail", .where = "somewhere", .got = "disk on fire"});
  }

  int failing_call_;
  Fault fault_;
};

class AtomicFileTest : public test::DirectoryTest {};

TEST_F(AtomicFileTest, WritesAndReadsBackAllBytes) {
  std::string contents;
  for (int i = 0; i < 200'000; ++i)
    contents += static_cast<char>(i * 31 % 256);
  write_file_atomically(real_file_system(), path("a"), contents);
  EXPECT_EQ(get("a"), contents);
  EXPECT_EQ(names(), std::vector<std::string>{"a"});
}

TEST_F(AtomicFileTest, WritesAnEmptyFile) {
  write_file_atomically(real_file_system(), path("a"), "");
  EXPECT_EQ(real_file_system().status(path("a")).kind, FileKind::regular);
  EXPECT_EQ(get("a"), "");
}

TEST_F(AtomicFileTest, NothingAppearsBeforeCommit) {
  AtomicFile file(real_file_system(), path("a"));
  file.append(std::string(300'000, 'x'));
  EXPECT_FALSE(fs::exists(path("a")));
  file.append(std::as_bytes(std::span("end", 3)));
  file.commit();
  EXPECT_EQ(get("a"), std::string(300'000, 'x') + "end");
}

TEST_F(AtomicFileTest, WithoutCommitNothingRemains) {
  put("a", "old");
  {
    AtomicFile file(real_file_system(), path("a"));
    file.append(std::string(300'000, 'x'));
    EXPECT_EQ(names().size(), 2u);
  }
  EXPECT_EQ(names(), std::vector<std::string>{"a"});
  EXPECT_EQ(get("a"), "old");
}

TEST_F(AtomicFileTest, AppendAndCommitAfterCommitAreRefused) {
  AtomicFile file(real_file_system(), path("a"));
  file.commit();
  EXPECT_THROW(file.append("more"), StateError);
  EXPECT_THROW(file.commit(), StateError);
}

TEST_F(AtomicFileTest, APreparedFileIsOnDiskButNotYetInPlace) {
  put("a", "old");
  AtomicFile file(real_file_system(), path("a"));
  file.append("new");
  file.prepare();
  EXPECT_EQ(get("a"), "old");
  EXPECT_THROW(file.append("more"), StateError);
  file.commit();
  EXPECT_EQ(get("a"), "new");
  AtomicFile full(real_file_system(), "/dev/full");
  full.append("x");
  EXPECT_THROW(full.prepare(), DataError);
  EXPECT_THROW(full.commit(), StateError);
}

TEST_F(AtomicFileTest, ANewFileHasTheModeOfTheUmask) {
  const mode_t before = ::umask(027);
  write_file_atomically(real_file_system(), path("a"), "x");
  ::umask(before);
  EXPECT_EQ(mode("a"), 0640u);  // 0666 & ~0027
}

TEST_F(AtomicFileTest, AReplacedFileKeepsItsPermissions) {
  put("a", "old");
  ASSERT_EQ(::chmod(path("a").c_str(), 0604), 0);
  write_file_atomically(real_file_system(), path("a"), "new");
  EXPECT_EQ(mode("a"), 0604u);
  EXPECT_EQ(get("a"), "new");
}

TEST_F(AtomicFileTest, AReadOnlyFileIsNotReplaced) {
  const test::OrdinaryUser user(directory_);
  if (!user.is_ordinary()) GTEST_SKIP() << "root may write everything";
  put("a", "old");
  ASSERT_EQ(::chmod(path("a").c_str(), 0444), 0);
  const ErrorText report = report_of([&] { write_file_atomically(real_file_system(), path("a"), "new"); });
  EXPECT_EQ(report.what, "cannot write \"a\"");
  EXPECT_EQ(report.got, "Permission denied");
  EXPECT_EQ(get("a"), "old");
}

TEST_F(AtomicFileTest, ALinkIsFollowedAndStaysALink) {
  fs::create_directory(path("elsewhere"));
  put("elsewhere/a", "old");
  fs::create_symlink("elsewhere/a", path("first"));
  fs::create_symlink("first", path("second"));
  write_file_atomically(real_file_system(), path("second"), "new");
  EXPECT_TRUE(fs::is_symlink(path("second")));
  EXPECT_TRUE(fs::is_symlink(path("first")));
  EXPECT_EQ(get("elsewhere/a"), "new");
}

TEST_F(AtomicFileTest, ALinkToNothingMakesTheFileItPointsAt) {
  fs::create_symlink(path("later"), path("link"));
  write_file_atomically(real_file_system(), path("link"), "new");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(get("later"), "new");
}

TEST_F(AtomicFileTest, LinksInACircleAreAnError) {
  fs::create_symlink("b", path("a"));
  fs::create_symlink("a", path("b"));
  EXPECT_EQ(report_of([&] { write_file_atomically(real_file_system(), path("a"), "new"); }).got,
            "Too many levels of symbolic links");
}

TEST_F(AtomicFileTest, AMissingDirectoryIsNamed) {
  const ErrorText reading = report_of([&] { read_whole_file(real_file_system(), path("no/a")); });
  EXPECT_NE(reading.advice.find("there is no directory"), std::string::npos) << reading.advice;
  const ErrorText writing = report_of([&] { AtomicFile(real_file_system(), path("no/a")); });
  EXPECT_EQ(writing.where, path("no/a"));
  EXPECT_NE(writing.got.find("there is no directory"), std::string::npos) << writing.got;
  put("plain", "x");
  const ErrorText below_a_file = report_of([&] { AtomicFile(real_file_system(), path("plain/a")); });
  EXPECT_NE(below_a_file.got.find("is not a directory"), std::string::npos) << below_a_file.got;
}

TEST_F(AtomicFileTest, ADirectoryIsNeitherReadNorReplaced) {
  fs::create_directory(path("d"));
  for (const ErrorText& report : {report_of([&] { read_whole_file(real_file_system(), path("d")); }),
                                  report_of([&] { AtomicFile(real_file_system(), path("d")); })}) {
    EXPECT_EQ(report.where, path("d"));
    EXPECT_EQ(report.expected, "a file");
    EXPECT_EQ(report.got, "a directory");
  }
  EXPECT_EQ(report_of([&] { AtomicFile(real_file_system(), path("new/")); }).got, "a directory");
}

TEST_F(AtomicFileTest, ADirectoryThatCannotBeWrittenIsAnError) {
  const test::OrdinaryUser user(directory_);
  if (!user.is_ordinary()) GTEST_SKIP() << "root may write everywhere";
  fs::permissions(directory_, fs::perms::owner_read | fs::perms::owner_exec);
  const ErrorText report = report_of([&] { AtomicFile(real_file_system(), path("a")); });
  EXPECT_EQ(report.what, "cannot write \"a\"");
  EXPECT_EQ(report.where, path("a"));
  EXPECT_EQ(report.got, "Permission denied");
}

TEST_F(AtomicFileTest, AFullDeviceIsACleanError) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const ErrorText small = report_of([] { write_file_atomically(real_file_system(), "/dev/full", "x"); });
  EXPECT_EQ(small.what, "cannot write \"full\"");
  EXPECT_EQ(small.where, "/dev/full");
  EXPECT_EQ(small.got, "No space left on device");
  EXPECT_EQ(small.advice, "free some space or use a path on another disk");
  AtomicFile file(real_file_system(), "/dev/full");
  EXPECT_THROW(file.append(std::string(100'000, 'x')), DataError) << "more than the buffer fails at once";
  EXPECT_THROW(file.commit(), StateError) << "and is not mistaken for done later";
}

TEST_F(AtomicFileTest, AFileSizeLimitLeavesTheOldFileAndNoTemporary) {
  put("a", "old");
  ::rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  ::rlimit limit = before;
  limit.rlim_cur = 100'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  const ErrorText report =
      report_of([&] { write_file_atomically(real_file_system(), path("a"), std::string(1'000'000, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(report.got, "File too large");
  EXPECT_EQ(names(), std::vector<std::string>{"a"});
  EXPECT_EQ(get("a"), "old");
}

TEST_F(AtomicFileTest, APipeIsWrittenDirectly) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const std::string contents(200'000, 'x');
  std::string received;
  std::thread reader([&] { received = read_whole_file(real_file_system(), path("pipe")); });
  write_file_atomically(real_file_system(), path("pipe"), contents);
  reader.join();
  EXPECT_EQ(received, contents);
  EXPECT_EQ(real_file_system().status(path("pipe")).kind, FileKind::other);
}

TEST_F(AtomicFileTest, WhatTheShellOpenedIsAppendedToAndNotReplaced) {
  put("log", "first\n");
  const int log = ::open(path("log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  ASSERT_GE(log, 0);
  write_file_atomically(real_file_system(), "/dev/fd/" + std::to_string(log), "second\n");
  ::close(log);
  EXPECT_EQ(get("log"), "first\nsecond\n");
}

TEST_F(AtomicFileTest, ALongNameStillGetsATemporary) {
  const std::string name(255, 'n');
  write_file_atomically(real_file_system(), path(name), "x");
  EXPECT_EQ(names(), std::vector<std::string>{name});
}

TEST_F(AtomicFileTest, ANameWithoutDirectoryIsInTheWorkingDirectory) {
  const fs::path before = fs::current_path();
  fs::current_path(directory_);
  write_file_atomically(real_file_system(), "a", "x");
  const std::string advice = report_of([] { read_whole_file(real_file_system(), "b"); }).advice;
  fs::current_path(before);
  EXPECT_EQ(get("a"), "x");
  EXPECT_EQ(advice, "check the name and the working directory");
}

TEST_F(AtomicFileTest, TemporariesOfAPathAreRemovedAndNothingElse) {
  const std::string long_name(255, 'x');
  fs::create_directory(path("away"));
  fs::create_symlink("away/m", path("link"));
  for (const std::string& name :
       {std::string(".m.tmp-12-0"), std::string(".m.tmp-7-31"), std::string(".mm.tmp-12-0"), std::string("m"),
        std::string("away/.m.tmp-12-0"), "." + long_name.substr(0, 200) + ".tmp-12-0"})
    put(name, "half");
  remove_temporaries_of(real_file_system(), path("m"));
  EXPECT_FALSE(fs::exists(path(".m.tmp-12-0")));
  EXPECT_FALSE(fs::exists(path(".m.tmp-7-31")));
  EXPECT_TRUE(fs::exists(path("away/.m.tmp-12-0")));
  remove_temporaries_of(real_file_system(), path("link"));
  EXPECT_FALSE(fs::exists(path("away/.m.tmp-12-0")));
  remove_temporaries_of(real_file_system(), path(long_name));
  EXPECT_EQ(names(), (std::vector<std::string>{".mm.tmp-12-0", "away", "link", "m"}));
}

TEST_F(AtomicFileTest, TemporariesThatCannotBeRemovedStay) {
  remove_temporaries_of(real_file_system(), path("missing/m"));
  fs::create_directory(path(".m.tmp-12-0"));
  remove_temporaries_of(real_file_system(), path("m"));
  EXPECT_EQ(names(), std::vector<std::string>{".m.tmp-12-0"});
  put(".n.tmp-12-0", "half");
  for (int i = 0; i < 2; ++i) {
    FaultyFileSystem faulty(i);
    remove_temporaries_of(faulty, path("n"));
    EXPECT_TRUE(fs::exists(path(".n.tmp-12-0")));
  }
}

// The calls that may fail once: the bytes, still in memory, are then written to another file.
bool is_made_up_for(const std::vector<std::string>& calls, int call) {
  const auto last_write = std::find(calls.rbegin(), calls.rend(), "write");
  return call > static_cast<int>(calls.rend() - last_write) - 1 && calls[call] != "rename" &&
         calls[call] != "sync_directory";
}

TEST_F(AtomicFileTest, AFailureAtAnyCallLeavesTheOldFileAndNoTemporary) {
  const std::string old_contents = "the old contents";
  const std::string new_contents = "the new contents, in several short writes";
  put("a", old_contents);
  FaultyFileSystem sound(-1);
  write_file_atomically(sound, path("a"), new_contents);
  ASSERT_EQ(get("a"), new_contents);
  ASSERT_EQ(sound.calls.back(), "sync_directory");
  ASSERT_EQ(std::count(sound.calls.begin(), sound.calls.end(), "write"), 6);  // 41 bytes in sevens
  int made_up_for = 0;
  for (const Fault fault : {Fault::once, Fault::for_good}) {
    for (int call = 0; call < static_cast<int>(sound.calls.size()); ++call) {
      SCOPED_TRACE(testing::Message() << "call " << call << ": " << sound.calls[call]);
      put("a", old_contents);
      FaultyFileSystem faulty(call, fault);
      if (fault == Fault::once && is_made_up_for(sound.calls, call)) {
        write_file_atomically(faulty, path("a"), new_contents);
        EXPECT_EQ(std::count(faulty.calls.begin(), faulty.calls.end(), "write"), 12);
        EXPECT_EQ(get("a"), new_contents);
        EXPECT_EQ(names(), std::vector<std::string>{"a"});
        ++made_up_for;
        continue;
      }
      const ErrorText report = report_of([&] { write_file_atomically(faulty, path("a"), new_contents); });
      EXPECT_EQ(report.got, "disk on fire");
      EXPECT_EQ(names(), std::vector<std::string>{"a"});
      // The directory is synced after the rename: by then the new file is complete and in place.
      EXPECT_EQ(get("a"), sound.calls[call] == "sync_directory" ? new_contents : old_contents);
    }
  }
  EXPECT_EQ(made_up_for, 3) << "sync, close, open_to_read";
}

TEST_F(AtomicFileTest, AFailedSyncIsNeverRepeatedOnTheSameFile) {
  FaultyFileSystem sound(-1);
  write_file_atomically(sound, path("a"), "x");
  const auto sync = std::find(sound.calls.begin(), sound.calls.end(), "sync") - sound.calls.begin();
  fs::remove(path("a"));
  FaultyFileSystem faulty(static_cast<int>(sync));
  write_file_atomically(faulty, path("a"), "x");
  const auto creations = std::count(faulty.calls.begin(), faulty.calls.end(), "create_exclusively");
  EXPECT_EQ(creations, 2);
  EXPECT_EQ(faulty.calls[static_cast<std::size_t>(sync) + 1], "status") << "a new file, from the beginning";
}

TEST_F(AtomicFileTest, DifferentBytesOnDiskAreDetected) {
  put("a", "old");
  FaultyFileSystem sound(-1);
  write_file_atomically(sound, path("a"), "0123456789");
  const int write =
      static_cast<int>(std::find(sound.calls.begin(), sound.calls.end(), "write") - sound.calls.begin());
  put("a", "old");
  FaultyFileSystem once(write + 1, Fault::silent);
  write_file_atomically(once, path("a"), "0123456789");
  EXPECT_EQ(get("a"), "0123456789");
  put("a", "old");
  FaultyFileSystem stream_faults(write + 1, Fault::silent);
  AtomicFile stream(stream_faults, path("a"));
  stream.append("0123456789");
  EXPECT_NE(report_of([&] { stream.commit(); }).expected.find("to read back"), std::string::npos);
  EXPECT_EQ(get("a"), "old");
  EXPECT_EQ(names(), std::vector<std::string>{"a"});
}

TEST_F(AtomicFileTest, AFailureAtAnyCallOfANewFileLeavesNothing) {
  FaultyFileSystem sound(-1);
  write_file_atomically(sound, path("a"), "contents");
  fs::remove(path("a"));
  for (int call = 0; call < static_cast<int>(sound.calls.size()); ++call) {
    SCOPED_TRACE(testing::Message() << "call " << call << ": " << sound.calls[call]);
    FaultyFileSystem faulty(call, Fault::for_good);
    EXPECT_THROW(write_file_atomically(faulty, path("a"), "contents"), DataError);
    if (sound.calls[call] == "sync_directory") {
      EXPECT_EQ(names(), std::vector<std::string>{"a"});
      fs::remove(path("a"));
    } else {
      EXPECT_TRUE(names().empty());
    }
  }
}

TEST_F(AtomicFileTest, TheFileIsSyncedBeforeTheRenameAndTheDirectoryAfterIt) {
  FaultyFileSystem recording(-1);
  write_file_atomically(recording, path("a"), "x");
  const std::vector<std::string> last(recording.calls.end() - 6, recording.calls.end());
  EXPECT_EQ(last,
            (std::vector<std::string>{"write", "sync", "close", "open_to_read", "rename", "sync_directory"}));
}

TEST_F(AtomicFileTest, ErrorsNameTheTargetAndNotTheTemporary) {
  FaultyFileSystem sound(-1);
  write_file_atomically(sound, path("a"), "x");
  const auto write = std::find(sound.calls.begin(), sound.calls.end(), "write") - sound.calls.begin();
  FaultyFileSystem faulty(static_cast<int>(write) +
                          2);  // the same place now that the file exists: two calls more
  const ErrorText report = report_of([&] { write_file_atomically(faulty, path("a"), "x"); });
  EXPECT_EQ(report.what, "cannot write \"a\"");
  EXPECT_EQ(report.where, path("a"));
}

TEST_F(AtomicFileTest, SeveralFilesAppearTogetherOrNotAtAll) {
  const FileContents both[] = {{.path = path("model"), .pieces = {"weights", " and more"}},
                               {.path = path("report"), .pieces = {"a page"}}};
  write_files_atomically(real_file_system(), both);
  EXPECT_EQ(read_whole_file(real_file_system(), path("model")), "weights and more");
  EXPECT_EQ(read_whole_file(real_file_system(), path("report")), "a page");

  const FileContents one_is_impossible[] = {{.path = path("model"), .pieces = {"newer"}},
                                            {.path = path("missing/report"), .pieces = {"a page"}}};
  EXPECT_THROW(write_files_atomically(real_file_system(), one_is_impossible), DataError);
  EXPECT_EQ(read_whole_file(real_file_system(), path("model")), "weights and more") << "the old one stays";
}

TEST_F(AtomicFileTest, OfSeveralNewFilesAFailureAtAnyCallLeavesNone) {
  const FileContents both[] = {{.path = path("a"), .pieces = {"one"}},
                               {.path = path("b"), .pieces = {"two"}}};
  FaultyFileSystem sound(-1);
  write_files_atomically(sound, both);
  for (const Fault fault : {Fault::once, Fault::for_good}) {
    for (int call = 0; call < static_cast<int>(sound.calls.size()); ++call) {
      SCOPED_TRACE(testing::Message() << "call " << call << ": " << sound.calls[call]);
      for (const std::string& name : names())
        fs::remove(path(name));
      FaultyFileSystem faulty(call, fault);
      try {
        write_files_atomically(faulty, both);
      } catch (const DataError&) {
      }
      EXPECT_EQ(fs::exists(path("a")), fs::exists(path("b")));
      EXPECT_TRUE(names().empty() || names().size() == 2) << "no temporary stays";
    }
  }
}

TEST_F(AtomicFileTest, ManyThreadsWritingTheSameFileLeaveOneCompleteFile) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 20; ++i) {
        write_file_atomically(real_file_system(), path("a"),
                              std::string(100'000, static_cast<char>('a' + t)));
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  const std::string contents = get("a");
  EXPECT_EQ(contents, std::string(100'000, contents.front()));
  EXPECT_EQ(names(), std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace chainrule
