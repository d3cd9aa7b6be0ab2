#include "chainrule/tensor/tile_unit.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace chainrule {
namespace {

TEST(TileUnit, PortableRunsEverywhere) {
  EXPECT_TRUE(is_supported(TileUnit::portable));
}

TEST(TileUnit, OnlyTheProcessorsOwnIsEverBest) {
  EXPECT_EQ(best_tile_unit().has_value(), is_supported(TileUnit::amx));
  EXPECT_EQ(best_tile_unit().value_or(TileUnit::amx), TileUnit::amx);
}

// The system's list of features leaves out what it does not save the registers of.
TEST(TileUnit, AmxNeedsWhatTheSystemNamesAmxBf16) {
  std::ifstream file("/proc/cpuinfo");
  std::stringstream text;
  text << file.rdbuf();
  const bool is_named = text.str().find(" amx_bf16") != std::string::npos;
  EXPECT_TRUE(is_named || !is_supported(TileUnit::amx));
}

TEST(TileUnit, HasANameForEach) {
  EXPECT_EQ(parse_name<TileUnit>("amx"), TileUnit::amx);
  EXPECT_EQ(parse_name<TileUnit>("portable"), TileUnit::portable);
}

}  // namespace
}  // namespace chainrule
