#include "chainrule/io/report_style.h"

#include <gtest/gtest.h>

#include <string>

namespace chainrule {
namespace {

// A custom property at the place where the style sheet sets its colour.
std::string property(const std::string& name) {
  return std::string(2, '-') + name + ":#";
}

TEST(ReportStyle, FetchesNothingAndHasEachColourForLightAndDark) {
  const std::string style(report_style());
  EXPECT_EQ(style.find("url("), std::string::npos);
  EXPECT_EQ(style.find("@import"), std::string::npos);
  const std::size_t dark = style.find("prefers-color-scheme:dark");
  for (const std::string name : {"page", "card", "ink", "quiet", "rule", "grid", "first", "second", "good",
                                 "bad", "mark", "layer0", "layer1", "layer2", "layer3", "layer4", "layer5"}) {
    EXPECT_LT(style.find(property(name)), dark) << name;
    EXPECT_NE(style.find(property(name), dark), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace chainrule
