// Root may read and write everything, so a test of a refusal must not run as root.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace chainrule::test {

// While it lives, a test that runs as root acts as the user "nobody", who owns `directory` meanwhile.
class OrdinaryUser {
 public:
  explicit OrdinaryUser(const std::string& directory) {
    if (::geteuid() != 0) return;
    constexpr ::uid_t kNobody = 65534;
    is_switched_ = ::chown(directory.c_str(), kNobody, kNobody) == 0 && ::seteuid(kNobody) == 0;
  }
  ~OrdinaryUser() {
    if (is_switched_ && ::seteuid(0) != 0) std::abort();  // nothing after this would test what it says
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

  // False where root cannot step back (some containers): the test has to be skipped.
  bool is_ordinary() const { return ::geteuid() != 0; }

 private:
  bool is_switched_ = false;
};

}  // namespace chainrule::test
