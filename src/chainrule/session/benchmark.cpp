#include "chainrule/session/benchmark.h"

#include <algorithm>
#include <chrono>

#include "chainrule/base/error.h"
#include "chainrule/base/fingerprint.h"
#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

// Inputs uniform in (-1, 1); the class is a fixed function of them, so that there is something to learn.
template <typename T>
Dataset<T> random_classes(std::size_t rows, std::size_t features, std::size_t classes, std::uint64_t seed) {
  Dataset<T> data{.inputs = Matrix<T>(rows, features), .targets = Matrix<T>(rows, classes)};
  const RandomKey key{.seed = seed, .purpose = RandomPurpose::generator};
  for (std::size_t i = 0; i < rows * features; ++i) {
    data.inputs.values()[i] = static_cast<T>(2 * random_uniform(key, i) - 1);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    const auto features_end = data.inputs.row(r) + std::min(features, classes);
    const auto largest =
        static_cast<std::size_t>(std::max_element(data.inputs.row(r), features_end) - data.inputs.row(r));
    data.targets(r, largest) = 1;
  }
  return data;
}

struct SignatureJob {
  MlpOptions network;
  Loss loss;
  Rule rule;
  double learning_rate;
};

// Every activation, every rule and four losses occur; sizes are odd so that every tail of the kernels runs.
std::vector<SignatureJob> signature_jobs() {
  using A = Activation;
  return {
      {.network = {.inputs = 37,
                   .hidden = {67, 33},
                   .outputs = 10,
                   .hidden_activations = {A::relu},
                   .output_activation = A::softmax,
                   .dropout = 0.25},
       .loss = Loss::softmax_cross_entropy,
       .rule = Rule::momentum,
       .learning_rate = 0.05},
      {.network = {.inputs = 13,
                   .hidden = {29, 17, 5},
                   .outputs = 3,
                   .hidden_activations = {A::tanh, A::prelu, A::gelu},
                   .output_activation = A::identity},
       .loss = Loss::mean_squared_error,
       .rule = Rule::adam,
       .learning_rate = 0.01},
      {.network = {.inputs = 21,
                   .hidden = {24, 19, 9},
                   .outputs = 4,
                   .hidden_activations = {A::swish, A::mish, A::softplus},
                   .output_activation = A::logistic,
                   .swish_beta = ParameterUse::learnable},
       .loss = Loss::binary_cross_entropy,
       .rule = Rule::nesterov,
       .learning_rate = 0.02},
      {.network = {.inputs = 11,
                   .hidden = {16, 15, 14, 13},
                   .outputs = 2,
                   .hidden_activations = {A::elu, A::selu, A::leaky_relu, A::bipolar_sigmoid},
                   .output_activation = A::identity},
       .loss = Loss::huber,
       .rule = Rule::rmsprop,
       .learning_rate = 0.003},
      {.network = {.inputs = 8,
                   .hidden = {40},
                   .outputs = 6,
                   .hidden_activations = {A::logistic},
                   .output_activation = A::identity},
       .loss = Loss::poisson,
       .rule = Rule::adamw,
       .learning_rate = 0.01},
      {.network = {.inputs = 5, .hidden = {}, .outputs = 5, .output_activation = A::softmax},
       .loss = Loss::half_squared_error,
       .rule = Rule::gradient_descent,
       .learning_rate = 0.1},
  };
}

template <typename T>
void add_signature(const Compute& compute, Fingerprint& fingerprint) {
  std::uint64_t seed = 1;
  for (const SignatureJob& job : signature_jobs()) {
    const Network network = make_mlp(job.network);
    // 300 rows in batches of 96: 3 blocks of 32 in a whole batch, and a rest of 12 rows.
    const Dataset<T> data = random_classes<T>(300, network.inputs(), network.outputs(), seed);
    AlignedVector<T> parameters(parameter_count(network));
    initialize_parameters<T>(network, {.seed = seed}, parameters);
    TrainerOptions options{
        .loss = {.kind = job.loss, .label_smoothing = 0.05},
        .penalty = {.l1 = 1e-5, .l2 = 1e-4},
        .optimizer = {.rule = job.rule, .weight_decay = job.rule == Rule::adamw ? 0.01 : 0},
        .schedule = {.kind = ScheduleKind::cosine, .learning_rate = job.learning_rate, .warm_up = 1},
        .stopping = {.epochs = 4},
        .batch_size = 96,
        .clip_norm = 1,
        .seed = seed};
    train<T>(compute, network, options, data, nullptr, {}, {}, parameters);
    fingerprint.add_all(std::span<const T>(parameters));
    ++seed;
  }
}

template <typename T>
TrainBench bench(const Compute& compute, const TrainBenchRequest& request) {
  MlpOptions mlp{.inputs = request.layers.front(),
                 .hidden = {request.layers.begin() + 1, request.layers.end() - 1},
                 .outputs = request.layers.back(),
                 .hidden_activations = {request.activation},
                 .output_activation = Activation::softmax};
  const Network network = make_mlp(mlp);
  const std::size_t batches_of_data = 64;
  const Dataset<T> data =
      random_classes<T>(request.batch_size * batches_of_data, network.inputs(), network.outputs(), 1);
  BatchIterator<T> batches(data, request.batch_size, RowOrder::shuffled, 1);
  const StepOptions options{.loss = {.kind = Loss::softmax_cross_entropy},
                            .optimizer = {.rule = request.rule},
                            .schedule = {.learning_rate = 0.01},
                            .steps_per_epoch = batches_of_data};
  const StepPlan plan = plan_step(compute, network, options);
  TrainState<T> state = make_train_state<T>(network, options.optimizer);
  initialize_parameters<T>(network, {}, state.parameters);
  StepBuffers<T> buffers;

  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  std::vector<double> seconds_per_step;
  const Clock::time_point begin = Clock::now();
  for (std::uint32_t epoch = 1; epoch <= 3 || seconds_since(begin) < request.seconds; ++epoch) {
    batches.start_epoch(epoch);
    const Clock::time_point start = Clock::now();
    for (std::size_t i = 0; i < batches_of_data; ++i) {
      batches.fetch(i, buffers.batch, compute);
      train_step<T>(compute, network, options, plan, state, buffers);
    }
    // The first epoch warms caches and buffers up.
    if (epoch > 1) seconds_per_step.push_back(seconds_since(start) / static_cast<double>(batches_of_data));
  }
  std::sort(seconds_per_step.begin(), seconds_per_step.end());
  const double median = seconds_per_step[seconds_per_step.size() / 2];
  return {.samples_per_second = static_cast<double>(request.batch_size) / median,
          .microseconds_per_step = median * 1e6,
          .repetitions = seconds_per_step.size()};
}

}  // namespace

std::string training_signature(const Compute& compute) {
  Fingerprint fingerprint;
  add_signature<float>(compute, fingerprint);
  add_signature<double>(compute, fingerprint);
  return fingerprint.text();
}

TrainBench bench_training(const Compute& compute, const TrainBenchRequest& request) {
  if (request.layers.size() < 2 || request.batch_size == 0) {
    throw UsageError({.what = "a benchmark needs at least two layer sizes and a batch",
                      .expected = "for example layers 784,128,10 and batch size 128"});
  }
  return request.precision == Precision::float32 ? bench<float>(compute, request)
                                                 : bench<double>(compute, request);
}

}  // namespace chainrule
