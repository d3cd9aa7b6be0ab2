#include "chainrule/optim/inner_product.h"

#include <gtest/gtest.h>

#include "chainrule/base/random.h"
#include "chainrule/optim/parameter_tiles.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

TEST(InnerProduct, ByHand) {
  const std::vector<float> a = {1, -2, 0.5F};
  const std::vector<double> b = {3, 4, 8};
  std::vector<double> chunks;
  EXPECT_EQ((inner_product<float, double>({}, a, b, chunks)), 3 - 8 + 4);
}

TEST(InnerProduct, OfAnArrayWithItselfHasTheBitsOfTheSumOfSquares) {
  constexpr std::size_t kSize = kParallelParameters + 1003;
  std::vector<float> a(kSize);
  for (std::size_t i = 0; i < kSize; ++i)
    a[i] = static_cast<float>(random_uniform({.seed = 4}, i) - 0.5);
  ThreadPool two(2), three(3);
  for (ThreadPool* const pool : {static_cast<ThreadPool*>(nullptr), &two, &three}) {
    std::vector<double> chunks;
    EXPECT_EQ((inner_product<float, float>({.pool = pool}, a, a, chunks)),
              sum_of_squares<float>({.pool = pool}, a));
  }
}

}  // namespace
}  // namespace chainrule
