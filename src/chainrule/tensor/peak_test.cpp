#include "chainrule/tensor/peak.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

// A clock of 0.05 to 10 GHz, one or two units of 8 or 16 lanes, two operations each: no speed is tested, only
// that something was measured (a loop that the compiler removed would "reach" more, one that it took apart
// less).
TEST(MultiplyAddPeak, IsPlausibleForAProcessor) {
  for (const KernelPath path : {KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    const double lanes = path == KernelPath::avx2 ? 8 : 16;
    const double peak = multiply_add_peak(path);
    EXPECT_GT(peak, 0.05e9 * lanes * 2) << name_of(path);
    EXPECT_LT(peak, 10e9 * lanes * 2 * 2) << name_of(path);
  }
}
TEST(MultiplyAddPeak, IsNotDefinedWithoutVectors) {
  EXPECT_EQ(multiply_add_peak(KernelPath::scalar), 0);
  EXPECT_EQ(multiply_add_peak(KernelPath::plain), 0);
}
TEST(ReadBandwidth, IsPlausibleForEveryPathAndNumberOfThreads) {
  ThreadPool pool(3);
  for (const KernelPath path : {KernelPath::scalar, best_kernel_path()}) {
    for (ThreadPool* threads : {static_cast<ThreadPool*>(nullptr), &pool}) {
      const double bandwidth = read_bandwidth({.path = path, .pool = threads}, 1 << 16);
      EXPECT_GT(bandwidth, 1e6);   // one byte per microsecond
      EXPECT_LT(bandwidth, 3e13);  // three cores, three loads of 64 bytes in a cycle, at 50 GHz
    }
  }
}

}  // namespace
}  // namespace chainrule
