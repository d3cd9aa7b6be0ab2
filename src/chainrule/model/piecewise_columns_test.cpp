#include "chainrule/model/piecewise_columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

template <typename T>
std::vector<T> columns_of(const PiecewiseColumns<T>& columns, const std::vector<T>& row) {
  Matrix<T> x(1, row.size());
  std::ranges::copy(row, x.row(0));
  Workspace<T> workspace;
  const MatrixView<const T> y =
      forward<T>({}, {.layers = {columns.layer}}, columns.parameters, x.view(), Mode::predict, {}, workspace);
  return {y.row(0), y.row(0) + y.columns};
}

TEST(PiecewiseColumns, SayHowFarAnInputHasComeBetweenItsKnots) {
  const auto columns = piecewise_columns<double>({{0, 1, 3}, {}});
  EXPECT_EQ(columns.layer.inputs, 2u);
  EXPECT_EQ(columns.layer.outputs, 4u);
  EXPECT_EQ(columns_of<double>(columns, {2, 7}), (std::vector<double>{2, 7, 1, 0.5}));
  EXPECT_EQ(columns_of<double>(columns, {0.25, -7}), (std::vector<double>{0.25, -7, 0.25, 0}));
  EXPECT_EQ(columns_of<double>(columns, {-5, 0}), (std::vector<double>{-5, 0, 0, 0}));
  EXPECT_EQ(columns_of<double>(columns, {50, 0}), (std::vector<double>{50, 0, 1, 1}));
}

// 0, 1, ..., 80: the octiles are the multiples of ten.
TEST(ScaleColumns, HasAnOffsetAndAFactorForEach) {
  Matrix<double> rows(2, 2);
  rows(0, 0) = 1, rows(0, 1) = 2, rows(1, 0) = 3, rows(1, 1) = 4;
  const double offset[] = {1, 0}, factor[] = {10, -1};
  scale_columns<double>(offset, factor, rows.view());
  EXPECT_EQ(rows(0, 0), 0);
  EXPECT_EQ(rows(0, 1), -2);
  EXPECT_EQ(rows(1, 0), 20);
  EXPECT_EQ(rows(1, 1), -4);
}

TEST(QuantileKnots, DivideTheRowsIntoEightParts) {
  Matrix<float> rows(81, 3);
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    rows(r, 0) = static_cast<float>(80 - r);
    rows(r, 1) = r % 2 == 0 ? 1.0F : 0.0F;  // the feature of a category
    rows(r, 2) = r < 70 ? 5.0F : static_cast<float>(r);
  }
  const Knots<float> knots = quantile_knots<float>(rows.view(), 8);
  EXPECT_EQ(knots[0], (std::vector<float>{0, 10, 20, 30, 40, 50, 60, 70, 80}));
  EXPECT_TRUE(knots[1].empty());
  EXPECT_EQ(knots[2], (std::vector<float>{5, 70, 80}));
  EXPECT_EQ(added_columns<float>(knots), 10u);
}

TEST(QuantileKnots, OfNoRowsAreNone) {
  EXPECT_EQ(added_columns<double>(quantile_knots<double>(Matrix<double>(0, 3).view(), 8)), 0u);
}

}  // namespace
}  // namespace chainrule
