#include "chainrule/io/curve_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

History history_of(const std::vector<double>& losses) {
  History history;
  for (const double loss : losses) {
    history.epochs.push_back({.epoch = history.epochs.size() + 1, .training_loss = loss});
  }
  return history;
}

std::vector<std::string> lines_of(const std::string& text) {
  return split_text(text, '\n');
}

TEST(CurveText, DrawsAStraightFall) {
  // 20 wide: 1 for the labels, 2 for the axis, 17 for the curve; 8 high: 5 for the curve. That is a field of
  // 34 x 20 dots, and the dot in column x is in row round(19 x / 33): 0, 1 | 1, 2 | 2, 3 | 3, 4 | ..., two
  // columns per character.
  EXPECT_EQ(render_curve_text(history_of({4, 3, 2, 1, 0}), 20, 8),
            "4 ┤⠑⠢⢄⡀\n"
            "  │   ⠈⠒⠤⡀\n"
            "2 ┤      ⠈⠑⠢⢄⡀\n"
            "  │          ⠈⠑⠤⣀\n"
            "0 ┤              ⠑⠢⢄\n"
            "  └─────────────────\n"
            "   1         epoch 5\n"
            "   ⠒⠒ training loss\n");
}

TEST(CurveText, MarksValidationAndTheBestEpoch) {
  History history = history_of({1, 1, 1});
  history.epochs[0].validation_loss = 3;
  history.epochs[1].validation_loss = 2;
  history.epochs[2].validation_loss = 3;
  history.best_epoch = 2;
  const std::vector<std::string> lines = lines_of(render_curve_text(history, 13, 6));
  EXPECT_EQ(lines[0], "3 ┤o        o");
  EXPECT_EQ(lines[1], "  │     o");
  EXPECT_EQ(lines[2], "1 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀");
  EXPECT_EQ(lines[3], "  └─────┴────");
  EXPECT_EQ(lines[5], "   ⠒⠒ training loss  o validation loss  ┴ best epoch 2");
}

TEST(CurveText, FitsTheGivenSize) {
  std::vector<double> losses;
  for (int i = 0; i < 5000; ++i)
    losses.push_back(1.0 / (1 + i));
  const std::string text = render_curve_text(history_of(losses), 72, 14);
  const std::vector<std::string> lines = lines_of(text);
  EXPECT_EQ(lines.size(), 15u);
  for (const std::string& line : lines)
    EXPECT_LE(display_width(line), 72u) << line;
  EXPECT_NE(text.find("log scale"), std::string::npos);
}

TEST(CurveText, SurvivesWhatHistoriesCanBe) {
  EXPECT_EQ(render_curve_text({}, 40, 10), "no epochs were run\n");
  const std::vector<std::vector<double>> histories = {{1},
                                                      {0},
                                                      {0, 0, 0},
                                                      {2, 2, 2},
                                                      {kNan},
                                                      {1, kNan, 2},
                                                      {1, 0.5, 0},
                                                      {1, 0.001, 0},
                                                      {1e300, 1},
                                                      {-1, 1},
                                                      {std::numeric_limits<double>::infinity(), 1}};
  for (const std::vector<double>& losses : histories) {
    for (const std::size_t size : {0u, 1u, 6u, 30u}) {
      const std::string text = render_curve_text(history_of(losses), size, size);
      EXPECT_EQ(text.find("nan"), std::string::npos) << text;
      EXPECT_EQ(text.find("inf"), std::string::npos) << text;
      EXPECT_NE(text.find("training loss"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace chainrule
