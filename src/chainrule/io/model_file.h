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
#include <string>
#include <string_view>

#include "chainrule/base/file_system.h"
#include "chainrule/io/model_validation.h"
#include "chainrule/train/model.h"

namespace chainrule {

// The longest header that is written or read, and the most JSON values (objects, lists, texts, numbers) in it
// and in the texts of its metadata. Together they bound a reader's memory besides the tensors, whatever the
// file says: 8 MiB, enough for some 3,500 columns of numbers or 48,000 categories.
inline constexpr std::size_t kLongestModelHeader = std::size_t{1} << 20;
inline constexpr std::size_t kMostModelValues = 50'000;

// Throws StateError for a description (everything but the parameters) that is longer than a file may hold.
// Call it before training, not after.
void require_room_in_file(const Model& model);

// The file's bytes. Throws StateError for a model that is not valid, NonFiniteError for parameters that are
// not finite.
std::string model_to_bytes(const Model& model);

// The reverse. Trusts nothing: every size is checked before memory is allocated, which is at most that of the
// tensors and 8 MiB. Throws a ModelFileError that reports what is wrong in the file called
// `name_for_messages`.
Model model_from_bytes(std::string_view bytes, std::string_view name_for_messages);

// Written with AtomicFile: `path` holds either the old or the new model, complete. Throws like
// model_to_bytes, and DataError if the file cannot be written.
void save_model(FileSystem& file_system, const std::string& path, const Model& model);

// Also throws ModelFileError for a file that is missing, a directory or anything else that is not a regular
// file, without waiting for a pipe. Reads no more than the header of a file that it refuses.
Model load_model(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
