#include "chainrule/session/benchmark.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// The numeric contract, whole: {1, 2, 3 threads} x {scalar, AVX2, AVX-512}, one hash.
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

// Recorded so that a change of any number is seen at once. A commit that changes it says why.
TEST(SignatureValue, IsTheRecordedOne) {
  EXPECT_EQ(training_signature({}), "e9999ef8241ece69");
}

TEST(BenchTraining, MeasuresSomethingAndRefusesNonsense) {
  const TrainBench bench = bench_training({}, {.layers = {4, 3, 2}, .batch_size = 8, .seconds = 0.01});
  EXPECT_GT(bench.samples_per_second, 0);
  EXPECT_GE(bench.repetitions, 2u);
  EXPECT_THROW(bench_training({}, {.layers = {4}}), UsageError);
}

}  // namespace
}  // namespace chainrule
