#include "chainrule/io/tensor_file.h"

#include <algorithm>
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

// Objects, lists, texts and numbers in the header: each takes up to 128 bytes once it is read.
constexpr std::size_t kMostValues = 20'000;
constexpr std::string_view kReservedTexts[] = {"format", "format_version", "checksums", "header_checksum"};

class Reader {
 public:
  Reader(const TensorFileKind& kind, std::string_view bytes, std::string_view file_name)
      : kind_(kind), header_(kind, file_name), bytes_(bytes), name_(file_name) {}

  TensorFile read() {
    header_.check_size(bytes_.size());
    std::string header_text(bytes_.substr(kLengthBytes, header_.text_length(bytes_, bytes_.size())));
    data_ = bytes_.substr(kLengthBytes + header_text.size());
    const JsonTree header = header_.parse(header_text, room_);
    const JsonValue root(header, name_ + ": header", kind_.json);
    const JsonValue metadata = root.member(kMetadataKey);
    TensorFile file;
    for (const std::string_view text : metadata.member_names()) {
      const bool is_reserved = std::ranges::find(kReservedTexts, text) != std::end(kReservedTexts);
      if (!is_reserved) file.texts.emplace(std::string(text), metadata.member(text).text());
    }
    check_data_size(root);
    for (const std::string_view tensor : root.member_names()) {
      if (tensor != kMetadataKey)
        file.tensors.push_back(read_tensor(root.member(tensor), std::string(tensor)));
    }
    // Their bytes follow each other: sorted by where they begin, each begins where the one before ends.
    std::ranges::sort(file.tensors, {}, [](const Tensor& tensor) { return tensor.bytes.data(); });
    const char* end = data_.data();
    for (const Tensor& tensor : file.tensors) {
      if (tensor.bytes.data() != end)
        header_.refuse("the tensors overlap or leave holes", tensor.name, "", "", kind_.if_foreign());
      end += tensor.bytes.size();
    }
    check_checksums(metadata, file.tensors);
    return file;
  }

 private:
  // Where the last tensor ends, the file ends.
  void check_data_size(const JsonValue& root) const {
    std::uint64_t end = 0;
    for (const std::string_view tensor : root.member_names()) {
      if (tensor == kMetadataKey) continue;
      for (const JsonValue place : root.member(tensor).member("data_offsets").elements())
        end = std::max(end, place.count());
    }
    if (end == data_.size()) return;
    header_.refuse(
        end > data_.size() ? "it is cut short, within the tensors" : "there are bytes after the last tensor",
        "", count_of(end, "byte") + " of tensors", format_count(data_.size()), kind_.if_damaged());
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
    const JsonTree parsed =
        parse_json_strictly(metadata.member("checksums").text(), where, room_, kind_.json);
    const JsonValue stored(parsed, where, kind_.json);
    if (stored.member_names().size() != tensors.size()) {
      stored.refuse("there is not one checksum for each tensor", count_of(tensors.size(), "checksum"),
                    format_count(stored.member_names().size()));
    }
    for (const Tensor& tensor : tensors) {
      const std::string expected = stored.member(tensor.name).text();
      const std::string checksum = checksum_of(tensor.bytes);
      if (expected != checksum)
        header_.refuse("the checksum of a tensor does not fit", tensor.name, expected, checksum,
                       kind_.if_damaged());
    }
  }

  const TensorFileKind& kind_;
  JsonRoom room_ = {.values = kMostValues};
  const ContainerHeaderReader header_;
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
               container_tensor(name_of(tensor.dtype), tensor.shape, offset, offset + tensor.bytes.size()));
    checksums.add(tensor.name, checksum_of(tensor.bytes));
    offset += tensor.bytes.size();
  }
  JsonTree metadata = container_metadata(kind);
  metadata.add("checksums", canonical_json(checksums));
  for (const auto& [name, text] : texts)
    metadata.add(name, text);
  header.add(kMetadataKey, std::move(metadata));
  return container_header_bytes(container_header_text(kind, header));
}

const Tensor* TensorFile::find(std::string_view tensor) const {
  const auto found = std::ranges::find(tensors, tensor, &Tensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

TensorFile parse_tensor_file(const TensorFileKind& kind, std::string_view bytes, std::string_view file_name) {
  return Reader(kind, bytes, file_name).read();
}

}  // namespace chainrule
