// A training loop of your own: a tanh network with one logistic output learns to separate the two moons.
//
// The eight numbered stations are those of ARCHITECTURE.md; train/train_step.cpp is the library's own
// version.
#include <cstdio>
#include <numeric>

#include "chainrule/chainrule.h"

int main() {
  using namespace chainrule;

  // Data: a generated table, encoded like any other table.
  const Table table = generate_data(GeneratedData::moons, {.rows = 400, .noise = 0.1, .seed = 7});
  const Schema schema = make_schema(table, {.targets = {"class"}});
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const Encoder encoder = fit_encoder(table, schema, rows, {});
  Dataset<float> data{.inputs = Matrix<float>(rows.size(), encoder.features()),
                      .targets = Matrix<float>(rows.size(), encoder.target.outputs())};
  encode_inputs<float>(encoder, table, rows, data.inputs.view());
  encode_targets<float>(encoder, table, rows, data.targets.view());

  // The description of the network, its parameters and the optimizer's state are separate values.
  const Network network = make_mlp({.inputs = encoder.features(),
                                    .hidden = {16, 16},
                                    .outputs = encoder.target.outputs(),
                                    .hidden_activations = {Activation::tanh},
                                    .output_activation = Activation::logistic});
  AlignedVector<float> parameters(parameter_count(network)), gradient(parameters.size());
  initialize_parameters<float>(network, {.seed = 1}, parameters);
  const OptimizerOptions adam{.kind = Optimizer::adam};
  OptimizerState<float> state = make_optimizer_state<float>(adam, parameters.size());
  const LossOptions loss{.kind = Loss::binary_cross_entropy};
  const ScheduleOptions schedule{.kind = ScheduleKind::cosine};

  constexpr std::size_t kEpochs = 60;
  const Compute compute;
  BatchIterator<float> batches(data, 32, RowOrder::shuffled, 1);
  Batch<float> batch;
  Workspace<float> workspace;
  LossScratch<float> scratch;
  Matrix<float> d_output;
  std::size_t step = 0;
  for (std::uint32_t epoch = 1; epoch <= kEpochs; ++epoch) {
    batches.start_epoch(epoch);
    double epoch_loss = 0;
    for (std::size_t i = 0; i < batches.batches_per_epoch(); ++i, ++step) {
      batches.fetch(i, batch);                                                               // 1 fetch
      const auto output = forward<float>(compute, network, parameters, batch.inputs.view(),  // 2 forward
                                         Mode::train, {.seed = 1}, workspace);
      d_output.resize(batch.rows(), network.outputs());
      epoch_loss += evaluate_loss<float>(compute, loss, workspace.layers.back().z.view(), output,  // 3 loss
                                         batch.targets.view(), {}, d_output.view(), scratch);
      backward<float>(compute, network, parameters, batch.inputs.view(), d_output.view(),  // 4 backward
                      properties_of(loss.kind).gradient_at, workspace, gradient);
      clip_gradient<float>({}, 1.0, gradient);                                                 // 5 condition
      const double rate = learning_rate_at(0.02, schedule, step, batches.batches_per_epoch(),  // 6 schedule
                                           kEpochs, {});
      update<float>(compute, adam, rate, {}, gradient, parameters, state);  // 7 update
    }
    if (epoch % 10 == 0) {  // 8 report
      std::printf("epoch %2u  loss %.4f\n", epoch,
                  epoch_loss / static_cast<double>(batches.batches_per_epoch()));
    }
  }

  Matrix<float> outputs(data.rows(), network.outputs());
  predict_rows<float>(compute, network, parameters, data.inputs.view(), outputs.view());
  const double accuracy = score_for<float>(Task::binary)(outputs.view(), data.targets.view());
  std::printf("accuracy %.3f on the 400 training points\n", accuracy);
  return accuracy > 0.97 ? 0 : 1;
}
