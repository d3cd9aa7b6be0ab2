// Sample holds copies of the rows that are shuffled, those of one network side by side. A task takes one
// column: it writes the features of other rows over those of the column, lets each network predict its rows,
// and restores the column. Tasks run on one thread each, so that no number depends on how many there are.
#include "chainrule/session/importance.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "chainrule/base/random.h"
#include "chainrule/session/scoring.h"
#include "chainrule/train/accuracy.h"
#include "chainrule/train/quantile_metrics.h"
#include "chainrule/train/regression_metrics.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

constexpr std::size_t kFewestRows = 100;
constexpr std::size_t kFewestScreeningRows = 20;

// Steps of the random numbers of RandomPurpose::sampling. The search of `tune` uses the small ones.
constexpr std::uint32_t kRowsStep = 1U << 20;
constexpr std::uint32_t kShufflesStep = kRowsStep + 1;
constexpr std::uint32_t kStepsPerColumn = 8;
constexpr std::uint32_t kScreening = kStepsPerColumn - 1;  // the shuffle that chooses columns
static_assert(kImportanceShuffles < kScreening);

// The features of one column of the table.
struct Features {
  std::size_t first = 0, count = 0;
};

std::vector<Features> features_of_columns(const Encoder& encoder) {
  std::vector<Features> columns;
  std::size_t first = 0;
  for (const ColumnEncoding& input : encoder.inputs) {
    columns.push_back({.first = first, .count = input.features()});
    first += input.features();
  }
  return columns;
}

// As many rows as there are, each as often as its weight says, in random order. Without weights, and with
// equal ones, it is a permutation.
std::vector<std::uint32_t> shuffled_rows(const RandomKey& key, std::size_t rows,
                                         std::span<const double> weights) {
  std::vector<std::uint32_t> sources(rows);
  std::iota(sources.begin(), sources.end(), 0U);
  if (!weights.empty()) {
    // Systematic sampling: equal steps through the weights side by side.
    const double step = std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(rows);
    std::uint32_t row = 0;
    double end_of_row = weights[0];
    for (std::size_t i = 0; i < rows; ++i) {
      const double place = (static_cast<double>(i) + 0.5) * step;
      while (place >= end_of_row && row + 1 < rows)
        end_of_row += weights[++row];
      sources[i] = row;
    }
  }
  shuffle_indices(key, sources);
  return sources;
}

struct Judgement {
  double loss = 0, error = 0;
};

template <typename T>
class Sample {
 public:
  // At most `rows` rows of those of the networks.
  Sample(const Compute& compute, const Model& model, std::span<const RowsOfNetwork<T>> networks,
         const Dataset<T>& data, std::span<const double> weights, const RandomKey& key, std::size_t rows);

  std::size_t rows() const { return data_.rows(); }
  Judgement as_they_are() const { return judge(data_.inputs.view()); }
  // With the cells of one column shuffled, by each of these random keys.
  std::vector<Judgement> shuffled(const Features& column, std::span<const RandomKey> keys) const;

 private:
  Judgement judge(MatrixView<const T> inputs) const;
  double error_of(const Matrix<T>& outputs) const;

  Compute alone_;
  const Model& model_;
  std::span<const RowsOfNetwork<T>> networks_;
  LossOptions loss_;
  Dataset<T> data_;
  std::vector<double> weights_;
  std::vector<RowBlock> blocks_;        // of data_, one per network
  Matrix<double> truth_;                // regression, in own units
  std::vector<std::uint32_t> classes_;  // binary, classes: the true ones
};

template <typename T>
Sample<T>::Sample(const Compute& compute, const Model& model, std::span<const RowsOfNetwork<T>> networks,
                  const Dataset<T>& data, std::span<const double> weights, const RandomKey& key,
                  std::size_t rows)
    : alone_{.path = compute.path, .matrix_unit = compute.matrix_unit},
      model_(model),
      networks_(networks),
      loss_(model.loss) {
  loss_.reduction = Reduction::mean;
  loss_.label_smoothing = 0;       // which is for training
  std::vector<std::uint32_t> all;  // network by network
  for (const RowsOfNetwork<T>& one : networks)
    all.insert(all.end(), one.rows.begin(), one.rows.end());
  std::vector<std::uint32_t> chosen(all.size());
  std::iota(chosen.begin(), chosen.end(), 0U);
  if (all.size() > rows) {
    shuffle_indices(key, chosen);
    chosen.resize(rows);
    std::ranges::sort(chosen);
  }
  const std::size_t count = chosen.size();
  data_ = {.inputs = Matrix<T>::unset(count, data.inputs.columns()),
           .targets = Matrix<T>::unset(count, data.targets.columns())};
  const bool has_own = data.own_targets.rows() == data.rows();
  if (has_own) data_.own_targets = Matrix<double>(count, data.own_targets.columns());
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t row = all[chosen[i]];
    std::copy_n(data.inputs.row(row), data.inputs.columns(), data_.inputs.row(i));
    std::copy_n(data.targets.row(row), data.targets.columns(), data_.targets.row(i));
    if (has_own) std::copy_n(data.own_targets.row(row), data.own_targets.columns(), data_.own_targets.row(i));
    if (!data.row_weights.empty()) data_.row_weights.push_back(data.row_weights[row]);
    if (!weights.empty()) weights_.push_back(weights[row]);
  }
  std::size_t end = 0, first = 0;
  for (const RowsOfNetwork<T>& one : networks) {
    end += one.rows.size();
    const auto last = static_cast<std::size_t>(std::ranges::lower_bound(chosen, end) - chosen.begin());
    blocks_.push_back({.first = first, .count = last - first});
    first = last;
  }
  const TargetEncoding& target = model.encoder.target;
  if (target.task == Task::regression) {
    truth_ = truth_of(target, data_);
  } else if (target.task != Task::multi_label) {
    classes_ = predicted_classes<T>(target.task, data_.targets.view());
  }
}

template <typename T>
double Sample<T>::error_of(const Matrix<T>& outputs) const {
  const TargetEncoding& target = model_.encoder.target;
  if (target.task == Task::regression) {
    const Matrix<double> predicted = outputs_in_own_units(model_, as_double<T>(outputs.view()).view());
    if (!target.quantiles.empty())
      return quantile_metrics(predicted.view(), truth_.view(), target.quantiles, weights_).pinball_loss;
    return regression_metrics(predicted.view(), truth_.view(), weights_).rmse;
  }
  if (target.task == Task::multi_label)
    return 1 - multi_label_metrics<T>(outputs.view(), data_.targets.view(), weights_).accuracy;
  const std::vector<std::uint32_t> predicted =
      predicted_classes<T>(target.task, outputs.view(), target.threshold);
  double wrong = 0, total = 0;
  for (std::size_t r = 0; r < predicted.size(); ++r) {
    const double weight = weights_.empty() ? 1 : weights_[r];
    total += weight;
    if (predicted[r] != classes_[r]) wrong += weight;
  }
  return total > 0 ? wrong / total : 0;
}

template <typename T>
Judgement Sample<T>::judge(MatrixView<const T> inputs) const {
  Matrix<T> outputs(rows(), model_.encoder.target.outputs()), of_block;
  double loss = 0, total = 0;
  for (std::size_t n = 0; n < networks_.size(); ++n) {
    const RowBlock block = blocks_[n];
    if (block.count == 0) continue;
    std::span<const T> weights = data_.row_weights;
    if (!weights.empty()) weights = weights.subspan(block.first, block.count);
    const DatasetView<T> part(inputs.row_block(block), data_.targets.view().row_block(block), weights);
    const double mean =
        evaluate_dataset<T>(alone_, *networks_[n].network, networks_[n].parameters, loss_, part, &of_block,
                            read_answers_at(*networks_[n].network, model_.encoder.target.task));
    const double weight = weights.empty() ? static_cast<double>(block.count)
                                          : std::accumulate(weights.begin(), weights.end(), 0.0);
    loss += weight * mean;
    total += weight;
    for (std::size_t r = 0; r < block.count; ++r)
      std::copy_n(of_block.row(r), outputs.columns(), outputs.row(block.first + r));
  }
  return {.loss = total > 0 ? loss / total : 0, .error = error_of(outputs)};
}

template <typename T>
std::vector<Judgement> Sample<T>::shuffled(const Features& column, std::span<const RandomKey> keys) const {
  Matrix<T> inputs = data_.inputs;
  std::vector<Judgement> judgements;
  for (const RandomKey& key : keys) {
    const std::vector<std::uint32_t> sources = shuffled_rows(key, rows(), weights_);
    for (std::size_t r = 0; r < rows(); ++r)
      std::copy_n(data_.inputs.row(sources[r]) + column.first, column.count, inputs.row(r) + column.first);
    judgements.push_back(judge(inputs.view()));
  }
  return judgements;
}

std::vector<RandomKey> shuffle_keys(std::uint64_t seed, std::size_t column, std::uint32_t first,
                                    std::size_t count) {
  std::vector<RandomKey> keys;
  for (std::uint32_t s = first; s < first + count; ++s) {
    const auto step = static_cast<std::uint32_t>(kShufflesStep + column * kStepsPerColumn + s);
    keys.push_back({.seed = seed, .purpose = RandomPurpose::sampling, .step = step});
  }
  return keys;
}

ColumnImportance importance_of(const std::string& name, const Judgement& usual,
                               const std::vector<Judgement>& shuffles) {
  ColumnImportance importance{.column = name};
  const double count = static_cast<double>(shuffles.size());
  double squares = 0;
  for (const Judgement& one : shuffles) {
    importance.loss_rise += (one.loss - usual.loss) / count;
    importance.error_rise += (one.error - usual.error) / count;
  }
  // The difference of two shares that are equal may be a rounding error.
  if (std::fabs(importance.error_rise) < 1e-12) importance.error_rise = 0;
  for (const Judgement& one : shuffles) {
    const double distance = one.loss - usual.loss - importance.loss_rise;
    squares += distance * distance;
  }
  importance.loss_spread = std::sqrt(squares / (count - 1));
  return importance;
}

// The columns whose loss rises most in one shuffle, in the order of the table.
template <typename T>
std::vector<std::size_t> screened(ThreadPool* pool, const Sample<T>& sample,
                                  const std::vector<Features>& features, std::uint64_t seed,
                                  std::size_t limit) {
  std::vector<double> losses(features.size());
  run_tasks(pool, features.size(), [&](std::size_t c) {
    losses[c] = sample.shuffled(features[c], shuffle_keys(seed, c, kScreening, 1)).front().loss;
    if (std::isnan(losses[c])) losses[c] = HUGE_VAL;
  });
  std::vector<std::size_t> columns(features.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  std::ranges::stable_sort(columns, [&](std::size_t a, std::size_t b) { return losses[a] > losses[b]; });
  columns.resize(limit);
  std::ranges::sort(columns);
  return columns;
}

std::size_t affordable_rows(double products, double products_per_row) {
  return static_cast<std::size_t>(products / std::max(products_per_row, 1.0));
}

}  // namespace

template <typename T>
Importance measure_importance(const Compute& compute, const Model& model,
                              std::span<const RowsOfNetwork<T>> networks, const Dataset<T>& data,
                              std::span<const double> weights, std::uint64_t seed,
                              const ImportanceLimits& limits) {
  const std::vector<Features> features = features_of_columns(model.encoder);
  Importance importance{.input_columns = features.size()};
  std::size_t parameters = 0;
  for (const RowsOfNetwork<T>& one : networks) {
    importance.all_rows += one.rows.size();
    parameters = std::max(parameters, one.parameters.size());
  }
  if (importance.all_rows < 2 || features.empty()) return importance;
  const RandomKey key{.seed = seed, .purpose = RandomPurpose::sampling, .step = kRowsStep};
  const auto sample_of = [&](std::size_t rows) {
    return Sample<T>(compute, model, networks, data, weights, key, rows);
  };

  std::vector<std::size_t> columns(features.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  if (columns.size() > limits.columns) {
    const std::size_t rows = std::min(limits.screening_rows,
                                      affordable_rows(limits.products, static_cast<double>(columns.size()) *
                                                                           static_cast<double>(parameters)));
    if (rows < kFewestScreeningRows) return importance;
    const Sample<T> sample = sample_of(rows);
    importance.screening_rows = sample.rows();
    columns = screened(compute.pool, sample, features, seed, limits.columns);
  }

  const double products_per_row =
      static_cast<double>(kImportanceShuffles * columns.size()) * static_cast<double>(parameters);
  const Sample<T> sample = sample_of(
      std::min(std::max(affordable_rows(limits.products, products_per_row), kFewestRows), limits.rows));
  importance.rows = sample.rows();
  const Judgement usual = sample.as_they_are();
  importance.loss = usual.loss;
  importance.error = usual.error;
  importance.is_of_quantiles = !model.encoder.target.quantiles.empty();
  importance.columns.resize(columns.size());
  run_tasks(compute.pool, columns.size(), [&](std::size_t i) {
    const std::size_t c = columns[i];
    importance.columns[i] =
        importance_of(model.encoder.inputs[c].name, usual,
                      sample.shuffled(features[c], shuffle_keys(seed, c, 0, kImportanceShuffles)));
  });
  for (ColumnImportance& one : importance.columns)
    one.has_enough_rows = sample.rows() >= ColumnImportance::kEnoughRows;

  // A loss that is not finite any more has risen most.
  const auto rise = [](const ColumnImportance& one) {
    return std::isnan(one.loss_rise) ? HUGE_VAL : one.loss_rise;
  };
  std::ranges::stable_sort(importance.columns, std::greater<>(), rise);
  return importance;
}

template <typename T>
Importance measure_importance(const Compute& compute, const Model& model, std::span<const T> parameters,
                              const Dataset<T>& data, std::span<const double> weights, std::uint64_t seed) {
  RowsOfNetwork<T> all{.network = &model.network, .parameters = parameters};
  all.rows.resize(data.rows());
  std::iota(all.rows.begin(), all.rows.end(), 0U);
  return measure_importance<T>(compute, model, std::span<const RowsOfNetwork<T>>(&all, 1), data, weights,
                               seed, ImportanceLimits{});
}

#define CHAINRULE_INSTANTIATE(T)                                                                             \
  template Importance measure_importance<T>(const Compute&, const Model&, std::span<const RowsOfNetwork<T>>, \
                                            const Dataset<T>&, std::span<const double>, std::uint64_t,       \
                                            const ImportanceLimits&);                                        \
  template Importance measure_importance<T>(const Compute&, const Model&, std::span<const T>,                \
                                            const Dataset<T>&, std::span<const double>, std::uint64_t);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
