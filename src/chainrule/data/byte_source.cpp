// A byte passes through up to three places on its way to the caller:
//
//   file -> raw_ (read ahead) -> zlib's inflate, if compressed -> peeked_ (looked at, not yet consumed)
//
// At the end of a gzip member the next two bytes decide: another member, the end, or an error. Source: RFC
// 1952; zlib's inflateInit2 with 16 added to the window bits reads gzip and checks CRC-32.
#include "chainrule/data/byte_source.h"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <system_error>
#include <utility>

#include "chainrule/base/error.h"

namespace chainrule {

namespace {

constexpr int kGzipWrapper =
    16;  // added to the window bits: zlib then expects gzip's header and checks its CRC-32
constexpr unsigned char kGzipMagic[2] = {0x1f, 0x8b};

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
};

bool is_gzip_magic(const char* bytes) {
  return std::memcmp(bytes, kGzipMagic, sizeof kGzipMagic) == 0;
}

}  // namespace

struct ByteSource::Inflater {
  z_stream stream = {};
  bool member_ended = false;

  Inflater() {
    if (inflateInit2(&stream, MAX_WBITS + kGzipWrapper) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

ByteSource::ByteSource(std::unique_ptr<ReadableFile> file, ByteSourceOptions options)
    : options_(std::move(options)),
      display_name_(options_.path == "-" ? "<stdin>" : options_.path),
      file_(std::move(file)),
      raw_(std::max(options_.read_ahead, sizeof kGzipMagic)) {
  start();
}

void ByteSource::start() {
  while (raw_end_ < sizeof kGzipMagic && !file_ended_) {
    raw_end_ += read_file(std::span(raw_).subspan(raw_end_));
  }
  if (raw_end_ >= sizeof kGzipMagic && is_gzip_magic(raw_.data())) inflater_ = std::make_unique<Inflater>();
}

ByteSource::~ByteSource() = default;

void ByteSource::rewind() {
  file_->rewind();
  raw_begin_ = raw_end_ = 0;
  file_ended_ = false;
  inflater_.reset();
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

std::size_t ByteSource::read_decompressed(std::span<char> bytes) {
  if (bytes.empty()) return 0;
  if (inflater_ != nullptr) return inflate_some(bytes);
  if (raw_begin_ == raw_end_) return read_file(bytes);
  const std::size_t count = std::min(bytes.size(), raw_end_ - raw_begin_);
  std::memcpy(bytes.data(), raw_.data() + raw_begin_, count);
  raw_begin_ += count;
  return count;
}

std::size_t ByteSource::inflate_some(std::span<char> bytes) {
  z_stream& stream = inflater_->stream;
  const std::size_t wanted = std::min<std::size_t>(bytes.size(), std::size_t{1} << 30);
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(wanted);
  while (stream.avail_out == wanted) {
    const std::size_t needed = inflater_->member_ended ? sizeof kGzipMagic : 1;
    while (raw_end_ - raw_begin_ < needed && !file_ended_) {
      std::memmove(raw_.data(), raw_.data() + raw_begin_, raw_end_ - raw_begin_);
      raw_end_ -= std::exchange(raw_begin_, 0);
      raw_end_ += read_file(std::span(raw_).subspan(raw_end_));
    }
    const std::size_t available = raw_end_ - raw_begin_;
    if (inflater_->member_ended) {
      if (available == 0) return 0;
      if (available < sizeof kGzipMagic || !is_gzip_magic(raw_.data() + raw_begin_)) {
        throw DataError({.what = "the compressed data are followed by bytes that are not gzip",
                         .where = display_name_,
                         .expected = "the end of the file, or another gzip member",
                         .got = "other bytes after the compressed data",
                         .advice = "check it with gzip -t, and copy or download it again"});
      }
      inflateReset(&stream);
      inflater_->member_ended = false;
    }
    if (available == 0) {
      throw DataError({.what = "the compressed file is cut short",
                       .where = display_name_,
                       .expected = "a complete gzip file",
                       .got = "the end of the file in the middle of the compressed data",
                       .advice = "copy or download it again"});
    }
    stream.next_in = reinterpret_cast<Bytef*>(raw_.data() + raw_begin_);
    stream.avail_in = static_cast<uInt>(std::min<std::size_t>(available, std::size_t{1} << 30));
    const std::size_t before = stream.avail_in;
    const int result = inflate(&stream, Z_NO_FLUSH);
    raw_begin_ += before - stream.avail_in;
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result == Z_STREAM_END) {
      inflater_->member_ended = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      throw DataError({.what = "the compressed data is damaged",
                       .where = display_name_,
                       .expected = "a complete gzip file",
                       .got = stream.msg == nullptr ? "data that zlib refuses" : stream.msg,
                       .advice = "check it with gzip -t, and copy or download it again"});
    }
  }
  return wanted - stream.avail_out;
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
