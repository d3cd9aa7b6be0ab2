#include "chainrule/toolkit/help_text.h"

#include <gtest/gtest.h>

#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

TEST(HelpText, PutsExamplesFirstAndGroupsOptions) {
  CommandLine line;
  Command& command = line.root().subcommand("do", "does things");
  std::string value = "plain";
  command.example("do x", "does x");
  command.heading("How");
  command.option({.names = "--how", .value = "WORD", .help = "the way", .environment = "HOW"},
                 to_text(value));
  const std::string text =
      help_text(command, "chainrule", 80, [](std::string_view words) { return "*" + std::string(words); });
  EXPECT_EQ(text,
            "*Examples:\n"
            "  chainrule do x\n"
            "      does x\n"
            "\n"
            "*Usage: chainrule do [OPTION ...]\n"
            "\n"
            "Does things.\n"
            "\n"
            "*How:\n"
            "      --how WORD              the way [plain] (also HOW)\n"
            "\n"
            "*Options:\n"
            "  -h, --help                  this text\n");
}

}  // namespace
}  // namespace chainrule::cli
