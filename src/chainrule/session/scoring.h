// How well a model does on encoded rows: the one place where outputs meet targets.
#pragma once

#include "chainrule/data/dataset.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"

namespace chainrule {

template <typename T>
Matrix<double> as_double(MatrixView<const T> view);

// Encoded targets (or identity outputs) of a regression back in the target's units.
Matrix<double> targets_in_own_units(const TargetEncoding& target, MatrixView<const double> scaled);

// Outputs of the network in the target's units: unscaled, and for the poisson loss exponentiated.
Matrix<double> outputs_in_own_units(const Model& model, MatrixView<const double> outputs);

struct Scored {
  Metrics metrics;           // loss included (without penalties)
  Matrix<double> truth;      // regression, in the target's units
  Matrix<double> predicted;  // regression, likewise
};

// `parameters` instead of the model's own, so that training can score before the model is complete.
template <typename T>
Scored score_dataset(const Compute& compute, const Model& model, std::span<const T> parameters,
                     const Dataset<T>& data);

// The score of one answer for every row of `data`: the majority class of the training rows, each label's more
// frequent value, or their mean.
template <typename T>
Metrics baseline_metrics(const Model& model, const Dataset<T>& training, const Dataset<T>& data);

}  // namespace chainrule
