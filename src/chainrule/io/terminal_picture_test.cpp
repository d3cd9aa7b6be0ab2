#include <gtest/gtest.h>

#include <limits>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/report.h"

namespace chainrule {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A confusion matrix with its per-class numbers all 0.5, which is enough for the layout.
Metrics metrics_of(std::vector<std::vector<std::uint64_t>> confusion) {
  Metrics metrics{.task = Task::classes, .confusion = std::move(confusion)};
  for (const std::vector<std::uint64_t>& row : metrics.confusion) {
    std::uint64_t support = 0;
    for (const std::uint64_t count : row)
      support += count;
    metrics.per_class.push_back({.support = support, .precision = 0.5, .recall = 0.5, .f1 = 0.5});
  }
  return metrics;
}

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

// --- network -----------------------------------------------------------------------------------------------

TEST(NetworkText, SaysTheChainInOneLineAndTheLayersInATable) {
  const Network network{.layers = {make_dense(784, 128, Activation::relu), Dropout{.units = 128, .rate = 0.2},
                                   make_dense(128, 10, Activation::softmax)}};
  // 784 * 128 + 128 = 100,480; 128 * 10 + 10 = 1,290
  EXPECT_EQ(render_network_text(network),
            "inputs 784 -> dense 128 relu -> dropout 0.2 -> dense 10 softmax, 101,770 parameters\n"
            "\n"
            "   layer        inputs  outputs  activation  parameters\n"
            "1  dense           784      128  relu           100,480\n"
            "2  dropout 0.2     128      128                       0\n"
            "3  dense           128       10  softmax          1,290\n");
}

TEST(NetworkText, KnowsRadialBasisFunctions) {
  // 4 * 40 + 40 = 200; 40 * 3 + 3 = 123
  EXPECT_EQ(render_network_text(make_rbf_network({.inputs = 4, .units = 40, .outputs = 3})),
            "inputs 4 -> rbf 40 -> dense 3 identity, 323 parameters\n"
            "\n"
            "   layer  inputs  outputs  activation  parameters\n"
            "1  rbf         4       40  gaussian           200\n"
            "2  dense      40        3  identity           123\n");
}

// --- metrics -----------------------------------------------------------------------------------------------

TEST(MetricsText, AlignsTheConfusionMatrixAndTheClasses) {
  Metrics metrics = metrics_of({{30, 1, 0}, {0, 1013, 0}, {0, 0, 25}});
  metrics.per_class[0] = {.support = 31, .precision = 1, .recall = 30.0 / 31, .f1 = 60.0 / 61};
  const TargetEncoding target{.class_names = {"Adelie", "Chinstrap", "Gentoo"}};
  EXPECT_EQ(render_metrics_text(metrics, target),
            "true \\ predicted  Adelie  Chinstrap  Gentoo\n"
            "Adelie                30          1       0\n"
            "Chinstrap              0      1,013       0\n"
            "Gentoo                 0          0      25\n"
            "\n"
            "class      precision  recall     f1   rows\n"
            "Adelie          100%   96.8%  98.4%     31\n"
            "Chinstrap      50.0%   50.0%  50.0%  1,013\n"
            "Gentoo         50.0%   50.0%  50.0%     25\n");
}

TEST(MetricsText, AlignsWideCharacters) {
  const TargetEncoding target{.class_names = {"猫", "dog"}};
  EXPECT_EQ(render_metrics_text(metrics_of({{3, 1}, {0, 2}}), target),
            "true \\ predicted  猫  dog\n"
            "猫                 3    1\n"
            "dog                0    2\n"
            "\n"
            "class  precision  recall     f1  rows\n"
            "猫         50.0%   50.0%  50.0%     4\n"
            "dog        50.0%   50.0%  50.0%     2\n");
}

TEST(MetricsText, NamesCannotMoveTheCursor) {
  const TargetEncoding target{.class_names = {"\x1b[2Jgone", "a\nb"}};
  const std::string text = render_metrics_text(metrics_of({{1, 0}, {0, 1}}), target);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("\\x1b[2Jgone"), std::string::npos);
  EXPECT_NE(text.find("a\\nb"), std::string::npos);
}

TEST(MetricsText, NumbersTheColumnsWhereNamesAreTooWide) {
  TargetEncoding target;
  std::vector<std::vector<std::uint64_t>> confusion(6, std::vector<std::uint64_t>(6, 0));
  for (std::size_t i = 0; i < 6; ++i) {
    target.class_names.push_back("a rather long name, number " + std::to_string(i));
    confusion[i][i] = 7;
  }
  const std::vector<std::string> lines = lines_of(render_metrics_text(metrics_of(confusion), target));
  // Names are cut to 24 display columns; with "6 " before them 26.
  EXPECT_EQ(lines[0], "true \\ predicted            1  2  3  4  5  6");
  EXPECT_EQ(lines[6], "6 a rather long name, num…  0  0  0  0  0  7");
}

TEST(MetricsText, ListsTheMistakesWhereAMatrixDoesNotFit) {
  std::vector<std::vector<std::uint64_t>> confusion(200, std::vector<std::uint64_t>(200, 0));
  for (std::size_t i = 0; i < 200; ++i)
    confusion[i][i] = 5;
  const std::string none = render_metrics_text(metrics_of(confusion), {});
  EXPECT_EQ(lines_of(none)[0], "no mistakes among 200 classes");
  confusion[7][3] = 2;
  confusion[150][160] = 4;
  const std::vector<std::string> lines = lines_of(render_metrics_text(metrics_of(confusion), {}));
  EXPECT_EQ(lines[0], "most frequent mistakes");
  EXPECT_EQ(lines[1], "true       predicted  rows");
  EXPECT_EQ(lines[2], "class 151  class 161     4");
  EXPECT_EQ(lines[3], "class 8    class 4       2");
  EXPECT_EQ(lines.size(), 4u + 1 + 1 + 200 + 1) << "mistakes, blank, heading, classes, end of the last line";
}

TEST(MetricsText, ShowsErrorsOfEachTarget) {
  const Metrics metrics{.task = Task::regression,
                        .rmse_per_target = {54.3123, 12345.6},
                        .mae_per_target = {43.1, 9876.5},
                        .r2_per_target = {0.478, kNan}};
  EXPECT_EQ(render_metrics_text(metrics, {.columns = {"progression", "体重"}}),
            "target         rmse    mae           r2\n"
            "progression   54.31   43.1        0.478\n"
            "体重         12,346  9,876  not defined\n");
}

TEST(MetricsText, ShowsLabelsWithoutAMatrix) {
  Metrics metrics = metrics_of({{1, 0}, {0, 1}});
  metrics.task = Task::multi_label;
  metrics.confusion.clear();
  EXPECT_EQ(lines_of(render_metrics_text(metrics, {.class_names = {"wet", "cold"}}))[0],
            "label  precision  recall     f1  rows");
}

// --- curves ------------------------------------------------------------------------------------------------

TEST(CurveText, DrawsAStraightFall) {
  // 20 wide: 1 for the labels, 2 for the axis, 17 for the curve; 8 high: 5 for the curve. That is a field of
  // 34 x 20 dots, and the dot in column x stands in row round(19 x / 33): 0, 1 | 1, 2 | 2, 3 | 3, 4 | ...,
  // two columns a character.
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

// --- pictures ----------------------------------------------------------------------------------------------

TEST(PictureText, ShadesWithoutColour) {
  // Two rows of pixels a line, each character the mean of two; 255 / 9 = 28.3 a shade.
  EXPECT_EQ(render_picture_text({0, 255, 100, 28,  //
                                 0, 255, 156, 28,  //
                                 255, 0, 0, 255},
                                3, 4, TerminalColour::none),
            " @+.\n"  // means 0, 255, 128 (shade 4.5 is 5), 28 (shade 1)
            "@  @\n");
}

TEST(PictureText, HalfBlocksInGreyWithColour) {
  // grey = 232 + round(value / 255 * 23)
  EXPECT_EQ(render_picture_text({255, 255, 0,  //
                                 0, 0, 255,    //
                                 128, 128, 0},
                                3, 3, TerminalColour::ansi),
            "\x1b[38;5;255m\x1b[48;5;232m▀▀\x1b[38;5;232m\x1b[48;5;255m▀\x1b[0m\n"
            "\x1b[38;5;244m▀▀\x1b[38;5;232m▀\x1b[0m\n");
}

TEST(PictureText, TakesValuesOutsideTheRangeForItsEnds) {
  EXPECT_EQ(render_picture_text({-5, 300, kNan, 1e300}, 1, 4, TerminalColour::none), " @ @\n");
  EXPECT_EQ(render_picture_text({}, 0, 0, TerminalColour::ansi), "");
}

TEST(PictureText, RefusesASizeThatDoesNotFit) {
  EXPECT_THROW(render_picture_text({1, 2, 3}, 2, 2, TerminalColour::none), StateError);
}

}  // namespace
}  // namespace chainrule
