// Scores a model on encoded rows: the one place where outputs are compared with targets.
#pragma once

#include <span>

#include "chainrule/data/dataset.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"

namespace chainrule {

template <typename T>
Matrix<double> as_double(MatrixView<const T> view);

// Converts encoded targets (or identity outputs) of a regression back to the target's units.
Matrix<double> targets_in_own_units(const TargetEncoding& target, MatrixView<const double> scaled);

// Converts outputs of the network to the target's units: unscaled, exponentiated for the poisson loss, and
// quantiles sorted within their row, so that they never cross.
Matrix<double> outputs_in_own_units(const Model& model, MatrixView<const double> outputs);

// The targets of a regression in their own units, [rows][targets]: data.own_targets if they are given, else
// unscaled targets.
template <typename T>
Matrix<double> truth_of(const TargetEncoding& target, const Dataset<T>& data);

struct Scored {
  Metrics metrics;                     // loss included (without penalties)
  Matrix<double> truth;                // regression, in the target's units
  Matrix<double> predicted;            // regression, likewise
  std::vector<std::uint32_t> classes;  // binary, classes: the true ones
  // binary, classes: of each class, unless the model has none; multi_label: of each label
  Matrix<double> probabilities;
  // multi_label: 1 where the row has the label, else 0; soft labels: the probability of each class
  Matrix<double> labels;
};

// Takes `parameters` instead of the model's own, so that training can score an incomplete model. The loss
// uses data.row_weights, which may include class weights; the other metrics use `weights`, the sample weights
// (row_weights.h), which may be empty.
template <typename T>
Scored score_dataset(const Compute& compute, const Model& model, std::span<const T> parameters,
                     const Dataset<T>& data, std::span<const double> weights = {});

// Scores a binary task again by the threshold that the model has now.
void score_at_threshold(const Model& model, std::span<const double> weights, Scored& scored);

// The same as score_dataset for outputs whose loss is known.
template <typename T>
Scored score_outputs(const Model& model, const Matrix<T>& outputs, double loss, const Dataset<T>& data,
                     std::span<const double> weights = {});

// The score of one constant prediction for all rows of `data`: the majority class of the training rows, the
// more frequent value of each label, the mean, or the quantiles. Its probabilities are the shares of the
// classes; its loss is NaN where it is not known. The weights are as above.
template <typename T>
Metrics baseline_metrics(const Model& model, const Dataset<T>& training,
                         std::span<const double> training_weights, const Dataset<T>& data,
                         std::span<const double> weights);

}  // namespace chainrule
