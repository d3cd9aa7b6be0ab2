#include "chainrule/base/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

namespace {

constexpr std::size_t kBufferSize = 64 * 1024;
// Reading a directory stops here.
constexpr std::size_t kMostEntriesLookedAt = 10'000;
// As many links as Linux follows.
constexpr int kMostLinks = 40;
// Leaves room in a name of NAME_MAX = 255 bytes for "." and ".tmp-PID-COUNTER".
constexpr std::size_t kLongestNameInTemporary = 200;

template <typename Call>
auto repeat_when_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR)
    result = call();
  return result;
}

std::uint32_t extend_checksum(std::uint32_t checksum, std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(checksum, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

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

// "cannot open "iris.csv"": the short name, since `where` gives the whole path.
std::string cannot(std::string_view verb, const std::string& path) {
  const std::string name = name_in_directory(path);
  return "cannot " + std::string(verb) + " " + quoted(name.empty() ? path : name);
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

// strerror() speaks the language of the locale; messages here are in one language.
std::string reason_of(int error_number) {
#ifdef __GLIBC__
  const char* const reason = ::strerrordesc_np(error_number);
  if (reason != nullptr) return reason;
#endif
  return std::generic_category().message(error_number);
}

[[noreturn]] void throw_system_error(std::string_view verb, const std::string& path, int error_number) {
  throw DataError({.what = cannot(verb, path),
                   .where = path,
                   .got = reason_of(error_number),
                   .advice = advice_for(error_number, path)});
}

[[noreturn]] void throw_is_directory(std::string_view verb, const std::string& path) {
  throw DataError({.what = cannot(verb, path),
                   .where = path,
                   .expected = "a file",
                   .got = "a directory",
                   .advice = "name a file in it"});
}

[[noreturn]] void throw_is_no_file(const std::string& path) {
  throw DataError({.what = cannot("read", path),
                   .where = path,
                   .expected = "a regular file",
                   .got = "a device or a pipe",
                   .advice = "write it to a file first"});
}

// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(std::string path) : path_(std::move(path)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  // What ::open() says. Nothing may ask for memory between it and here: the file would stay open, or be left over.
  void open(int flags, mode_t mode = 0) {
    number_ = repeat_when_interrupted([&] { return ::open(path_.c_str(), flags, mode); });
  }

  int number() const { return number_; }
  const std::string& path() const { return path_; }
  // What close() returns. It is not repeated when interrupted: on Linux the descriptor is free by then.
  int close() { return ::close(std::exchange(number_, -1)); }

 private:
  int number_ = -1;
  std::string path_;
};

class PosixReadableFile final : public ReadableFile {
 public:
  explicit PosixReadableFile(std::string path, int more_flags = 0) : descriptor_(std::move(path)) {
    descriptor_.open(O_RDONLY | O_CLOEXEC | O_NOCTTY | more_flags);
    if (descriptor_.number() < 0) throw_system_error("open", descriptor_.path(), errno);
    if (S_ISDIR(look().st_mode)) throw_is_directory("open", descriptor_.path());
  }

  // What it is now that it is open.
  struct ::stat look() const {
    struct ::stat data = {};
    if (::fstat(descriptor_.number(), &data) != 0) throw_system_error("open", descriptor_.path(), errno);
    return data;
  }

  std::size_t read(std::span<std::byte> bytes) override {
    const std::size_t wanted = std::min(bytes.size(), std::size_t{SSIZE_MAX});
    const ssize_t count =
        repeat_when_interrupted([&] { return ::read(descriptor_.number(), bytes.data(), wanted); });
    if (count < 0) throw_system_error("read", descriptor_.path(), errno);
    return static_cast<std::size_t>(count);
  }

  // Terminals and some devices say yes to lseek() and mean nothing by it.
  bool can_rewind() const override {
    struct ::stat data = {};
    return ::fstat(descriptor_.number(), &data) == 0 && S_ISREG(data.st_mode);
  }

  void rewind() override {
    if (::lseek(descriptor_.number(), 0, SEEK_SET) != 0)
      throw_system_error("read", descriptor_.path(), errno);
  }

 private:
  Descriptor descriptor_;
};

class PosixWritableFile final : public WritableFile {
 public:
  // `verb` is for messages.
  PosixWritableFile(std::string path, std::string_view verb, int flags) : descriptor_(std::move(path)) {
    descriptor_.open(flags, 0666);
    if (descriptor_.number() < 0) throw_system_error(verb, descriptor_.path(), errno);
  }

  std::size_t write(std::span<const std::byte> bytes) override {
    if (bytes.empty()) return 0;
    const std::size_t wanted = std::min(bytes.size(), std::size_t{SSIZE_MAX});
    const ssize_t count =
        repeat_when_interrupted([&] { return ::write(descriptor_.number(), bytes.data(), wanted); });
    if (count < 0) throw_system_error("write", descriptor_.path(), errno);
    // POSIX allows no zero here; a device that answers so would keep the caller in its loop for ever.
    if (count == 0) throw_system_error("write", descriptor_.path(), EIO);
    return static_cast<std::size_t>(count);
  }

  void sync() override {
    const int result = repeat_when_interrupted([&] { return ::fsync(descriptor_.number()); });
    // Pipes, terminals and some devices have nothing to sync and say so with these.
    if (result != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) {
      throw_system_error("write", descriptor_.path(), errno);
    }
  }

  void close() override {
    if (descriptor_.number() < 0) return;
    if (descriptor_.close() != 0 && errno != EINTR) throw_system_error("write", descriptor_.path(), errno);
  }

 private:
  Descriptor descriptor_;
};

class PosixFileSystem final : public FileSystem {
 public:
  FileStatus status(const std::string& path) override {
    struct ::stat data = {};
    if (::stat(path.c_str(), &data) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return {};
      throw_system_error("look at", path, errno);
    }
    if (S_ISDIR(data.st_mode)) return {.kind = FileKind::directory};
    if (S_ISREG(data.st_mode)) {
      return {.kind = FileKind::regular, .size = static_cast<std::uint64_t>(data.st_size)};
    }
    return {.kind = FileKind::other};
  }

  std::unique_ptr<ReadableFile> open_to_read(const std::string& path) override {
    return std::make_unique<PosixReadableFile>(path);
  }

  RegularFile open_regular_to_read(const std::string& path) override {
    // Looked at before it is opened, because opening a device may do something, and after, because it may have
    // been replaced since; O_NONBLOCK, so that a pipe put there in between does not make us wait.
    if (status(path).kind == FileKind::other) throw_is_no_file(path);
    auto file = std::make_unique<PosixReadableFile>(path, O_NONBLOCK);
    const struct ::stat data = file->look();
    if (!S_ISREG(data.st_mode)) throw_is_no_file(path);
    return {.file = std::move(file), .size = static_cast<std::uint64_t>(data.st_size)};
  }

  std::unique_ptr<WritableFile> create_exclusively(const std::string& path) override {
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY;
    return std::make_unique<PosixWritableFile>(path, "create", kFlags);
  }

  std::unique_ptr<WritableFile> open_to_write(const std::string& path) override {
    // O_APPEND: /dev/stdout may lead to a log that the shell opened with >>, and must not be overwritten from
    // its start.
    constexpr int kFlags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY;
    return std::make_unique<PosixWritableFile>(path, "write", kFlags);
  }

  std::string resolve_link(const std::string& path) override {
    std::string at = path;
    for (int i = 0; i < kMostLinks; ++i) {
      struct ::stat data = {};
      if (::lstat(at.c_str(), &data) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return at;
        throw_system_error("look at", path, errno);
      }
      if (!S_ISLNK(data.st_mode)) return at;
      std::array<char, PATH_MAX> leads_to;
      const ssize_t length = ::readlink(at.c_str(), leads_to.data(), leads_to.size());
      if (length < 0) throw_system_error("look at", path, errno);
      const std::string next(leads_to.data(), static_cast<std::size_t>(length));
      at = next.starts_with("/") ? next : in_directory(directory_of(at), next);
    }
    throw_system_error("look at", path, ELOOP);
  }

  void copy_permissions(const std::string& from, const std::string& to) override {
    struct ::stat data = {};
    if (::stat(from.c_str(), &data) != 0) throw_system_error("look at", from, errno);
    if (::chmod(to.c_str(), data.st_mode & 0777) != 0)
      throw_system_error("set the permissions of", to, errno);
  }

  void rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) throw_system_error("write", to, errno);
  }

  void remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) throw_system_error("remove", path, errno);
  }

  void make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0777) == 0) return;
    const int reason = errno;
    if (reason == EEXIST && status(path).kind == FileKind::directory) return;
    throw_system_error("make the directory", path, reason);
  }

  void sync_directory(const std::string& path) override {
    Descriptor directory(path);
    directory.open(O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory.number() < 0) {
      if (errno == EACCES) return;  // may be written but not listed: cannot be synced by us
      throw_system_error("sync the directory", path, errno);
    }
    const int result = repeat_when_interrupted([&] { return ::fsync(directory.number()); });
    // Some network and FAT file systems cannot sync a directory.
    if (result != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) {
      throw_system_error("sync the directory", path, errno);
    }
  }

  std::vector<std::string> names_in(const std::string& directory) override {
    return names_in_directory(directory);
  }
};

// /dev/stdout and its like lead to whatever the shell has opened, perhaps a regular file. That one belongs to
// the shell (it may be appending to it): it is written to and never replaced.
bool is_open_descriptor(const std::string& path) {
  return path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/");
}

// The report of a failure on the way to `path`, about `path` instead of the temporary file that the user
// never named.
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
    // A file of this name may be left over from a process that was killed and had the same number.
    std::string path = in_directory(directory_of(target), start + std::to_string(counter++));
    if (file_system.status(path).kind == FileKind::missing) return path;
  }
}

}  // namespace

RegularFile FileSystem::open_regular_to_read(const std::string& path) {
  const FileStatus found = status(path);
  if (found.kind == FileKind::other) throw_is_no_file(path);
  return {.file = open_to_read(path), .size = found.size};
}

FileSystem& real_file_system() {
  static PosixFileSystem file_system;
  return file_system;
}

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
    // A file that its owner made read-only is not replaced, although the directory would allow it.
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
    throw StateError({.what = "append to a file that was committed or has failed", .where = path_});
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

// What the disk, or at least the kernel, has is what was appended.
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

void write_file_atomically(FileSystem& file_system, const std::string& path,
                           std::span<const std::string_view> pieces) {
  constexpr int kTries = 2;
  for (int i = 1;; ++i) {
    AtomicFile file(file_system, path);
    for (const std::string_view piece : pieces)
      file.append(piece);
    try {
      file.prepare();
    } catch (const DataError&) {
      if (i == kTries || !file.may_be_rewritten()) throw;
      continue;
    }
    return file.commit();
  }
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

std::string read_whole_file(FileSystem& file_system, const std::string& path, std::uint64_t limit) {
  const auto throw_too_large = [&] {
    throw DataError({.what = cannot("read", path) + ": the file is too large",
                     .where = path,
                     .expected = "at most " + count_of(limit, "byte"),
                     .advice = "check that this is the right file"});
  };
  const FileStatus status = file_system.status(path);
  const std::unique_ptr<ReadableFile> file = file_system.open_to_read(path);
  if (status.kind == FileKind::regular && status.size > limit) throw_too_large();
  std::string contents;
  // One byte more than its size, so that the end is seen without growing.
  if (status.kind == FileKind::regular) contents.reserve(static_cast<std::size_t>(status.size) + 1);
  for (;;) {
    const std::size_t before = contents.size();
    const std::size_t room = contents.capacity() - before;
    const std::size_t step = room > 0 ? room : kBufferSize;
    contents.resize(before + step);
    const std::size_t count = file->read(std::as_writable_bytes(std::span(contents).subspan(before)));
    contents.resize(before + count);
    if (count == 0) return contents;
    if (contents.size() > limit) throw_too_large();
  }
}

}  // namespace chainrule
