#include "chainrule/base/system_errors.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <vector>

#include "chainrule/base/directory.h"
#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

namespace {

std::string advice_for_missing(const std::string& path) {
  const std::string directory = directory_of(path);
  struct ::stat data = {};
  if (::stat(directory.c_str(), &data) != 0)
    return "there is no directory " + quoted(directory) + "; check the path";
  if (!S_ISDIR(data.st_mode)) return quoted(directory) + " is not a directory; check the path";
  const std::string name = name_in_directory(path);
  const std::vector<std::string> names = names_in_directory(directory);
  std::string found = nearest_name(name, names);
  if (found.empty() && !name.empty()) {
    // "iris" for "iris.csv"
    const auto longer = std::find_if(names.begin(), names.end(), [&name](const std::string& candidate) {
      return candidate.starts_with(name + ".");
    });
    if (longer != names.end()) found = *longer;
  }
  if (found.empty()) return "check the name and the working directory";
  return "did you mean " + quoted(directory == "." ? found : in_directory(directory, found)) + "?";
}

std::string advice_for(int error_number, const std::string& path) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return advice_for_missing(path);
    case EACCES:
    case EPERM:
      return "check the permissions of the file and its directory (ls -l), or use another path";
    case EROFS:
      return "the place is mounted read-only: use another path";
    case ENOSPC:
    case EDQUOT:
      return "free some space or use a path on another disk";
    case EISDIR:
      return "name a file in it";
    case EMFILE:
    case ENFILE:
      return "too many files are open: raise the limit (ulimit -n)";
    case EPIPE:
      return "the program that reads the output ended early";
    default:
      return "check the path and the disk";
  }
}

}  // namespace

std::string cannot(std::string_view verb, const std::string& path) {
  const std::string name = name_in_directory(path);
  return "cannot " + std::string(verb) + " " + quoted(name.empty() ? path : name);
}

std::string reason_of(int error_number) {
#ifdef __GLIBC__
  const char* const reason = ::strerrordesc_np(error_number);
  if (reason != nullptr) return reason;
#endif
  return std::generic_category().message(error_number);
}

void throw_system_error(std::string_view verb, const std::string& path, int error_number) {
  throw DataError({.what = cannot(verb, path),
                   .where = path,
                   .got = reason_of(error_number),
                   .advice = advice_for(error_number, path)});
}

void throw_is_directory(std::string_view verb, const std::string& path) {
  throw DataError({.what = cannot(verb, path),
                   .where = path,
                   .expected = "a file",
                   .got = "a directory",
                   .advice = "name a file in it"});
}

void throw_is_no_file(const std::string& path) {
  throw DataError({.what = cannot("read", path),
                   .where = path,
                   .expected = "a regular file",
                   .got = "a device or a pipe",
                   .advice = "write it to a file first"});
}

}  // namespace chainrule
