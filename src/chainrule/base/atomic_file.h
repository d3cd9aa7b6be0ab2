// Files that are replaced whole or not at all, whatever happens in between.
//
// Crash-safe writing (AtomicFile): a temporary file in the same directory (O_EXCL, mode of the file it
// replaces, or from the umask), full-write loop, fsync, read back and compared (length and CRC-32), rename over the
// target, fsync of the directory. Until the rename the old file is whole; after it the new one is. A link is followed:
// what it points at is replaced, the link stays. Targets that are not regular files (/dev/stdout, a pipe) are written
// directly: they cannot be renamed over.
//
// After a failed fsync nobody knows which pages the kernel has dropped, and a second fsync may lie (Rebello et al.,
// "Can Applications Recover from fsync Failures?", 2020): the temporary file goes, and who still has the bytes in
// memory (write_file_atomically) writes them once more into a new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "chainrule/base/file_system.h"

namespace chainrule {

// A file under construction. Nothing is seen at `path` before commit(); without commit() the temporary is
// removed.
class AtomicFile {
 public:
  // Throws DataError at once when the directory is missing or cannot be written, or path is a directory.
  AtomicFile(FileSystem& file_system, std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void append(std::span<const std::byte> bytes);
  void append(std::string_view text);
  // prepare(), rename, fsync of the directory. Throws DataError and leaves the old file when one of the first two fails; when only the last fails the new file is whole and in place, and the error says that
  // it may not be on disk. After a failure (of append, too) nothing is left to commit: both then throw
  // StateError.
  void commit();
  // The part of commit() that can fail for want of space, flush, fsync and the comparison of what was written with
  // what can be read, ahead of it: to commit several files together. Nothing can be appended afterwards.
  void prepare();
  // Did prepare() fail although all bytes could be written: would another file with the same bytes be worth a try?
  bool may_be_rewritten() const { return may_be_rewritten_; }

 private:
  void write(std::string_view bytes);
  void compare_with_disk();
  // When the step fails the temporary goes, and the error names the file that was asked for.
  void or_abandon(const std::function<void()>& step);
  void abandon() noexcept;

  FileSystem& file_system_;
  std::string path_;            // as the caller wrote it, for messages
  std::string target_path_;     // links followed
  std::string temporary_path_;  // empty when the target is written directly
  std::unique_ptr<WritableFile> file_;
  std::string buffer_;
  std::uint64_t size_ = 0;  // of what was appended
  std::uint32_t checksum_ = 0;
  bool may_be_rewritten_ = false;
  bool is_prepared_ = false;
  bool committed_ = false;
};

// The pieces, one after the other. A file whose fsync or comparison fails is dropped and written once more.
void write_file_atomically(FileSystem& file_system, const std::string& path,
                           std::span<const std::string_view> pieces);
void write_file_atomically(FileSystem& file_system, const std::string& path, std::string_view contents);
// What processes that were killed have left of AtomicFiles of this path: for those who know that nobody else is writing
// it. What cannot be listed or removed stays; it harms nobody.
void remove_temporaries_of(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
