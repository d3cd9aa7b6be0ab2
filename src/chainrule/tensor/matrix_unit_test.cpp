#include "chainrule/tensor/matrix_unit.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace chainrule {
namespace {

TEST(MatrixUnit, PortableRunsEverywhere) {
  EXPECT_TRUE(is_supported(MatrixUnit::portable));
}

TEST(MatrixUnit, OnlyTheProcessorsOwnIsEverBest) {
  EXPECT_EQ(best_matrix_unit().has_value(), is_supported(MatrixUnit::amx));
  EXPECT_EQ(best_matrix_unit().value_or(MatrixUnit::amx), MatrixUnit::amx);
}

// The system's list of features omits those whose registers it does not save.
TEST(MatrixUnit, AmxNeedsWhatTheSystemNamesAmxBf16) {
  std::ifstream file("/proc/cpuinfo");
  std::stringstream text;
  text << file.rdbuf();
  const bool is_named = text.str().find(" amx_bf16") != std::string::npos;
  EXPECT_TRUE(is_named || !is_supported(MatrixUnit::amx));
}

TEST(MatrixUnit, HasANameForEach) {
  EXPECT_EQ(parse_name<MatrixUnit>("amx"), MatrixUnit::amx);
  EXPECT_EQ(parse_name<MatrixUnit>("portable"), MatrixUnit::portable);
}

}  // namespace
}  // namespace chainrule
