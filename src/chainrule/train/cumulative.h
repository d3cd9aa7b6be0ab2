// Classes in an order, c_0 < c_1 < ... < c_{K-1}, by K - 1 outputs that estimate cumulative probabilities
// (McCullagh, "Regression models for ordinal data", 1980; with networks: Cheng, Wang and Pollastri, "A neural
// network approach to ordinal regression", 2008):
//
//   output   o_k = P(class > c_k), k = 0 .. K - 2, each a logistic unit on the shared hidden layers
//   target   t_k = 1 if the class of the row is above c_k, else 0
//   loss     the sum over k of the binary cross-entropy of o_k and t_k
//   class    P(c_k) = s_{k-1} - s_k, where s are the outputs in descending order, s_{-1} = 1, s_{K-1} = 0
//
// Each unit is trained on its own, so the outputs of a row may cross: o_1 > o_0. In descending order they are
// cumulative probabilities again, and the loss of no row is higher: its targets descend, too (rearrangement:
// Chernozhukov, Fernandez-Val and Galichon, "Quantile and probability curves without crossing", 2010). A
// running minimum or isotonic regression would make crossed outputs equal, and the class between them
// impossible, with an infinite log loss where it is true. Turning the order of the classes round turns the
// probabilities round.
#pragma once

#include "chainrule/tensor/matrix.h"

namespace chainrule::cumulative {

// outputs [rows][K - 1] -> [rows][K]. Outputs outside of 0 to 1 count as the nearest of these.
template <typename T>
Matrix<double> class_probabilities(MatrixView<const T> outputs);

}  // namespace chainrule::cumulative
