// Splits and joins paths, and lists directories. Paths are those of POSIX: "/" between names, nothing else
// is special.
#pragma once

#include <string>
#include <vector>

namespace chainrule {

// "a/b" for "a/b/c", "/" for "/c", "." for "c".
std::string directory_of(const std::string& path);
// "c" for "a/b/c", nothing for "a/b/".
std::string name_in_directory(const std::string& path);
std::string in_directory(const std::string& directory, const std::string& name);

// Sorted, without "." and "..": the first 10,000 names on disk; none if the directory cannot be listed.
std::vector<std::string> names_in_directory(const std::string& directory);

}  // namespace chainrule
