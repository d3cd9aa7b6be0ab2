// One class per library, each with the same step: pass input and room for output, and check whether the
// member ended. zlib's inflateInit2 with 16 added to the window bits reads gzip and checks CRC-32; liblzma's
// stream decoder and libzstd's decompression context check the checksums of their formats.
//
// A small file may need much memory to unpack. liblzma gets at most 512 MiB (xz -9 needs 65 MiB); libzstd
// itself refuses windows of more than 128 MiB.
#include "chainrule/data/decompressor.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <vector>

#include "chainrule/base/text.h"

#ifdef CHAINRULE_HAS_XZ
#include <lzma.h>
#endif
#ifdef CHAINRULE_HAS_ZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif

namespace chainrule {

struct CompressionFormat {
  std::string_view first_bytes;
  std::string_view name, test, unpack;
  std::unique_ptr<Decompressor> (*make)() = nullptr;  // null: not read by this build
};

namespace {

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): it is used below

class GzipDecompressor final : public Decompressor {
 public:
  GzipDecompressor() {
    if (inflateInit2(&stream_, MAX_WBITS + kGzipWrapper) != Z_OK) throw std::bad_alloc();
  }
  ~GzipDecompressor() override { inflateEnd(&stream_); }
  GzipDecompressor(const GzipDecompressor&) = delete;
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;

  Outcome step(std::span<const char>& in, std::span<char>& out) override {
    constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;
    const std::size_t input = std::min(in.size(), kMostAtOnce), room = std::min(out.size(), kMostAtOnce);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(input);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    in = in.subspan(input - stream_.avail_in);
    out = out.subspan(room - stream_.avail_out);
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result == Z_STREAM_END) return Outcome::member_ended;
    return result == Z_OK || result == Z_BUF_ERROR ? Outcome::more : Outcome::damaged;
  }
  void start_member() override { inflateReset(&stream_); }
  std::string fault() const override {
    return stream_.msg == nullptr ? "data that zlib refuses" : stream_.msg;
  }

 private:
  static constexpr int kGzipWrapper = 16;  // zlib then expects gzip's header and checks its CRC-32

  z_stream stream_ = {};
};

#ifdef CHAINRULE_HAS_XZ
class XzDecompressor final : public Decompressor {
 public:
  XzDecompressor() { XzDecompressor::start_member(); }
  ~XzDecompressor() override { lzma_end(&stream_); }
  XzDecompressor(const XzDecompressor&) = delete;
  XzDecompressor& operator=(const XzDecompressor&) = delete;

  Outcome step(std::span<const char>& in, std::span<char>& out) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    result_ = lzma_code(&stream_, LZMA_RUN);
    in = in.last(stream_.avail_in);
    out = out.last(stream_.avail_out);
    if (result_ == LZMA_MEM_ERROR) throw std::bad_alloc();
    if (result_ == LZMA_STREAM_END) return Outcome::member_ended;
    return result_ == LZMA_OK || result_ == LZMA_BUF_ERROR ? Outcome::more : Outcome::damaged;
  }
  void start_member() override {
    if (lzma_stream_decoder(&stream_, kMostMemory, 0) != LZMA_OK) throw std::bad_alloc();
  }
  std::string fault() const override {
    if (result_ == LZMA_MEMLIMIT_ERROR) return "a file that needs more than 512 MiB of memory to be unpacked";
    if (result_ == LZMA_OPTIONS_ERROR) return "a way of compression that liblzma does not know";
    return "data that liblzma refuses";
  }
  bool lacks_memory() const override { return result_ == LZMA_MEMLIMIT_ERROR; }

 private:
  static constexpr std::uint64_t kMostMemory = std::uint64_t{512} << 20;

  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_ret result_ = LZMA_OK;
};
#endif

#ifdef CHAINRULE_HAS_ZSTD
class ZstdDecompressor final : public Decompressor {
 public:
  ZstdDecompressor() : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }
  ~ZstdDecompressor() override { ZSTD_freeDStream(stream_); }
  ZstdDecompressor(const ZstdDecompressor&) = delete;
  ZstdDecompressor& operator=(const ZstdDecompressor&) = delete;

  Outcome step(std::span<const char>& in, std::span<char>& out) override {
    ZSTD_inBuffer input = {.src = in.data(), .size = in.size(), .pos = 0};
    ZSTD_outBuffer output = {.dst = out.data(), .size = out.size(), .pos = 0};
    result_ = ZSTD_decompressStream(stream_, &output, &input);
    in = in.subspan(input.pos);
    out = out.subspan(output.pos);
    if (ZSTD_isError(result_) != 0) return Outcome::damaged;
    return result_ == 0 ? Outcome::member_ended : Outcome::more;
  }
  void start_member() override {}  // the context starts the next frame by itself
  std::string fault() const override { return ZSTD_getErrorName(result_); }
  bool lacks_memory() const override {
    return ZSTD_getErrorCode(result_) == ZSTD_error_frameParameter_windowTooLarge;
  }

 private:
  ZSTD_DStream* stream_;
  std::size_t result_ = 0;
};
#endif

template <typename T>
std::unique_ptr<Decompressor> make() {
  return std::make_unique<T>();
}

constexpr CompressionFormat kFormats[] = {
    {.first_bytes = "\x1f\x8b"sv,
     .name = "gzip",
     .test = "gzip -t",
     .unpack = "gzip -d -c FILE > NEW",
     .make = make<GzipDecompressor>},
    {.first_bytes = "\xfd"
                    "7zXZ\0"sv,
     .name = "xz",
     .test = "xz -t",
     .unpack = "xz -d -c FILE > NEW",
#ifdef CHAINRULE_HAS_XZ
     .make = make<XzDecompressor>
#endif
    },
    {.first_bytes = "\x28\xb5\x2f\xfd"sv,
     .name = "zstd",
     .test = "zstd -t",
     .unpack = "zstd -d -c -M2048MB FILE > NEW",
#ifdef CHAINRULE_HAS_ZSTD
     .make = make<ZstdDecompressor>
#endif
    },
    {.first_bytes = "BZh"sv, .name = "bzip2", .test = "bzip2 -t", .unpack = "bzip2 -d -c FILE > NEW"},
};

// bzip2's first bytes are letters: its block begins with the digits of pi.
bool begins_as(std::string_view start, const CompressionFormat& format) {
  if (!start.starts_with(format.first_bytes)) return false;
  return format.name != "bzip2" || (start.size() >= kCompressionStart && start.substr(4, 2) == "1A");
}

}  // namespace

const CompressionFormat* find_compression(std::string_view start) {
  for (const CompressionFormat& format : kFormats) {
    if (begins_as(start, format)) return &format;
  }
  // zstd's skippable frames, with which parallel compressors begin a file.
  const bool is_skippable =
      start.size() >= 4 && (start[0] & 0xf0) == 0x50 && start.substr(1).starts_with("\x2a\x4d\x18");
  return is_skippable ? &kFormats[2] : nullptr;
}

std::string_view name_of(const CompressionFormat& format) {
  return format.name;
}

std::string_view test_of(const CompressionFormat& format) {
  return format.test;
}

std::string_view unpack_of(const CompressionFormat& format) {
  return format.unpack;
}

std::string readable_compressions() {
  std::vector<std::string> names;
  for (const CompressionFormat& format : kFormats) {
    if (format.make != nullptr) names.emplace_back(format.name);
  }
  if (names.size() == 1) return names.front();
  const std::string last = names.back();
  names.pop_back();
  return join(names, ", ") + " or " + last;
}

std::unique_ptr<Decompressor> make_decompressor(const CompressionFormat& format) {
  return format.make == nullptr ? nullptr : format.make();
}

}  // namespace chainrule
