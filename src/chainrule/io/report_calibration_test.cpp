#include "chainrule/io/report_calibration.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

bool has(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

Parts with_bins() {
  Parts parts = classification();
  parts.held_out->calibration.resize(15);
  parts.held_out->calibration[9] = {.support = 20, .right = 10, .confidence = 13};
  parts.held_out->calibration[14] = {.support = 49, .right = 49, .confidence = 48.02};
  parts.held_out->calibration_error = (3 + 0.98) / 69;
  return parts;
}

TEST(ReportCalibration, ShowsABubbleAndALinePerBinWithRows) {
  const std::string page = with_bins().page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_TRUE(has(page, "How far its probabilities can be trusted (69 held-out rows)"));
  EXPECT_EQ(count(page, "<circle class=\"bubble\""), 2u);
  // Bin 10 of 15 ends at two thirds; 13 / 20 is its mean, and 10 of 20 are right.
  EXPECT_TRUE(has(page,
                  "<th scope=\"row\">60.0% to 66.7%</th><td class=\"n\">65.0%</td>"
                  "<td class=\"n\">50.0%</td><td class=\"n\">20</td>"));
  EXPECT_TRUE(has(page, "<title>49 rows with a mean probability of 98.0%: 100% right</title>"));
  EXPECT_TRUE(has(page, "The calibration error, 0.05768, is")) << "3.98 / 69";
}

TEST(ReportCalibration, SaysWhichRowsAndWhatTheyWeigh) {
  Parts parts = with_bins();
  parts.held_out->weight_sum = 69;
  EXPECT_TRUE(has(parts.page(), "<th scope=\"col\" class=\"n\">Weight</th>"));
  parts.model.provenance.validation_rows = 0;
  EXPECT_TRUE(has(parts.page(), "How far its probabilities can be trusted (69 rows, out of fold)"));
}

TEST(ReportCalibration, NeedsProbabilities) {
  EXPECT_FALSE(has(classification().page(), "calibration-plot"));
  EXPECT_FALSE(has(regression(1, 10).page(), "calibration-plot"));
}

}  // namespace
}  // namespace chainrule
