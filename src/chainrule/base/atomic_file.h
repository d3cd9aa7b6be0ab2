// Writes files that are replaced as a whole or not at all, whatever happens in between.
//
// AtomicFile writes a temporary file in the same directory (O_EXCL; the mode is that of the file it replaces,
// or follows from the umask), syncs it (fsync), reads it back and compares length and CRC-32, renames it over
// the target and syncs the directory. Until the rename the old file is whole; after it the new one is. A link
// is followed: what it points at is replaced, the link stays. Targets that are not regular files
// (/dev/stdout, a pipe) are written directly: they cannot be renamed over.
//
// After a failed fsync it is unknown which pages the kernel has dropped, and a second fsync may wrongly
// succeed (Rebello et al., "Can Applications Recover from fsync Failures?", 2020). So the temporary file is
// dropped, and write_file_atomically, which still has the bytes in memory, writes them again into a new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/file_system.h"

namespace chainrule {

// A file under construction. Nothing appears at `path` before commit(); without commit() the temporary is
// removed.
class AtomicFile {
 public:
  // Throws DataError at once if the directory is missing or not writable, or if path is a directory.
  AtomicFile(FileSystem& file_system, std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void append(std::span<const std::byte> bytes);
  void append(std::string_view text);
  // prepare(), rename, fsync of the directory. Throws DataError. If one of the first two fails, the old file
  // stays. If only the last fails, the new file is complete and in place, and the error says that it may not
  // be on disk yet. After any failure, even of append, nothing is left to commit: append and commit then
  // throw StateError.
  void commit();
  // The part of commit() that can fail for lack of space: flush, fsync, and the comparison with what was
  // read back. For committing several files together. Nothing can be appended afterwards.
  void prepare();
  // Whether prepare() failed although all bytes were written, so that another file with the same bytes is
  // worth trying.
  bool may_be_rewritten() const { return may_be_rewritten_; }
  // Whether commit() put the file in place, even if it failed to sync the directory.
  bool is_in_place() const { return committed_; }

 private:
  void write(std::string_view bytes);
  void compare_with_disk();
  // If the step fails, removes the temporary and reports the error about the file that the caller named.
  void or_abandon(const std::function<void()>& step);
  void abandon() noexcept;

  FileSystem& file_system_;
  std::string path_;            // as the caller gave it, for messages
  std::string target_path_;     // links followed
  std::string temporary_path_;  // empty when the target is written directly
  std::unique_ptr<WritableFile> file_;
  std::string buffer_;
  std::uint64_t size_ = 0;  // of the bytes appended
  std::uint32_t checksum_ = 0;
  bool may_be_rewritten_ = false;
  bool is_prepared_ = false;
  bool committed_ = false;
};

// Writes the pieces one after the other. If fsync or comparison fails, the file is dropped and written once
// more.
void write_file_atomically(FileSystem& file_system, const std::string& path,
                           std::span<const std::string_view> pieces);
void write_file_atomically(FileSystem& file_system, const std::string& path, std::string_view contents);
// Only if the path is still the caller's, which may_write tells: asked first, and again when the file is
// complete and about to appear. Returns whether it was written.
bool write_file_atomically_if(FileSystem& file_system, const std::string& path,
                              std::span<const std::string_view> pieces,
                              const std::function<bool()>& may_write);
// Several files of one result: all are complete on disk before the first appears under its name, so that a
// full disk or an unwritable directory leaves none. If replacing one fails even so, those that are new by
// then are removed again; those that replaced an older file stay.
struct FileContents {
  std::string path;
  std::vector<std::string_view> pieces;
};
void write_files_atomically(FileSystem& file_system, std::span<const FileContents> files);
// Removes the temporary files that killed processes left for this path. The caller must know that no other
// process is writing it. What cannot be listed or removed stays and does no harm.
void remove_temporaries_of(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
