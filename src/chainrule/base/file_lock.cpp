#include "chainrule/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/system_errors.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

[[noreturn]] void throw_cannot_lock(const std::string& path, const std::string& got) {
  throw DataError(
      {.what = "cannot make the lock file",
       .where = path,
       .got = got,
       .advice = "check the permissions of the directory and of the file, or use another directory"});
}

// The first bytes of the file, enough to recognise one that is not a lock. Returns nothing and sets errno if
// it fails.
std::optional<std::string> start_of(int descriptor) {
  std::array<char, 24> bytes = {};
  const ssize_t count =
      repeat_when_interrupted([&] { return ::pread(descriptor, bytes.data(), bytes.size(), 0); });
  if (count < 0) return std::nullopt;
  return std::string(bytes.data(), static_cast<std::size_t>(count));
}

// The ID of the process that wrote the file; 0 if there is none.
long number_in(std::string_view start) {
  constexpr std::size_t kLongest = 21;  // 2^64 and a newline
  if (start.size() > kLongest || !start.ends_with('\n')) return 0;
  const auto number = parse_integer(start.substr(0, start.size() - 1));
  return number && *number > 0 ? static_cast<long>(*number) : 0;
}

// Whether the open file is still the one at the path: its holder may have removed it since. Returns nothing
// and sets errno if that is unknown.
std::optional<bool> is_at(int descriptor, const std::string& path) {
  struct ::stat open_file = {}, named_file = {};
  if (::fstat(descriptor, &open_file) != 0) return std::nullopt;
  if (::lstat(path.c_str(), &named_file) != 0) return errno == ENOENT ? std::optional(false) : std::nullopt;
  return open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

struct OpenFile {
  int descriptor = -1;
  bool is_writable = true;
};

// Returns false and sets errno if it is taken or locks are not supported.
bool lock(int descriptor) {
  return repeat_when_interrupted([&] { return ::flock(descriptor, LOCK_EX | LOCK_NB); }) == 0;
}

int open_repeatedly(const std::string& path, int flags) {
  constexpr ::mode_t kReadable = 0666;
  return repeat_when_interrupted([&] { return ::open(path.c_str(), flags, kReadable); });
}

OpenFile open_lock_file(const std::string& path) {
  // O_NONBLOCK: do not wait if the path is a pipe.
  constexpr int kFlags = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  OpenFile file = {.descriptor = open_repeatedly(path, O_RDWR | O_CREAT | kFlags)};
  const int error = errno;
  if (file.descriptor < 0 && error == EACCES) {
    // Left by another user: permission to read is enough to lock it.
    file = {.descriptor = open_repeatedly(path, O_RDONLY | kFlags), .is_writable = false};
  }
  if (file.descriptor < 0) throw_cannot_lock(path, reason_of(error));
  struct ::stat data = {};
  const bool is_known = ::fstat(file.descriptor, &data) == 0;
  const std::string got = is_known ? "something other than a regular file" : reason_of(errno);
  if (is_known && S_ISREG(data.st_mode)) return file;
  ::close(file.descriptor);
  throw_cannot_lock(path, got);
}

// Lets other users lock the file if it is left behind.
void let_all_read(int descriptor) {
  struct ::stat data = {};
  if (::fstat(descriptor, &data) == 0)
    static_cast<void>(::fchmod(descriptor, (data.st_mode & 07777) | 0444) != 0);
}

}  // namespace

FileLock::FileLock(std::string path) : path_(std::move(path)) {
  const auto close = [this] { ::close(std::exchange(descriptor_, -1)); };
  const auto fail = [&](const std::string& got) {
    close();
    throw_cannot_lock(path_, got);
  };
  for (;;) {
    const OpenFile file = open_lock_file(path_);
    descriptor_ = file.descriptor;
    if (!lock(descriptor_)) {
      state_ = errno == EWOULDBLOCK ? State::taken : State::unsupported;
      if (state_ == State::taken) holder_ = number_in(start_of(descriptor_).value_or(""));
      close();
      return;
    }
    const std::optional<bool> place = is_at(descriptor_, path_);
    if (!place) fail(reason_of(errno));
    const bool is_there = *place;
    const std::optional<std::string> start = start_of(descriptor_);
    if (!start) fail(reason_of(errno));
    if (is_there && !start->empty() && number_in(*start) == 0) {
      close();
      throw DataError({.what = "a file has the name of the lock file but is not a lock",
                       .where = path_,
                       .expected = "no file, or one that holds the number of a process",
                       .got = quoted(*start),
                       .advice = "give it another name, or use another directory"});
    }
    // A file that cannot hold our process ID is replaced with one that can, if the directory allows it.
    const bool is_in_the_way = is_there && !file.is_writable && ::unlink(path_.c_str()) == 0;
    if (is_there && !is_in_the_way) break;
    close();
  }
  state_ = State::held;
  let_all_read(descriptor_);
  // The process ID is only for messages: on a full disk the lock works without it.
  const std::string number = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor_, 0) == 0)
    static_cast<void>(::pwrite(descriptor_, number.data(), number.size(), 0) < 0);
}

bool FileLock::is_still_there() const {
  return descriptor_ >= 0 && is_at(descriptor_, path_).value_or(false);
}

FileLock::~FileLock() {
  if (descriptor_ < 0) return;
  // Remove it before freeing the lock: afterwards the file may belong to another process.
  if (is_still_there()) ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace chainrule
