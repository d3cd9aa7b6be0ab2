#include "chainrule/data/decompressor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "data/table_files.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::source_of;
using test::TemporaryFile;

// What a program makes of a text; "" if the program is missing.
std::string packed(const std::string& program, const std::string& text) {
  const TemporaryFile file("t", text);
  const std::string out = file.directory() + "/out";
  if (std::system((program + " -c < " + file.path() + " > " + out + " 2> /dev/null").c_str()) != 0) return {};
  std::ifstream stream(out, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

bool is_readable(const std::string& bytes) {
  const CompressionFormat* const format = find_compression(bytes);
  return format != nullptr && make_decompressor(*format) != nullptr;
}

std::string read_all(ByteSource& source) {
  std::string text, piece(1000, '\0');
  while (const std::size_t count = source.read(piece))
    text += piece.substr(0, count);
  return text;
}

std::string table_text() {
  std::string text = "a,b\n";
  for (std::uint32_t i = 0; i < 60'000; ++i)
    text += std::to_string(i * 2654435761u) + ",1\n";
  return text;
}

class CompressedBy : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    bytes_ = packed(GetParam(), text_);
    if (bytes_.empty()) GTEST_SKIP() << GetParam() << " is not installed";
    if (!is_readable(bytes_)) GTEST_SKIP() << "this build does not read " << GetParam();
  }
  const std::string text_ = table_text();
  std::string bytes_;
};

TEST_P(CompressedBy, GivesTheSameBytesForAnyReadAheadAndAgainAfterRewinding) {
  for (const std::size_t read_ahead : {std::size_t{7}, kReadAhead}) {
    const auto source = source_of(bytes_, read_ahead);
    EXPECT_EQ(source->compression(), GetParam());
    EXPECT_TRUE(read_all(*source) == text_) << read_ahead;
  }
  const auto file = test::file_of(bytes_);
  EXPECT_EQ(file->peek(4), "a,b\n");
  file->rewind();
  EXPECT_TRUE(read_all(*file) == text_);
}

TEST_P(CompressedBy, SeveralMembersAndZerosAfterThemAreOneStream) {
  const std::string two = bytes_ + packed(GetParam(), "") + packed(GetParam(), "9,9\n");
  for (const std::string& padding : {std::string(), std::string(4, '\0'), std::string(4096, '\0')})
    EXPECT_TRUE(read_all(*source_of(two + padding)) == text_ + "9,9\n");
  EXPECT_TRUE(read_all(*source_of(bytes_ + std::string(8, '\0') + bytes_)) == text_ + text_);
}

TEST_P(CompressedBy, DamageIsRefused) {
  for (const std::string& tail : {std::string("x"), std::string("more bytes"), std::string("\0\0x", 3)}) {
    EXPECT_EQ(data_error_of([&] { read_all(*source_of(bytes_ + tail)); }).what,
              std::string("the compressed data are followed by bytes that are not ") + GetParam());
  }
  for (const std::size_t left : {std::size_t{7}, bytes_.size() / 2, bytes_.size() - 1}) {
    EXPECT_EQ(data_error_of([&] { read_all(*source_of(bytes_.substr(0, left))); }).what,
              "the compressed file is cut short")
        << left;
  }
  std::string damaged = bytes_;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x10);
  const ErrorText report = data_error_of([&] { read_all(*source_of(damaged)); });
  EXPECT_EQ(report.what, "the compressed data is damaged");
  EXPECT_NE(report.advice.find(std::string(GetParam()) + " -t t.csv"), std::string::npos) << report.advice;
}

INSTANTIATE_TEST_SUITE_P(Programs, CompressedBy, testing::Values("gzip", "xz", "zstd"),
                         [](const auto& program) { return std::string(program.param); });

TEST(Compression, WhatIsNotReadIsRefusedWithTheCommandThatUnpacksIt) {
  const ErrorText report = data_error_of([] { source_of("BZh91AY&SY and more"); });
  EXPECT_EQ(report.got, "a bzip2 archive");
  EXPECT_EQ(report.advice, "unpack it first: bzip2 -d -c t.csv > NEW");
  EXPECT_NE(report.expected.find("gzip"), std::string::npos);
}

TEST(Compression, TablesThatBeginWithTheSameLettersArePlain) {
  for (const std::string text : {"BZh,b\n1,2\n", "Price\n1\n", "P\n", "(a),b\n", "_,b\n1,2\n"})
    EXPECT_EQ(read_all(*source_of(text)), text);
}

}  // namespace
}  // namespace chainrule
