#include "chainrule/model/unit_activations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace chainrule {
namespace {

Matrix<double> some_sums() {
  Matrix<double> z(2, 3);
  const double values[] = {-1, 0.5, 2, 3, -0.25, 1};
  std::copy(std::begin(values), std::end(values), z.values().begin());
  return z;
}

TEST(UnitActivations, UnitsOfAMixedLayerHaveTheirOwn) {
  Dense layer = make_dense(1, 3, Activation::relu);
  layer.unit_activations = {Activation::relu, Activation::identity, Activation::tanh};
  const Matrix<double> z = some_sums();
  Matrix<double> a(2, 3), in_place = z;
  activate_units<double>({}, layer, {}, z.view(), a.view());
  activate_units<double>({}, layer, {}, in_place.view(), in_place.view());
  EXPECT_EQ(a(0, 0), 0);
  EXPECT_EQ(a(1, 0), 3);
  EXPECT_EQ(a(0, 1), 0.5);
  EXPECT_NEAR(a(1, 2), std::tanh(1.0), 1e-15);
  EXPECT_EQ(in_place, a);
}

TEST(UnitActivations, SlopesMayBeLearned) {
  const Dense layer = make_dense(1, 3, Activation::prelu);
  const double slopes[] = {0.5, 0.25, 2};
  Matrix<double> a(2, 3);
  activate_units<double>({}, layer, slopes, some_sums().view(), a.view());
  EXPECT_EQ(a(0, 0), -0.5);
  EXPECT_EQ(a(1, 1), -0.0625);
  EXPECT_EQ(a(0, 2), 2);
}

TEST(UnitActivations, SoftmaxTakesTheWholeRow) {
  Dense layer = make_dense(1, 3, Activation::softmax);
  const Matrix<double> z = some_sums();
  Matrix<double> a(2, 3);
  activate_units<double>({}, layer, {}, z.view(), a.view());
  for (std::size_t r = 0; r < 2; ++r) {
    EXPECT_NEAR(a(r, 0) + a(r, 1) + a(r, 2), 1, 1e-15);
    EXPECT_NEAR(a(r, 0) / a(r, 1), std::exp(z(r, 0) - z(r, 1)), 1e-12);
  }
}

}  // namespace
}  // namespace chainrule
