// How good the probabilities of classes are: log loss, Brier score, areas under curves, calibration error.
//
//   n rows, K classes, t(r) the true class of row r, p(r, k) the predicted probability of class k
//
//   log loss           -1/n sum_r ln p(r, t(r)), where p is at least 2^-52 and at most 1 - 2^-52
//   Brier score        two classes: 1/n sum_r (p(r, 1) - [t(r) = 1])^2
//                      more:        1/n sum_r sum_k (p(r, k) - [t(r) = k])^2      Brier, 1950
//   ROC area of k      the probability that p(r, k) is larger for a random row of k than for a random row of
//                      another class; equal ones count half (Hanley and McNeil, 1982). Two classes: that of
//                      class 1; more: the mean over the classes that occur (one versus rest)
//   average precision  two classes: sum_i (R_i - R_{i-1}) P_i, with recall R_i and precision P_i of class 1
//                      if it is predicted for the rows whose p is at least the i-th largest different one
//   calibration error  sum_b n_b / n |right_b / n_b - p_b| over 15 bins ((b - 1)/15, b/15] of the largest p
//                      of a row: n_b rows, right_b of them of the class with the largest p (of two equal
//                      ones class 1), which is p_b on average (expected calibration error: Naeini et al.,
//                      2015; Guo et al., 2017)
//
// With row weights every count is a sum of weights. An area is not defined where all rows are of one class,
// and average precision not where no row is of class 1: they stay empty.
#pragma once

#include <cstdint>
#include <span>

#include "chainrule/tensor/matrix.h"
#include "chainrule/train/metrics.h"

namespace chainrule {

inline constexpr int kCalibrationBins = 15;

// Adds these metrics to those of a binary task or of classes. truth: class indices. probabilities [rows][K],
// with two columns for a binary task. weights: one per row, or empty. With more than kMostConfusionClasses
// classes the area stays empty: it takes a pass over all rows for each. So does everything if a probability
// is not finite.
void add_probability_metrics(Metrics& metrics, std::span<const std::uint32_t> truth,
                             MatrixView<const double> probabilities, std::span<const double> weights = {});

// The same where the targets are probabilities t [rows][classes]: log_loss is the mean of -sum t ln p, brier
// that of the squares of p - t (of two classes of the second), and the others, which need one true class,
// stay empty.
void add_soft_probability_metrics(Metrics& metrics, MatrixView<const double> truth,
                                  MatrixView<const double> probabilities,
                                  std::span<const double> weights = {});

}  // namespace chainrule
