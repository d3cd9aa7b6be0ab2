// The header's bytes: u64 length, canonical JSON, spaces up to a multiple of 64.
//
// It contains its own checksum, as text in __metadata__: the CRC-32 of length and header with zeros in the
// checksum's place. On writing, the digits then replace the zeros; on reading, zeros replace the digits
// before the CRC-32 is computed. Canonical JSON has no blanks, so the digits are found by the characters
// before them.
//
// The order of the checks decides which message a faulty file gets. A file of another kind or a newer version
// is reported before its checksum is examined; damage is reported before a merely different spelling.
#include "chainrule/io/container_header.h"

#include <zlib.h>

#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// The length and the tensors are little-endian by definition and copied unchanged.
static_assert(std::endian::native == std::endian::little, "a big-endian machine needs a byte swap here");

constexpr std::size_t kHeaderAlignment = 64;
// Quotes inside JSON texts are escaped, so this occurs in a header only once, as the key.
constexpr std::string_view kHeaderChecksumStart = R"("header_checksum":")";

std::uint32_t extend_checksum(std::uint32_t checksum, std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(checksum, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

std::string checksum_text(std::uint32_t checksum) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4)
    text += kHexDigits[(checksum >> shift) & 15];
  return text;
}

std::string little_endian(std::uint64_t value) {
  std::string bytes(kLengthBytes, '\0');
  std::memcpy(bytes.data(), &value, kLengthBytes);
  return bytes;
}

// The checksum of a text that has zeros in its place.
std::string header_checksum(const std::string& text) {
  return checksum_text(extend_checksum(extend_checksum(0, little_endian(text.size())), text));
}

std::size_t padding_of(std::size_t header) {
  const std::size_t unaligned = (kLengthBytes + header) % kHeaderAlignment;
  return unaligned == 0 ? 0 : kHeaderAlignment - unaligned;
}

}  // namespace

std::string checksum_of(std::string_view bytes) {
  return checksum_text(extend_checksum(0, bytes));
}

JsonTree container_metadata(const TensorFileKind& kind, std::uint64_t version) {
  return JsonTree::empty_object()
      .with("format", kind.format)
      .with("format_version", std::to_string(version))
      .with("header_checksum", kZeroChecksum);
}

JsonTree container_tensor(std::string_view dtype, const std::vector<std::size_t>& shape, std::size_t begin,
                          std::size_t end) {
  return JsonTree::empty_object()
      .with("dtype", dtype)
      .with("shape", shape)
      .with("data_offsets", JsonTree::pair_of(begin, end));
}

std::string container_header_text(const JsonTree& header) {
  std::string text = canonical_json(header);
  text.append(padding_of(text.size()), ' ');
  return text;
}

std::string container_header_bytes(const std::string& text) {
  std::string bytes = little_endian(text.size()) + text;
  const std::string checksum = header_checksum(text);
  return bytes.replace(bytes.find(kHeaderChecksumStart) + kHeaderChecksumStart.size(), checksum.size(),
                       checksum);
}

void ContainerHeaderReader::refuse(const Message& what, const Message& where, Message expected, Message got,
                                   Message advice) const {
  throw ModelFileError({.what = "this " + std::string(kind_.name) + " cannot be used: " + what,
                        .where = where.empty() ? name_ : name_ + ": " + where,
                        .expected = std::move(expected),
                        .got = std::move(got),
                        .advice = std::move(advice)});
}

void ContainerHeaderReader::refuse_as_damaged(const Message& what, const Message& where, Message expected,
                                              Message got) const {
  refuse(what, where, std::move(expected), std::move(got), kind_.if_damaged());
}

void ContainerHeaderReader::refuse_as_foreign(const Message& what, const Message& where, Message expected,
                                              Message got) const {
  refuse(what, where, std::move(expected), std::move(got), kind_.if_foreign());
}

void ContainerHeaderReader::check_size(std::uint64_t size) const {
  if (size == 0) {
    const bool is_checkpoint = kind_.format == kCheckpointFormat;
    refuse("it is empty", "", "", "0 bytes", is_checkpoint ? kind_.if_damaged() : kind_.if_other_format);
  }
  if (size < kLengthBytes)
    refuse_as_damaged("it is cut short", "", "at least 8 bytes", count_of(size, "byte"));
}

std::size_t ContainerHeaderReader::text_length(std::string_view start, std::uint64_t size) const {
  std::uint64_t length = 0;
  std::memcpy(&length, start.data(), kLengthBytes);
  const std::uint64_t longest = kind_.longest_header_of(size);
  if (length > longest) {
    refuse_as_damaged("the header is too long", "bytes 0 to 7", "at most " + count_of(longest, "byte"),
                      format_count(length));
  }
  if (length > size - kLengthBytes) {
    refuse_as_damaged("it is cut short, within the header", "",
                      "at least " + count_of(kLengthBytes + length, "byte"), count_of(size, "byte"));
  }
  return static_cast<std::size_t>(length);
}

JsonTree ContainerHeaderReader::parse(std::string& text, JsonRoom& room) const {
  if (!text.starts_with("{")) {
    refuse_as_damaged("the header is not a JSON object", "byte 8", "\"{\"",
                      text.empty() ? "nothing" : quoted(text.substr(0, 1)));
  }
  JsonTree header = parse_json_strictly(text, name_ + ": header", room, kind_.json);
  const JsonValue root(header, name_ + ": header", kind_.json);
  if (!root.has_member(kMetadataKey)) refuse_other_format();
  check_format(root.member(kMetadataKey));
  check_checksum(root.member(kMetadataKey), text);
  return header;
}

void ContainerHeaderReader::refuse_other_format() const {
  refuse(kind_.other_format, "header.__metadata__", "\"format\": " + quoted(kind_.format), "",
         kind_.if_other_format);
}

// A checkpoint is the other kind of file that chainrule writes; a user may mistake it for the model.
void ContainerHeaderReader::refuse_checkpoint() const {
  const std::size_t slash = name_.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : name_.substr(0, slash + 1);
  const std::string file = slash == std::string::npos ? name_ : name_.substr(slash + 1);
  refuse("it is the checkpoint of an unfinished training run", "", "", "",
         "finish the run, which writes the model" +
             (file == kCheckpointName
                  ? where_settable(": " + set_to_text(Setting::resume, directory))
                  : ": name the file " + std::string(kCheckpointName) + " again" +
                        where_settable(", then " + set_to_text(Setting::resume, directory))));
}

void ContainerHeaderReader::check_format(const JsonValue& metadata) const {
  const std::string format = metadata.has_member("format") ? metadata.member("format").text() : "";
  if (format != kind_.format) {
    if (format == kCheckpointFormat) refuse_checkpoint();
    refuse_other_format();
  }
  const std::string version = metadata.member("format_version").text();
  const std::optional<std::int64_t> number = parse_integer(version);
  const std::string where = "header.__metadata__.format_version";
  if (!number || *number < 1 || version != std::to_string(*number)) {
    refuse_as_damaged("its format version is not a number", where, quoted(std::to_string(kind_.version)),
                      quoted(version));
  }
  if (static_cast<std::uint64_t>(*number) > kind_.version) {
    refuse("it was written by a newer chainrule", where,
           "format version " + std::to_string(kind_.version) + " or older", version, kind_.if_newer);
  }
}

void ContainerHeaderReader::check_checksum(const JsonValue& metadata, std::string& text) const {
  const std::string& stored = metadata.member("header_checksum").text();
  const std::size_t start = text.find(kHeaderChecksumStart);
  const bool is_once =
      start != std::string::npos && text.find(kHeaderChecksumStart, start + 1) == std::string::npos;
  const std::size_t digits = start + kHeaderChecksumStart.size();
  if (!is_once || stored.size() != kZeroChecksum.size() || text.compare(digits, stored.size(), stored) != 0) {
    refuse_as_foreign("its checksum is not where chainrule writes it", "header.__metadata__.header_checksum",
                      "8 hexadecimal digits", quoted(stored));
  }
  text.replace(digits, kZeroChecksum.size(), kZeroChecksum);
  const std::string checksum = header_checksum(text);
  if (checksum != stored)
    refuse_as_damaged("the checksum of the header does not match", "header", stored, checksum);
  // This follows the checksum, so that only an intact header is reported as spelled differently.
  const std::size_t end = text.find_last_not_of(' ') + 1;
  if (text[end - 1] != '}' || text.size() != end + padding_of(end)) {
    refuse_as_foreign("the header is not padded to a multiple of 64 bytes", "header",
                      count_of(padding_of(end), "space"), format_count(text.size() - end));
  }
}

}  // namespace chainrule
