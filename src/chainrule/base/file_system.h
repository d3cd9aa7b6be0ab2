// The one door to files. Everything that opens, writes, renames or syncs a file goes through FileSystem, so
// that tests can put a recording or a faulty one in its place.
// base/atomic_file writes through it so that a crash leaves the old file or the new one, whole.
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

// Errors of the operating system are thrown as DataError that names the call, the path and the reason.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Up to bytes.size() bytes; 0 means the end. Interrupted calls are repeated.
  virtual std::size_t read(std::span<std::byte> bytes) = 0;
  // As many bytes as there are, up to bytes.size().
  std::size_t read_fully(std::span<std::byte> bytes);
  // Whether rewind() can go back to the first byte: regular files can, pipes cannot.
  virtual bool can_rewind() const { return false; }
  virtual void rewind() {}
};

class WritableFile {
 public:
  virtual ~WritableFile() = default;
  // Writes some of the bytes, at least one, and says how many: callers loop.
  virtual std::size_t write(std::span<const std::byte> bytes) = 0;
  virtual void sync() = 0;
  // Closes and reports what only close() knows. The destructor closes too, silently.
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
  // Of a pipe without a writer: waits for one.
  virtual std::unique_ptr<ReadableFile> open_to_read(const std::string& path) = 0;
  // Throws DataError for everything but a regular file, without waiting and without reading from it.
  virtual RegularFile open_regular_to_read(const std::string& path);
  // A new file that must not exist yet.
  virtual std::unique_ptr<WritableFile> create_exclusively(const std::string& path) = 0;
  // An existing thing that is not a regular file (device, pipe). Regular files are appended to.
  virtual std::unique_ptr<WritableFile> open_to_write(const std::string& path) = 0;
  // Where the symbolic link at path leads, in the end; the path itself when it is not a link. Nothing needs
  // to be there.
  virtual std::string resolve_link(const std::string& path) = 0;
  // Gives `to` the permission bits (0777) of `from`.
  virtual void copy_permissions(const std::string& from, const std::string& to) = 0;
  virtual void rename(const std::string& from, const std::string& to) = 0;
  virtual void remove(const std::string& path) = 0;
  // Makes the last directory of the path, unless there is one.
  virtual void make_directory(const std::string& path) = 0;
  virtual void sync_directory(const std::string& path) = 0;
  // What a directory holds, sorted, as far as it can be listed: the first 10,000 names.
  virtual std::vector<std::string> names_in(const std::string& directory) = 0;
};

// The real one (base/posix_file_system.cpp).
FileSystem& real_file_system();

// The whole file. Throws DataError when it is missing, a directory, unreadable, or larger than `limit` bytes.
std::string read_whole_file(FileSystem& file_system, const std::string& path,
                            std::uint64_t limit = UINT64_MAX);

}  // namespace chainrule
