// Paths taken apart and put together, and what a directory holds. Paths are POSIX's: "/" between names, nothing else special.
#pragma once

#include <string>
#include <vector>

namespace chainrule {

// "a/b" for "a/b/c", "/" for "/c", "." for "c".
std::string directory_of(const std::string& path);
// "c" for "a/b/c", nothing for "a/b/".
std::string name_in_directory(const std::string& path);
std::string in_directory(const std::string& directory, const std::string& name);

// Sorted, without "." and "..": the first 10,000 that the disk names, none of what cannot be listed.
std::vector<std::string> names_in_directory(const std::string& directory);

}  // namespace chainrule
