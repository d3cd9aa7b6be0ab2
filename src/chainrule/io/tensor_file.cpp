#include "chainrule/io/tensor_file.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/names.h"
#include "chainrule/base/text.h"
#include "chainrule/io/json.h"

namespace chainrule {

template <>
struct EnumNames<Dtype> {
  static constexpr std::string_view kind = "type of numbers";
  static constexpr EnumName<Dtype> table[] = {
      {Dtype::f32, "F32", "32-bit numbers"},
      {Dtype::f64, "F64", "64-bit numbers"},
  };
};

namespace {

// Tensors are little-endian by definition and are copied as they are.
static_assert(std::endian::native == std::endian::little, "a big-endian machine needs a byte swap here");

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kHeaderAlignment = 64;
constexpr std::string_view kMetadataKey = "__metadata__";
// Quotes inside JSON texts are escaped, so that this stands in a header once, as the key.
constexpr std::string_view kHeaderChecksumStart = R"("header_checksum":")";
constexpr std::string_view kZeroChecksum = "00000000";
// Objects, lists, texts and numbers in the header: each takes up to 128 bytes once it is read.
constexpr std::size_t kMostValues = 20'000;
constexpr std::string_view kReservedTexts[] = {"format", "format_version", "checksums", "header_checksum"};

// CRC-32 of zlib (polynomial 0x04c11db7, reflected): finds every change of up to 32 neighbouring bits.
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

std::size_t padding_of(std::size_t header) {
  const std::size_t unaligned = (kLengthBytes + header) % kHeaderAlignment;
  return unaligned == 0 ? 0 : kHeaderAlignment - unaligned;
}

class Reader {
 public:
  Reader(const TensorFileKind& kind, std::string_view bytes, std::string_view file_name)
      : kind_(kind),
        source_{.name = kind.name,
                .not_proper = kind.if_damaged,
                .not_sensible = kind.if_foreign,
                .raise = raise_model_file_error},
        bytes_(bytes),
        name_(file_name) {}

  TensorFile read() {
    const std::string_view header_text = read_header_text();
    const JsonTree header = parse_json_strictly(header_text, name_ + ": header", room_, source_);
    const JsonValue root(header, name_ + ": header", source_);
    if (!root.has_member(kMetadataKey)) refuse_other_format();
    const JsonValue metadata = root.member(kMetadataKey);
    check_format(metadata);
    check_header_checksum(metadata, header_text);
    TensorFile file;
    for (const std::string_view text : metadata.member_names()) {
      const bool is_reserved = std::ranges::find(kReservedTexts, text) != std::end(kReservedTexts);
      if (!is_reserved) file.texts.emplace(std::string(text), metadata.member(text).text());
    }
    for (const std::string_view tensor : root.member_names()) {
      if (tensor != kMetadataKey)
        file.tensors.push_back(read_tensor(root.member(tensor), std::string(tensor)));
    }
    // Their bytes follow each other: sorted by where they begin, each begins where the one before ends.
    std::ranges::sort(file.tensors, {}, [](const Tensor& tensor) { return tensor.bytes.data(); });
    const char* end = data_.data();
    for (const Tensor& tensor : file.tensors) {
      if (tensor.bytes.data() != end)
        refuse("the tensors overlap or leave holes", tensor.name, "", "", kind_.if_foreign);
      end += tensor.bytes.size();
    }
    if (end != data_.data() + data_.size()) {
      refuse("there are bytes after the last tensor", "",
             count_of(static_cast<std::size_t>(end - data_.data()), "byte") + " of tensors",
             format_count(data_.size()), kind_.if_damaged);
    }
    check_checksums(metadata, file.tensors);
    return file;
  }

 private:
  [[noreturn]] void refuse(std::string_view what, std::string_view where, std::string expected,
                           std::string got, std::string_view advice) const {
    throw ModelFileError({.what = "this " + std::string(kind_.name) + " cannot be used: " + std::string(what),
                          .where = where.empty() ? name_ : name_ + ": " + std::string(where),
                          .expected = std::move(expected),
                          .got = std::move(got),
                          .advice = std::string(advice)});
  }

  [[noreturn]] void refuse_other_format() const {
    refuse("it is a safetensors file of another kind", "header.__metadata__",
           "\"format\": " + quoted(kind_.format), "", kind_.if_other_format);
  }

  std::string_view read_header_text() {
    if (bytes_.size() < kLengthBytes) {
      refuse(bytes_.empty() ? "it is empty" : "it is cut short", "", "at least 8 bytes",
             count_of(bytes_.size(), "byte"), kind_.if_damaged);
    }
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), kLengthBytes);
    if (length > kind_.longest_header) {
      refuse("the header is too long", "bytes 0 to 7", "at most " + count_of(kind_.longest_header, "byte"),
             format_count(length), kind_.if_damaged);
    }
    if (length > bytes_.size() - kLengthBytes) {
      refuse("it is cut short, within the header", "", "at least " + count_of(kLengthBytes + length, "byte"),
             count_of(bytes_.size(), "byte"), kind_.if_damaged);
    }
    const std::string_view text = bytes_.substr(kLengthBytes, static_cast<std::size_t>(length));
    data_ = bytes_.substr(kLengthBytes + text.size());
    if (!text.starts_with("{")) {
      refuse("the header is not a JSON object", "byte 8", "\"{\"",
             text.empty() ? "nothing" : quoted(text.substr(0, 1)), kind_.if_damaged);
    }
    return text;
  }

  void check_format(const JsonValue& metadata) const {
    if (!metadata.has_member("format") || metadata.member("format").text() != kind_.format)
      refuse_other_format();
    const std::string version = metadata.member("format_version").text();
    const std::optional<std::int64_t> number = parse_integer(version);
    const std::string where = "header.__metadata__.format_version";
    if (!number || *number < 1 || version != std::to_string(*number)) {
      refuse("its format version is not a number", where, quoted(std::to_string(kind_.version)),
             quoted(version), kind_.if_damaged);
    }
    if (static_cast<std::uint64_t>(*number) != kind_.version) {
      refuse("it was written by a newer chainrule", where, "format version " + std::to_string(kind_.version),
             version, "use that version of chainrule");
    }
  }

  void check_header_checksum(const JsonValue& metadata, std::string_view header_text) const {
    const std::string stored = metadata.member("header_checksum").text();
    const std::size_t start = header_text.find(kHeaderChecksumStart);
    const bool is_once = start != std::string_view::npos &&
                         header_text.find(kHeaderChecksumStart, start + 1) == std::string_view::npos;
    const std::size_t digits = start + kHeaderChecksumStart.size();
    if (!is_once || stored.size() != kZeroChecksum.size() ||
        header_text.substr(digits, stored.size()) != stored) {
      refuse("its checksum does not stand where chainrule writes it", "header.__metadata__.header_checksum",
             "8 hexadecimal digits", quoted(stored), kind_.if_foreign);
    }
    std::uint32_t checksum = extend_checksum(0, bytes_.substr(0, kLengthBytes));
    checksum = extend_checksum(checksum, header_text.substr(0, digits));
    checksum = extend_checksum(checksum, kZeroChecksum);
    checksum = extend_checksum(checksum, header_text.substr(digits + stored.size()));
    if (checksum_text(checksum) != stored) {
      refuse("the checksum of the header does not fit", "header", stored, checksum_text(checksum),
             kind_.if_damaged);
    }
    // Found after the checksum: a file that was damaged is told from one that was written differently.
    const std::size_t end = header_text.find_last_not_of(' ') + 1;
    if (header_text[end - 1] != '}' || header_text.size() != end + padding_of(end)) {
      refuse("the header is not padded to a multiple of 64 bytes", "header",
             count_of(padding_of(end), "space"), format_count(header_text.size() - end), kind_.if_foreign);
    }
  }

  Tensor read_tensor(const JsonValue& value, const std::string& name) const {
    value.require_members({"dtype", "shape", "data_offsets"});
    Tensor tensor{.name = name, .dtype = value.member("dtype").word<Dtype>(), .shape = {}, .bytes = {}};
    tensor.shape = value.member("shape").counts(data_.size());
    const std::vector<std::size_t> ends = value.member("data_offsets").counts(data_.size());
    if (ends.size() != 2 || ends[0] > ends[1]) {
      value.member("data_offsets").refuse("a tensor has no beginning and end", "two places in the file", "");
    }
    tensor.bytes = data_.substr(ends[0], ends[1] - ends[0]);
    // Divided, not multiplied: sizes from a file may overflow a product.
    std::size_t left = tensor.bytes.size() / (tensor.dtype == Dtype::f32 ? 4 : 8);
    const bool is_whole = left * (tensor.dtype == Dtype::f32 ? 4 : 8) == tensor.bytes.size();
    bool fits = is_whole && left > 0;
    for (const std::size_t size : tensor.shape) {
      fits = fits && size > 0 && left % size == 0;
      if (!fits) break;
      left /= size;
    }
    if (!fits || left != 1) {
      value.refuse("the shape of a tensor does not fit its bytes", count_of(tensor.bytes.size(), "byte"),
                   "another number of elements");
    }
    return tensor;
  }

  void check_checksums(const JsonValue& metadata, std::span<const Tensor> tensors) {
    const std::string where = name_ + ": checksums";
    const JsonTree parsed = parse_json_strictly(metadata.member("checksums").text(), where, room_, source_);
    const JsonValue stored(parsed, where, source_);
    if (stored.member_names().size() != tensors.size()) {
      stored.refuse("there is not one checksum for each tensor", count_of(tensors.size(), "checksum"),
                    format_count(stored.member_names().size()));
    }
    for (const Tensor& tensor : tensors) {
      const std::string expected = stored.member(tensor.name).text();
      const std::string checksum = checksum_text(extend_checksum(0, tensor.bytes));
      if (expected != checksum)
        refuse("the checksum of a tensor does not fit", tensor.name, expected, checksum, kind_.if_damaged);
    }
  }

  const TensorFileKind& kind_;
  JsonRoom room_ = {.values = kMostValues};
  const JsonSource source_;
  std::string_view bytes_;
  std::string name_;
  std::string_view data_;  // what follows the header
};

}  // namespace

std::string tensor_file_header(const TensorFileKind& kind, const Texts& texts,
                               std::span<const Tensor> tensors) {
  JsonTree header = JsonTree::empty_object();
  JsonTree checksums = JsonTree::empty_object();
  std::size_t offset = 0;
  for (const Tensor& tensor : tensors) {
    header.add(tensor.name,
               JsonTree::empty_object()
                   .with("dtype", name_of(tensor.dtype))
                   .with("shape", tensor.shape)
                   .with("data_offsets", JsonTree::pair_of(offset, offset + tensor.bytes.size())));
    checksums.add(tensor.name, checksum_text(extend_checksum(0, tensor.bytes)));
    offset += tensor.bytes.size();
  }
  JsonTree metadata = JsonTree::empty_object()
                          .with("format", kind.format)
                          .with("format_version", std::to_string(kind.version))
                          .with("checksums", canonical_json(checksums))
                          .with("header_checksum", kZeroChecksum);
  for (const auto& [name, text] : texts)
    metadata.add(name, text);
  header.add(kMetadataKey, std::move(metadata));
  std::string text = canonical_json(header);
  text.append(padding_of(text.size()), ' ');
  if (text.size() > kind.longest_header) {
    throw StateError({.what = "the description in the " + std::string(kind.name) + " is too long",
                      .expected = "at most " + count_of(kind.longest_header, "byte"),
                      .got = format_count(text.size()),
                      .advice = std::string(kind.if_too_long)});
  }
  const std::uint64_t length = text.size();
  std::string bytes(kLengthBytes, '\0');
  std::memcpy(bytes.data(), &length, kLengthBytes);
  bytes += text;
  const std::string checksum = checksum_text(extend_checksum(0, bytes));
  return bytes.replace(bytes.find(kHeaderChecksumStart) + kHeaderChecksumStart.size(), checksum.size(),
                       checksum);
}

const Tensor* TensorFile::find(std::string_view tensor) const {
  const auto found = std::ranges::find(tensors, tensor, &Tensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

TensorFile parse_tensor_file(const TensorFileKind& kind, std::string_view bytes, std::string_view file_name) {
  return Reader(kind, bytes, file_name).read();
}

}  // namespace chainrule
