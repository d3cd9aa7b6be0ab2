// A fresh directory for each test.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "chainrule/base/file_system.h"

namespace chainrule::test {

// Removed at the end with all its contents.
class DirectoryTest : public testing::Test {
 protected:
  DirectoryTest() {
    std::string name = (std::filesystem::temp_directory_path() / "chainrule_test_XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~DirectoryTest() override {
    std::filesystem::permissions(directory_, std::filesystem::perms::owner_all);
    std::filesystem::remove_all(directory_);
  }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  void put(const std::string& name, const std::string& contents) const {
    std::ofstream(path(name), std::ios::binary) << contents;
  }
  std::string get(const std::string& name) const { return read_whole_file(real_file_system(), path(name)); }
  // The names in the directory, sorted, including hidden ones.
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(directory_)) {
      found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  ::mode_t mode(const std::string& name) const {
    struct ::stat data = {};
    EXPECT_EQ(::stat(path(name).c_str(), &data), 0);
    return data.st_mode & 07777;
  }

  std::string directory_;
};

}  // namespace chainrule::test
