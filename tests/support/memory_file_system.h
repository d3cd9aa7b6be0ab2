// Files in memory, for tests and fuzz targets that read millions of them.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/file_system.h"

namespace chainrule {

enum class MemoryFileKind { regular, pipe };  // a pipe cannot be read twice

// Reads a text, which must outlive the file.
class MemoryFile final : public ReadableFile {
 public:
  explicit MemoryFile(std::string_view text, MemoryFileKind kind = MemoryFileKind::regular)
      : text_(text), kind_(kind) {}

  std::size_t read(std::span<std::byte> bytes) override {
    const std::size_t count = std::min(bytes.size(), text_.size() - at_);
    std::memcpy(bytes.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }
  bool can_rewind() const override { return kind_ == MemoryFileKind::regular; }
  void rewind() override { at_ = 0; }

 private:
  std::string_view text_;
  MemoryFileKind kind_;
  std::size_t at_ = 0;
};

// A read-only file system.
class MemoryFileSystem final : public FileSystem {
 public:
  std::map<std::string, std::string> files;

  FileStatus status(const std::string& path) override {
    const auto found = files.find(path);
    if (found == files.end()) return {};
    return {.kind = FileKind::regular, .size = found->second.size()};
  }
  std::unique_ptr<ReadableFile> open_to_read(const std::string& path) override {
    const auto found = files.find(path);
    if (found == files.end()) throw DataError({.what = "there is no such file in memory", .where = path});
    return std::make_unique<MemoryFile>(found->second);
  }
  std::unique_ptr<WritableFile> create_exclusively(const std::string& path) override { refuse(path); }
  std::unique_ptr<WritableFile> open_to_write(const std::string& path) override { refuse(path); }
  std::string resolve_link(const std::string& path) override { return path; }
  void copy_permissions(const std::string&, const std::string& to) override { refuse(to); }
  void rename(const std::string&, const std::string& to) override { refuse(to); }
  void remove(const std::string& path) override { refuse(path); }
  void make_directory(const std::string& path) override { refuse(path); }
  void sync_directory(const std::string& path) override { refuse(path); }
  std::vector<std::string> names_in(const std::string&) override { return {}; }

 private:
  [[noreturn]] static void refuse(const std::string& path) {
    throw StateError({.what = "files in memory are not written", .where = path});
  }
};

}  // namespace chainrule
