#include "chainrule/base/directory.h"

#include <gtest/gtest.h>

#include "support/directory_test.h"

namespace chainrule {
namespace {

class Directory : public test::DirectoryTest {};

TEST_F(Directory, NamesAreSortedAndNoneWithoutADirectory) {
  EXPECT_TRUE(names_in_directory(directory_).empty());
  put("b", "1");
  put(".a", "2");
  EXPECT_EQ(names_in_directory(directory_), (std::vector<std::string>{".a", "b"}));
  EXPECT_TRUE(names_in_directory(path("b")).empty());
  EXPECT_TRUE(names_in_directory(path("missing")).empty());
}

TEST(Path, IsADirectoryAndAName) {
  EXPECT_EQ(directory_of("a/b/c"), "a/b");
  EXPECT_EQ(name_in_directory("a/b/c"), "c");
  EXPECT_EQ(directory_of("/c"), "/");
  EXPECT_EQ(directory_of("c"), ".");
  EXPECT_EQ(name_in_directory("c"), "c");
  EXPECT_EQ(name_in_directory("a/"), "");
  EXPECT_EQ(in_directory("/", "c"), "/c");
  EXPECT_EQ(in_directory("a/b", "c"), "a/b/c");
}

}  // namespace
}  // namespace chainrule
