// Speed of the products of a dense layer, in GFLOP/s (a multiply-add counts as two) and as a share of the
// peak of fused multiply-adds, which is measured in the same process just before and after.
//
//   bench_kernels --benchmark_filter=avx2/float
//
// Names: product/path/type/rows x inputs x outputs/threads. `peak_share` 0.8 means 80 % of the
// rate that as many threads reach with multiply-adds in registers alone (the peak of one thread times the
// threads).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include "chainrule/tensor/kernels.h"
#include "chainrule/tensor/peak.h"

namespace chainrule {
namespace {

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Shape {
  std::size_t rows, inputs, outputs;
};

enum class Product { multiply, multiply_transposed, outer_product_sum };

template <typename T>
void run(benchmark::State& state, Product product, KernelPath path, Shape s, std::size_t threads) {
  Matrix<T> x(s.rows, s.inputs), w(s.inputs, s.outputs), y(s.rows, s.outputs);
  Matrix<T> d_x(s.rows, s.inputs), d_w(s.inputs, s.outputs), b(1, s.outputs);
  for (Matrix<T>* matrix : {&x, &w, &y, &b}) {
    std::size_t i = 0;
    for (T& value : matrix->values())
      value = static_cast<T>(static_cast<double>(i++ % 17) * 0.1 - 0.8);
  }
  ThreadPool pool(threads);
  const Compute compute{.path = path, .pool = &pool};
  const double peak_before = multiply_add_peak(path);
  double best = 1e30;
  for ([[maybe_unused]] auto _ : state) {
    const double start = seconds();
    switch (product) {
      case Product::multiply:
        multiply<T>(compute, x.view(), w.view(), b.values(), y.view());
        break;
      case Product::multiply_transposed:
        multiply_transposed<T>(compute, y.view(), w.view(), d_x.view());
        break;
      case Product::outer_product_sum:
        outer_product_sum<T>(compute, x.view(), y.view(), d_w.view());
        break;
    }
    benchmark::ClobberMemory();
    const double time = seconds() - start;
    best = std::min(best, time);
    state.SetIterationTime(time);
  }
  const double peak = std::max(peak_before, multiply_add_peak(path)) / (sizeof(T) / sizeof(float));
  const double operations = 2.0 * static_cast<double>(s.rows * s.inputs * s.outputs);
  state.counters["GFLOP/s"] =
      benchmark::Counter(operations * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["best_GFLOP/s"] = operations / best * 1e-9;
  if (peak > 0) state.counters["peak_share"] = operations / best / (peak * static_cast<double>(threads));
}

template <typename T>
void add(Product product, const char* name, KernelPath path, Shape s, std::size_t threads) {
  const std::string label = std::string(name) + "/" + std::string(name_of(path)) +
                            (std::is_same_v<T, float> ? "/float/" : "/double/") + std::to_string(s.rows) +
                            "x" + std::to_string(s.inputs) + "x" + std::to_string(s.outputs) +
                            "/threads:" + std::to_string(threads);
  benchmark::RegisterBenchmark(label.c_str(),
                               [=](benchmark::State& state) { run<T>(state, product, path, s, threads); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

// Registers the benchmarks before main() of the benchmark library runs.
const bool registered = [] {
  constexpr Shape shapes[] = {{128, 784, 128},   {128, 128, 10}, {32, 64, 64},
                              {256, 1024, 1024}, {4, 2, 3},      {1, 64, 64}};
  for (const KernelPath path :
       {KernelPath::avx512, KernelPath::avx2, KernelPath::scalar, KernelPath::plain}) {
    if (!is_supported(path)) continue;
    for (const Shape& s : shapes) {
      for (std::size_t threads = 1; threads <= available_threads(); threads *= 2) {
        for (const auto& [product, name] : {std::pair{Product::multiply, "multiply"},
                                            std::pair{Product::multiply_transposed, "multiply_transposed"},
                                            std::pair{Product::outer_product_sum, "outer_product_sum"}}) {
          add<float>(product, name, path, s, threads);
          add<double>(product, name, path, s, threads);
        }
      }
    }
  }
  return true;
}();

}  // namespace
}  // namespace chainrule
