#include "chainrule/io/report_curves.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(ReportCurves, DrawsTheGradientOfEachLayerAndOfDeepNetworksSome) {
  Parts parts = classification();
  for (EpochReport& epoch : parts.history.epochs) {
    epoch.layers.clear();
    for (std::size_t i = 0; i < 13; ++i)
      epoch.layers.push_back({.layer = i, .units = 4, .gradient_norm = 0.5 / static_cast<double>(i + 1)});
  }
  std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, ">Gradient of each layer</figcaption>"), 1u);
  for (const char* name : {">layer 1<", ">layer 3<", ">layer 5<", ">layer 8<", ">layer 10<", ">layer 13<"})
    EXPECT_EQ(count(page, name), 1u) << name;
  EXPECT_EQ(count(page, ">layer 2<"), 0u);
  for (EpochReport& epoch : parts.history.epochs)
    epoch.layers.resize(1);
  page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, ">layer 1<"), 1u);
  for (EpochReport& epoch : parts.history.epochs)
    epoch.layers.clear();
  EXPECT_EQ(count(parts.page(), "Gradient of each layer"), 0u);
}

TEST(ReportCurves, SurvivesWhatHistoriesCanBe) {
  const std::vector<std::vector<double>> histories = {{},           {1},    {2, 2, 2},      {0, 0},
                                                      {1, 1e-4, 0}, {kNan}, {1e300, 1e-300}};
  for (const std::vector<double>& losses : histories) {
    Parts parts = classification();
    parts.history.epochs.clear();
    parts.history.best_epoch = losses.empty() ? 0 : losses.size();
    for (const double loss : losses) {
      parts.history.epochs.push_back({.epoch = parts.history.epochs.size() + 1, .training_loss = loss});
    }
    const std::string page = parts.page();
    EXPECT_EQ(fault_of(page), "");
    EXPECT_EQ(count(page, "nan"), 0u);
    EXPECT_EQ(count(page, "No epochs were run"), losses.empty() ? 1u : 0u);
  }
  Parts zero_at_the_end = classification();
  zero_at_the_end.history.epochs.back().training_loss = 0;
  EXPECT_NE(zero_at_the_end.page().find("Values of 0 are drawn on the lower edge."), std::string::npos);
}

}  // namespace
}  // namespace chainrule
