#include "chainrule/io/report_importance.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

bool has(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

Parts measured() {
  Parts parts = classification();
  Importance& importance = parts.reasons.importance;
  importance.columns = {{.column = "bill <mm>", .loss_rise = 0.75, .loss_spread = 0.02, .error_rise = 0.31},
                        {.column = "year", .loss_rise = 0.004, .loss_spread = 0.002, .error_rise = -0.01},
                        {.column = "unused"}};
  importance.input_columns = 3;
  importance.rows = importance.all_rows = 69;
  importance.loss = 0.125;
  return parts;
}

TEST(ReportImportance, ShowsBarsAndATableWithVerdicts) {
  const std::string page = measured().page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_TRUE(has(page, "Which columns matter"));
  EXPECT_EQ(count(page, "<rect class=\"bar\""), 1u);
  EXPECT_EQ(count(page, "<rect class=\"bar chance\""), 2u);
  EXPECT_TRUE(has(page,
                  "<th scope=\"row\">bill &lt;mm&gt;</th><td class=\"n\">0.75</td><td "
                  "class=\"n\">0.02</td><td class=\"n\">0.31</td><td></td>"));
  EXPECT_TRUE(has(page, "<td class=\"n\">-0.01</td><td>may be chance</td>"));
  EXPECT_TRUE(has(page, "<td>no effect</td>"));
  EXPECT_TRUE(has(page, "Accuracy falls by"));
}

TEST(ReportImportance, SaysOnWhichRows) {
  Parts parts = measured();
  EXPECT_TRUE(has(parts.page(), "Measured on 69 held-out rows, which the network was not trained on."));
  parts.model.provenance.validation_rows = 0;
  EXPECT_TRUE(
      has(parts.page(), "Measured on 69 rows, out of fold: each row is predicted by the networks that"));
  parts.reasons.importance.rows = 50;
  EXPECT_TRUE(has(parts.page(), "Measured on 50 of 69 rows, out of fold, chosen at random: each"));
  parts.held_out.reset();
  EXPECT_TRUE(
      has(parts.page(), "rows that the network was trained on. It shows what the network uses, not what"));
}

TEST(ReportImportance, SaysHowColumnsWereChosenAmongMany) {
  Parts parts = measured();
  EXPECT_FALSE(has(parts.page(), "first shuffle"));
  parts.reasons.importance.input_columns = 784;
  parts.reasons.importance.screening_rows = 60;
  EXPECT_TRUE(has(parts.page(),
                  "Of 784 columns, these are the 3 whose loss rose most in a first shuffle of 60 rows."));
  parts.reasons.importance.columns.clear();
  EXPECT_TRUE(has(parts.page(), "with so many columns it would take too long"));
}

TEST(ReportImportance, IsLeftOutIfNotMeasured) {
  EXPECT_FALSE(has(classification().page(), "Which columns matter"));
}

}  // namespace
}  // namespace chainrule
