// The interface to files. Everything that opens, writes, renames or syncs a file goes through FileSystem, so
// that tests can replace it with a recording or a faulty one. Errors of the operating system become
// DataErrors that name the call, the path and the reason.
//
// base/posix_file_system is the real one; base/atomic_file writes so that a crash leaves either the old file
// or the new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chainrule {

enum class FileKind { missing, regular, directory, other };

struct FileStatus {
  FileKind kind = FileKind::missing;
  std::uint64_t size = 0;
};

class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Up to bytes.size() bytes; 0 means the end. Interrupted calls are repeated.
  virtual std::size_t read(std::span<std::byte> bytes) = 0;
  // Reads until `bytes` is full or the file ends.
  std::size_t read_fully(std::span<std::byte> bytes);
  // Whether rewind() can go back to the first byte: regular files can, pipes cannot.
  virtual bool can_rewind() const { return false; }
  virtual void rewind() {}
  // Whether read() would wait because the other end of a pipe has sent nothing more yet.
  virtual bool would_wait() const { return false; }
};

class WritableFile {
 public:
  virtual ~WritableFile() = default;
  // Writes some of the bytes, at least one, and returns how many: callers loop.
  virtual std::size_t write(std::span<const std::byte> bytes) = 0;
  virtual void sync() = 0;
  // Closes, and reports errors that only close() finds. The destructor also closes, silently.
  virtual void close() = 0;
};

struct RegularFile {
  std::unique_ptr<ReadableFile> file;
  std::uint64_t size = 0;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual FileStatus status(const std::string& path) = 0;
  // Waits if the path is a pipe without a writer.
  virtual std::unique_ptr<ReadableFile> open_to_read(const std::string& path) = 0;
  // Throws DataError for everything but a regular file, without waiting and without reading from it.
  virtual RegularFile open_regular_to_read(const std::string& path);
  // A new file that must not exist yet.
  virtual std::unique_ptr<WritableFile> create_exclusively(const std::string& path) = 0;
  // An existing device or pipe. Regular files are appended to.
  virtual std::unique_ptr<WritableFile> open_to_write(const std::string& path) = 0;
  // Where the symbolic link at path finally leads; the path itself if it is not a link. The target need not
  // exist.
  virtual std::string resolve_link(const std::string& path) = 0;
  // Gives `to` the permission bits (0777) of `from`.
  virtual void copy_permissions(const std::string& from, const std::string& to) = 0;
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void remove(const std::string& path) = 0;
  // Makes the last directory of the path, unless it exists.
  virtual void make_directory(const std::string& path) = 0;
  virtual void sync_directory(const std::string& path) = 0;
  // The names in a directory, sorted; the first 10,000, none if it cannot be listed.
  virtual std::vector<std::string> names_in(const std::string& directory) = 0;
};

FileSystem& real_file_system();

// The whole file. Throws DataError if it is missing, a directory, unreadable, or larger than `limit` bytes.
std::string read_whole_file(FileSystem& file_system, const std::string& path,
                            std::uint64_t limit = UINT64_MAX);

}  // namespace chainrule
