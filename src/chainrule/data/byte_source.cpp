// A byte passes through up to three places on its way to the caller:
//
//   file -> raw_ (read ahead) -> decompressor, if compressed -> peeked_ (seen, not yet consumed)
//
// After the end of a member, the next bytes are another member, padding, the end, or an error.
#include "chainrule/data/byte_source.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <system_error>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/foreign_file.h"

namespace chainrule {

namespace {

// Descriptor 0 is already open, and no path leads to it on every system, so FileSystem cannot open it.
class StandardInput final : public ReadableFile {
 public:
  std::size_t read(std::span<std::byte> bytes) override {
    for (;;) {
      const ssize_t count =
          ::read(STDIN_FILENO, bytes.data(), std::min(bytes.size(), std::size_t{SSIZE_MAX}));
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno == EINTR) continue;
      throw DataError({.what = "cannot read standard input",
                       .where = "<stdin>",
                       .got = std::generic_category().message(errno),
                       .advice = "give a file name, or pipe the table in: cat table.csv | ..."});
    }
  }

  bool would_wait() const override {
    pollfd input = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return ::poll(&input, 1, 0) == 0;
  }
};

}  // namespace

ByteSource::ByteSource(std::unique_ptr<ReadableFile> file, ByteSourceOptions options)
    : options_(std::move(options)),
      display_name_(options_.path == "-" ? "<stdin>" : options_.path),
      file_(std::move(file)),
      raw_(std::max(options_.read_ahead, kCompressionStart)) {
  start();
}

void ByteSource::start() {
  // The first byte decides for almost every plain file: a pipe is not made to wait for more.
  std::size_t count = fill_raw(1);
  const char first = count == 0 ? '\0' : raw_[raw_begin_];
  if (std::string_view("\x1f\xfd\x28"
                       "BPQRSTUVWXYZ[\\]^_")
          .find(first) == std::string_view::npos)
    return;
  while (count < kCompressionStart && !file_ended_ &&
         std::memchr(raw_.data() + raw_begin_, '\n', count) == nullptr) {
    count = fill_raw(count + 1);
  }
  compression_ = find_compression({raw_.data() + raw_begin_, count});
  if (compression_ == nullptr) return;
  decompressor_ = make_decompressor(*compression_);
  if (decompressor_ != nullptr) return;
  const std::string name(name_of(*compression_));
  throw DataError(
      {.what = "the file is compressed in a way that cannot be read here",
       .where = display_name_,
       .expected = "a plain file, or one compressed by " + readable_compressions(),
       .got = (name == "xz" ? "an " : "a ") + name + " archive",
       .advice = with_file_name("unpack it first: " + std::string(unpack_of(*compression_)), options_.path)});
}

ByteSource::~ByteSource() = default;

void ByteSource::rewind() {
  file_->rewind();
  raw_begin_ = raw_end_ = 0;
  file_ended_ = false;
  compression_ = nullptr;
  decompressor_.reset();
  member_ended_ = false;
  peeked_.clear();
  peeked_begin_ = 0;
  position_ = 0;
  start();
}

std::optional<std::uint64_t> ByteSource::length() const {
  return is_compressed() ? std::nullopt : options_.length;
}

std::string_view ByteSource::peek(std::size_t count) {
  if (peeked_begin_ != 0) {
    peeked_.erase(0, peeked_begin_);
    peeked_begin_ = 0;
  }
  while (peeked_.size() < count) {
    const std::size_t before = peeked_.size();
    if (stops_at_pauses_ && raw_begin_ == raw_end_ && !file_ended_ && file_->would_wait()) {
      const std::size_t lines = peeked_.rfind('\n') + 1;  // 0: no line yet
      if (lines != 0) return std::string_view(peeked_).substr(0, std::min(lines, count));
    }
    peeked_.resize(before +
                   std::min(count - before, std::max({before, options_.read_ahead, std::size_t{1}})));
    const std::size_t got = read_decompressed(std::span(peeked_).subspan(before));
    peeked_.resize(before + got);
    if (got == 0) break;
  }
  return std::string_view(peeked_).substr(0, count);
}

std::size_t ByteSource::read(std::span<char> bytes) {
  std::size_t count = 0;
  if (peeked_begin_ < peeked_.size()) {
    count = std::min(bytes.size(), peeked_.size() - peeked_begin_);
    std::memcpy(bytes.data(), peeked_.data() + peeked_begin_, count);
    peeked_begin_ += count;
  } else {
    count = read_decompressed(bytes);
  }
  position_ += count;
  return count;
}

std::size_t ByteSource::read_fully(std::span<char> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::size_t count = read(bytes.subspan(done));
    if (count == 0) break;
    done += count;
  }
  return done;
}

std::size_t ByteSource::read_file(std::span<char> bytes) {
  if (file_ended_ || bytes.empty()) return 0;
  bytes = bytes.first(std::min(bytes.size(), std::max<std::size_t>(options_.read_ahead, 1)));
  const std::size_t count = file_->read(std::as_writable_bytes(bytes));
  file_ended_ = count == 0;
  return count;
}

std::size_t ByteSource::fill_raw(std::size_t count) {
  while (raw_end_ - raw_begin_ < count && !file_ended_) {
    std::memmove(raw_.data(), raw_.data() + raw_begin_, raw_end_ - raw_begin_);
    raw_end_ -= std::exchange(raw_begin_, 0);
    raw_end_ += read_file(std::span(raw_).subspan(raw_end_));
  }
  return raw_end_ - raw_begin_;
}

std::size_t ByteSource::read_decompressed(std::span<char> bytes) {
  if (bytes.empty()) return 0;
  if (decompressor_ != nullptr) return decompress_some(bytes);
  if (raw_begin_ == raw_end_) return read_file(bytes);
  const std::size_t count = std::min(bytes.size(), raw_end_ - raw_begin_);
  std::memcpy(bytes.data(), raw_.data() + raw_begin_, count);
  raw_begin_ += count;
  return count;
}

bool ByteSource::start_next_member() {
  std::size_t count = 0;
  while ((count = fill_raw(1)) != 0 && raw_[raw_begin_] == '\0')
    ++raw_begin_;
  if (count == 0) return false;
  count = fill_raw(kCompressionStart);
  const std::string name(name_of(*compression_));
  if (find_compression({raw_.data() + raw_begin_, count}) != compression_) {
    throw DataError({.what = "the compressed data are followed by bytes that are not " + name,
                     .where = display_name_,
                     .expected = "the end of the file, or more data compressed by " + name,
                     .got = "other bytes after the compressed data",
                     .advice = with_file_name("check it with " + std::string(test_of(*compression_)) +
                                                  " FILE, and copy or download it again",
                                              options_.path)});
  }
  decompressor_->start_member();
  member_ended_ = false;
  return true;
}

std::size_t ByteSource::decompress_some(std::span<char> bytes) {
  std::span<char> room = bytes;
  while (room.size() == bytes.size()) {
    if (member_ended_ && !start_next_member()) return 0;
    const std::size_t available = fill_raw(1);
    if (available == 0) {
      throw DataError({.what = "the compressed file is cut short",
                       .where = display_name_,
                       .expected = "a complete " + std::string(name_of(*compression_)) + " file",
                       .got = "the end of the file in the middle of the compressed data",
                       .advice = "copy or download it again"});
    }
    std::span<const char> input(raw_.data() + raw_begin_, available);
    const Decompressor::Outcome outcome = decompressor_->step(input, room);
    raw_begin_ = raw_end_ - input.size();
    member_ended_ = outcome == Decompressor::Outcome::member_ended;
    const bool is_stuck = input.size() == available && room.size() == bytes.size() && !member_ended_;
    if (outcome != Decompressor::Outcome::damaged && !is_stuck) continue;
    if (decompressor_->lacks_memory()) {
      throw DataError({.what = "the compressed file needs too much memory to be unpacked",
                       .where = display_name_,
                       .got = decompressor_->fault(),
                       .advice = with_file_name("unpack it first: " + std::string(unpack_of(*compression_)),
                                                options_.path)});
    }
    throw DataError({.what = "the compressed data is damaged",
                     .where = display_name_,
                     .expected = "a complete " + std::string(name_of(*compression_)) + " file",
                     .got = decompressor_->fault(),
                     .advice = with_file_name("check it with " + std::string(test_of(*compression_)) +
                                                  " FILE, and copy or download it again",
                                              options_.path)});
  }
  return bytes.size() - room.size();
}

std::unique_ptr<ByteSource> open_byte_source(FileSystem& file_system, const std::string& path) {
  ByteSourceOptions options = {.path = path};
  if (path == "-") return std::make_unique<ByteSource>(std::make_unique<StandardInput>(), std::move(options));
  std::unique_ptr<ReadableFile> file = file_system.open_to_read(path);
  // After opening, so that the call that knows the reason reports a missing file or a directory.
  const FileStatus status = file_system.status(path);
  if (status.kind == FileKind::regular) options.length = status.size;
  return std::make_unique<ByteSource>(std::move(file), std::move(options));
}

}  // namespace chainrule
