#include "chainrule/session/benchmark.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// The whole numeric contract: {1, 2, 3 threads} x {scalar, AVX2, AVX-512}, one hash.
class Signature : public testing::TestWithParam<std::tuple<KernelPath, std::size_t>> {};

TEST_P(Signature, IsTheSameForEveryThreadCountAndVectorWidth) {
  const auto [path, threads] = GetParam();
  if (!is_supported(path)) GTEST_SKIP() << "this processor has no " << name_of(path);
  static const std::string reference = training_signature({.path = KernelPath::scalar});
  ThreadPool pool(threads);
  EXPECT_EQ(training_signature({.path = path, .pool = &pool}), reference);
}

INSTANTIATE_TEST_SUITE_P(Grid, Signature,
                         testing::Combine(testing::Values(KernelPath::scalar, KernelPath::avx2,
                                                          KernelPath::avx512),
                                          testing::Values(1u, 2u, 3u)),
                         [](const auto& grid) {
                           return std::string(name_of(std::get<0>(grid.param))) + "_" +
                                  std::to_string(std::get<1>(grid.param)) + "_threads";
                         });

// Recorded so that a change of any number is noticed at once. A commit that changes it says why.
TEST(SignatureValue, IsTheRecordedOne) {
  EXPECT_EQ(training_signature({}), "8593647c604a04e3");
}

// 3 -> 4 -> 2 on 5 rows: weights 12 + 8 = 20. Forward 2 * 20 * 5 = 200; the gradient of the weights costs
// the same; the gradient of the inputs exists in the second layer only, 2 * 8 * 5 = 80.
TEST(Flops, CountTheProductsOfAStepAndOfAPrediction) {
  const std::vector<std::size_t> layers = {3, 4, 2};
  EXPECT_EQ(prediction_flops(layers, 5), 200);
  EXPECT_EQ(training_flops(layers, 5), 480);
  const std::vector<std::size_t> one_layer = {3, 2};
  EXPECT_EQ(training_flops(one_layer, 5), 2 * 2 * 6 * 5);
}

void expect_consistent(const Speed& speed, double rows) {
  EXPECT_GT(speed.microseconds, 0);
  EXPECT_NEAR(speed.rows_per_second, rows / speed.microseconds * 1e6, 1e-6 * speed.rows_per_second);
  EXPECT_GE(speed.repetitions, 3u);
  EXPECT_NEAR(speed.peak_share * speed.peak_flops * speed.microseconds * 1e-6, speed.flops,
              1e-6 * speed.flops);
  EXPECT_LT(speed.peak_share, 1);
}

TEST(BenchTraining, MeasuresSomething) {
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    const Speed speed = bench_training({.path = best_kernel_path()}, {.layers = {4, 3, 2},
                                                                      .batch_size = 8,
                                                                      .optimizer = Optimizer::adam,
                                                                      .activation = Activation::tanh,
                                                                      .dropout = 0.5,
                                                                      .seconds = 0.01,
                                                                      .precision = precision});
    expect_consistent(speed, 8);
    EXPECT_EQ(speed.flops, training_flops(std::vector<std::size_t>{4, 3, 2}, 8));
    EXPECT_EQ(speed.data_rows, 64u * 8);
  }
}
TEST(BenchTraining, DrawsFewRowsWhereTheyAreWide) {
  // A batch of 1024 rows of 4096 numbers is 16.8 MB; three of them stay below 64.
  const Speed wide = bench_training({}, {.layers = {4092, 1, 4}, .batch_size = 1024, .seconds = 0.01});
  EXPECT_EQ(wide.data_rows, 3u * 1024);
}
TEST(BenchTraining, HasNoPeakWithoutVectors) {
  const Speed speed =
      bench_training({.path = KernelPath::scalar}, {.layers = {4, 3, 2}, .batch_size = 8, .seconds = 0.01});
  EXPECT_EQ(speed.peak_flops, 0);
  EXPECT_EQ(speed.peak_share, 0);
}
TEST(BenchTraining, ComparesTheSpeedWithThePeakOfTheBusyProcessors) {
  if (best_kernel_path() == KernelPath::scalar) GTEST_SKIP() << "this processor has no vectors";
  ThreadPool pool(64);
  const TrainBenchRequest request{.layers = {4, 3, 2}, .batch_size = 8, .seconds = 0.01};
  // Not a test of speed: the peak of one thread times the number of processors, at most 64, within a factor
  // of two for other load on the machine.
  const double processors = static_cast<double>(std::min<std::size_t>(64, available_threads()));
  const double ratio =
      bench_training({.pool = &pool}, request).peak_flops / bench_training({}, request).peak_flops;
  EXPECT_GT(ratio, processors / 2);
  EXPECT_LT(ratio, processors * 2);
}
TEST(BenchTraining, RefusesNonsense) {
  EXPECT_THROW(bench_training({}, {.layers = {4}}), UsageError);
  EXPECT_THROW(bench_training({}, {.layers = {4, 0, 2}}), UsageError);
  EXPECT_THROW(bench_training({}, {.batch_size = 0}), UsageError);
}

TEST(BenchPrediction, MeasuresSomethingAndRefusesNonsense) {
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    const Speed speed =
        bench_prediction({}, {.layers = {4, 3, 2}, .rows = 5, .seconds = 0.01, .precision = precision});
    expect_consistent(speed, 5);
    EXPECT_EQ(speed.flops, prediction_flops(std::vector<std::size_t>{4, 3, 2}, 5));
  }
  EXPECT_THROW(bench_prediction({}, {.layers = {4}}), UsageError);
  EXPECT_THROW(bench_prediction({}, {.rows = 0}), UsageError);
}

TEST(BenchTraining, SaysWhatItMeasured) {
  TrainBenchRequest request{
      .layers = {64, 16, 10}, .batch_size = 8, .seconds = 0.01, .precision = Precision::bf16};
  const Speed without = bench_training({.matrix_unit = {}}, request);
  EXPECT_EQ(without.precision, Precision::float32);
  EXPECT_EQ(without.note, "this processor has no bf16 matrix unit: measured in float32");
  const Speed with = bench_training({.matrix_unit = MatrixUnit::portable}, request);
  EXPECT_EQ(with.precision, Precision::bf16);
  EXPECT_EQ(with.note, "");
  EXPECT_EQ(with.peak_flops, 0) << "of a matrix unit nothing is known";
  EXPECT_THROW(bench_prediction({}, {.layers = {64, 16, 10}, .precision = Precision::bf16}), UsageError);
}

}  // namespace
}  // namespace chainrule
