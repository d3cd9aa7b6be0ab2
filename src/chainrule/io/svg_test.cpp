#include "chainrule/io/svg.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(EscapeMarkup, LeavesNothingThatMarkupWouldRead) {
  EXPECT_EQ(escape_markup("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
  EXPECT_EQ(escape_markup("]]>"), "]]&gt;");
  EXPECT_EQ(escape_markup("\"a\" & 'b'"), "&quot;a&quot; &amp; &#39;b&#39;");
  EXPECT_EQ(escape_markup("Pygoscelis päpua 企鹅"), "Pygoscelis päpua 企鹅");
}

TEST(EscapeMarkup, ReplacesWhatNoPageMayContain) {
  const std::string replacement = "\xef\xbf\xbd";
  EXPECT_EQ(escape_markup(std::string_view("a\0b", 3)), "a" + replacement + "b");
  EXPECT_EQ(escape_markup("\x1b[31m"), replacement + "[31m");
  EXPECT_EQ(escape_markup("\xff<"), replacement + "&lt;");
  EXPECT_EQ(escape_markup("\xe4\xbc"), replacement + replacement)
      << "a character cut off after two of three bytes";
  EXPECT_EQ(escape_markup("\xc2\x9b"), replacement) << "U+009B";
  EXPECT_EQ(escape_markup("a\tb\n"), "a\tb\n");
}

TEST(CutToWidth, CountsDisplayColumnsAndKeepsCharactersWhole) {
  EXPECT_EQ(cut_to_width("Gentoo", 6), "Gentoo");
  EXPECT_EQ(cut_to_width("Chinstrap", 6), "Chins…");
  // Three wide characters need six columns; five leave room for two of them and the ellipsis.
  EXPECT_EQ(cut_to_width("王企鹅", 6), "王企鹅");
  EXPECT_EQ(cut_to_width("王企鹅", 5), "王企…");
  EXPECT_EQ(cut_to_width("王企鹅", 4), "王…");
  EXPECT_EQ(cut_to_width("", 3), "");
}

TEST(SvgNumber, HasTwoDecimalsAtMostAndNoExponent) {
  EXPECT_EQ(svg_number(3.5), "3.5");
  EXPECT_EQ(svg_number(1.0 / 3), "0.33");
  EXPECT_EQ(svg_number(-0.001), "0");
  EXPECT_EQ(svg_number(120), "120");
  EXPECT_EQ(svg_number(1e30), "1000000");
  EXPECT_EQ(svg_number(kNan), "0");
}

TEST(ChooseScale, IsLogarithmicBeyondTwoDecades) {
  EXPECT_EQ(choose_scale(std::vector{1.0, 0.5, 0.02}), AxisScale::linear);
  EXPECT_EQ(choose_scale(std::vector{1.0, 0.01}), AxisScale::linear) << "two decades exactly";
  EXPECT_EQ(choose_scale(std::vector{1.0, 0.5, 0.009}), AxisScale::logarithmic);
  EXPECT_EQ(choose_scale(std::vector{1.0, 0.009, -1.0}), AxisScale::linear)
      << "a negative value has no logarithm";
  EXPECT_EQ(choose_scale(std::vector{1.0, 0.009, 0.0}), AxisScale::logarithmic);
  EXPECT_EQ(choose_scale(std::vector{0.0, 0.0}), AxisScale::linear);
  EXPECT_EQ(choose_scale(std::vector{kInfinity, 1.0, kNan}), AxisScale::linear);
  EXPECT_EQ(choose_scale({}), AxisScale::linear);
}

TEST(MakeAxis, PutsTicksOnRoundNumbers) {
  const Axis axis = make_axis(std::vector{0.07, 0.93}, AxisScale::linear, AxisEnds::at_ticks, 5);
  // (0.93 - 0.07) / 5 = 0.172: the nearest round step is 0.2
  EXPECT_EQ(axis.labels, (std::vector<std::string>{"0", "0.2", "0.4", "0.6", "0.8", "1"}));
  EXPECT_EQ(axis.low, 0);
  EXPECT_EQ(axis.high, 1);
  EXPECT_DOUBLE_EQ(axis.place(0.25), 0.25);
}

TEST(MakeAxis, AtTheDataKeepsTheEndsAndPutsTicksBetween) {
  const Axis axis = make_axis(std::vector{12.0, 88.0}, AxisScale::linear, AxisEnds::at_data, 4);
  EXPECT_EQ(axis.low, 12);
  EXPECT_EQ(axis.high, 88);
  EXPECT_EQ(axis.labels, (std::vector<std::string>{"20", "40", "60", "80"}));
}

TEST(MakeAxis, TellsNeighboursApartFarFromZero) {
  const Axis axis = make_axis(std::vector{1000000.0, 1000001.0}, AxisScale::linear, AxisEnds::at_ticks, 5);
  EXPECT_EQ(axis.labels.at(1), "1000000.2");
}

TEST(MakeAxis, LogarithmicTicksAreDecadesAndBetweenThemWhereFew) {
  const Axis narrow = make_axis(std::vector{0.009, 1.1}, AxisScale::logarithmic, AxisEnds::at_ticks, 5);
  EXPECT_EQ(narrow.labels, (std::vector<std::string>{"0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"}));
  EXPECT_NEAR(narrow.place(0.1), std::log(0.1 / narrow.low) / std::log(narrow.high / narrow.low), 1e-12);
  const Axis wide = make_axis(std::vector{1e-8, 1.0}, AxisScale::logarithmic, AxisEnds::at_ticks, 4);
  // Eight decades, a tick every second one.
  EXPECT_EQ(wide.labels, (std::vector<std::string>{"1e-08", "1e-06", "0.0001", "0.01", "1"}));
}

TEST(MakeAxis, ZeroLiesOnTheLowerEndOfALogarithmicAxis) {
  const Axis axis = make_axis(std::vector{0.0, 0.001, 1.0}, AxisScale::logarithmic, AxisEnds::at_ticks, 4);
  EXPECT_GT(axis.low, 0);
  EXPECT_EQ(axis.place(0), 0);
  EXPECT_GT(axis.place(0.001), 0);
}

TEST(MakeAxis, SurvivesEveryKindOfValues) {
  const std::vector<std::vector<double>> cases = {{},
                                                  {0},
                                                  {5, 5, 5},
                                                  {-3, -3},
                                                  {kNan, kInfinity},
                                                  {1e308, -1e308},
                                                  {5e-324, 0},
                                                  {1e-320, 2e-320},
                                                  {1e16, 1e16 + 2},
                                                  {1e-300, 1e300},
                                                  {0.1, 0.1 + 1e-17}};
  for (const std::vector<double>& values : cases) {
    for (const AxisScale scale : {AxisScale::linear, AxisScale::logarithmic}) {
      for (const AxisEnds ends : {AxisEnds::at_data, AxisEnds::at_ticks}) {
        const Axis axis = make_axis(values, scale, ends, 5);
        SCOPED_TRACE(format_number(values.empty() ? 0 : values[0]));
        ASSERT_TRUE(std::isfinite(axis.low) && std::isfinite(axis.high));
        ASSERT_LT(axis.low, axis.high);
        ASSERT_EQ(axis.ticks.size(), axis.labels.size());
        ASSERT_LE(axis.ticks.size(), 50u);
        for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
          ASSERT_EQ(axis.labels[i].find('n'), std::string::npos) << axis.labels[i];
          ASSERT_GE(axis.ticks[i], axis.low);
          ASSERT_LE(axis.ticks[i], axis.high);
          if (i != 0) {
            ASSERT_NE(axis.labels[i], axis.labels[i - 1]);
          }
        }
        for (const double value : {kNan, kInfinity, -kInfinity, 0.0, 1.0}) {
          ASSERT_GE(axis.place(value), 0);
          ASSERT_LE(axis.place(value), 1);
        }
      }
    }
  }
}

TEST(MakeAxis, ConstantValuesStandInTheMiddle) {
  EXPECT_NEAR(make_axis(std::vector{5.0, 5.0}, AxisScale::linear, AxisEnds::at_data, 4).place(5), 0.5, 1e-12);
  EXPECT_NEAR(make_axis(std::vector{5.0, 5.0}, AxisScale::logarithmic, AxisEnds::at_data, 4).place(5), 0.5,
              1e-12);
}

TEST(MakeCountingAxis, HasWholeNumbersOnlyAndBeginsWithTheFirst) {
  EXPECT_EQ(make_counting_axis(1, 100, 5).labels,
            (std::vector<std::string>{"1", "20", "40", "60", "80", "100"}));
  EXPECT_EQ(make_counting_axis(1, 3, 8).labels, (std::vector<std::string>{"1", "2", "3"}));
  const Axis one = make_counting_axis(1, 1, 8);
  EXPECT_EQ(one.labels, (std::vector<std::string>{"1"}));
  EXPECT_EQ(one.place(1), 0.5);
}

TEST(SvgWriter, WritesShapesWithClassesAndEscapedText) {
  SvgWriter svg("p", 20, 10, "a < b", "c & d");
  svg.line({0, 0}, {1.5, 2}, "grid");
  svg.rectangle({1, 2}, 3, 4, "bar", "\"hint\"");
  svg.text({5, 6}, "<b>", "tick", TextAnchor::end, -45);
  svg.dots(std::vector<SvgPoint>{{1, 2}, {3, 4}}, "points");
  EXPECT_EQ(
      svg.finish(),
      "<svg role=\"img\" viewBox=\"0 0 20 10\" width=\"20\" height=\"10\" aria-labelledby=\"p-title "
      "p-desc\">\n"
      "<title id=\"p-title\">a &lt; b</title>\n"
      "<desc id=\"p-desc\">c &amp; d</desc>\n"
      "<line class=\"grid\" x1=\"0\" y1=\"0\" x2=\"1.5\" y2=\"2\"/>\n"
      "<rect class=\"bar\" x=\"1\" y=\"2\" width=\"3\" height=\"4\"><title>&quot;hint&quot;</title></rect>\n"
      "<text class=\"tick\" x=\"5\" y=\"6\" text-anchor=\"end\" transform=\"rotate(-45 5 "
      "6)\">&lt;b&gt;</text>\n"
      "<path class=\"points\" d=\"M1 2h0M3 4h0\"/>\n"
      "</svg>\n");
}

}  // namespace
}  // namespace chainrule
