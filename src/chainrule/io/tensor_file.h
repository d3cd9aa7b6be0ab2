// A strict safetensors container, read and written in one place for models and checkpoints: named tensors and
// texts in one file, with a checksum over every byte (docs/model-format.md).
//
//   u64 header length | JSON header, padded with spaces to a multiple of 64 | tensors, without holes | end
//
// io/container_header handles the bytes before the tensors; this file handles the texts in the header, the
// tensors and their places.
//
// Reading trusts nothing. A file is read once, front to back, and each size is checked against the file
// before memory is allocated for it. A reader's memory is bounded by the size of the file: the number of JSON
// values in its header is limited accordingly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/file_system.h"
#include "chainrule/base/names.h"
#include "chainrule/io/container_header.h"

namespace chainrule {

enum class Dtype { f32, f64 };

template <>
struct EnumNames<Dtype> {
  static constexpr std::string_view kind = "type of numbers";
  static constexpr EnumName<Dtype> table[] = {
      {Dtype::f32, "F32", "32-bit numbers"},
      {Dtype::f64, "F64", "64-bit numbers"},
  };
};

template <typename T>
inline constexpr Dtype kDtypeOf = sizeof(T) == 4 ? Dtype::f32 : Dtype::f64;

// Little-endian numbers as they lie in memory.
template <typename T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

// "[5,3]"; only the beginning of a long shape.
std::string shape_text(std::span<const std::size_t> shape);

// --- writing -----------------------------------------------------------------------------------------------

// Gathers the contents of the header. The bytes of the tensors follow it in the file, in the order of
// addition.
class TensorFileHeader {
 public:
  // The kind must outlive this. `version`: of the format.
  TensorFileHeader(const TensorFileKind& kind, std::uint64_t version);
  // A file of the kind's newest version.
  explicit TensorFileHeader(const TensorFileKind& kind) : TensorFileHeader(kind, kind.version) {}

  void add_text(std::string_view name, std::string_view text);
  // A text that is JSON: its values count.
  void add_json(std::string_view name, const JsonTree& value);
  void add_tensor(const std::string& name, Dtype dtype, const std::vector<std::size_t>& shape,
                  std::string_view checksum);

  // Padded, with zeros in the place of its own checksum. Throws StateError if it has more values than a
  // reader accepts, or a text is not UTF-8. Call it once, at the end.
  std::string text() &&;

 private:
  const TensorFileKind& kind_;
  JsonTree header_ = JsonTree::empty_object();
  JsonTree metadata_;
  JsonTree checksums_ = JsonTree::empty_object();
  std::size_t values_ = 0;    // in the texts
  std::uint64_t offset_ = 0;  // where the next tensor begins
};

// --- reading -----------------------------------------------------------------------------------------------

// A tensor as the header describes it.
struct TensorEntry {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<std::size_t> shape;
  std::vector<std::size_t> place;  // its first byte and the byte after its last, from the end of the header
};

// One file, in this order: the header, its texts, the places of the tensors, the tensors. Every function
// throws a ModelFileError that names the file and the fault.
class TensorFileReader {
 public:
  // Both read and check the header; of the tensors' entries they check only the types of the values. The kind
  // and the bytes must outlive this.
  TensorFileReader(const TensorFileKind& kind, std::string_view bytes, std::string_view name_for_messages);
  // Never waits for a pipe. Reads no more than the header of a file that it refuses.
  TensorFileReader(const TensorFileKind& kind, FileSystem& file_system, const std::string& path);

  // Its errors name this file.
  const ContainerHeaderReader& header() const { return header_; }
  // Zeros in the place of its checksum.
  const std::string& header_text() const { return header_text_; }
  // The number of bytes after the header.
  std::uint64_t data_size() const { return data_size_; }
  // The version of the format in which the file is written: 1 or more, at most the kind's.
  std::uint64_t version() const { return version_; }

  // Checks that the header holds exactly these texts, besides those of every container.
  void require_texts(std::initializer_list<std::string_view> names) const;
  const std::string& text(std::string_view name) const;
  // The result of `use` for a text that is JSON.
  template <typename Use>
  auto with_json(std::string_view name, Use use) {
    const std::string where = name_ + ": " + std::string(name);
    const JsonTree value = parse_json_strictly(text(name), where, room_, kind_.json);
    return use(JsonValue(value, where, kind_.json));
  }

  // In the order of their bytes after check_places.
  std::span<const TensorEntry> tensors() const { return tensors_; }
  // The tensor's entry in the header, for an error that names its place.
  JsonValue entry(std::string_view tensor) const { return root().member(tensor); }

  // Checks that every tensor is as long as its shape says, that they follow each other in this order without
  // gaps from the end of the header to the end of the file, and that each has a checksum. Before this check,
  // do not multiply their sizes or allocate memory for them.
  void check_places(std::span<const std::string> order);
  // The same, in the order in which the tensors begin.
  void check_places();

  // Fills `bytes` with the next tensor, which has that length, compares its checksum and returns it.
  const std::string& read_next(std::span<std::byte> bytes);

 private:
  // Fills the span with the next bytes of the file and returns their number: fewer only at its end.
  using ReadBytes = std::function<std::size_t(std::span<std::byte>)>;

  JsonValue root() const { return JsonValue(tree_, name_ + ": header", kind_.json); }
  void read_header();
  void read_whole(std::span<std::byte> bytes) const;
  void check_other_formats(std::string_view start) const;
  void check_places_as_sorted();
  void check_place(const TensorEntry& tensor, std::uint64_t begin, std::uint64_t end) const;
  void read_checksums();

  const TensorFileKind& kind_;
  std::string name_;
  ContainerHeaderReader header_;
  ReadBytes read_;
  std::uint64_t size_ = 0;
  std::uint64_t data_size_ = 0;
  std::uint64_t version_ = 0;
  JsonRoom room_;
  std::string header_text_;
  JsonTree tree_;
  std::vector<TensorEntry> tensors_;
  std::vector<std::string> checksums_;  // of the tensors
  std::size_t next_ = 0;                // tensor to read
};

}  // namespace chainrule
