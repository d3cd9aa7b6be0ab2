#include "chainrule/model/threshold_network.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

TEST(ThresholdNetwork, ListsNetsAndHiddenCodes) {
  const ThresholdRun result = run_layers(xor_network(OutputCode::binary), std::array{0.0, 1.0});
  EXPECT_EQ(result.nets[0], (std::vector<double>{1.5, -0.5}));
  EXPECT_EQ(result.outputs[0], (std::vector<double>{1, 0}));
  EXPECT_EQ(result.nets[1], (std::vector<double>{0.5}));
  EXPECT_EQ(result.outputs[1], (std::vector<double>{1}));
}

TEST(ThresholdNetwork, BothCodesComputeExclusiveOr) {
  for (const OutputCode code : {OutputCode::binary, OutputCode::bipolar}) {
    std::string bits;
    for (const double a : {0.0, 1.0}) {
      for (const double b : {0.0, 1.0})
        bits += says_yes(xor_network(code), std::array{a, b}) ? '1' : '0';
    }
    EXPECT_EQ(bits, "0110");
  }
}

// (0,1) and (1,0) are in the region of the exclusive or, (1/2,1/2) between them is not.
TEST(ThresholdNetwork, OneHiddenLayerCanSayYesToARegionThatIsNotConvex) {
  const std::vector<std::vector<double>> corners = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const auto found = midpoints_outside(xor_network(OutputCode::binary), corners);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].a, (std::vector<double>{0, 1}));
  EXPECT_EQ(found[0].b, (std::vector<double>{1, 0}));
  EXPECT_EQ(found[0].between, (std::vector<double>{0.5, 0.5}));
}

TEST(ThresholdNetwork, AnAndOfLinesIsConvex) {
  std::vector<std::vector<double>> grid;
  for (double a = -0.5; a <= 3.5; a += 0.25) {
    for (double b = -0.5; b <= 3.5; b += 0.25)
      grid.push_back({a, b});
  }
  EXPECT_TRUE(midpoints_outside(half_plane_network(), grid).empty());
  EXPECT_TRUE(midpoints_outside(triangle_network(), grid).empty());
  EXPECT_FALSE(midpoints_outside(triangle_or_square_network(), grid).empty());
}

TEST(ThresholdNetwork, TheMapIsDrawnFromTheTop) {
  // x1 + x2 > 1 over (0, 2) x (0, 2) in 2 x 2 cells with centres 0.5 and 1.5.
  const auto map = region_map(half_plane_network(), {0, 2}, {0, 2}, 2, 2);
  EXPECT_EQ(map[0], (std::vector<bool>{true, true}));
  EXPECT_EQ(map[1], (std::vector<bool>{false, true}));  // 0.5 + 0.5 = 1 is not above 1
}

TEST(ThresholdNetwork, SmoothUnitsTurnTheEdgeIntoASlopeAndHighGainIntoAStep) {
  for (const OutputCode code : {OutputCode::binary, OutputCode::bipolar}) {
    const ThresholdNetwork network = xor_network(code);
    for (const double a : {0.0, 1.0}) {
      for (const double b : {0.0, 1.0}) {
        const std::array x{a, b};
        EXPECT_NEAR(smooth_output(network, 200, x), says_yes(network, x) ? 1 : 0, 1e-9);
      }
    }
  }
  // One unit: logistic(gain (x1 + x2 - 1)); on the line one half, a slope beside it.
  EXPECT_EQ(smooth_output(half_plane_network(), 4, std::array{0.5, 0.5}), 0.5);
  EXPECT_NEAR(smooth_output(half_plane_network(), 4, std::array{0.5, 0.75}), 0.7310585786300049, 1e-15);
}

TEST(ThresholdNetwork, RefusesLayersThatDoNotFit) {
  EXPECT_THROW(validate(ThresholdNetwork{}), StateError);
  EXPECT_THROW(validate(ThresholdNetwork{.layers = {{.weights = {{1, 1}}, .thresholds = {}}}}), StateError);
  EXPECT_THROW(validate(ThresholdNetwork{.layers = {{.weights = {{1, 1}, {1}}, .thresholds = {0, 0}}}}),
               StateError);
  ThresholdNetwork network = xor_network(OutputCode::binary);
  EXPECT_THROW(run_layers(network, std::array{1.0}), StateError);
  EXPECT_THROW(smooth_output(network, 0, std::array{1.0, 1.0}), StateError);
  network.layers[1].weights[0].push_back(1);
  EXPECT_THROW(says_yes(network, std::array{1.0, 1.0}), StateError);
}

}  // namespace
}  // namespace chainrule
