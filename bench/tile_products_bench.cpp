// Speed of bfloat16 products on tiles in GFLOP/s (a multiply-add counts as two), and of packing for them in
// GB/s of floats read, on the processor's matrix unit, if it has one, and on the portable unit.
//
//   bench_tile_products --benchmark_filter=amx
//
// Names: multiply/unit/rows x depth x columns/threads, and pack/forms/rows x columns/threads.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>

#include "chainrule/tensor/tile_products.h"

namespace chainrule {
namespace {

Matrix<float> numbers(std::size_t rows, std::size_t columns) {
  Matrix<float> m(rows, columns);
  std::size_t i = 0;
  for (float& value : m.values())
    value = static_cast<float>(i++ % 17) * 0.125F - 1;
  return m;
}

struct Shape {
  std::size_t rows, depth, columns;
};

void run_multiply(benchmark::State& state, MatrixUnit unit, Shape s, std::size_t threads) {
  ThreadPool pool(threads);
  const Compute compute{.pool = &pool, .matrix_unit = unit};
  LeftOperand a;
  RightOperand b;
  pack_tiles(compute, numbers(s.rows, s.depth).view(), {.left = &a});
  pack_tiles(compute, numbers(s.depth, s.columns).view(), {.right = &b});
  Matrix<float> c(s.rows, s.columns);
  for ([[maybe_unused]] auto _ : state) {
    multiply_tiles(compute, a, b, {}, c.view());
    benchmark::ClobberMemory();
  }
  state.counters["GFLOP/s"] = benchmark::Counter(2e-9 * static_cast<double>(s.rows * s.depth * s.columns),
                                                 benchmark::Counter::kIsIterationInvariantRate);
}

enum class Forms { left, both_left, both_right };

void run_pack(benchmark::State& state, Forms forms, std::size_t rows, std::size_t columns,
              std::size_t threads) {
  ThreadPool pool(threads);
  const Compute compute{.pool = &pool};
  const Matrix<float> m = numbers(rows, columns);
  LeftOperand left, left_transposed;
  RightOperand right, right_transposed;
  for ([[maybe_unused]] auto _ : state) {
    switch (forms) {
      case Forms::left:
        pack_tiles(compute, m.view(), {.left = &left});
        break;
      case Forms::both_left:
        pack_tiles(compute, m.view(), {.left = &left, .left_transposed = &left_transposed});
        break;
      case Forms::both_right:
        pack_tiles(compute, m.view(), {.right = &right, .right_transposed = &right_transposed});
        break;
    }
    benchmark::ClobberMemory();
  }
  state.counters["GB/s"] = benchmark::Counter(1e-9 * static_cast<double>(rows * columns * sizeof(float)),
                                              benchmark::Counter::kIsIterationInvariantRate);
}

// Registers the benchmarks before main() of the benchmark library runs.
const bool registered = [] {
  const auto add = [](const std::string& name, std::size_t threads, const auto& run) {
    benchmark::RegisterBenchmark((name + "/threads:" + std::to_string(threads)).c_str(), run)
        ->UseRealTime()
        ->Unit(benchmark::kMicrosecond);
  };
  for (std::size_t threads = 1; threads <= available_threads(); threads *= 2) {
    for (const MatrixUnit unit : {MatrixUnit::amx, MatrixUnit::portable}) {
      if (!is_supported(unit)) continue;
      for (const Shape& s : {Shape{128, 784, 128}, Shape{784, 128, 128}, Shape{256, 1024, 1024},
                             Shape{1024, 256, 1024}, Shape{512, 4096, 4096}}) {
        add("multiply/" + std::string(name_of(unit)) + "/" + std::to_string(s.rows) + "x" +
                std::to_string(s.depth) + "x" + std::to_string(s.columns),
            threads, [=](benchmark::State& state) { run_multiply(state, unit, s, threads); });
      }
    }
    for (const auto& [forms, name] :
         {std::pair{Forms::left, "left"}, std::pair{Forms::both_left, "both_left"},
          std::pair{Forms::both_right, "both_right"}}) {
      for (const auto& [rows, columns] :
           {std::pair{128, 784}, std::pair{1024, 1024}, std::pair{4096, 4096}}) {
        const auto r = static_cast<std::size_t>(rows), c = static_cast<std::size_t>(columns);
        add("pack/" + std::string(name) + "/" + std::to_string(r) + "x" + std::to_string(c), threads,
            [=, f = forms](benchmark::State& state) { run_pack(state, f, r, c, threads); });
      }
    }
  }
  return true;
}();

}  // namespace
}  // namespace chainrule
