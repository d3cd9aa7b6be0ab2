#include "chainrule/tensor/cpu_quota.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace chainrule {
namespace {

// The words in the first line of a file; none when it cannot be read.
std::vector<std::string> first_words(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<std::string> words;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(' ', at)) != std::string::npos) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

// Microseconds; empty for "max", -1 and anything else that is not a positive number.
std::optional<double> positive(const std::string& word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value <= 0) return std::nullopt;
  return static_cast<double>(value);
}

std::optional<double> quota_of_group(const std::filesystem::path& group) {
  std::vector<std::string> words = first_words(group / "cpu.max");
  if (words.empty()) {
    words = first_words(group / "cpu.cfs_quota_us");
    const std::vector<std::string> period = first_words(group / "cpu.cfs_period_us");
    words.insert(words.end(), period.begin(), period.end());
  }
  if (words.size() != 2) return std::nullopt;
  const std::optional<double> quota = positive(words[0]);
  const std::optional<double> period = positive(words[1]);
  if (!quota || !period) return std::nullopt;
  return *quota / *period;
}

// Inside a container the path of the group may not exist below the mount. The walk then ends at the root of
// the mount.
void walk_up(const std::filesystem::path& mount, std::filesystem::path group,
             std::optional<double>& smallest) {
  for (group = group.relative_path();; group = group.parent_path()) {
    if (const std::optional<double> quota = quota_of_group(group.empty() ? mount : mount / group)) {
      smallest = smallest ? std::min(*smallest, *quota) : *quota;
    }
    if (group.empty()) return;
  }
}

}  // namespace

std::optional<double> cpu_quota(const std::filesystem::path& root) {
  const std::filesystem::path groups = root / "sys/fs/cgroup";
  std::optional<double> smallest;
  std::ifstream file(root / "proc/self/cgroup");
  // Lines "hierarchy:controllers:path"; version 2 has no controllers.
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {
      walk_up(groups, path, smallest);
    } else if (("," + controllers + ",").find(",cpu,") != std::string::npos) {
      walk_up(groups / controllers, path, smallest);
      walk_up(groups / "cpu", path, smallest);
    }
  }
  return smallest;
}

}  // namespace chainrule
