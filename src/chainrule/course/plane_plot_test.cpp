#include "chainrule/course/plane_plot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines = split_text(text, '\n');
  lines.pop_back();
  return lines;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

TEST(PlaneText, DrawsACurveFromCornerToCorner) {
  const std::string text = plane_text({{.title = "y = x", .series = {{"line", {{0, 0}, {10, 10}}}}}});
  const std::vector<std::string> lines = lines_of(text);
  ASSERT_EQ(lines.size(), 22u);  // title, label of y, 17 rows, base, numbers, legend
  EXPECT_EQ(lines[0], "y = x");
  EXPECT_TRUE(lines[2].ends_with("*")) << lines[2];  // (10, 10)
  EXPECT_TRUE(lines[2].starts_with("10 +")) << lines[2];
  EXPECT_TRUE(lines[18].starts_with(" 0 +**")) << lines[18];  // (0, 0)
  EXPECT_EQ(lines[21], "    * line");
  for (std::size_t r = 2; r <= 18; ++r)
    EXPECT_NE(lines[r].find('*'), std::string::npos) << "no gap in row " << r;
}

TEST(PlaneText, ShadesRegions) {
  PlanePlot picture = {.title = "half plane", .x_range = {{0, 1}}, .y_range = {{0, 1}}};
  picture.region = [](double x, double) { return x > 0.5 ? 1 : 0; };
  const std::vector<std::string> lines = lines_of(plane_text({picture}));
  // 56 columns: the right 28 of each of the 17 rows.
  EXPECT_EQ(count_of(lines[10], "."), 28u);
  EXPECT_TRUE(lines[10].ends_with(std::string(28, '.')));
}

TEST(PlaneText, LeavesOutWhatIsOutsideOrNotFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  PlanePlot picture = {.title = "p", .x_range = {{0, 1}}, .y_range = {{0, 1}}};
  picture.series = {{"a", {{0.5, 0.5}, {nan, 0.2}, {2, 0.5}, {0.5, -3}}, PlaneMarking::points}};
  EXPECT_EQ(count_of(plane_text({picture}), "*"), 2u);  // one mark and the legend
}

TEST(PlaneSvg, HasAPanelForEachPictureAndAColourForEachSeries) {
  const PlanePlot one = {
      .title = "A < B",
      .series = {{"first", {{0, 0}, {1, 1}}}, {"second", {{0, 1}, {1, 0}}, PlaneMarking::points}}};
  const std::string svg = plane_svg({one, one, one, one}, "four panels");
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "));
  EXPECT_EQ(count_of(svg, ">A &lt; B</text>"), 4u);
  EXPECT_EQ(count_of(svg, "class=\"points s1\""), 8u);  // dots and legend
  EXPECT_NE(svg.find("1260"), std::string::npos) << "three panels of 420 in a row";
}

TEST(PlanePlot, RefusesWhatItCannotDraw) {
  PlanePlot picture = {.title = "p"};
  picture.region = [](double, double) { return 1; };
  EXPECT_THROW(plane_text({picture}), StateError);
  PlanePlot many = {.title = "q"};
  many.series.resize(7);
  EXPECT_THROW(plane_svg({many}, ""), StateError);
}

TEST(PlanePlot, SurvivesEmptyAndConstantSeries) {
  for (const std::vector<SvgPoint>& points :
       std::vector<std::vector<SvgPoint>>{{}, {{1, 2}}, {{1, 2}, {1, 2}}, {{0, 0}, {1, 0}}}) {
    const PlanePlot picture = {.title = "p", .series = {{"a", points}}};
    EXPECT_EQ(plane_text({picture}).find("nan"), std::string::npos);
    EXPECT_EQ(plane_svg({picture}, "").find("nan"), std::string::npos);
  }
}

}  // namespace
}  // namespace chainrule
