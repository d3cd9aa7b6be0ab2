// A file that one process holds at a time, by a lock of the kernel (flock). The kernel frees the lock when
// the process ends, also by kill -9. What is left then is a file without a holder, which hinders nobody.
#pragma once

#include <string>

namespace chainrule {

class FileLock {
 public:
  enum class State {
    held,         // by this object, until it is destroyed
    taken,        // by another process, or another object of this one
    unsupported,  // by this file system (some network ones know no locks): nothing is held
  };

  // Makes the file if there is none, and does not wait. Throws DataError when it cannot be opened, and when
  // there is a file that is no lock, whose contents stay.
  explicit FileLock(std::string path);
  // Removes the file when it is held.
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  State state() const { return state_; }
  // The process that has taken it, as far as it is known here; else 0.
  long holder() const { return holder_; }
  // Whether it is held, and its file is still the one at the path: not removed, and no other directory in its
  // place.
  bool is_still_there() const;

 private:
  std::string path_;
  int descriptor_ = -1;
  State state_ = State::unsupported;
  long holder_ = 0;
};

}  // namespace chainrule
