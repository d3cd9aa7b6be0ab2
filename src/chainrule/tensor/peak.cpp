#include "chainrule/tensor/peak.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstdint>
#include <vector>

#include "chainrule/tensor/matrix.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace chainrule {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

#if defined(__x86_64__)
// 12 independent chains hide the 4-cycle latency of two units; the operands keep every number at 1. The empty
// assembler statements keep the compiler from working the numbers out itself.
constexpr int kChains = 12;
constexpr int kRounds = 20000;

__attribute__((target("avx2,fma"))) void multiply_adds_avx2() {
  __m256 half = _mm256_set1_ps(0.5F);
  asm volatile("" : "+x"(half));
  __m256 sums[kChains];
  for (__m256& sum : sums)
    sum = _mm256_set1_ps(1.0F);
  for (int round = 0; round < kRounds; ++round) {
    for (__m256& sum : sums)
      sum = _mm256_fmadd_ps(sum, half, half);
  }
  for (const __m256& sum : sums)
    asm volatile("" : : "x"(sum));
}

__attribute__((target("avx512f"))) void multiply_adds_avx512() {
  __m512 half = _mm512_set1_ps(0.5F);
  asm volatile("" : "+v"(half));
  __m512 sums[kChains];
  for (__m512& sum : sums)
    sum = _mm512_set1_ps(1.0F);
  for (int round = 0; round < kRounds; ++round) {
    for (__m512& sum : sums)
      sum = _mm512_fmadd_ps(sum, half, half);
  }
  for (const __m512& sum : sums)
    asm volatile("" : : "v"(sum));
}

// Eight loads of 32 bytes at a time. 32-byte loads reach what caches and memory give; 64-byte ones gain in L1
// only.
__attribute__((target("avx2"))) void read_avx2(const std::uint64_t* numbers, std::size_t count) {
  __m256i sums[8];
  for (__m256i& sum : sums)
    sum = _mm256_setzero_si256();
  for (std::size_t i = 0; i + 32 <= count; i += 32) {
    for (std::size_t k = 0; k < 8; ++k) {
      sums[k] = _mm256_xor_si256(sums[k],
                                 _mm256_loadu_si256(reinterpret_cast<const __m256i*>(numbers + i + 4 * k)));
    }
  }
  for (const __m256i& sum : sums)
    asm volatile("" : : "x"(sum));
}
#endif

void read(KernelPath path, const std::uint64_t* numbers, std::size_t count) {
#if defined(__x86_64__)
  if (path == KernelPath::avx2 || path == KernelPath::avx512) {
    read_avx2(numbers, count);
    return;
  }
#endif
  static_cast<void>(path);
  std::uint64_t sums[8] = {};
  for (std::size_t i = 0; i + 8 <= count; i += 8) {
    for (std::size_t k = 0; k < 8; ++k)
      sums[k] ^= numbers[i + k];
  }
  for (const std::uint64_t sum : sums)
    asm volatile("" : : "r"(sum));
}

}  // namespace

double multiply_add_peak(KernelPath path) {
  double best = 0;
#if defined(__x86_64__)
  if (path != KernelPath::avx2 && path != KernelPath::avx512) return 0;
  const double operations = 2.0 * kChains * kRounds * (path == KernelPath::avx2 ? 8 : 16);
  for (int burst = 0; burst < 50; ++burst) {
    const Clock::time_point start = Clock::now();
    path == KernelPath::avx2 ? multiply_adds_avx2() : multiply_adds_avx512();
    best = std::max(best, operations / seconds_since(start));
  }
#endif
  static_cast<void>(path);
  return best;
}

double read_bandwidth(const Compute& compute, std::size_t bytes) {
  const std::size_t threads = compute.pool == nullptr ? 1 : compute.pool->threads();
  const std::size_t share = bytes / sizeof(std::uint64_t) / threads;
  assert(share >= 8);
  // Written once, so that every page is mapped.
  const AlignedVector<std::uint64_t> numbers(share * threads, 1);
  // A part in a fast cache is read often enough that the time to start the threads does not matter.
  const std::size_t passes = std::max<std::size_t>(1, (std::size_t{8} << 20) / bytes);
  const auto read_part = [&](std::size_t part) {
    for (std::size_t pass = 0; pass < passes; ++pass)
      read(compute.path, numbers.data() + part * share, share);
  };
  double best = 0;
  const Clock::time_point begin = Clock::now();
  for (int burst = 0; burst < 4 || seconds_since(begin) < 0.02; ++burst) {
    const Clock::time_point start = Clock::now();
    if (compute.pool == nullptr) {
      read_part(0);
    } else {
      compute.pool->run(threads, read_part);
    }
    best = std::max(
        best, static_cast<double>(share * threads * sizeof(std::uint64_t) * passes) / seconds_since(start));
  }
  return best;
}

}  // namespace chainrule
