#include "chainrule/io/metrics_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A confusion matrix with its per-class numbers all 0.5, which is enough for the layout.
Metrics metrics_of(std::vector<std::vector<double>> confusion) {
  Metrics metrics{.task = Task::classes, .confusion = std::move(confusion)};
  for (const std::vector<double>& row : metrics.confusion) {
    double support = 0;
    for (const double count : row)
      support += count;
    metrics.per_class.push_back({.support = support, .precision = 0.5, .recall = 0.5, .f1 = 0.5});
  }
  return metrics;
}

std::vector<std::string> lines_of(const std::string& text) {
  return split_text(text, '\n');
}

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
  std::vector<std::vector<double>> confusion(6, std::vector<double>(6, 0));
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
  std::vector<std::vector<double>> confusion(200, std::vector<double>(200, 0));
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

}  // namespace
}  // namespace chainrule
