// Two kinds of benchmark. The signature trains small jobs with fixed seeds and hashes their parameters:
//
//   signature = hash of all parameters after 4 epochs of each job in signature_jobs(), float then double
//
// A speed is the median time of groups of steps or calls, and its share of the peak is
//
//   peak_share = flops / seconds / peak_flops,   flops = training_flops or prediction_flops
//
// with the peak that a loop of multiply-adds reaches on the same threads (tensor/peak.h).
#include "chainrule/session/benchmark.h"

#include <algorithm>
#include <chrono>

#include "chainrule/base/error.h"
#include "chainrule/base/hash.h"
#include "chainrule/base/memory.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/model/initializer.h"
#include "chainrule/tensor/peak.h"
#include "chainrule/train/predictor.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

// Inputs uniform in (-1, 1); the class is a fixed function of them, so that a network can learn it.
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
  Optimizer optimizer;
  double learning_rate;
};

// Covers every optimizer and most activations and losses; odd sizes make every tail of the kernels run.
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
       .optimizer = Optimizer::momentum,
       .learning_rate = 0.05},
      {.network = {.inputs = 13,
                   .hidden = {29, 17, 5},
                   .outputs = 3,
                   .hidden_activations = {A::tanh, A::prelu, A::gelu},
                   .output_activation = A::identity},
       .loss = Loss::mean_squared_error,
       .optimizer = Optimizer::adam,
       .learning_rate = 0.01},
      {.network = {.inputs = 21,
                   .hidden = {24, 19, 9},
                   .outputs = 4,
                   .hidden_activations = {A::swish, A::mish, A::softplus},
                   .output_activation = A::logistic,
                   .swish_beta = ParameterUse::learnable},
       .loss = Loss::binary_cross_entropy,
       .optimizer = Optimizer::nesterov,
       .learning_rate = 0.02},
      {.network = {.inputs = 11,
                   .hidden = {16, 15, 14, 13},
                   .outputs = 2,
                   .hidden_activations = {A::elu, A::selu, A::leaky_relu, A::bipolar_sigmoid},
                   .output_activation = A::identity},
       .loss = Loss::huber,
       .optimizer = Optimizer::rmsprop,
       .learning_rate = 0.003},
      {.network = {.inputs = 8,
                   .hidden = {40},
                   .outputs = 6,
                   .hidden_activations = {A::logistic},
                   .output_activation = A::identity},
       .loss = Loss::poisson,
       .optimizer = Optimizer::adamw,
       .learning_rate = 0.01},
      // Large enough that threads share the rows and the products.
      {.network = {.inputs = 61,
                   .hidden = {301, 130},
                   .outputs = 12,
                   .hidden_activations = {A::relu},
                   .output_activation = A::softmax},
       .loss = Loss::softmax_cross_entropy,
       .optimizer = Optimizer::gradient_descent,
       .learning_rate = 0.05},
      {.network = {.inputs = 5, .hidden = {}, .outputs = 5, .output_activation = A::softmax},
       .loss = Loss::half_squared_error,
       .optimizer = Optimizer::gradient_descent,
       .learning_rate = 0.1},
  };
}

template <typename T>
void add_signature(const Compute& compute, Hash& hash) {
  std::uint64_t seed = 1;
  for (const SignatureJob& job : signature_jobs()) {
    const Network network = make_mlp(job.network);
    // 300 rows in batches of 96: 3 blocks of 32 in a whole batch, and a remainder of 12 rows.
    const Dataset<T> data = random_classes<T>(300, network.inputs(), network.outputs(), seed);
    AlignedVector<T> parameters(parameter_count(network));
    initialize_parameters<T>(network, {.seed = seed}, parameters);
    TrainerOptions options{
        .loss = {.kind = job.loss, .label_smoothing = 0.05},
        .penalty = {.l1 = 1e-5, .l2 = 1e-4},
        .optimizer = {.kind = job.optimizer, .weight_decay = job.optimizer == Optimizer::adamw ? 0.01 : 0},
        .learning_rate = job.learning_rate,
        .schedule = {.kind = ScheduleKind::cosine, .warm_up = 1},
        .stopping = {.epochs = 4},
        .batch_size = 96,
        .clip_norm = 1,
        .seed = seed};
    require_not_diverged(train<T>(compute, network, options, data, nullptr, {}, {}, parameters));
    hash.add_all(std::span<const T>(parameters));
    ++seed;
  }
}

// Threads beyond the number of processors add no speed.
std::size_t working_threads(const Compute& compute) {
  return compute.pool == nullptr ? 1 : std::min(compute.pool->threads(), available_threads());
}

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Repeats `work` for `seconds`, in groups of 3 ms so that the clock is read seldom; at least three groups.
// The peak is measured before and after, and the better one counts, since a processor may heat up or be
// shared.
template <typename Work>
Speed measure(const Compute& compute, Precision precision, double seconds, double flops, std::size_t rows,
              Work work) {
  double peak = multiply_add_peak(compute.path);
  Clock::time_point start = Clock::now();
  work();
  // The first call allocates; the second one is timed.
  if (seconds_since(start) < 0.1) {
    start = Clock::now();
    work();
  }
  const double estimate = std::max(seconds_since(start), 1e-9);
  const auto group = static_cast<std::size_t>(std::max(1.0, 3e-3 / estimate));
  std::vector<double> times;
  // A tenth of the time warms up caches and clock and does not count.
  Clock::time_point begin = Clock::now();
  while (seconds_since(begin) + estimate < seconds / 10)
    work();
  begin = Clock::now();
  while (times.size() < 3 || seconds_since(begin) < seconds) {
    start = Clock::now();
    for (std::size_t i = 0; i < group; ++i)
      work();
    times.push_back(seconds_since(start) / static_cast<double>(group));
  }
  peak = std::max(peak, multiply_add_peak(compute.path));
  peak *= static_cast<double>(working_threads(compute));
  if (precision == Precision::float64) peak /= 2;
  if (precision == Precision::bf16) peak = 0;  // the peak of multiply-adds does not apply to a matrix unit
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return {.rows_per_second = static_cast<double>(rows) / *middle,
          .microseconds = *middle * 1e6,
          .repetitions = times.size(),
          .flops = flops,
          .peak_flops = peak,
          .peak_share = peak > 0 ? flops / *middle / peak : 0,
          .data_rows = rows,
          .precision = precision};
}

Network bench_network(const std::vector<std::size_t>& layers, Activation activation, double dropout) {
  return make_mlp({.inputs = layers.front(),
                   .hidden = {layers.begin() + 1, layers.end() - 1},
                   .outputs = layers.back(),
                   .hidden_activations = {activation},
                   .output_activation = Activation::softmax,
                   .dropout = dropout});
}

// Number of batches: at least 2; at most 64, 64 MB and 5e10 operations per epoch (half a second at 100
// GFLOP/s).
template <typename T>
std::size_t batches_of_data(const TrainBenchRequest& request, double flops) {
  const double batch_bytes =
      static_cast<double>(request.batch_size) *
      static_cast<double>((request.layers.front() + request.layers.back()) * sizeof(T));
  return static_cast<std::size_t>(std::clamp(std::min(64e6 / batch_bytes, 5e10 / flops), 2.0, 64.0));
}

template <typename T>
Speed bench_training_in(const Compute& compute, const TrainBenchRequest& request) {
  const double flops = training_flops(request.layers, request.batch_size);
  const Network network = bench_network(request.layers, request.activation, request.dropout);
  std::optional<std::string> obstacle;
  if (request.precision == Precision::bf16) obstacle = obstacle_to_bf16(compute, network);
  const Precision precision = obstacle ? Precision::float32 : request.precision;
  const std::size_t epoch_steps = batches_of_data<T>(request, flops);
  const Dataset<T> data =
      random_classes<T>(request.batch_size * epoch_steps, network.inputs(), network.outputs(), 1);
  BatchIterator<T> batches(data, request.batch_size, RowOrder::shuffled, 1);
  const StepOptions options{.loss = {.kind = Loss::softmax_cross_entropy},
                            .optimizer = {.kind = request.optimizer},
                            .learning_rate = 0.01,
                            .steps_per_epoch = epoch_steps,
                            .products = precision == Precision::bf16 ? Products::bf16 : Products::full};
  const StepPlan plan = plan_step(compute, network, options);
  TrainState<T> state = make_train_state<T>(network, options.optimizer);
  initialize_parameters<T>(network, {}, state.parameters);
  StepBuffers<T> buffers;
  std::size_t step = 0;
  Speed speed = measure(compute, precision, request.seconds, flops, request.batch_size, [&] {
    if (step % epoch_steps == 0) batches.start_epoch(static_cast<std::uint32_t>(step / epoch_steps + 1));
    batches.fetch(step % epoch_steps, buffers.batch, compute);
    train_step<T>(compute, network, options, plan, state, buffers);
    ++step;
  });
  speed.data_rows = data.rows();
  if (obstacle) speed.note = *obstacle + ": measured in float32";
  return speed;
}

template <typename T>
Speed bench_prediction_in(const Compute& compute, const PredictBenchRequest& request) {
  const Network network = bench_network(request.layers, request.activation, 0);
  const Dataset<T> data = random_classes<T>(request.rows, network.inputs(), network.outputs(), 1);
  AlignedVector<T> parameters(parameter_count(network));
  initialize_parameters<T>(network, {}, parameters);
  Predictor<T> predictor(compute, network, parameters);
  Matrix<T> outputs(request.rows, network.outputs());
  const auto predict = [&] { predictor.predict(data.inputs.view(), outputs.view()); };
  return measure(compute, request.precision, request.seconds, prediction_flops(request.layers, request.rows),
                 request.rows, predict);
}

// Throws, before anything is allocated, when the parameters and the values of `rows` rows in all layers,
// each held `copies` times, exceed the machine's memory.
void require_memory(const std::vector<std::size_t>& layers, std::size_t rows, double copies,
                    Precision precision, Setting rows_setting) {
  double numbers = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto units = static_cast<double>(layers[i]);
    if (i > 0) numbers += copies * (static_cast<double>(layers[i - 1]) + 1) * units;
    numbers += copies * units * static_cast<double>(rows);
  }
  const double bytes = numbers * (precision == Precision::float64 ? 8 : 4);
  const double memory = memory_of_machine();
  if (memory == 0 || bytes <= 0.8 * memory) return;
  throw UsageError({.what = "this benchmark needs more memory than the machine has",
                    .where = named(Setting::layers) + ", " + named(rows_setting),
                    .expected = "less than " + format_significant(0.8 * memory * 1e-9, 3) + " GB",
                    .got = "about " + format_significant(bytes * 1e-9, 3) + " GB",
                    .advice = "fewer units, or fewer rows"});
}

// Requires an activation that can be trained if there are hidden layers.
void require_hidden_activation(const std::vector<std::size_t>& layers, Activation activation) {
  if (is_trainable_by_unit(activation)) return;
  if (layers.size() == 2) return;
  throw UsageError(
      {.what = std::string(name_of(activation)) + " is not an activation for trained hidden layers",
       .setting = Setting::activation,
       .expected = "relu, tanh, logistic or another one with a derivative"});
}

void require_sizes(const std::vector<std::size_t>& layers, std::size_t rows) {
  if (layers.size() < 2 || std::find(layers.begin(), layers.end(), std::size_t{0}) != layers.end()) {
    throw UsageError({.what = "a benchmark needs a network with inputs and outputs",
                      .setting = Setting::layers,
                      .expected = "two numbers or more, such as 784,128,10"});
  }
  if (rows == 0) {
    throw UsageError({.what = "a benchmark of no rows", .expected = "1 row or more"});
  }
}

}  // namespace

std::string training_signature(const Compute& compute) {
  Hash hash;
  add_signature<float>(compute, hash);
  add_signature<double>(compute, hash);
  return hash.text();
}

double prediction_flops(std::span<const std::size_t> layers, std::size_t rows) {
  double weights = 0;
  for (std::size_t i = 1; i < layers.size(); ++i)
    weights += static_cast<double>(layers[i - 1]) * static_cast<double>(layers[i]);
  return 2 * weights * static_cast<double>(rows);
}

double training_flops(std::span<const std::size_t> layers, std::size_t rows) {
  // Without the input gradient of the first layer.
  return 3 * prediction_flops(layers, rows) - prediction_flops(layers.first(2), rows);
}

Speed bench_training(const Compute& compute, const TrainBenchRequest& request) {
  require_sizes(request.layers, request.batch_size);
  require_hidden_activation(request.layers, request.activation);
  if (request.layers.size() == 2 && request.dropout > 0) {
    throw UsageError({.what = named(Setting::dropout) + " would change nothing: there is no hidden layer",
                      .setting = Setting::dropout});
  }
  require_memory(request.layers, request.batch_size, 4, request.precision, Setting::batch_size);
  return request.precision == Precision::float64 ? bench_training_in<double>(compute, request)
                                                 : bench_training_in<float>(compute, request);
}

Speed bench_prediction(const Compute& compute, const PredictBenchRequest& request) {
  require_sizes(request.layers, request.rows);
  require_hidden_activation(request.layers, request.activation);
  require_memory(request.layers, request.rows, 1, request.precision, Setting::rows);
  if (request.precision == Precision::bf16) {
    throw UsageError({.what = "predictions are calculated in float, even for networks trained with bf16",
                      .setting = Setting::precision,
                      .expected = "float or double",
                      .got = "bf16"});
  }
  return request.precision == Precision::float32 ? bench_prediction_in<float>(compute, request)
                                                 : bench_prediction_in<double>(compute, request);
}

}  // namespace chainrule
