// Transfer learning: a network learns the moons, then its hidden layers are frozen and logistic regression is
// trained on their outputs: y = g(phi(x), theta) with phi fixed.
//
// Prints the accuracy of logistic regression on the raw columns and on the frozen features.
#include <algorithm>
#include <cstdio>
#include <numeric>

#include "chainrule/chainrule.h"

namespace {

using namespace chainrule;

double accuracy(const Network& network, const AlignedVector<double>& parameters,
                const Dataset<double>& data) {
  Matrix<double> outputs(data.rows(), 1);
  predict_rows<double>(Compute{}, network, parameters, data.inputs.view(), outputs.view());
  std::size_t correct = 0;
  for (std::size_t row = 0; row < data.rows(); ++row)
    correct += (outputs.row(row)[0] > 0.5) == (data.targets.row(row)[0] > 0.5) ? 1 : 0;
  return static_cast<double>(correct) / static_cast<double>(data.rows());
}

// Trains from new initial weights; returns the trained parameters.
AlignedVector<double> learn(const Network& network, const Dataset<double>& data) {
  AlignedVector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {.seed = 1}, parameters);
  const TrainerOptions options{
      .loss = {.kind = Loss::binary_cross_entropy}, .learning_rate = 0.02, .stopping = {.epochs = 100}};
  train<double>(Compute{}, network, options, data, nullptr, {}, {}, parameters);
  return parameters;
}

}  // namespace

int main() {
  const Table table = generate_data(GeneratedData::moons, {.rows = 400, .noise = 0.1, .seed = 7});
  const Schema schema = make_schema(table, {.targets = {"class"}});
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const Encoder encoder = fit_encoder(table, schema, rows, {});
  Dataset<double> data{.inputs = Matrix<double>(rows.size(), encoder.features()),
                       .targets = Matrix<double>(rows.size(), 1)};
  encode_inputs<double>(encoder, table, rows, data.inputs.view());
  encode_targets<double>(encoder, table, rows, data.targets.view());

  const Network whole = make_mlp({.inputs = encoder.features(),
                                  .hidden = {16, 8},
                                  .outputs = 1,
                                  .hidden_activations = {Activation::tanh},
                                  .output_activation = Activation::logistic});
  const AlignedVector<double> learned = learn(whole, data);

  // phi: all layers but the last, with their trained parameters. Parameters are stored layer by layer.
  Network features = whole;
  features.layers.pop_back();
  const AlignedVector<double> frozen(
      learned.begin(), learned.begin() + static_cast<std::ptrdiff_t>(parameter_count(features)));
  Dataset<double> on_features{.inputs = Matrix<double>(data.rows(), features.outputs()),
                              .targets = data.targets};
  predict_rows<double>(Compute{}, features, frozen, data.inputs.view(), on_features.inputs.view());

  // g: logistic regression is a network without hidden layers.
  const auto regression = [](std::size_t inputs) {
    return make_mlp(
        {.inputs = inputs, .hidden = {}, .outputs = 1, .output_activation = Activation::logistic});
  };
  const Network on_raw = regression(data.inputs.columns()), on_phi = regression(features.outputs());
  const double raw = accuracy(on_raw, learn(on_raw, data), data);
  const double transferred = accuracy(on_phi, learn(on_phi, on_features), on_features);
  std::printf("logistic regression on the raw columns: accuracy %.3f; on the %zu frozen features: %.3f\n",
              raw, features.outputs(), transferred);
  return transferred > 0.99 && raw < 0.95 ? 0 : 1;
}
