#include "chainrule/io/report_columns.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

TEST(ReportColumns, PutsNeighboursThatReadAlikeOnOneLine) {
  Parts parts = classification();
  parts.model.schema.columns.clear();
  parts.model.encoder.inputs.clear();
  for (std::size_t i = 0; i < 784; ++i) {
    const std::string name = "pixel_" + std::to_string(i);
    const bool is_constant = i == 100;
    parts.model.schema.columns.push_back({.name = name,
                                          .role = is_constant ? ColumnRole::ignored : ColumnRole::input,
                                          .note = is_constant ? "constant" : ""});
    if (!is_constant) parts.model.encoder.inputs.push_back({.name = name, .scaling = Scaling::bytes});
  }
  const std::string page = parts.page();
  EXPECT_NE(page.find("<th scope=\"row\">pixel_0 … pixel_99 (100 columns)</th>"), std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">pixel_100</th>"), std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">pixel_101 … pixel_783 (683 columns)</th>"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
