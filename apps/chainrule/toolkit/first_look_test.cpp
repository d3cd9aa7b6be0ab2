#include "chainrule/toolkit/first_look.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

TEST(LooksLikeOption, NumbersAndADashAreValues) {
  for (const char* const word : {"-x", "--x", "-x^2", "--"})
    EXPECT_EQ(looks_like_option(word), std::string_view(word) != "--") << word;
  for (const char* const word : {"-", "-1", "-.5", "x", ""})
    EXPECT_FALSE(looks_like_option(word)) << word;
}

TEST(LookAt, FindsTheCommandAndWhetherHelpIsWanted) {
  CommandLine line;
  Command& data = line.root().subcommand("data", "tables");
  Command& split = data.subcommand("split", "splits");
  std::string value;
  split.option({.names = "-o,--output", .value = "FILE", .help = "h"}, to_text(value));
  EXPECT_EQ(look_at({"data", "split", "-o", "x"}, line.root()).command, &split);
  EXPECT_FALSE(look_at({"data", "split"}, line.root()).wants_help);
  // A request for help wins over mistakes on the same line.
  EXPECT_TRUE(look_at({"data", "split", "--oops", "--help"}, line.root()).wants_help);
  EXPECT_THROW(look_at({"data", "split", "--oops"}, line.root()), UsageError);
  EXPECT_THROW(look_at({"data", "splitt"}, line.root()), UsageError);
  EXPECT_THROW(look_at({"data", "split", "--output"}, line.root()), UsageError);
}

}  // namespace
}  // namespace chainrule::cli
