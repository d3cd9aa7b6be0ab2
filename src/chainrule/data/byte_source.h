// The bytes of a file, plain or gzip-compressed: the source of all readers of tables.
//
// Compression is recognised by the first two bytes (1f 8b), never by the name. Several gzip members in a row
// (`cat a.gz b.gz`, bgzip, parallel compressors) are one stream (RFC 1952). A stream that is damaged, cut
// short or followed by other bytes is a DataError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/file_system.h"

namespace chainrule {

inline constexpr std::size_t kReadAhead = 64 * 1024;

struct ByteSourceOptions {
  std::string path;                     // as the user wrote it; "-" is standard input
  std::optional<std::uint64_t> length;  // of the file, when known without reading it
  std::size_t read_ahead = kReadAhead;  // bytes to ask the file for at a time; results do not depend on it
};

class ByteSource {
 public:
  ByteSource(std::unique_ptr<ReadableFile> file, ByteSourceOptions options);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  const std::string& path() const { return options_.path; }
  // The path as messages write it: "<stdin>" for "-".
  const std::string& display_name() const { return display_name_; }
  bool is_compressed() const { return inflater_ != nullptr; }
  // Decompressed bytes of the whole source, if known without reading: for plain regular files.
  std::optional<std::uint64_t> length() const;

  // The next `count` bytes, fewer only at the end, without consuming them. Valid until the next call.
  std::string_view peek(std::size_t count);
  // Up to bytes.size() bytes; 0 means the end.
  std::size_t read(std::span<char> bytes);
  // Reads until `bytes` is full or the source ends.
  std::size_t read_fully(std::span<char> bytes);
  // Decompressed bytes given out so far.
  std::uint64_t position() const { return position_; }
  // Whether rewind() can go back to the first byte: regular files can, compressed ones too, pipes cannot.
  bool can_rewind() const { return file_->can_rewind(); }
  void rewind();

 private:
  struct Inflater;

  void start();
  std::size_t read_file(std::span<char> bytes);
  std::size_t read_decompressed(std::span<char> bytes);
  std::size_t inflate_some(std::span<char> bytes);

  ByteSourceOptions options_;
  std::string display_name_;
  std::unique_ptr<ReadableFile> file_;
  std::vector<char> raw_;  // bytes of the file not yet given out or inflated: [raw_begin_, raw_end_)
  std::size_t raw_begin_ = 0;
  std::size_t raw_end_ = 0;
  bool file_ended_ = false;
  std::unique_ptr<Inflater> inflater_;
  std::string peeked_;  // [peeked_begin_, end): read already, not given out
  std::size_t peeked_begin_ = 0;
  std::uint64_t position_ = 0;
};

// Opens the file, or standard input for "-". Throws DataError: missing, directory, unreadable.
std::unique_ptr<ByteSource> open_byte_source(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
