// What stands before the tensors in a strict safetensors container, in models and in checkpoints
// (docs/model-format.md):
//
//   u64 header length | JSON header, padded with spaces to a multiple of 64
//
// The header holds the tensors by name and, as __metadata__, texts: among them the format's name and version,
// and a checksum over length and header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/io/json.h"

namespace chainrule {

// What kind of file it is, for its header and for messages.
struct TensorFileKind {
  std::string_view format;           // in the header
  std::uint64_t version;             // in the header
  std::string_view name;             // "checkpoint"
  std::size_t longest_header;        // bytes, written or read
  std::size_t most_values;           // JSON values in the header and in its texts, written or read
  JsonSource json;                   // of the header; what to try is said of all of the file
  std::string_view too_long;         // said when the header would be longer
  std::string_view if_too_long;      // what to try then
  std::string_view other_format;     // said of a file of another kind
  std::string_view if_other_format;  // what to try then
  std::string_view if_text;          // what to try with a file that is no container but text
  std::string_view if_newer;         // what to try with a file of a newer version

  // What to try when bytes are not what was written, and when they are and make no sense.
  std::string_view if_damaged() const { return json.not_proper; }
  std::string_view if_foreign() const { return json.not_sensible; }
};

inline constexpr std::string_view kCheckpointFormat = "chainrule-checkpoint";
inline constexpr std::size_t kLengthBytes = 8;
inline constexpr std::string_view kMetadataKey = "__metadata__";
// In the header while its own checksum is not known.
inline constexpr std::string_view kZeroChecksum = "00000000";

// CRC-32 of zlib (polynomial 0x04c11db7, reflected), 8 hexadecimal digits: finds every change of up to 32
// neighbouring bits.
std::string checksum_of(std::string_view bytes);

// --- writing -----------------------------------------------------------------------------------------------

// Metadata with what every header has; texts are added to it.
JsonTree container_metadata(const TensorFileKind& kind);
// A tensor's member of the header; `begin` and `end` count from the end of the header.
JsonTree container_tensor(std::string_view dtype, const std::vector<std::size_t>& shape, std::size_t begin,
                          std::size_t end);
// The header, with its metadata, as padded text. Throws StateError when it is too long or a text in it is not
// UTF-8.
std::string container_header_text(const TensorFileKind& kind, const JsonTree& header);
// Length and text, with its checksum: what stands before the tensors.
std::string container_header_bytes(const std::string& text);

// --- reading -----------------------------------------------------------------------------------------------

// Checks in the order in which a file is read: size, length, text. Throws ModelFileError that names the file.
class ContainerHeaderReader {
 public:
  // The kind must outlive this.
  ContainerHeaderReader(const TensorFileKind& kind, std::string_view file_name)
      : kind_(kind), name_(file_name) {}

  [[noreturn]] void refuse(const Message& what, const Message& where, Message expected, Message got,
                           Message advice) const;
  // Bytes are not what was written.
  [[noreturn]] void refuse_as_damaged(const Message& what, const Message& where, Message expected,
                                      Message got) const;
  // They are, and make no sense.
  [[noreturn]] void refuse_as_foreign(const Message& what, const Message& where, Message expected = {},
                                      Message got = {}) const;

  // A file of `size` bytes has room for the length.
  void check_size(std::uint64_t size) const;
  // Of the text, from at least the first 8 bytes of the file.
  std::size_t text_length(std::string_view start, std::uint64_t size) const;
  // Of this kind and undamaged, and so is its metadata's part in it. Leaves zeros in the place of the
  // checksum.
  JsonTree parse(std::string& text, JsonRoom& room) const;

 private:
  [[noreturn]] void refuse_other_format() const;
  [[noreturn]] void refuse_checkpoint() const;
  void check_format(const JsonValue& metadata) const;
  void check_checksum(const JsonValue& metadata, std::string& text) const;

  const TensorFileKind& kind_;
  std::string name_;
};

}  // namespace chainrule
