// docs/tuning.md: its commands print the lines shown below them.
#include "cli/console_blocks.h"

namespace chainrule::cli_test {
namespace {

TEST(TuningPage, CommandsSayWhatStandsBelowThem) {
  const std::filesystem::path source = CHAINRULE_SOURCE_DIR;
  const std::vector<std::vector<ShownCommand>> blocks = console_blocks(read_text(source / "docs/tuning.md"));
  EXPECT_EQ(blocks.size(), 4u);
  for (const std::vector<ShownCommand>& block : blocks)
    expect_block(block);
}

}  // namespace
}  // namespace chainrule::cli_test
