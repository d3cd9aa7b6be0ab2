#include "chainrule/toolkit/option.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule::cli {
namespace {

TEST(OptionEntry, HasALongAndPerhapsAShortName) {
  OptionEntry entry;
  entry.text.names = "-o,--output";
  EXPECT_EQ(entry.long_name(), "--output");
  EXPECT_EQ(entry.short_name(), "-o");
  entry.text.names = "DATA";
  EXPECT_EQ(entry.long_name(), "DATA");
  EXPECT_EQ(entry.short_name(), "");
}

TEST(Given, OnceIsTheOnlyValue) {
  EXPECT_EQ((Given{.name = "--epochs", .values = {"3"}}.once()), "3");
  const Given twice{.name = "--epochs", .values = {"3", "4"}};
  EXPECT_THROW(twice.once(), UsageError);
}

}  // namespace
}  // namespace chainrule::cli
