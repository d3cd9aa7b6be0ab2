// Table files for tests: in memory, compressed, and on disk.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/file_system.h"
#include "chainrule/data/byte_source.h"
#include "chainrule/data/table.h"

namespace chainrule::test {

class MemoryFile final : public ReadableFile {
 public:
  enum class Kind { pipe, regular };
  explicit MemoryFile(std::string bytes, Kind kind = Kind::pipe) : bytes_(std::move(bytes)), kind_(kind) {}
  bool can_rewind() const override { return kind_ == Kind::regular; }
  void rewind() override { at_ = 0; }
  std::size_t read(std::span<std::byte> bytes) override {
    const std::size_t count = std::min(bytes.size(), bytes_.size() - at_);
    std::memcpy(bytes.data(), bytes_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  Kind kind_;
  std::size_t at_ = 0;
};

// A source named t.csv of unknown length, like a pipe.
inline std::unique_ptr<ByteSource> source_of(std::string bytes, std::size_t read_ahead = kReadAhead) {
  return std::make_unique<ByteSource>(std::make_unique<MemoryFile>(std::move(bytes)),
                                      ByteSourceOptions{.path = "t.csv", .read_ahead = read_ahead});
}

// The same with a known length, like a regular file.
inline std::unique_ptr<ByteSource> file_of(std::string bytes, std::string path = "t.csv") {
  const std::uint64_t length = bytes.size();
  return std::make_unique<ByteSource>(
      std::make_unique<MemoryFile>(std::move(bytes), MemoryFile::Kind::regular),
      ByteSourceOptions{.path = std::move(path), .length = length});
}

inline std::string gzip(std::string_view text) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// A file in a directory of its own, removed at the end of the test.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, std::string_view contents) {
    std::string pattern = testing::TempDir() + "chainrule-XXXXXX";
    directory_ = mkdtemp(pattern.data());
    path_ = directory_ + "/" + name;
    std::ofstream(path_, std::ios::binary) << contents;
  }
  ~TemporaryFile() { std::filesystem::remove_all(directory_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }
  const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
  std::string path_;
};

// The report of the DataError that the call must throw.
template <typename Call>
ErrorText data_error_of(Call call) {
  try {
    call();
  } catch (const DataError& error) {
    return text_of(error.report());
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another exception: " << error.what();
    return {};
  }
  ADD_FAILURE() << "no exception";
  return {};
}

// Equal to the last bit; NaN equals NaN.
inline void expect_equal(const Table& a, const Table& b) {
  ASSERT_EQ(a.columns.size(), b.columns.size());
  EXPECT_EQ(a.lines, b.lines);
  EXPECT_EQ(a.image_rows, b.image_rows);
  EXPECT_EQ(a.image_columns, b.image_columns);
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    const Column& x = a.columns[c];
    const Column& y = b.columns[c];
    EXPECT_EQ(x.name, y.name);
    EXPECT_EQ(x.kind, y.kind) << x.name;
    EXPECT_EQ(x.codes, y.codes) << x.name;
    EXPECT_EQ(x.words, y.words) << x.name;
    EXPECT_EQ(x.is_bytes, y.is_bytes) << x.name;
    ASSERT_EQ(x.numbers.size(), y.numbers.size()) << x.name;
    for (std::size_t r = 0; r < x.numbers.size(); ++r) {
      const bool are_both_missing = x.numbers[r] != x.numbers[r] && y.numbers[r] != y.numbers[r];
      EXPECT_TRUE(are_both_missing || x.numbers[r] == y.numbers[r]) << x.name << ", row " << r;
    }
  }
}

}  // namespace chainrule::test
