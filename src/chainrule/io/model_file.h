// Model files: a strict safetensors container with everything that prediction needs (docs/model-format.md).
//
//   u64 header length | JSON header, padded with spaces to a multiple of 64 | tensors, without holes | end of
//   file
//
// The weights are tensors; network, encoder, schema, loss and provenance are JSON texts in __metadata__. Any
// reader of safetensors sees the tensors. Equal models give equal bytes. Checksums cover every byte of the
// file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/file_system.h"
#include "chainrule/io/model_validation.h"
#include "chainrule/train/model.h"

namespace chainrule {

// New files are written in this version of the format; those of all earlier ones are read.
inline constexpr std::uint64_t kModelFormatVersion = 2;

// In a file of up to this size, the most JSON values (objects, lists, texts, numbers) in the header and in
// the texts of its metadata: they bound a reader's memory besides the tensors to 8 MiB, whatever the file
// says. A larger file may have one more value for each 8 bytes (TensorFileKind), so that memory grows with
// the file.
inline constexpr std::size_t kLongestModelHeader = std::size_t{1} << 20;
inline constexpr std::size_t kMostModelValues = 50'000;

// Throws StateError for a description (everything but the parameters) of more values than a file may hold:
// tens of thousands of categories in front of a network of a few units. Call it before training, not after.
void require_room_in_file(const Model& model);

// The file's bytes. Throws StateError for a model that is not valid, NonFiniteError for parameters that are
// not finite.
std::string model_to_bytes(const Model& model);

// The reverse, for all versions of the format. Trusts nothing: every size is checked before memory is
// allocated, which is at most in proportion to the file (docs/model-format.md). Throws a ModelFileError that
// reports what is wrong in the file called `name_for_messages`.
Model model_from_bytes(std::string_view bytes, std::string_view name_for_messages);

// Written with AtomicFile: `path` holds either the old or the new model, complete. Throws like
// model_to_bytes, and DataError if the file cannot be written.
void save_model(FileSystem& file_system, const std::string& path, const Model& model);

// The same, together with other files of the same result: all of them appear, or none.
void save_model(FileSystem& file_system, const std::string& path, const Model& model,
                std::span<const FileContents> others);

// Also throws ModelFileError for a file that is missing, a directory or anything else that is not a regular
// file, without waiting for a pipe. Reads no more than the header of a file that it refuses.
Model load_model(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
