// A file that only one process holds at a time, through a kernel lock (flock). The kernel frees the lock when
// the process ends, even by kill -9. A file without a holder may remain; it blocks no other process.
#pragma once

#include <string>

namespace chainrule {

class FileLock {
 public:
  enum class State {
    held,         // by this object, until it is destroyed
    taken,        // by another process, or another object of this one
    unsupported,  // by this file system (some network file systems have no locks): nothing is held
  };

  // Makes the file if there is none, and does not wait. Throws DataError if it cannot be opened, or if it is
  // not a lock file, which then stays unchanged.
  explicit FileLock(std::string path);
  // Removes the file if it is held.
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  State state() const { return state_; }
  // The process that holds it, if known; else 0.
  long holder() const { return holder_; }
  // Whether it is held and its file is still the one at the path: neither the file nor its directory was
  // removed or replaced.
  bool is_still_there() const;

 private:
  std::string path_;
  int descriptor_ = -1;
  State state_ = State::unsupported;
  long holder_ = 0;
};

}  // namespace chainrule
