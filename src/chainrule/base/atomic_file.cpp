// The steps of a write, in an order that leaves the old file or the new one at every point:
//
//   create a temporary (O_EXCL) -> write -> fsync -> close -> read back, compare length and CRC-32
//   -> rename over the target -> fsync the directory
//
// A failure before the rename removes the temporary; one after it is reported, but the new file is in place.
// Source: Rebello et al., "Can Applications Recover from fsync Failures?", 2020.
#include "chainrule/base/atomic_file.h"

#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <exception>
#include <utility>
#include <vector>

#include "chainrule/base/directory.h"
#include "chainrule/base/error.h"
#include "chainrule/base/system_errors.h"
#include "chainrule/base/text.h"

namespace chainrule {

namespace {

constexpr std::size_t kBufferSize = 64 * 1024;
// Leaves room in a name of NAME_MAX = 255 bytes for "." and ".tmp-PID-COUNTER".
constexpr std::size_t kLongestNameInTemporary = 200;

std::uint32_t extend_checksum(std::uint32_t checksum, std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(checksum, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

// /dev/stdout and similar paths lead to whatever the shell has opened, perhaps a regular file. That file
// belongs to the shell, which may be appending to it, so it is written to and never replaced.
bool is_open_descriptor(const std::string& path) {
  return path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/");
}

// The error about the temporary file, reworded to be about `path`, the file that the user named.
DataError about_target(const DataError& error, const std::string& path) {
  ErrorReport report = error.report();
  report.what = cannot("write", path);
  report.where = path;
  return DataError(std::move(report));
}

std::string start_of_temporaries(const std::string& target) {
  return "." + name_in_directory(target).substr(0, kLongestNameInTemporary) + ".tmp-";
}

std::string new_temporary_path(FileSystem& file_system, const std::string& target) {
  static std::atomic<std::uint64_t> counter = 0;
  const std::string start = start_of_temporaries(target) + std::to_string(::getpid()) + "-";
  for (;;) {
    // A killed process with the same number may have left a file of this name.
    std::string path = in_directory(directory_of(target), start + std::to_string(counter++));
    if (file_system.status(path).kind == FileKind::missing) return path;
  }
}

}  // namespace

AtomicFile::AtomicFile(FileSystem& file_system, std::string path)
    : file_system_(file_system), path_(std::move(path)) {
  const FileKind kind = file_system_.status(path_).kind;
  if (kind == FileKind::directory || path_.ends_with("/")) throw_is_directory("write", path_);
  if (kind == FileKind::other || is_open_descriptor(path_)) {
    target_path_ = path_;
    file_ = file_system_.open_to_write(path_);
    return;
  }
  target_path_ = file_system_.resolve_link(path_);
  const std::string directory = directory_of(target_path_);
  const FileKind directory_kind = file_system_.status(directory).kind;
  if (directory_kind != FileKind::directory) {
    throw DataError({.what = cannot("write", path_),
                     .where = path_,
                     .got = directory_kind == FileKind::missing ? "there is no directory " + quoted(directory)
                                                                : quoted(directory) + " is not a directory",
                     .advice = "make the directory first (mkdir -p), or use another path"});
  }
  or_abandon([&] {
    // A file that its owner made read-only is not replaced, even if the directory allows it.
    if (kind == FileKind::regular) file_system_.open_to_write(target_path_)->close();
    std::string temporary_path = new_temporary_path(file_system_, target_path_);
    file_ = file_system_.create_exclusively(temporary_path);
    temporary_path_ = std::move(temporary_path);
    if (kind == FileKind::regular) file_system_.copy_permissions(target_path_, temporary_path_);
    buffer_.reserve(kBufferSize);
  });
}

AtomicFile::~AtomicFile() {
  if (!committed_) abandon();
}

void AtomicFile::append(std::span<const std::byte> bytes) {
  append(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void AtomicFile::append(std::string_view text) {
  if (file_ == nullptr || is_prepared_) {
    throw StateError({.what = "cannot append: the file was already committed or has failed", .where = path_});
  }
  if (buffer_.size() + text.size() <= kBufferSize) {
    buffer_ += text;
    return;
  }
  or_abandon([&] {
    write(buffer_);
    buffer_.clear();
    if (text.size() < kBufferSize) {
      buffer_ = text;
    } else {
      write(text);
    }
  });
}

void AtomicFile::prepare() {
  if (file_ == nullptr) {
    throw StateError({.what = "commit of a file that was committed or has failed", .where = path_});
  }
  if (is_prepared_) return;
  or_abandon([&] {
    write(buffer_);
    buffer_.clear();
    may_be_rewritten_ = !temporary_path_.empty();
    file_->sync();
    file_->close();
    if (!temporary_path_.empty()) compare_with_disk();
    may_be_rewritten_ = false;
  });
  is_prepared_ = true;
}

// Checks that the disk, or at least the kernel, has what was appended.
void AtomicFile::compare_with_disk() {
  const std::unique_ptr<ReadableFile> file = file_system_.open_to_read(temporary_path_);
  std::vector<std::byte> bytes(kBufferSize);
  std::uint64_t size = 0;
  std::uint32_t checksum = 0;
  for (std::size_t count = 0; (count = file->read(bytes)) != 0; size += count)
    checksum = extend_checksum(checksum, std::span(bytes).first(count));
  if (size == size_ && checksum == checksum_) return;
  throw DataError({.what = cannot("write", path_),
                   .where = path_,
                   .expected = "to read back what was written, " + count_of(size_, "byte"),
                   .got = size == size_ ? "other bytes" : count_of(size, "byte"),
                   .advice = "check the disk (dmesg, smartctl), or use another one"});
}

void AtomicFile::commit() {
  prepare();
  or_abandon([&] {
    if (!temporary_path_.empty()) file_system_.rename(temporary_path_, target_path_);
  });
  file_.reset();
  committed_ = true;
  if (temporary_path_.empty()) return;
  try {
    file_system_.sync_directory(directory_of(target_path_));
  } catch (const DataError& error) {
    throw DataError(
        {.what =
             "the file is written but its directory could not be synced: it may be lost if the power fails",
         .where = path_,
         .got = error.report().got,
         .advice = "write it again, or check the disk"});
  }
}

void AtomicFile::or_abandon(const std::function<void()>& step) {
  try {
    step();
  } catch (const DataError& error) {
    abandon();
    throw about_target(error, path_);
  } catch (...) {
    abandon();
    throw;
  }
}

void AtomicFile::write(std::string_view bytes) {
  std::span<const std::byte> left = std::as_bytes(std::span(bytes));
  size_ += left.size();
  checksum_ = extend_checksum(checksum_, left);
  while (!left.empty())
    left = left.subspan(file_->write(left));
}

void AtomicFile::abandon() noexcept {
  file_.reset();
  buffer_.clear();
  if (temporary_path_.empty()) return;
  try {
    file_system_.remove(temporary_path_);
  } catch (...) {  // NOLINT(bugprone-empty-catch): the failure that led here is the one to report
  }
  temporary_path_.clear();
}

namespace {

// Written and compared with the disk; in a second try if the first one fails after all bytes were written.
std::unique_ptr<AtomicFile> prepared_file(FileSystem& file_system, const std::string& path,
                                          std::span<const std::string_view> pieces) {
  constexpr int kTries = 2;
  for (int i = 1;; ++i) {
    auto file = std::make_unique<AtomicFile>(file_system, path);
    for (const std::string_view piece : pieces)
      file->append(piece);
    try {
      file->prepare();
      return file;
    } catch (const DataError&) {
      if (i == kTries || !file->may_be_rewritten()) throw;
    }
  }
}

void remove_all(FileSystem& file_system, std::span<const std::string> paths) {
  for (const std::string& path : paths) {
    try {
      file_system.remove(path);
    } catch (
        const DataError&) {  // NOLINT(bugprone-empty-catch): the failure that led here is the one to report
    }
  }
}

}  // namespace

void write_file_atomically(FileSystem& file_system, const std::string& path,
                           std::span<const std::string_view> pieces) {
  prepared_file(file_system, path, pieces)->commit();
}

bool write_file_atomically_if(FileSystem& file_system, const std::string& path,
                              std::span<const std::string_view> pieces,
                              const std::function<bool()>& may_write) {
  if (!may_write()) return false;
  const std::unique_ptr<AtomicFile> file = prepared_file(file_system, path, pieces);
  if (!may_write()) return false;
  file->commit();
  return true;
}

void write_files_atomically(FileSystem& file_system, std::span<const FileContents> files) {
  if (files.size() == 1) return write_file_atomically(file_system, files[0].path, files[0].pieces);
  std::vector<std::unique_ptr<AtomicFile>> prepared;
  for (const FileContents& file : files)
    prepared.push_back(prepared_file(file_system, file.path, file.pieces));
  std::vector<char> are_new;
  for (const FileContents& file : files)
    are_new.push_back(file_system.status(file.path).kind == FileKind::missing);
  std::vector<std::string> appeared;
  std::exception_ptr not_synced;  // the error of a file that is in place
  for (std::size_t i = 0; i < files.size(); ++i) {
    try {
      prepared[i]->commit();
    } catch (const DataError&) {
      if (!prepared[i]->is_in_place()) {
        remove_all(file_system, appeared);
        throw;
      }
      if (not_synced == nullptr) not_synced = std::current_exception();
    }
    if (are_new[i] != 0) appeared.push_back(files[i].path);
  }
  if (not_synced != nullptr) std::rethrow_exception(not_synced);
}

void write_file_atomically(FileSystem& file_system, const std::string& path, std::string_view contents) {
  write_file_atomically(file_system, path, std::span(&contents, 1));
}

void remove_temporaries_of(FileSystem& file_system, const std::string& path) {
  try {
    const std::string target = file_system.resolve_link(path);
    const std::string directory = directory_of(target), start = start_of_temporaries(target);
    for (const std::string& name : file_system.names_in(directory))
      if (name.starts_with(start)) file_system.remove(in_directory(directory, name));
  } catch (const DataError&) {  // NOLINT(bugprone-empty-catch): what cannot be removed stays
  }
}

}  // namespace chainrule
