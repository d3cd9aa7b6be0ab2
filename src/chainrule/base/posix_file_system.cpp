// The real file system, in POSIX calls. What POSIX does not say:
//
// - A call may be interrupted by a signal (EINTR) and is repeated, except close(): on Linux the descriptor is
//   free by then, and another thread may already own it.
// - The kind of a path is checked before it is opened, since opening a device or a pipe may have side effects
//   or block.
// - fsync() fails by design on pipes, terminals and the directories of some file systems; that is not an
//   error.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>
#include <utility>

#include "chainrule/base/directory.h"
#include "chainrule/base/file_system.h"
#include "chainrule/base/system_errors.h"

namespace chainrule {

namespace {

// The number of links that Linux follows.
constexpr int kMostLinks = 40;

// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(std::string path) : path_(std::move(path)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  // Keeps the result of ::open(). Nothing may allocate in between: if that failed, the file would stay open
  // or be left over.
  void open(int flags, mode_t mode = 0) {
    number_ = repeat_when_interrupted([&] { return ::open(path_.c_str(), flags, mode); });
  }

  int number() const { return number_; }
  const std::string& path() const { return path_; }
  // The result of close(), which is not repeated if interrupted: on Linux the descriptor is free by then.
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

  // The status of the open file, which can no longer be swapped for another.
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

  // Terminals and some devices accept lseek() without effect.
  bool can_rewind() const override {
    struct ::stat data = {};
    return ::fstat(descriptor_.number(), &data) == 0 && S_ISREG(data.st_mode);
  }

  void rewind() override {
    if (::lseek(descriptor_.number(), 0, SEEK_SET) != 0)
      throw_system_error("read", descriptor_.path(), errno);
  }

  bool would_wait() const override {
    pollfd file = {.fd = descriptor_.number(), .events = POLLIN, .revents = 0};
    return ::poll(&file, 1, 0) == 0;
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
    // POSIX does not allow zero here; a device that returns it would keep the caller in an endless loop.
    if (count == 0) throw_system_error("write", descriptor_.path(), EIO);
    return static_cast<std::size_t>(count);
  }

  void sync() override {
    const int result = repeat_when_interrupted([&] { return ::fsync(descriptor_.number()); });
    // Pipes, terminals and some devices cannot be synced and return these errors.
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
    // Checked before opening, because opening a device may have side effects, and after, because the file may
    // have been replaced in between; O_NONBLOCK, so that opening a pipe does not block.
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
    // O_APPEND: /dev/stdout may lead to a log that the shell opened with >>, which must not be overwritten.
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
      if (errno == EACCES) return;  // writable but not readable: it cannot be synced
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

}  // namespace

FileSystem& real_file_system() {
  static PosixFileSystem file_system;
  return file_system;
}

}  // namespace chainrule
