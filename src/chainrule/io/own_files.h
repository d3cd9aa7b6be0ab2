// Whether chainrule wrote a file: only such a file is replaced at a path that the caller did not choose for it.
#pragma once

#include <string>

#include "chainrule/base/file_system.h"

namespace chainrule {

// Looks at the beginning of a regular file, of at most the longest header of a model. False for what is
// missing, no regular file or cannot be read.
bool begins_as_model_file(FileSystem& file_system, const std::string& path);
bool begins_as_report(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
