#include "chainrule/io/image_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(ImageText, ShadesWithoutColour) {
  // Two rows of pixels per line, each character the mean of two; 255 / 9 = 28.3 per shade.
  EXPECT_EQ(render_image_text({0, 255, 100, 28,  //
                               0, 255, 156, 28,  //
                               255, 0, 0, 255},
                              3, 4, TerminalColour::none),
            " @+.\n"  // means 0, 255, 128 (shade 4.5 is 5), 28 (shade 1)
            "@  @\n");
}

TEST(ImageText, HalfBlocksInGreyWithColour) {
  // grey = 232 + round(value / 255 * 23)
  EXPECT_EQ(render_image_text({255, 255, 0,  //
                               0, 0, 255,    //
                               128, 128, 0},
                              3, 3, TerminalColour::ansi),
            "\x1b[38;5;255m\x1b[48;5;232m▀▀\x1b[38;5;232m\x1b[48;5;255m▀\x1b[0m\n"
            "\x1b[38;5;244m▀▀\x1b[38;5;232m▀\x1b[0m\n");
}

TEST(ImageText, TakesValuesOutsideTheRangeForItsEnds) {
  EXPECT_EQ(render_image_text({-5, 300, kNan, 1e300}, 1, 4, TerminalColour::none), " @ @\n");
  EXPECT_EQ(render_image_text({}, 0, 0, TerminalColour::ansi), "");
}

TEST(ImageText, RefusesASizeThatDoesNotFit) {
  EXPECT_THROW(render_image_text({1, 2, 3}, 2, 2, TerminalColour::none), StateError);
}

}  // namespace
}  // namespace chainrule
