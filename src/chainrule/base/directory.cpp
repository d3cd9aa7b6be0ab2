#include "chainrule/base/directory.h"

#include <dirent.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

namespace chainrule {

namespace {

// Reading a directory stops here.
constexpr std::size_t kMostEntriesLookedAt = 10'000;

}  // namespace

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_in_directory(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string in_directory(const std::string& directory, const std::string& name) {
  return directory == "/" ? "/" + name : directory + "/" + name;
}

std::vector<std::string> names_in_directory(const std::string& directory) {
  std::vector<std::string> names;
  const auto close = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close)> stream(::opendir(directory.c_str()));
  if (stream == nullptr) return names;
  while (names.size() < kMostEntriesLookedAt) {
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = static_cast<const char*>(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());  // readdir's order is that of the disk
  return names;
}

}  // namespace chainrule
