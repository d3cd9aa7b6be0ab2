#include "chainrule/tensor/compute.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(KernelPath, PlainAndScalarRunEverywhere) {
  EXPECT_TRUE(is_supported(KernelPath::plain));
  EXPECT_TRUE(is_supported(KernelPath::scalar));
}
TEST(KernelPath, TheBestOneIsSupportedAndFused) {
  EXPECT_TRUE(is_supported(best_kernel_path()));
  EXPECT_NE(best_kernel_path(), KernelPath::plain);
}
#if defined(__GNUC__) && defined(__x86_64__)
TEST(KernelPath, FollowsTheFeatureBitsOfTheProcessor) {
  // __builtin_cpu_supports looks at the operating system's support too.
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  EXPECT_EQ(is_supported(KernelPath::avx2), avx2);
  EXPECT_EQ(is_supported(KernelPath::avx512), avx512);
  EXPECT_EQ(best_kernel_path(), avx512 ? KernelPath::avx512 : avx2 ? KernelPath::avx2 : KernelPath::scalar);
}
#endif
TEST(KernelPath, HasOneWordForEachPath) {
  for (const KernelPath path :
       {KernelPath::plain, KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    EXPECT_EQ(parse_name<KernelPath>(name_of(path)), path);
  }
}
TEST(Compute, StandsForTheBestPathOnTheCallingThread) {
  const Compute compute;
  EXPECT_EQ(compute.path, best_kernel_path());
  EXPECT_EQ(compute.pool, nullptr);
}

}  // namespace
}  // namespace chainrule
