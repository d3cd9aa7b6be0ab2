#include "chainrule/io/chart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(ThinOut, KeepsTheEndsAndTheExtremes) {
  std::vector<SvgPoint> points;
  for (int i = 0; i < 10000; ++i)
    points.push_back({static_cast<double>(i), i == 4321 ? 100.0 : i == 777 ? -100.0 : 1.0});
  const std::vector<SvgPoint> thin = thin_out(points, 100);
  EXPECT_LE(thin.size(), 100u);
  EXPECT_EQ(thin.front().x, 0);
  EXPECT_EQ(thin.back().x, 9999);
  const auto has = [&](double x) {
    return std::any_of(thin.begin(), thin.end(), [x](const SvgPoint& p) { return p.x == x; });
  };
  EXPECT_TRUE(has(4321));
  EXPECT_TRUE(has(777));
  EXPECT_TRUE(std::is_sorted(thin.begin(), thin.end(),
                             [](const SvgPoint& a, const SvgPoint& b) { return a.x < b.x; }));
  EXPECT_EQ(thin_out(std::span(points).first(50), 100).size(), 50u);
}

TEST(LineChart, PutsValuesWhereTheAxesSay) {
  LineChart chart{
      .id = "c", .title = "t", .description = "d", .series = {{.name = "loss", .css_class = "training"}}};
  chart.series[0].points = {{1, 0}, {11, 10}};
  const std::string svg = line_chart(chart);
  // Left margin 28 (the labels "0" to "10" need less), right 16, top 30, bottom 42 of 640 x 280.
  EXPECT_NE(svg.find("<polyline class=\"line training\" points=\"28,238 624,30\"/>"), std::string::npos)
      << svg;
  EXPECT_NE(svg.find(">loss</text>"), std::string::npos);
}

TEST(LineChart, BreaksTheLineWhereAValueIsNotFinite) {
  LineChart chart{.id = "c", .series = {{.name = "loss", .css_class = "training"}}};
  chart.series[0].points = {{1, 3}, {2, 2}, {3, kNan}, {4, 2}, {5, 1}};
  EXPECT_EQ(count(line_chart(chart), "<polyline"), 2u);
  chart.series[0].points = {{1, 3}, {2, 2}, {3, kNan}, {4, 2}};
  const std::string svg = line_chart(chart);
  EXPECT_EQ(count(svg, "<polyline"), 1u);
  EXPECT_EQ(count(svg, "<circle"), 1u) << "a single point is a dot";
  chart.series[0].points = {{1, kNan}};
  EXPECT_NE(line_chart(chart).find("no values to draw"), std::string::npos);
}

TEST(ScatterChart, LeavesOutWhatIsNotFinite) {
  const std::string svg = scatter_chart({.id = "s", .points = {{1, 2}, {kNan, 1}, {3, 4}}});
  EXPECT_EQ(count(svg, "h0"), 2u);
  EXPECT_EQ(count(svg, "class=\"diagonal\""), 1u);
  EXPECT_EQ(count(scatter_chart({.id = "s"}), "h0"), 0u);
}

TEST(HistogramChart, CountsEveryValueOnceAndKeepsZeroOnABorder) {
  HistogramChart chart{.id = "h"};
  for (int i = -50; i < 50; ++i)
    chart.values.push_back(i + 0.5);
  chart.values.push_back(kNan);
  const std::string svg = histogram_chart(chart);
  // 100 values want 10 bars: steps of 99 / 5 = 19.8, that is 20, from -60 to 60 in halves of a step.
  EXPECT_NE(svg.find("<title>-10 to 0: 10 rows</title>"), std::string::npos) << svg;
  EXPECT_NE(svg.find("<title>0 to 10: 10 rows</title>"), std::string::npos);
  EXPECT_EQ(count(svg, "10 rows</title>"), 10u);
  EXPECT_EQ(count(svg, "class=\"mark\""), 1u);
  EXPECT_NE(histogram_chart({.id = "h"}).find("no values to draw"), std::string::npos);
  EXPECT_EQ(count(histogram_chart({.id = "h", .values = {2, 2, 2}}), ": 3 rows"), 1u);
}

// The axis runs from -1 to 3 over 900 - left - 24 pixels: a bar of 2 is twice as long as one of 1, and one of
// -1 ends where they begin.
TEST(BarChart, DrawsBarsFromZeroWithTheirSpread) {
  const std::string svg = bar_chart({.id = "b",
                                     .x_label = "rise",
                                     .bars = {{.name = "long", .value = 2, .spread = 1, .hint = "2 & 1"},
                                              {.name = "short", .value = 1, .css_class = "chance"},
                                              {.name = "negative", .value = -1},
                                              {.name = "none", .value = kNan}}});
  EXPECT_EQ(count(svg, "<rect class=\"bar"), 3u);
  EXPECT_EQ(count(svg, "class=\"bar chance\""), 1u);
  EXPECT_EQ(count(svg, "class=\"whisker\""), 1u);
  EXPECT_NE(svg.find("<title>2 &amp; 1</title>"), std::string::npos);
  EXPECT_NE(svg.find(">none</text>"), std::string::npos) << "a bar without a value keeps its name";
  const auto attribute = [&](std::size_t bar, const std::string& name) {
    std::size_t at = 0;
    for (std::size_t i = 0; i <= bar; ++i)
      at = svg.find("<rect class=\"bar", at) + 1;
    const std::size_t first = svg.find(" " + name + "=\"", at) + name.size() + 3;
    return parse_double(svg.substr(first, svg.find('"', first) - first)).value();
  };
  EXPECT_NEAR(attribute(0, "width"), 2 * attribute(1, "width"), 0.02);
  EXPECT_NEAR(attribute(2, "x") + attribute(2, "width"), attribute(0, "x"), 0.02);
  EXPECT_NE(bar_chart({.id = "b"}).find("</svg>"), std::string::npos) << "no bar at all";
}

TEST(ReliabilityChart, DrawsABubblePerBinAndItsDistanceFromTheDiagonal) {
  const std::string svg =
      reliability_chart({.id = "r",
                         .bubbles = {{.predicted = 0.9, .observed = 0.8, .weight = 100, .hint = "100 rows"},
                                     {.predicted = 0.5, .observed = 0.5, .weight = 25},
                                     {.predicted = kNan, .observed = 0.5, .weight = 1},
                                     {.predicted = 0.6, .observed = 0.5, .weight = 0}}});
  EXPECT_EQ(count(svg, "class=\"bubble\""), 2u);
  EXPECT_EQ(count(svg, "r=\"12\""), 1u);
  EXPECT_EQ(count(svg, "r=\"6\""), 1u) << "a quarter of the rows, half the radius";
  EXPECT_EQ(count(svg, "class=\"diagonal\""), 1u);
  EXPECT_EQ(count(svg, "class=\"gap\""), 1u);
  EXPECT_NE(svg.find("<title>100 rows</title>"), std::string::npos);
  EXPECT_EQ(count(svg, "nan"), 0u);
}

TEST(HeatMap, ShadesByShareAndEscapesHints) {
  const std::string svg =
      heat_map({.id = "m",
                .row_names = {"<a>"},
                .column_names = {"b"},
                .cells = {{{.share = 0.5, .css_class = "right", .words = "12", .hint = "a & b"}}}});
  EXPECT_NE(svg.find("class=\"cell right shade5\""), std::string::npos)
      << "round(0.5 * 9) is 5 (half away from 0)";
  EXPECT_NE(svg.find("<title>a &amp; b</title>"), std::string::npos);
  EXPECT_NE(svg.find(">&lt;a&gt;</text>"), std::string::npos);
  EXPECT_NE(heat_map({.id = "m"}).find("</svg>"), std::string::npos) << "no class at all";
}

}  // namespace
}  // namespace chainrule
