// Compressed files: gzip (RFC 1952), xz (tukaani.org/xz/xz-file-format.txt) and zstd (RFC 8878), each by its
// own library. xz and zstd are optional: for bzip2, and for a format that the build lacks, the message gives
// the command that unpacks the file.
//
// A file may hold several members (gzip), streams (xz) or frames (zstd) one after the other; here each is
// called a member.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace chainrule {

struct CompressionFormat;

class Decompressor {
 public:
  enum class Outcome { more, member_ended, damaged };

  virtual ~Decompressor() = default;
  // Decompresses from `in` to `out`, which must not be empty, and moves both past what was used.
  virtual Outcome step(std::span<const char>& in, std::span<char>& out) = 0;
  // After the end of a member: another one follows.
  virtual void start_member() = 0;
  // What is wrong with the data, after Outcome::damaged.
  virtual std::string fault() const = 0;
  // Whether the data may be undamaged, but take more memory to unpack than is allowed.
  virtual bool lacks_memory() const { return false; }
};

// Enough bytes from the start of a file, or from the end of a member, to recognise every format.
inline constexpr std::size_t kCompressionStart = 6;

// The format that begins like this; null: not compressed.
const CompressionFormat* find_compression(std::string_view start);
std::string_view name_of(const CompressionFormat& format);  // "gzip"
std::string_view test_of(const CompressionFormat& format);  // the command that checks a file: "gzip -t"
std::string_view unpack_of(
    const CompressionFormat& format);  // the command that unpacks one: "gzip -d -c FILE > NEW"
// The names of the formats that this build reads: "gzip, xz or zstd".
std::string readable_compressions();
// Null if this build cannot read the format.
std::unique_ptr<Decompressor> make_decompressor(const CompressionFormat& format);

}  // namespace chainrule
