#include "chainrule/base/file_system.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>

#include "chainrule/base/atomic_file.h"
#include "support/directory_test.h"
#include "support/report_of.h"

namespace chainrule {
namespace {

namespace fs = std::filesystem;

using test::report_of;

class PosixFileSystem : public test::DirectoryTest {};

TEST_F(PosixFileSystem, ARegularFileIsReadAgainFromItsFirstByte) {
  write_file_atomically(real_file_system(), path("a"), "0123456789");
  const auto file = real_file_system().open_to_read(path("a"));
  ASSERT_TRUE(file->can_rewind());
  std::array<std::byte, 4> bytes = {};
  EXPECT_EQ(file->read(bytes), 4u);
  file->rewind();
  EXPECT_EQ(file->read(bytes), 4u);
  EXPECT_EQ(bytes[0], std::byte{'0'});
  EXPECT_FALSE(real_file_system().open_to_read("/dev/null")->can_rewind());
}

TEST_F(PosixFileSystem, OpensOnlyRegularFilesOnRequest) {
  write_file_atomically(real_file_system(), path("a"), "abc");
  const RegularFile opened = real_file_system().open_regular_to_read(path("a"));
  EXPECT_EQ(opened.size, 3u);
  std::array<std::byte, 8> bytes;
  EXPECT_EQ(opened.file->read(bytes), 3u);
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const auto refusal = [&](const std::string& name) {
    return report_of([&] { real_file_system().open_regular_to_read(name); });
  };
  EXPECT_EQ(refusal(path("pipe")).got, "a device or a pipe") << "without waiting for a writer";
  EXPECT_EQ(refusal("/dev/null").got, "a device or a pipe");
  EXPECT_EQ(refusal(path(".")).got, "a directory");
  EXPECT_FALSE(refusal(path("none")).advice.empty());
}

TEST_F(PosixFileSystem, StatusDistinguishesTheKinds) {
  put("a", "12345");
  fs::create_directory(path("d"));
  fs::create_symlink("a", path("link"));
  fs::create_symlink("nowhere", path("dangling"));
  FileSystem& files = real_file_system();
  EXPECT_EQ(files.status(path("a")).kind, FileKind::regular);
  EXPECT_EQ(files.status(path("a")).size, 5u);
  EXPECT_EQ(files.status(path("link")).kind, FileKind::regular);
  EXPECT_EQ(files.status(path("d")).kind, FileKind::directory);
  EXPECT_EQ(files.status("/dev/null").kind, FileKind::other);
  EXPECT_EQ(files.status(path("no")).kind, FileKind::missing);
  EXPECT_EQ(files.status(path("a/b")).kind, FileKind::missing);
  EXPECT_EQ(files.status(path("dangling")).kind, FileKind::missing);
}

TEST_F(PosixFileSystem, ExclusiveCreationDoesNotTouchWhatIsThere) {
  put("a", "old");
  EXPECT_EQ(report_of([&] { real_file_system().create_exclusively(path("a")); }).got, "File exists");
  EXPECT_EQ(get("a"), "old");
}

TEST_F(PosixFileSystem, RenameAndRemoveReportWhatIsMissing) {
  EXPECT_THROW(real_file_system().rename(path("no"), path("a")), DataError);
  EXPECT_THROW(real_file_system().remove(path("no")), DataError);
  EXPECT_THROW(real_file_system().sync_directory(path("no")), DataError);
  EXPECT_THROW(real_file_system().copy_permissions(path("no"), path("a")), DataError);
  EXPECT_THROW(real_file_system().open_to_write(path("no")), DataError);
}

TEST_F(PosixFileSystem, MakesADirectoryUnlessThereIsOne) {
  real_file_system().make_directory(path("d"));
  EXPECT_TRUE(fs::is_directory(path("d")));
  real_file_system().make_directory(path("d"));
  put("a", "x");
  EXPECT_EQ(report_of([&] { real_file_system().make_directory(path("a")); }).got, "File exists");
  EXPECT_EQ(report_of([&] { real_file_system().make_directory(path("no/d")); }).got,
            "No such file or directory");
}

}  // namespace
}  // namespace chainrule
