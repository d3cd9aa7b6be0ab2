// Shared by the durability tests: how often they try, and the counts that ./dev durability writes into
// docs/durability.md.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>

#include "cli/program.h"

namespace chainrule::durability_test {

using cli_test::Folder;
using cli_test::read_text;
using cli_test::write_text;

// ./dev durability runs the full numbers; the ordinary tests take seconds.
inline bool is_full() {
  return std::getenv("CHAINRULE_DURABILITY_FULL") != nullptr;
}
inline std::size_t rounds(std::size_t full, std::size_t quick) {
  return is_full() ? full : quick;
}

// Each count is a row of docs/durability.md; the test fails when `good` is less than `all`.
inline void report_count(const std::string& what, std::size_t good, std::size_t all) {
  const std::string count = std::to_string(good) + " of " + std::to_string(all);
  testing::Test::RecordProperty(what, count);
  std::cout << "[    count ] " << what << ": " << count << "\n";
  EXPECT_EQ(good, all) << what;
}

// A sanitizer's runtime must be loaded first and allocates memory itself.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif

}  // namespace chainrule::durability_test
