#include "chainrule/io/report_limits.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

bool has(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

TEST(ReportLimits, SaysWhatContradictionsAllow) {
  Parts parts = classification();
  EXPECT_FALSE(has(parts.page(), "What the table allows"));
  parts.reasons.contradictions = {.all_rows = 1275, .rows = 40, .most_right = 1250};
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_TRUE(has(page,
                  "40 of the 1,275 training rows have the inputs of another row and another target. No model "
                  "that reads only these columns can be right on more than 98.0% of the training rows."))
      << "1250 / 1275";
  Parts numbers = regression(1, 10);
  numbers.reasons.contradictions = {.all_rows = 10, .rows = 2, .most_right = 9};
  EXPECT_TRUE(has(numbers.page(), "can be right on all of them."));
}

}  // namespace
}  // namespace chainrule
