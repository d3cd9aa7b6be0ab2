#include "chainrule/io/html.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

TEST(FaultOf, FindsWhatItIsFor) {
  EXPECT_EQ(fault_of("<p>a &amp; b</p>"), "");
  EXPECT_NE(fault_of("<p>a"), "");
  EXPECT_NE(fault_of("<p><b>a</p></b>"), "");
  EXPECT_NE(fault_of("a & b"), "");
  EXPECT_NE(fault_of("<p>a > b</p>"), "");
  EXPECT_NE(fault_of("<p id=\"a\"></p><p id=\"a\"></p>"), "");
  EXPECT_NE(fault_of("<p aria-labelledby=\"a\"></p>"), "");
  EXPECT_NE(fault_of("<script></script>"), "");
}

TEST(Html, EscapesTextAndLeavesMarkup) {
  EXPECT_EQ(html::paragraph("a < b & \"c\"", "quiet"),
            "<p class=\"quiet\">a &lt; b &amp; &quot;c&quot;</p>\n");
  EXPECT_EQ(html::figure("a < b", "<svg></svg>"),
            "<figure>\n<figcaption>a &lt; b</figcaption>\n<svg></svg></figure>\n");
  EXPECT_EQ(html::section("x", "A & B", ""), "");
  EXPECT_EQ(html::section("x", "A & B", html::paragraph("y")),
            "<section aria-labelledby=\"x\">\n<h2 id=\"x\">A &amp; B</h2>\n<p>y</p>\n</section>\n");
}

TEST(Html, TablesHaveHeadingsForColumnsAndRows) {
  const html::Table table{
      .caption = "T", .headings = {{"Name", Align::left}, {"Rows", Align::right}}, .rows = {{"<a>", "1"}}};
  EXPECT_EQ(table.html(),
            "<table>\n<caption>T</caption>\n"
            "<thead><tr><th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Rows</th></tr></thead>\n"
            "<tbody>\n<tr><th scope=\"row\">&lt;a&gt;</th><td class=\"n\">1</td></tr>\n</tbody>\n</table>\n");
  EXPECT_EQ(fault_of(html::scrolling("a \" b", table.html()) + html::wide("c", table.html())), "");
}

}  // namespace
}  // namespace chainrule
