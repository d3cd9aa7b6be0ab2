#include "chainrule/course/vanishing_gradient.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

double ratio(const UnitChain& chain) {
  const std::vector<double> deltas = chain_deltas(chain);
  return deltas.front() / deltas.back();
}

TEST(ChainDeltas, AreProductsOfWeightAndSlope) {
  // identity, w = 3, x = 1/2, t = 1: a = 3/2, 9/2, 27/2; delta_3 = 25/2, then 3 times as much at each unit
  // below.
  const std::vector<double> expected = {112.5, 37.5, 12.5};
  EXPECT_EQ(chain_deltas({.activation = Activation::identity, .depth = 3, .weight = 3, .target = 1}),
            expected);
}

TEST(ChainDeltas, OfLogisticUnitsShrinkAtLeastFourfoldALayer) {
  EXPECT_LT(ratio({.depth = 12}), 2.4e-7);   // 0.25^11 = 2.38e-7
  EXPECT_LT(ratio({.depth = 21}), 9.1e-13);  // 0.25^20
  EXPECT_EQ(ratio({.activation = Activation::relu}), 1);
}

// The bound is on f' alone: a weight of 5 at z = 0 gives 5/4 per layer (erratum E1.20).
TEST(ChainDeltas, OfLargeWeightsCanGrow) {
  const std::vector<double> deltas =
      chain_deltas({.activation = Activation::tanh, .depth = 4, .weight = 5, .x = 0});
  EXPECT_EQ(deltas, (std::vector<double>{0, 0, 0, 0}));  // t = a = 0: no error, no delta
  const std::vector<double> grown =
      chain_deltas({.activation = Activation::tanh, .depth = 4, .weight = 5, .x = 0, .target = -1});
  EXPECT_EQ(grown, (std::vector<double>{125, 25, 5, 1}));
}

TEST(ChainDeltas, NeedUnitsWithASlope) {
  EXPECT_THROW(chain_deltas({.depth = 0}), UsageError);
  EXPECT_THROW(chain_deltas({.activation = Activation::step}), StateError);
}

}  // namespace
}  // namespace chainrule
