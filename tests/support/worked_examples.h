// The reference values of tests/golden/worked_examples.json, and a comparison by relative error.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace chainrule::testing_support {

inline const nlohmann::json& worked_examples() {
  static const nlohmann::json examples = [] {
    std::ifstream file(std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/worked_examples.json");
    return nlohmann::json::parse(file);
  }();
  return examples;
}

// Compares every number of `expected` (a number or nested lists) with its counterpart:
// |got - expected| <= tolerance * |expected|, or <= tolerance where the expected number is 0.
inline void expect_equal(const nlohmann::json& got, const nlohmann::json& expected, double tolerance,
                         const std::string& where) {
  if (expected.is_array()) {
    ASSERT_TRUE(got.is_array()) << where;
    ASSERT_EQ(got.size(), expected.size()) << where;
    for (std::size_t i = 0; i < expected.size(); ++i)
      expect_equal(got[i], expected[i], tolerance, where + "[" + std::to_string(i) + "]");
    return;
  }
  ASSERT_TRUE(expected.is_number() && got.is_number()) << where << ": " << got << " and " << expected;
  const double value = expected.get<double>();
  const double allowed = value == 0 ? tolerance : tolerance * std::fabs(value);
  EXPECT_NEAR(got.get<double>(), value, allowed) << where;
}

}  // namespace chainrule::testing_support
