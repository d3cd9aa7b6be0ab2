// Regression is scored in the units of the target; labels one by one; a task of one class per row by the
// predicted classes (train/accuracy.h) and, unless its units are thresholds, by their probabilities
// (train/probability_metrics.h), with soft labels by the probabilities of the targets.
//
// The baseline is the same for all rows: the majority class, the mean, the quantiles. Where the loss of such
// constants is known, the baseline has it in the units of the network's targets, so that it compares with the
// loss of the network.
#include "chainrule/session/scoring.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "chainrule/session/probabilities.h"
#include "chainrule/tensor/math_functions.h"
#include "chainrule/train/accuracy.h"
#include "chainrule/train/probability_metrics.h"
#include "chainrule/train/quantile_metrics.h"
#include "chainrule/train/regression_metrics.h"
#include "chainrule/train/trainer.h"

namespace chainrule {

template <typename T>
Matrix<double> as_double(MatrixView<const T> view) {
  Matrix<double> values(view.rows, view.columns);
  for (std::size_t r = 0; r < view.rows; ++r)
    std::copy_n(view.row(r), view.columns, values.row(r));
  return values;
}

Matrix<double> targets_in_own_units(const TargetEncoding& target, MatrixView<const double> scaled) {
  Matrix<double> values(scaled.rows, scaled.columns);
  for (std::size_t r = 0; r < scaled.rows; ++r) {
    for (std::size_t c = 0; c < scaled.columns; ++c) {
      const std::size_t t = target.target_of_output(c);
      values(r, c) = scaled(r, c) / target.factor[t] + target.offset[t];
    }
  }
  return values;
}

namespace {

void keep_in_range(const TargetEncoding& target, Matrix<double>& values) {
  for (std::size_t r = 0; r < values.rows() && !target.lowest.empty(); ++r) {
    for (std::size_t c = 0; c < values.columns(); ++c) {
      const std::size_t t = target.target_of_output(c);
      values(r, c) = std::clamp(values(r, c), target.lowest[t], target.highest[t]);
    }
  }
}

}  // namespace

Matrix<double> outputs_in_own_units(const Model& model, MatrixView<const double> outputs) {
  Matrix<double> values(outputs.rows, outputs.columns);
  if (properties_of(model.loss.kind).output_is_logarithm) {
    for (std::size_t r = 0; r < outputs.rows; ++r) {
      for (std::size_t c = 0; c < outputs.columns; ++c)
        values(r, c) = math::exp(outputs(r, c));
    }
  } else {
    values = targets_in_own_units(model.encoder.target, outputs);
  }
  if (!model.encoder.target.quantiles.empty()) sort_within_rows(values);
  keep_in_range(model.encoder.target, values);
  return values;
}

template <typename T>
Matrix<double> truth_of(const TargetEncoding& target, const Dataset<T>& data) {
  if (data.own_targets.rows() == data.rows()) return data.own_targets;
  MatrixView<const T> targets = data.targets.view();
  if (!target.quantiles.empty()) targets = targets.column_block(0, 1);  // all columns are the same
  return targets_in_own_units(target, as_double<T>(targets).view());
}

namespace {

Metrics number_metrics(const TargetEncoding& target, const Matrix<double>& predicted,
                       const Matrix<double>& truth, std::span<const double> weights) {
  return target.quantiles.empty()
             ? regression_metrics(predicted.view(), truth.view(), weights)
             : quantile_metrics(predicted.view(), truth.view(), target.quantiles, weights);
}

// labels: the probabilities that soft labels say, else unused.
void add_metrics_of_probabilities(Metrics& metrics, std::span<const std::uint32_t> classes,
                                  const Matrix<double>& labels, const Matrix<double>& probabilities,
                                  std::span<const double> weights) {
  if (metrics.soft_labels) {
    add_soft_probability_metrics(metrics, labels.view(), probabilities.view(), weights);
  } else {
    add_probability_metrics(metrics, classes, probabilities.view(), weights);
  }
}

constexpr double kUnknownLoss = std::numeric_limits<double>::quiet_NaN();

// The loss of numbers that are the same for all rows, in the units of the targets that the network learns.
template <typename T>
double loss_of_constants(const Model& model, std::span<const double> constants, const Dataset<T>& data) {
  const LossProperties& properties = properties_of(model.loss.kind);
  if (!properties.is_for_regression) return kUnknownLoss;
  if (properties.output_is_logarithm && std::ranges::min(constants) <= 0) return kUnknownLoss;
  Matrix<T> outputs(data.rows(), constants.size());
  for (std::size_t r = 0; r < data.rows(); ++r) {
    for (std::size_t j = 0; j < constants.size(); ++j)
      outputs(r, j) = static_cast<T>(properties.output_is_logarithm ? std::log(constants[j]) : constants[j]);
  }
  LossOptions options = model.loss;
  if (options.reduction == Reduction::single) options.reduction = Reduction::mean;
  LossScratch<T> scratch;
  return evaluate_loss<T>({}, options, outputs.view(), outputs.view(), data.targets.view(), data.row_weights,
                          {}, scratch);
}

// The quantiles of the training targets as the prediction for each row.
template <typename T>
Metrics constant_quantile_metrics(const TargetEncoding& target, const Dataset<T>& training,
                                  std::span<const double> training_weights, const Dataset<T>& data,
                                  std::span<const double> weights) {
  const Matrix<double> known = truth_of(target, training);
  const std::vector<double> constants = quantiles_of(known.values(), training_weights, target.quantiles);
  Matrix<double> answer(data.rows(), constants.size());
  for (std::size_t r = 0; r < data.rows(); ++r)
    std::copy(constants.begin(), constants.end(), answer.row(r));
  Metrics metrics = number_metrics(target, answer, truth_of(target, data), weights);
  metrics.loss = kUnknownLoss;  // it is in scaled units; pinball_loss has those of the table
  return metrics;
}

}  // namespace

template <typename T>
Scored score_outputs(const Model& model, const Matrix<T>& outputs, double loss, const Dataset<T>& data,
                     std::span<const double> weights) {
  const TargetEncoding& target = model.encoder.target;
  Scored scored;
  if (target.task == Task::regression) {
    scored.truth = truth_of(target, data);
    scored.predicted = outputs_in_own_units(model, as_double<T>(outputs.view()).view());
    scored.metrics = number_metrics(target, scored.predicted, scored.truth, weights);
  } else if (target.task == Task::multi_label) {
    scored.metrics = multi_label_metrics<T>(outputs.view(), data.targets.view(), weights);
    scored.labels = as_double<T>(data.targets.view());
    if (has_probabilities(model)) scored.probabilities = as_double<T>(outputs.view());
  } else {
    scored.classes = predicted_classes<T>(target.task, data.targets.view());
    scored.metrics = classification_metrics(
        target.task, scored.classes, predicted_classes<T>(target.task, outputs.view(), target.threshold),
        target.class_names.size(), weights);
    scored.metrics.soft_labels = target.soft_labels;
    if (has_probabilities(model)) {
      scored.probabilities = class_probabilities(model, as_double<T>(outputs.view()));
      if (target.soft_labels) scored.labels = class_probabilities(model, as_double<T>(data.targets.view()));
      add_metrics_of_probabilities(scored.metrics, scored.classes, scored.labels, scored.probabilities,
                                   weights);
    }
  }
  scored.metrics.loss = loss;
  return scored;
}

void score_at_threshold(const Model& model, std::span<const double> weights, Scored& scored) {
  const double loss = scored.metrics.loss;
  const MatrixView<const double> probabilities = scored.probabilities.view();
  const std::vector<std::uint32_t> predicted = predicted_classes<double>(
      Task::binary, probabilities.column_block(1, 1), model.encoder.target.threshold);
  scored.metrics = classification_metrics(Task::binary, scored.classes, predicted, 2, weights);
  add_probability_metrics(scored.metrics, scored.classes, probabilities, weights);
  scored.metrics.loss = loss;
}

template <typename T>
Scored score_dataset(const Compute& compute, const Model& model, std::span<const T> parameters,
                     const Dataset<T>& data, std::span<const double> weights) {
  LossOptions options = model.loss;
  options.label_smoothing = 0;  // which is for training
  Matrix<T> outputs;
  const double loss = evaluate_dataset<T>(compute, model.network, parameters, options, data, &outputs,
                                          read_answers_at(model.network, model.encoder.target.task));
  return score_outputs<T>(model, outputs, loss, data, weights);
}

template <typename T>
Metrics baseline_metrics(const Model& model, const Dataset<T>& training,
                         std::span<const double> training_weights, const Dataset<T>& data,
                         std::span<const double> weights) {
  const TargetEncoding& target = model.encoder.target;
  if (!target.quantiles.empty())
    return constant_quantile_metrics<T>(target, training, training_weights, data, weights);
  const std::size_t outputs = data.targets.columns();
  std::vector<double> mean(outputs, 0);
  double total = 0;
  for (std::size_t r = 0; r < training.rows(); ++r) {
    const double weight = training_weights.empty() ? 1 : training_weights[r];
    total += weight;
    for (std::size_t j = 0; j < outputs; ++j)
      mean[j] += weight * static_cast<double>(training.targets(r, j));
  }
  for (double& value : mean)
    value /= total;
  Matrix<double> answer(data.rows(), outputs);
  for (std::size_t r = 0; r < data.rows(); ++r)
    std::copy(mean.begin(), mean.end(), answer.row(r));
  const Matrix<double> truth = as_double<T>(data.targets.view());
  if (target.task == Task::regression) {
    Metrics metrics = regression_metrics(targets_in_own_units(target, answer.view()).view(),
                                         truth_of(target, data).view(), weights);
    metrics.loss = loss_of_constants<T>(model, mean, data);
    return metrics;
  }
  if (target.task == Task::multi_label) {
    Metrics metrics = multi_label_metrics<double>(answer.view(), truth.view(), weights);
    metrics.loss = kUnknownLoss;
    return metrics;
  }
  const std::vector<std::uint32_t> classes = predicted_classes<double>(target.task, truth.view());
  Metrics metrics =
      classification_metrics(target.task, classes, predicted_classes<double>(target.task, answer.view()),
                             target.class_names.size(), weights);
  metrics.soft_labels = target.soft_labels;
  if (has_probabilities(model)) {
    add_metrics_of_probabilities(metrics, classes,
                                 target.soft_labels ? class_probabilities(model, truth) : Matrix<double>(),
                                 class_probabilities(model, std::move(answer)), weights);
  }
  // Weights of classes are in the loss, and not in the score. The loss of an order is that of its steps.
  const bool is_log_loss = model.loss.kind == Loss::softmax_cross_entropy ||
                           (model.loss.kind == Loss::binary_cross_entropy && target.task != Task::ordinal);
  metrics.loss =
      is_log_loss && data.row_weights.empty() ? metrics.log_loss.value_or(kUnknownLoss) : kUnknownLoss;
  return metrics;
}

template Matrix<double> as_double<float>(MatrixView<const float>);
template Matrix<double> as_double<double>(MatrixView<const double>);
template Matrix<double> truth_of<float>(const TargetEncoding&, const Dataset<float>&);
template Matrix<double> truth_of<double>(const TargetEncoding&, const Dataset<double>&);
template Scored score_dataset<float>(const Compute&, const Model&, std::span<const float>,
                                     const Dataset<float>&, std::span<const double>);
template Scored score_outputs<float>(const Model&, const Matrix<float>&, double, const Dataset<float>&,
                                     std::span<const double>);
template Scored score_outputs<double>(const Model&, const Matrix<double>&, double, const Dataset<double>&,
                                      std::span<const double>);
template Scored score_dataset<double>(const Compute&, const Model&, std::span<const double>,
                                      const Dataset<double>&, std::span<const double>);

template Metrics baseline_metrics<float>(const Model&, const Dataset<float>&, std::span<const double>,
                                         const Dataset<float>&, std::span<const double>);
template Metrics baseline_metrics<double>(const Model&, const Dataset<double>&, std::span<const double>,
                                          const Dataset<double>&, std::span<const double>);

}  // namespace chainrule
