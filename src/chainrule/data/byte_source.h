// The bytes of a file, plain or compressed (decompressor.h): the source of all readers of tables.
//
// Compression is recognised by the first bytes, never by the name. Several members in a row (`cat a.gz b.gz`,
// bgzip, parallel compressors) are one stream (RFC 1952), and zeros after the last member (tapes, block
// devices) are padding. A stream that is damaged, cut short or followed by other bytes is a DataError.
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
#include "chainrule/data/decompressor.h"

namespace chainrule {

inline constexpr std::size_t kReadAhead = 64 * 1024;

struct ByteSourceOptions {
  std::string path;                     // as the user wrote it; "-" is standard input
  std::optional<std::uint64_t> length;  // of the file, when known without reading it
  std::size_t read_ahead = kReadAhead;  // bytes to ask the file for at a time; results do not depend on it
  std::uint64_t first_line = 1;         // the number of the first line
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
  std::uint64_t first_line() const { return options_.first_line; }
  bool is_compressed() const { return compression_ != nullptr; }
  // "gzip"; "" for a plain file.
  std::string_view compression() const { return is_compressed() ? name_of(*compression_) : ""; }
  // Decompressed bytes of the whole source, if known without reading: for plain regular files.
  std::optional<std::uint64_t> length() const;

  // From now on, when the input pauses, peek() returns the lines that have arrived: the program at the other
  // end of a pipe may be waiting for their predictions.
  void stop_at_pauses() { stops_at_pauses_ = true; }
  bool stops_at_pauses() const { return stops_at_pauses_; }
  // Whether read() would wait because the other end of a pipe has sent nothing more yet.
  bool would_wait() const {
    return peeked_begin_ == peeked_.size() && raw_begin_ == raw_end_ && !file_ended_ && file_->would_wait();
  }

  // The next `count` bytes, without consuming them; fewer only at the end (or after a line, if the input
  // pauses there). Valid until the next call.
  std::string_view peek(std::size_t count);
  // Up to bytes.size() bytes; 0 means the end.
  std::size_t read(std::span<char> bytes);
  // Reads until `bytes` is full or the source ends.
  std::size_t read_fully(std::span<char> bytes);
  // Decompressed bytes given out so far.
  std::uint64_t position() const { return position_; }
  // Whether rewind() can go back to the first byte: in regular files, even compressed ones, but not in pipes.
  bool can_rewind() const { return file_->can_rewind(); }
  void rewind();

 private:
  void start();
  std::size_t read_file(std::span<char> bytes);
  std::size_t read_decompressed(std::span<char> bytes);
  std::size_t decompress_some(std::span<char> bytes);
  // The number of bytes in raw_, at least `count` unless the file ends.
  std::size_t fill_raw(std::size_t count);
  // At the end of a member: false if it was the last one.
  bool start_next_member();

  ByteSourceOptions options_;
  std::string display_name_;
  std::unique_ptr<ReadableFile> file_;
  std::vector<char> raw_;  // bytes of the file not yet given out or decompressed: [raw_begin_, raw_end_)
  std::size_t raw_begin_ = 0;
  std::size_t raw_end_ = 0;
  bool file_ended_ = false;
  const CompressionFormat* compression_ = nullptr;
  std::unique_ptr<Decompressor> decompressor_;
  bool member_ended_ = false;
  bool stops_at_pauses_ = false;
  std::string peeked_;  // [peeked_begin_, end): read already, not yet given out
  std::size_t peeked_begin_ = 0;
  std::uint64_t position_ = 0;
};

// Opens the file, or standard input for "-". Throws DataError: missing, directory, unreadable.
std::unique_ptr<ByteSource> open_byte_source(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
