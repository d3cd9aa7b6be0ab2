#include "chainrule/io/report_members.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

bool has(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

TEST(ReportMembers, ShowsKindsSharesAndTemperature) {
  Parts parts = classification();
  EXPECT_FALSE(has(parts.page(), "Who votes"));
  parts.members = {{.kind = "plain",
                    .description = "trained as the options say",
                    .networks = 4,
                    .share = 0.7,
                    .fewest_epochs = 12,
                    .most_epochs = 31},
                   {.kind = "sparse",
                    .description = "with an L1 penalty",
                    .networks = 4,
                    .share = 0.3,
                    .fewest_epochs = 9,
                    .most_epochs = 9}};
  parts.temperature = 1.25;
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_TRUE(has(page, "Who votes: 8 networks"));
  EXPECT_TRUE(has(page,
                  "<th scope=\"row\">plain</th><td>trained as the options say</td><td class=\"n\">4</td>"
                  "<td class=\"n\">70.0%</td><td class=\"n\">12 to 31</td>"));
  EXPECT_TRUE(has(page, "<td class=\"n\">30.0%</td><td class=\"n\">9</td>"));
  EXPECT_TRUE(has(page, "divided by the temperature 1.25, which makes the probabilities less sure"));
  parts.temperature = 1;
  EXPECT_FALSE(has(parts.page(), "temperature"));
}

}  // namespace
}  // namespace chainrule
