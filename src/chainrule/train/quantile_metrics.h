// The pinball loss and the coverage of predicted quantiles, and their order within a row.
//
//   pinball loss   L_q = mean of max(q (t - y), (q - 1) (t - y)),  y the predicted quantile q, t the target
//   coverage       share of the rows with t <= y
//   D^2            1 - sum over q of L_q / the same sum for constant predictions, the quantiles of these
//                  targets (Koenker and Machado, "Goodness of fit and related inference processes for
//                  quantile regression", JASA 1999): 1 is exact, 0 no better than the constants
//
// With row weights, means, shares and quantiles are weighted. All sums are in double, in blocks of 32 and a
// tree.
#pragma once

#include <span>
#include <vector>

#include "chainrule/tensor/matrix.h"
#include "chainrule/train/metrics.h"

namespace chainrule {

// Sorts the numbers of each row, so that quantiles do not cross. This never increases the pinball loss
// (Chernozhukov, Fernandez-Val and Galichon, "Quantile and probability curves without crossing", Econometrica
// 2010).
void sort_within_rows(Matrix<double>& quantiles);

// For each quantile the smallest value at or below which so large a share of the (weighted) values is: the
// constant prediction with the lowest pinball loss. quantiles: ascending. weights: one per value, or empty;
// not all are 0. There is at least one value.
std::vector<double> quantiles_of(std::span<const double> values, std::span<const double> weights,
                                 std::span<const double> quantiles);

// predictions [rows][quantiles], sorted within rows; targets [rows][1 or more columns], of which the first
// counts; both in the target's own units. weights: one per row, or empty. rmse, mae and r2 are those of the
// quantile 0.5, if it is among them.
Metrics quantile_metrics(MatrixView<const double> predictions, MatrixView<const double> targets,
                         std::span<const double> quantiles, std::span<const double> weights = {});

}  // namespace chainrule
