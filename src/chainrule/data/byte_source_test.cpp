#include "chainrule/data/byte_source.h"

#include <gtest/gtest.h>

#include <array>

#include "data/table_files.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::file_of;
using test::gzip;
using test::source_of;

std::string read_all(ByteSource& source, std::size_t at_a_time = 4096) {
  std::string text;
  std::string piece(at_a_time, '\0');
  while (const std::size_t count = source.read(piece))
    text += piece.substr(0, count);
  return text;
}

// Long enough for several buffers, and not so regular that deflate makes one block of it.
std::string long_text() {
  std::string text;
  for (std::uint32_t i = 0; i < 60'000; ++i)
    text += std::to_string(i * 2654435761u) + "\n";
  return text;
}

TEST(ByteSource, GzipIsSeenByContentAndGivesTheSameBytesForAnyReadAhead) {
  const std::string text = long_text();
  for (const std::size_t read_ahead : {std::size_t{1}, std::size_t{7}, kReadAhead}) {
    const auto plain = source_of(text, read_ahead);
    EXPECT_FALSE(plain->is_compressed());
    EXPECT_TRUE(read_all(*plain) == text) << read_ahead;
    const auto compressed = source_of(gzip(text), read_ahead);
    EXPECT_TRUE(compressed->is_compressed());
    EXPECT_TRUE(read_all(*compressed, 1000) == text) << read_ahead;
  }
}

TEST(ByteSource, RegularFilesAreReadAgainFromTheirFirstByteAndPipesAreNot) {
  const std::string text = long_text();
  for (const std::string& bytes : {text, gzip(text)}) {
    const auto source = file_of(bytes);
    ASSERT_TRUE(source->can_rewind());
    EXPECT_EQ(source->peek(4), text.substr(0, 4));
    char some[1000];
    EXPECT_EQ(source->read_fully(some), sizeof some);
    source->rewind();
    EXPECT_EQ(source->position(), 0u);
    EXPECT_TRUE(read_all(*source) == text);
    source->rewind();
    EXPECT_TRUE(read_all(*source) == text);
  }
  EXPECT_FALSE(source_of(text)->can_rewind());
}

TEST(ByteSource, SeveralGzipMembersAreOneStream) {
  for (const std::size_t read_ahead : {std::size_t{1}, std::size_t{7}, kReadAhead}) {
    const auto source = source_of(gzip("a,b\n") + gzip("") + gzip("1,2\n"), read_ahead);
    EXPECT_EQ(read_all(*source), "a,b\n1,2\n");
  }
}

TEST(ByteSource, PeekedBytesStayToBeRead) {
  for (const std::size_t read_ahead : {std::size_t{1}, std::size_t{7}, kReadAhead}) {
    for (const bool is_compressed : {false, true}) {
      const auto source = source_of(is_compressed ? gzip("abcdef") : "abcdef", read_ahead);
      EXPECT_EQ(source->peek(2), "ab");
      EXPECT_EQ(source->peek(4), "abcd");
      EXPECT_EQ(source->peek(1), "a");
      std::array<char, 3> three;
      EXPECT_EQ(source->read_fully(three), 3u);
      EXPECT_EQ(source->position(), 3u);
      EXPECT_EQ(source->peek(10), "def");
      EXPECT_EQ(read_all(*source), "def");
      EXPECT_EQ(source->peek(1), "");
    }
  }
}

TEST(ByteSource, LengthIsKnownForPlainFilesOnly) {
  EXPECT_EQ(test::file_of("abc")->length(), 3u);
  EXPECT_EQ(test::file_of(gzip("abc"))->length(), std::nullopt);
  EXPECT_EQ(source_of("abc")->length(), std::nullopt);
}

TEST(ByteSource, CompressedFileCutAnywhereIsAnError) {
  const std::string whole = gzip("a,b\n1,2\n3,4\n");
  for (std::size_t length = 2; length < whole.size(); ++length) {
    const ErrorText report = data_error_of([&] { read_all(*source_of(whole.substr(0, length))); });
    EXPECT_EQ(report.what, "the compressed file is cut short") << length;
    EXPECT_EQ(report.where, "t.csv");
  }
}

TEST(ByteSource, DamagedCompressedDataIsAnError) {
  std::string damaged = gzip(long_text());
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x10);
  // The damage may show as a bad code or as a wrong checksum at the end: that depends on the compressor.
  EXPECT_EQ(data_error_of([&] { read_all(*source_of(damaged)); }).what, "the compressed data is damaged");

  std::string wrong_checksum = gzip("abc");
  wrong_checksum[wrong_checksum.size() - 8] =
      static_cast<char>(wrong_checksum[wrong_checksum.size() - 8] ^ 1);
  const ErrorText report = data_error_of([&] { read_all(*source_of(wrong_checksum)); });
  EXPECT_EQ(report.what, "the compressed data is damaged");
  EXPECT_EQ(report.got, "incorrect data check");
}

TEST(ByteSource, BytesBehindTheCompressedDataAreAnError) {
  for (const std::string tail : {"x", "more", "\x1f"}) {
    EXPECT_EQ(data_error_of([&] { read_all(*source_of(gzip("abc") + tail)); }).what,
              "the compressed data are followed by bytes that are not gzip");
  }
}

TEST(ByteSource, MissingFileAndDirectoryAreDataErrors) {
  const test::TemporaryFile file("t.csv", "a\n1\n");
  EXPECT_EQ(read_all(*open_byte_source(real_file_system(), file.path())), "a\n1\n");
  const ErrorText missing = data_error_of([&] { open_byte_source(real_file_system(), file.path() + ".no"); });
  EXPECT_EQ(missing.where, file.path() + ".no");
  const ErrorText directory = data_error_of([&] { open_byte_source(real_file_system(), file.directory()); });
  EXPECT_EQ(directory.where, file.directory());
}

}  // namespace
}  // namespace chainrule
