// A strict safetensors container: named tensors and texts in one file, with a checksum over every byte.
//
//   u64 header length | JSON header, padded with spaces to a multiple of 64 | tensors, without holes | end of file
//
// docs/model-format.md specifies the container. Reading trusts nothing: every size is checked before it is used, and
// what comes back points into the bytes that were given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/io/container_header.h"

namespace chainrule {

enum class Dtype { f32, f64 };

struct Tensor {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<std::size_t> shape;
  std::string_view bytes;  // little-endian numbers, row by row
};

template <typename T>
Tensor tensor_of(std::string name, std::vector<std::size_t> shape, std::span<const T> values) {
  return {.name = std::move(name),
          .dtype = sizeof(T) == 4 ? Dtype::f32 : Dtype::f64,
          .shape = std::move(shape),
          .bytes = {reinterpret_cast<const char*>(values.data()), values.size_bytes()}};
}

using Texts = std::map<std::string, std::string>;

// The bytes before those of the tensors, which follow in the order given. Throws StateError when the header would be too
// long or a text is not UTF-8.
std::string tensor_file_header(const TensorFileKind& kind, const Texts& texts,
                               std::span<const Tensor> tensors);

struct TensorFile {
  Texts texts;
  std::vector<Tensor> tensors;  // in the order of their bytes

  // Null when there is none.
  const Tensor* find(std::string_view tensor) const;
};

// Throws ModelFileError that says what is wrong in the file called `file_name`.
TensorFile parse_tensor_file(const TensorFileKind& kind, std::string_view bytes, std::string_view file_name);

}  // namespace chainrule
