// Whether chainrule wrote a file. Only such a file is replaced at a path that the caller did not choose.
#pragma once

#include <string>

#include "chainrule/base/file_system.h"

namespace chainrule {

// Examines the beginning of a regular file, at most the longest header of a model. False if the file is
// missing, not regular or unreadable.
bool begins_as_model_file(FileSystem& file_system, const std::string& path);
bool begins_as_report(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
