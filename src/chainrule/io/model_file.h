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
#include "chainrule/train/model.h"

namespace chainrule {

// The longest header that is written or read: room for some 20,000 columns.
inline constexpr std::size_t kLongestModelHeader = std::size_t{16} * 1024 * 1024;

// What must hold of a model before it is saved or used: layers that fit each other, an encoder that fits the
// network and the schema, as many parameters as the network has. Throws StateError that names the part.
void validate(const Model& model);

// The file's bytes. Throws StateError for a model that is not valid, NonFiniteError for parameters that are
// not finite.
std::string model_to_bytes(const Model& model);

// The reverse. Trusts nothing: every size is checked before memory is taken. Throws ModelFileError that says
// what is wrong in the file called `name_for_messages`.
Model model_from_bytes(std::string_view bytes, std::string_view name_for_messages);

// Written as AtomicFile does: `path` holds the old or the new model, whole. Throws like model_to_bytes, and
// DataError when the file cannot be written.
void save_model(FileSystem& file_system, const std::string& path, const Model& model);

// Throws ModelFileError also for a file that is missing, a directory or anything else that is not a regular
// file.
Model load_model(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
