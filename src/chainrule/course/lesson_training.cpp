// Training runs for lessons, in double and with nothing that the lessons do not show.
#include "chainrule/course/lesson_training.h"

#include <algorithm>

#include "chainrule/model/forward.h"

namespace chainrule {

Network plane_classifier(std::vector<std::size_t> hidden, Activation activation, std::size_t classes) {
  return make_mlp({.inputs = 2,
                   .hidden = std::move(hidden),
                   .outputs = classes,
                   .hidden_activations = {activation},
                   .output_activation = Activation::softmax});
}

TrainerOptions trainer_options(Loss loss, Optimizer optimizer, double learning_rate, std::size_t epochs,
                               std::size_t batch_size) {
  return {.loss = {.kind = loss},
          .optimizer = {.kind = optimizer},
          .learning_rate = learning_rate,
          .stopping = {.epochs = epochs},
          .batch_size = batch_size};
}

// Lessons generate their tables, so that no cell is missing and no unit needs scaling.
Dataset<double> dataset_of(const Table& table) {
  const std::size_t rows = table.rows(), inputs = table.columns.size() - 1;
  const Column& target = table.columns.back();
  const bool is_class = target.kind == ColumnKind::category;
  Dataset<double> data{.inputs = Matrix<double>(rows, inputs),
                       .targets = Matrix<double>(rows, is_class ? target.words.size() : 1)};
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < inputs; ++c)
      data.inputs(r, c) = table.columns[c].numbers[r];
    if (is_class) {
      data.targets(r, static_cast<std::size_t>(target.codes[r])) = 1;
    } else {
      data.targets(r, 0) = target.numbers[r];
    }
  }
  return data;
}

std::vector<double> TrainedNetwork::outputs(std::span<const double> x) const {
  Workspace<double> workspace;
  const MatrixView<const double> a =
      forward<double>({}, network, parameters, {x.data(), 1, x.size()}, Mode::predict, {}, workspace);
  return {a.row(0), a.row(0) + a.columns};
}

double TrainedNetwork::loss_on(const Dataset<double>& data) const {
  return evaluate_dataset<double>({}, network, parameters, loss, data, nullptr);
}

double TrainedNetwork::accuracy_on(const Dataset<double>& data) const {
  Matrix<double> answers;
  evaluate_dataset<double>({}, network, parameters, loss, data, &answers);
  return score_for<double>(Task::classes)(answers.view(), data.targets.view());
}

// 200 pieces are smooth at the width of a panel.
PlaneSeries curve_of(std::string name, double low, double high, const std::function<double(double)>& f) {
  PlaneSeries series{.name = std::move(name)};
  constexpr int kPieces = 200;
  for (int i = 0; i <= kPieces; ++i) {
    const double x = low + (high - low) * i / kPieces;
    series.points.push_back({x, f(x)});
  }
  return series;
}

PlaneSeries loss_curve(const History& history, std::string name) {
  PlaneSeries series{.name = std::move(name)};
  for (const EpochReport& epoch : history.epochs)
    series.points.push_back({static_cast<double>(epoch.epoch), epoch.training_loss});
  return series;
}

TrainedNetwork train_network(const Network& network, const Dataset<double>& data,
                             const TrainerOptions& options, const InitializerOptions& first_weights) {
  TrainedNetwork trained{.network = network, .parameters = {}, .loss = options.loss, .history = {}};
  trained.parameters.resize(parameter_count(network));
  initialize_parameters<double>(network, first_weights, trained.parameters);
  trained.history = train<double>({}, network, options, data, nullptr, {}, {}, trained.parameters);
  require_not_diverged(trained.history);
  return trained;
}

}  // namespace chainrule
