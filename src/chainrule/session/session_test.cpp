#include "chainrule/session/session.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(Session, VersionIsThreeNumbers) {
  const std::string text(version());
  int dots = 0;
  for (const char c : text) {
    dots += c == '.';
    EXPECT_TRUE(c == '.' || (c >= '0' && c <= '9')) << text;
  }
  EXPECT_EQ(dots, 2);
}

}  // namespace
}  // namespace chainrule
