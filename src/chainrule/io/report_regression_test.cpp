#include "chainrule/io/report_regression.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

TEST(ReportRegression, ShowsPredictedAgainstTrueForOneTarget) {
  const std::string page = regression(1, 88).page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_NE(page.find("<p class=\"score\">0.478</p>"), std::string::npos);
  EXPECT_NE(page.find("The network predicts target 0 with a typical error of 54.31 (root mean square; mean "
                      "absolute error "
                      "43.25) on 88 held-out rows. It explains 47.8% of the variance."),
            std::string::npos);
  EXPECT_EQ(count(page, "id=\"scatter-1-title\""), 1u);
  EXPECT_EQ(count(page, "h0"), 88u) << "one dot a row";
  EXPECT_NE(page.find("mean 152, deviation 2"), std::string::npos);
}

TEST(ReportRegression, ThinsTwentyThousandPointsAndTwelveTargets) {
  const std::string page = regression(12, 20000).page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, "class=\"diagonal\""), 9u);
  EXPECT_EQ(count(page, "h0"), 9u * 2000);
  EXPECT_NE(
      page.find(
          "The points are 2,000 of 20,000 rows, evenly spaced. Only the first 9 of 12 targets are shown."),
      std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">target 11</th>"), std::string::npos);
  EXPECT_LT(page.size(), 600000u);
}

}  // namespace
}  // namespace chainrule
