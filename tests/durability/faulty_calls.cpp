// System calls that fail on request. Loaded before libc (LD_PRELOAD).
//
// Calls on paths below FAULTY_UNDER, and on files opened there, are counted from 1. FAULTY_COUNT calls from
// number FAULTY_CALL on fail with the error FAULTY_ERROR; 0 means that reads and writes move fewer bytes than
// asked for. After the first call, ENOSPC and EDQUOT affect only calls that need space, EINTR only calls that
// can be interrupted. Each call writes a line into FAULTY_LOG: "!" if it failed, its name, its path.
//
// Memory: operator new fails at its FAULTY_ALLOCATION-th call, and with FAULTY_COUNT above 1 at all later
// ones. At the end "allocations N" in FAULTY_LOG counts the calls.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "support/replaced_new.h"

namespace {

constexpr int kMostDescriptors = 1024;

// Allocates nothing before the first path: allocation may be what fails.
struct Settings {
  std::string_view under = text("FAULTY_UNDER");
  long first = number("FAULTY_CALL");
  long count = number("FAULTY_COUNT");
  int error = static_cast<int>(number("FAULTY_ERROR"));
  int log = text("FAULTY_LOG")[0] == '\0'
                ? -1
                : static_cast<int>(::syscall(SYS_openat, AT_FDCWD, text("FAULTY_LOG"),
                                             O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  long calls = 0;
  std::string paths[kMostDescriptors];

  static const char* text(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
  }
  static long number(const char* name) { return std::strtol(text(name), nullptr, 10); }
};

Settings& settings() {
  static Settings instance;
  return instance;
}

bool is_under(const char* path) {
  const std::string_view under = settings().under;
  return !under.empty() && path != nullptr && std::string_view(path).starts_with(under);
}

const std::string& path_of(int descriptor) {
  static const std::string none;
  return descriptor >= 0 && descriptor < kMostDescriptors ? settings().paths[descriptor] : none;
}

enum class Needs { nothing, space };

// Counts the call. Returns whether it must fail (or be short, with FAULTY_ERROR=0), and sets errno if so.
bool is_faulty(const char* name, const std::string& path, Needs needs) {
  Settings& s = settings();
  ++s.calls;
  const bool is_due = s.first > 0 && s.calls >= s.first && s.calls < s.first + s.count;
  const std::string_view call = name;
  const bool moves_bytes = call == "read" || call == "write";
  bool fits = true;
  if (s.error == 0) {
    fits = moves_bytes;
  } else if (s.calls > s.first && (s.error == ENOSPC || s.error == EDQUOT)) {
    fits = needs == Needs::space;
  } else if (s.calls > s.first && s.error == EINTR) {
    fits = moves_bytes || call == "open" || call == "fsync" || call == "close";
  }
  const bool fails = is_due && fits;
  if (s.log >= 0) {
    const std::string line = std::string(fails ? "! " : "  ") + name + " " + path + "\n";
    static_cast<void>(::syscall(SYS_write, s.log, line.data(), line.size()));
  }
  if (fails) errno = s.error;
  return fails;
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

std::size_t shorter(std::size_t count) {
  return std::min<std::size_t>(std::max<std::size_t>(count / 2, 1), 1000);
}

int opened(int directory, const char* path, int flags, mode_t mode) {
  const bool is_ours = is_under(path);
  const Needs needs = (flags & O_CREAT) != 0 ? Needs::space : Needs::nothing;
  if (is_ours && is_faulty("open", path, needs) && settings().error != 0) return -1;
  static const auto real = next<int (*)(int, const char*, int, ...)>("openat");
  const int descriptor = real(directory, path, flags, mode);
  if (is_ours && descriptor >= 0 && descriptor < kMostDescriptors) settings().paths[descriptor] = path;
  return descriptor;
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

// A call on a path that returns 0 or -1.
template <typename Call>
int on_path(const char* name, const char* path, Needs needs, Call call) {
  if (is_under(path) && is_faulty(name, path, needs) && settings().error != 0) return -1;
  return call();
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opened(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opened(AT_FDCWD, path, flags, mode);
}
int __open_2(const char* path, int flags) {
  return opened(AT_FDCWD, path, flags, 0);
}
int __open64_2(const char* path, int flags) {
  return opened(AT_FDCWD, path, flags, 0);
}
int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opened(directory, path, flags, mode);
}

ssize_t read(int descriptor, void* bytes, size_t count) {
  static const auto real = next<ssize_t (*)(int, void*, size_t)>("read");
  const std::string& path = path_of(descriptor);
  if (!path.empty() && is_faulty("read", path, Needs::nothing)) {
    if (settings().error != 0) return -1;
    count = shorter(count);
  }
  return real(descriptor, bytes, count);
}
ssize_t __read_chk(int descriptor, void* bytes, size_t count, size_t) {
  return read(descriptor, bytes, count);
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  const std::string& path = path_of(descriptor);
  if (!path.empty() && is_faulty("write", path, Needs::space)) {
    if (settings().error != 0) return -1;
    count = shorter(count);
  }
  return real(descriptor, bytes, count);
}

int fsync(int descriptor) {
  static const auto real = next<int (*)(int)>("fsync");
  const std::string& path = path_of(descriptor);
  if (!path.empty() && is_faulty("fsync", path, Needs::space) && settings().error != 0) return -1;
  return real(descriptor);
}

// As on Linux, the descriptor is free even when close() fails.
int close(int descriptor) {
  static const auto real = next<int (*)(int)>("close");
  const std::string path = path_of(descriptor);
  if (path.empty()) return real(descriptor);
  settings().paths[descriptor].clear();
  const bool fails = is_faulty("close", path, Needs::nothing) && settings().error != 0;
  const int error = errno;
  const int result = real(descriptor);
  if (!fails) return result;
  errno = error;
  return -1;
}

off_t lseek(int descriptor, off_t offset, int whence) {
  static const auto real = next<off_t (*)(int, off_t, int)>("lseek");
  const std::string& path = path_of(descriptor);
  if (!path.empty() && is_faulty("lseek", path, Needs::nothing) && settings().error != 0) return -1;
  return real(descriptor, offset, whence);
}

int fstat(int descriptor, struct stat* data) {
  static const auto real = next<int (*)(int, struct stat*)>("fstat");
  const std::string& path = path_of(descriptor);
  if (!path.empty() && is_faulty("fstat", path, Needs::nothing) && settings().error != 0) return -1;
  return real(descriptor, data);
}
int stat(const char* path, struct stat* data) {
  static const auto real = next<int (*)(const char*, struct stat*)>("stat");
  return on_path("stat", path, Needs::nothing, [&] { return real(path, data); });
}
int lstat(const char* path, struct stat* data) {
  static const auto real = next<int (*)(const char*, struct stat*)>("lstat");
  return on_path("lstat", path, Needs::nothing, [&] { return real(path, data); });
}
int rename(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  return on_path("rename", from, Needs::space, [&] { return real(from, to); });
}
int unlink(const char* path) {
  static const auto real = next<int (*)(const char*)>("unlink");
  return on_path("unlink", path, Needs::nothing, [&] { return real(path); });
}
int mkdir(const char* path, mode_t mode) {
  static const auto real = next<int (*)(const char*, mode_t)>("mkdir");
  return on_path("mkdir", path, Needs::space, [&] { return real(path, mode); });
}
int chmod(const char* path, mode_t mode) {
  static const auto real = next<int (*)(const char*, mode_t)>("chmod");
  return on_path("chmod", path, Needs::nothing, [&] { return real(path, mode); });
}

}  // extern "C"

namespace {

struct Memory {
  std::atomic<long> calls = 0;
  long first = Settings::number("FAULTY_ALLOCATION");
  bool is_for_good = Settings::number("FAULTY_COUNT") > 1;

  ~Memory() {
    char line[64];
    const int length = std::snprintf(line, sizeof line, "allocations %ld\n", calls.load());
    static_cast<void>(::syscall(SYS_write, settings().log, line, length));
  }
};

}  // namespace

void* chainrule::replaced_new::take(std::size_t size, std::size_t alignment) noexcept {
  static Memory memory;
  const long call = ++memory.calls;
  if (memory.first > 0 && (call == memory.first || (memory.is_for_good && call > memory.first)))
    return nullptr;
  return from_the_system(size, alignment);
}
void chainrule::replaced_new::give_back(void* memory, std::size_t) noexcept {
  std::free(memory);
}
