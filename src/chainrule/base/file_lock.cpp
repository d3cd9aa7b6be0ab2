#include "chainrule/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "chainrule/base/error.h"
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

// The process that wrote its number there; 0 when none can be read.
long number_in(int descriptor) {
  std::array<char, 24> bytes = {};
  const ssize_t count = ::pread(descriptor, bytes.data(), bytes.size(), 0);
  if (count <= 0) return 0;
  const auto number = parse_integer(trim(std::string_view(bytes.data(), static_cast<std::size_t>(count))));
  return number && *number > 0 ? static_cast<long>(*number) : 0;
}

// Whether the open file is still the one at the path: its holder may have removed it since it was opened.
bool is_at(int descriptor, const std::string& path) {
  struct ::stat open_file = {}, named_file = {};
  return ::fstat(descriptor, &open_file) == 0 && ::lstat(path.c_str(), &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

int open_lock_file(const std::string& path) {
  // O_NONBLOCK: a pipe put there does not make us wait.
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  const int descriptor = ::open(path.c_str(), kFlags, 0666);
  if (descriptor < 0) throw_cannot_lock(path, std::generic_category().message(errno));
  struct ::stat data = {};
  if (::fstat(descriptor, &data) == 0 && S_ISREG(data.st_mode)) return descriptor;
  ::close(descriptor);
  throw_cannot_lock(path, "something else than a regular file");
}

}  // namespace

FileLock::FileLock(std::string path) : path_(std::move(path)) {
  for (;;) {
    descriptor_ = open_lock_file(path_);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      state_ = errno == EWOULDBLOCK ? State::taken : State::unsupported;
      if (state_ == State::taken) holder_ = number_in(descriptor_);
      ::close(std::exchange(descriptor_, -1));
      return;
    }
    if (is_at(descriptor_, path_)) break;
    ::close(std::exchange(descriptor_, -1));
  }
  state_ = State::held;
  // The number is for messages: on a full disk the lock is as good without it.
  const std::string number = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor_, 0) == 0)
    static_cast<void>(::pwrite(descriptor_, number.data(), number.size(), 0) < 0);
}

FileLock::~FileLock() {
  if (descriptor_ < 0) return;
  // Before the lock is free: afterwards the file may be another's.
  if (is_at(descriptor_, path_)) ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace chainrule
