#include "chainrule/base/file_system.h"

#include <gtest/gtest.h>

#include "support/directory_test.h"
#include "support/report_of.h"

namespace chainrule {
namespace {

using test::report_of;

class FileSystemTest : public test::DirectoryTest {};

TEST_F(FileSystemTest, ReadingStopsAtTheLimit) {
  put("a", "12345");
  EXPECT_EQ(read_whole_file(real_file_system(), path("a"), 5), "12345");
  const ErrorText report = report_of([&] { read_whole_file(real_file_system(), path("a"), 4); });
  EXPECT_EQ(report.expected, "at most 4 bytes");
  EXPECT_THROW(read_whole_file(real_file_system(), "/dev/zero", 1'000'000), DataError)
      << "no size to ask for";
}

TEST(ReadableFile, IsReadFullyToTheLastByte) {
  // Three bytes at a time.
  struct Slow final : ReadableFile {
    std::string left = "0123456789";
    std::size_t read(std::span<std::byte> bytes) override {
      const std::size_t count =
          left.copy(reinterpret_cast<char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 3));
      left.erase(0, count);
      return count;
    }
  } file;
  std::string got(7, '.');
  EXPECT_EQ(file.read_fully(std::as_writable_bytes(std::span(got))), 7u);
  EXPECT_EQ(got, "0123456");
  EXPECT_EQ(file.read_fully(std::as_writable_bytes(std::span(got))), 3u);
  EXPECT_EQ(got.substr(0, 3), "789");
}

}  // namespace
}  // namespace chainrule
