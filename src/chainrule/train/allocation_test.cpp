// After its first step training allocates no memory, and neither does a predictor: this program's operator
// new counts the calls.

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/predictor.h"
#include "chainrule/train/train_step.h"
#include "support/replaced_new.h"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

void* chainrule::replaced_new::take(std::size_t size, std::size_t alignment) noexcept {
  ++allocations;
  return from_the_system(size, alignment);
}
void chainrule::replaced_new::give_back(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace chainrule {
namespace {

TEST(Allocation, IsCounted) {
  const std::size_t before = allocations;
  AlignedVector<float> aligned(3);
  std::vector<int> ordinary(3);
  EXPECT_EQ(allocations - before, 2u);
}

struct Case {
  const char* name;
  MlpOptions network;
  StepOptions step;
  std::size_t batch;
};

std::vector<Case> cases() {
  const MlpOptions narrow{.inputs = 2,
                          .hidden = {3},
                          .outputs = 2,
                          .hidden_activations = {Activation::tanh},
                          .output_activation = Activation::softmax};
  const MlpOptions middle{
      .inputs = 64, .hidden = {64}, .outputs = 10, .output_activation = Activation::softmax, .dropout = 0.25};
  // Enough parameters for the norm and the update to go to the pool.
  const MlpOptions wide{
      .inputs = 512, .hidden = {640}, .outputs = 10, .output_activation = Activation::softmax};
  const LossOptions loss{.kind = Loss::softmax_cross_entropy};
  const double rate = 0.01;
  const StepOptions plain{
      .loss = loss, .optimizer = {.kind = Optimizer::gradient_descent}, .learning_rate = rate};
  const StepOptions momentum{.loss = loss, .optimizer = {.kind = Optimizer::momentum}, .learning_rate = rate};
  const StepOptions conditioned{.loss = loss,
                                .penalty = {.l1 = 1e-5, .l2 = 1e-4},
                                .optimizer = {.kind = Optimizer::adam, .weight_decay = 0.01},
                                .learning_rate = rate,
                                .clip_norm = 0.1};
  StepOptions rounded = plain;
  rounded.products = Products::bf16;
  return {{"2-3-2", narrow, plain, 4},
          {"2-3-2, several blocks", narrow, momentum, 100},
          {"64-64-10", middle, plain, 32},
          {"64-64-10, momentum", middle, momentum, 32},
          {"64-64-10, adam, penalties, clipped", middle, conditioned, 32},
          {"64-64-10, rows in blocks", middle, conditioned, 600},
          {"64-64-10, bf16", middle, rounded, 600},
          {"512-640-10", wide, conditioned, 16}};
}

template <typename T>
Dataset<T> make_dataset(const MlpOptions& network, std::size_t rows) {
  Dataset<T> dataset{.inputs = Matrix<T>(rows, network.inputs), .targets = Matrix<T>(rows, network.outputs)};
  for (std::size_t i = 0; i < dataset.inputs.values().size(); ++i)
    dataset.inputs.values()[i] = static_cast<T>(random_uniform({.seed = 1}, i) - 0.5);
  for (std::size_t r = 0; r < rows; ++r)
    dataset.targets(r, r % network.outputs) = 1;
  return dataset;
}

// Fifty steps after the first, fetching included; the last batch is smaller. A worker of the pool allocates
// its scratch memory when it first takes a tile, which may be late: then another fifty steps count.
template <typename T>
std::size_t allocations_of_steps(const Case& test, ThreadPool* pool) {
  const Compute compute{.pool = pool, .matrix_unit = MatrixUnit::portable};
  const Network network = make_mlp(test.network);
  const std::size_t batches = 5;
  const Dataset<T> dataset = make_dataset<T>(test.network, test.batch * batches - 1);
  BatchIterator<T> iterator(dataset, test.batch, RowOrder::shuffled, 1);
  const StepPlan plan = plan_step(compute, network, test.step);
  TrainState<T> state = make_train_state<T>(network, test.step.optimizer);
  initialize_parameters<T>(network, {}, state.parameters);
  StepBuffers<T> buffers;
  const auto run_step = [&](std::size_t step) {
    if (step % batches == 0) iterator.start_epoch(static_cast<std::uint32_t>(1 + step / batches));
    const std::size_t before = allocations;
    iterator.fetch(step % batches, buffers.batch, compute);
    train_step<T>(compute, network, test.step, plan, state, buffers);
    return allocations - before;
  };
  run_step(0);
  std::size_t step = 1;
  std::size_t sum = 0;
  for (int round = 0; round < (pool == nullptr ? 1 : 10); ++round) {
    sum = 0;
    for (int i = 0; i < 50; ++i)
      sum += run_step(step++);
    if (sum == 0) break;
  }
  return sum;
}

TEST(Allocation, AStepAfterTheFirstMakesNone) {
  ThreadPool pool(2);
  for (const Case& test : cases()) {
    for (ThreadPool* const used : {static_cast<ThreadPool*>(nullptr), &pool}) {
      EXPECT_EQ(allocations_of_steps<float>(test, used), 0u)
          << test.name << (used ? ", 2 threads" : ", 1 thread");
      if (test.step.products == Products::bf16) continue;
      EXPECT_EQ(allocations_of_steps<double>(test, used), 0u)
          << test.name << (used ? ", 2 threads" : ", 1 thread");
    }
  }
}

TEST(Allocation, APredictorMakesNoneAfterItsFirstPrediction) {
  ThreadPool pool(2);
  for (const Case& test : cases()) {
    const Network network = make_mlp(test.network);
    AlignedVector<float> parameters(parameter_count(network));
    initialize_parameters<float>(network, {}, parameters);
    const Dataset<float> dataset = make_dataset<float>(test.network, 1000);
    Matrix<float> outputs(1000, network.outputs());
    for (ThreadPool* const used : {static_cast<ThreadPool*>(nullptr), &pool}) {
      Predictor<float> predictor({.pool = used}, network, parameters);
      const std::size_t at_start = allocations;
      for (std::size_t r = 0; r < 50; ++r)
        predictor.predict({dataset.inputs.row(r), network.inputs()}, {outputs.row(r), network.outputs()});
      EXPECT_EQ(allocations - at_start, 0u) << test.name << ", one row";
      std::size_t sum = 1;
      for (int round = 0; sum != 0 && round < 10; ++round) {
        predictor.predict(dataset.inputs.view(), outputs.view());
        const std::size_t before = allocations;
        for (int i = 0; i < 5; ++i)
          predictor.predict(dataset.inputs.view(), outputs.view());
        sum = allocations - before;
      }
      EXPECT_EQ(sum, 0u) << test.name << ", many rows";
    }
  }
}

}  // namespace
}  // namespace chainrule
