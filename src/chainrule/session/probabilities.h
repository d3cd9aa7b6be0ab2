// The probabilities of classes from the outputs of a network (o the outputs of one row):
//
//   binary   p(class 1) = o, p(class 0) = 1 - o
//   classes  p(class k) = o_k; divided by their sum unless the output is a softmax
//   ordinal  the differences of the outputs in descending order (train/cumulative.h)
//
// Threshold units say yes or no and have none.
#pragma once

#include "chainrule/tensor/matrix.h"
#include "chainrule/train/model.h"

namespace chainrule {

// False for regression, and for threshold units, whose output is yes or no without a probability.
bool has_probabilities(const Model& model);

// [rows][classes] for a task of one class per row. Requires has_probabilities, unless the task is binary:
// then the probabilities of a threshold unit are 0 and 1.
Matrix<double> class_probabilities(const Model& model, Matrix<double> outputs);

}  // namespace chainrule
