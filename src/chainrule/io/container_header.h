// The header of a strict safetensors container, in models and in checkpoints (docs/model-format.md):
//
//   u64 header length | JSON header, padded with spaces to a multiple of 64
//
// The header describes the tensors by name and holds texts in __metadata__: among them the format's name and
// version, and a checksum over length and header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/io/json.h"

namespace chainrule {

// The kind of a file, for its header and for messages.
struct TensorFileKind {
  std::string_view format;           // in the header
  std::uint64_t version;             // in the header of new files; older ones, from 1 on, are read
  std::string_view name;             // "checkpoint"
  std::size_t longest_header;        // bytes, in a file that is no longer than this itself
  std::size_t most_values;           // JSON values in the header and its texts, in such a file
  JsonSource json;                   // of the header; its advice concerns the whole file
  std::string_view too_long;         // the message if the header would be longer
  std::string_view if_too_long;      // what to try then
  std::string_view other_format;     // the message for a file of another kind
  std::string_view if_other_format;  // what to try then
  std::string_view if_text;          // what to try with a file that is no container but text
  std::string_view if_newer;         // what to try with a file of a newer version

  // The same for a file of `size` bytes. A header of any length fits its own file. Beyond longest_header,
  // each kBytesForValue bytes of the file allow one more value, so that the memory of a reader stays in
  // proportion to the file, whatever its header says.
  static constexpr std::uint64_t kBytesForValue = 8;
  std::uint64_t longest_header_of(std::uint64_t size) const {
    return size > longest_header ? size : longest_header;
  }
  std::size_t most_values_of(std::uint64_t size) const {
    return most_values + (size > longest_header ? (size - longest_header) / kBytesForValue : 0);
  }

  // What to try if bytes are damaged, and if they are intact but make no sense.
  std::string_view if_damaged() const { return json.not_proper; }
  std::string_view if_foreign() const { return json.not_sensible; }
};

inline constexpr std::string_view kCheckpointFormat = "chainrule-checkpoint";
// The name of a checkpoint in its directory.
inline constexpr std::string_view kCheckpointName = "checkpoint.safetensors";
inline constexpr std::size_t kLengthBytes = 8;
inline constexpr std::string_view kMetadataKey = "__metadata__";
// The checksum's place in the header before it is computed.
inline constexpr std::string_view kZeroChecksum = "00000000";

// CRC-32 of zlib (polynomial 0x04c11db7, reflected), 8 hexadecimal digits: finds every change of up to 32
// neighbouring bits.
std::string checksum_of(std::string_view bytes);

// --- writing -----------------------------------------------------------------------------------------------

// The metadata that every header has; the caller adds texts. `version`: of the format, up to the kind's.
JsonTree container_metadata(const TensorFileKind& kind, std::uint64_t version);
// A tensor's entry in the header; `begin` and `end` are counted from the end of the header.
JsonTree container_tensor(std::string_view dtype, const std::vector<std::size_t>& shape, std::size_t begin,
                          std::size_t end);
// The header, with its metadata, as padded text. Throws StateError when a text in it is not UTF-8.
std::string container_header_text(const JsonTree& header);
// Length and text, with its checksum: everything before the tensors.
std::string container_header_bytes(const std::string& text);

// --- reading -----------------------------------------------------------------------------------------------

// Checks in the order in which a file is read: size, length, text. Throws a ModelFileError that names the
// file.
class ContainerHeaderReader {
 public:
  // The kind must outlive this.
  ContainerHeaderReader(const TensorFileKind& kind, std::string_view file_name)
      : kind_(kind), name_(file_name) {}

  [[noreturn]] void refuse(const Message& what, const Message& where, Message expected, Message got,
                           Message advice) const;
  // The bytes are damaged.
  [[noreturn]] void refuse_as_damaged(const Message& what, const Message& where, Message expected,
                                      Message got) const;
  // The bytes are intact but make no sense.
  [[noreturn]] void refuse_as_foreign(const Message& what, const Message& where, Message expected = {},
                                      Message got = {}) const;

  // Checks that a file of `size` bytes has room for the length.
  void check_size(std::uint64_t size) const;
  // The length of the text, from at least the first 8 bytes of the file.
  std::size_t text_length(std::string_view start, std::uint64_t size) const;
  // Checks that the header is of this kind and undamaged, its metadata included. Leaves zeros in the place of
  // the checksum.
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
