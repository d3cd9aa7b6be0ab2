// Root may read and write everything, so tests of refusals must not run as root.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace chainrule::test {

// During its lifetime, a test that runs as root acts as the user "nobody", who owns `directory`.
class OrdinaryUser {
 public:
  explicit OrdinaryUser(const std::string& directory) {
    if (::geteuid() != 0) return;
    constexpr ::uid_t kNobody = 65534;
    is_switched_ = ::chown(directory.c_str(), kNobody, kNobody) == 0 && ::seteuid(kNobody) == 0;
  }
  ~OrdinaryUser() {
    if (is_switched_ && ::seteuid(0) != 0) std::abort();  // later tests would run as the wrong user
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

  // False where root cannot change the user (some containers): the test must be skipped.
  bool is_ordinary() const { return ::geteuid() != 0; }

 private:
  bool is_switched_ = false;
};

}  // namespace chainrule::test
