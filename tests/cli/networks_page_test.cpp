// docs/networks.md: its commands print the lines shown below them.
#include "cli/console_blocks.h"

namespace chainrule::cli_test {
namespace {

TEST(NetworksPage, CommandsSayWhatStandsBelowThem) {
  const std::filesystem::path source = CHAINRULE_SOURCE_DIR, pictures = "/usr/share/datasets/fashion-mnist";
  const std::vector<std::vector<ShownCommand>> blocks =
      console_blocks(read_text(source / "docs/networks.md"));
  EXPECT_EQ(blocks.size(), 10u);
  for (const std::vector<ShownCommand>& block : blocks) {
    ASSERT_FALSE(block.empty());
    if (contains(block.front().command, pictures) && !std::filesystem::exists(pictures)) continue;
    expect_block(block);
  }
}

}  // namespace
}  // namespace chainrule::cli_test
