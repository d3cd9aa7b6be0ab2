#include "chainrule/tensor/tile_products.h"

#include <gtest/gtest.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "chainrule/base/random.h"
#include "chainrule/tensor/bfloat16.h"

namespace chainrule {
namespace {

// Mixed signs and sizes, 2^-8 to 2^8: sums round at every step, so another order has other bits.
Matrix<float> numbers(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Matrix<float> m(rows, columns);
  const RandomKey key{.seed = seed, .purpose = RandomPurpose::generator};
  for (std::size_t i = 0; i < rows * columns; ++i) {
    const std::uint32_t random = random_u32(key, i);
    const int exponent = static_cast<int>(random >> 28) - 8;
    m.values()[i] = std::ldexp(static_cast<float>(static_cast<int>(random << 4) >> 8) * 0x1p-23F, exponent);
  }
  return m;
}

Matrix<float> transposed(const Matrix<float>& m) {
  Matrix<float> t(m.columns(), m.rows());
  for (std::size_t r = 0; r < m.rows(); ++r) {
    for (std::size_t c = 0; c < m.columns(); ++c)
      t(c, r) = m(r, c);
  }
  return t;
}

float flushed(float value) {
  return std::abs(value) < std::numeric_limits<float>::min() ? std::copysign(0.0F, value) : value;
}

// The definition in tile_products.h, one element at a time, from the unpacked numbers. The product of two
// bfloat16 numbers is exact in double, and so is its sum with a float unless their exponents lie far apart;
// std::fma rounds once in any case.
Matrix<float> reference_product(const Matrix<float>& a, const Matrix<float>& b, std::span<const float> bias) {
  Matrix<float> c(a.rows(), b.columns());
  const auto operand = [](float value) { return flushed(from_bfloat16(to_bfloat16(value))); };
  for (std::size_t r = 0; r < c.rows(); ++r) {
    for (std::size_t j = 0; j < c.columns(); ++j) {
      float sum = bias.empty() ? 0.0F : bias[j];
      for (std::size_t first = 0; first < a.columns(); first += 32) {
        float even = 0, odd = 0;
        for (std::size_t k = first; k < std::min(first + 32, a.columns()); ++k) {
          float& chain = k % 2 == 0 ? even : odd;
          chain = flushed(std::fma(operand(a(r, k)), operand(b(k, j)), chain));
        }
        sum = flushed(flushed(sum) + flushed(even + odd));
      }
      c(r, j) = sum;
    }
  }
  return c;
}

bool same_bits(const Matrix<float>& a, const Matrix<float>& b) {
  return a.rows() == b.rows() && a.columns() == b.columns() &&
         std::memcmp(a.row(0), b.row(0), a.rows() * a.columns() * sizeof(float)) == 0;
}

struct Shape {
  std::size_t rows, depth, columns;
};
std::string to_string(const Shape& s) {
  return std::to_string(s.rows) + " x " + std::to_string(s.depth) + " x " + std::to_string(s.columns);
}

std::vector<Shape> all_small_shapes() {
  constexpr std::size_t pairs[][2] = {{1, 33}, {7, 16}, {16, 32}, {33, 67}, {32, 64}, {67, 1}};
  std::vector<Shape> shapes;
  for (std::size_t size = 1; size <= 67; ++size) {
    for (const auto& [a, b] : pairs) {
      shapes.push_back({size, a, b});
      shapes.push_back({a, size, b});
      shapes.push_back({a, b, size});
    }
  }
  return shapes;
}
// More than one pass over the depth (512), blocks on every edge, and operands so large that they go past the
// caches.
const Shape kLargeShapes[] = {{128, 784, 128}, {100, 513, 40},  {33, 1100, 10}, {5, 2048, 70},
                              {300, 64, 200},  {3, 1025, 1000}, {1000, 1025, 3}};

struct Machine {
  MatrixUnit unit;
  KernelPath path;
};
std::string to_string(const Machine& machine) {
  return std::string(name_of(machine.unit)) + "_" + std::string(name_of(machine.path));
}
void PrintTo(const Machine& machine, std::ostream* stream) {
  *stream << to_string(machine);
}

class EveryMatrixUnit : public testing::TestWithParam<Machine> {
 protected:
  void SetUp() override {
    if (!is_supported(GetParam().unit)) GTEST_SKIP() << "this processor has no matrix unit";
    if (!is_supported(GetParam().path)) GTEST_SKIP() << "this processor has no " << name_of(GetParam().path);
  }
  Compute compute(ThreadPool* pool = nullptr) const {
    return {.path = GetParam().path, .pool = pool, .matrix_unit = GetParam().unit};
  }
};

Matrix<float> product(const Compute& compute, const Matrix<float>& a, const Matrix<float>& b,
                      std::span<const float> bias) {
  LeftOperand left;
  RightOperand right;
  pack_tiles(compute, a.view(), {.left = &left});
  pack_tiles(compute, b.view(), {.right = &right});
  Matrix<float> c(a.rows(), b.columns());
  multiply_tiles(compute, left, right, bias, c.view());
  return c;
}

TEST_P(EveryMatrixUnit, EqualsTheDefinitionBitForBitForSmallShapes) {
  for (const Shape& shape : all_small_shapes()) {
    const Matrix<float> a = numbers(shape.rows, shape.depth, 1), b = numbers(shape.depth, shape.columns, 2);
    const Matrix<float> bias = numbers(1, shape.columns, 3);
    ASSERT_TRUE(same_bits(product(compute(), a, b, bias.values()), reference_product(a, b, bias.values())))
        << to_string(shape);
  }
}

TEST_P(EveryMatrixUnit, EqualsTheDefinitionBitForBitForLargeShapes) {
  for (const Shape& shape : kLargeShapes) {
    const Matrix<float> a = numbers(shape.rows, shape.depth, 4), b = numbers(shape.depth, shape.columns, 5);
    ASSERT_TRUE(same_bits(product(compute(), a, b, {}), reference_product(a, b, {}))) << to_string(shape);
  }
}

// The forms of the transposed matrices: the same numbers, so the same bits.
TEST_P(EveryMatrixUnit, MultipliesTransposesAsIfTheyWereStored) {
  std::vector<Shape> shapes = all_small_shapes();
  shapes.insert(shapes.end(), std::begin(kLargeShapes), std::end(kLargeShapes));
  for (const Shape& shape : shapes) {
    const Matrix<float> a = numbers(shape.rows, shape.depth, 6), b = numbers(shape.depth, shape.columns, 7);
    LeftOperand left;
    RightOperand right;
    pack_tiles(compute(), transposed(a).view(), {.left_transposed = &left});
    pack_tiles(compute(), transposed(b).view(), {.right_transposed = &right});
    Matrix<float> c(shape.rows, shape.columns);
    multiply_tiles(compute(), left, right, {}, c.view());
    ASSERT_TRUE(same_bits(c, product(compute(), a, b, {}))) << to_string(shape);
  }
}

TEST_P(EveryMatrixUnit, PacksAllFormsInOnePassAsOneByOne) {
  const Matrix<float> m = numbers(75, 133, 8);
  LeftOperand left, left_transposed, alone_left, alone_left_transposed;
  RightOperand right, right_transposed, alone_right, alone_right_transposed;
  pack_tiles(compute(), m.view(),
             {.left = &left,
              .left_transposed = &left_transposed,
              .right = &right,
              .right_transposed = &right_transposed});
  pack_tiles(compute(), m.view(), {.left = &alone_left});
  pack_tiles(compute(), m.view(), {.left_transposed = &alone_left_transposed});
  pack_tiles(compute(), m.view(), {.right = &alone_right});
  pack_tiles(compute(), m.view(), {.right_transposed = &alone_right_transposed});
  EXPECT_EQ(left.words, alone_left.words);
  EXPECT_EQ(left_transposed.words, alone_left_transposed.words);
  EXPECT_EQ(right.words, alone_right.words);
  EXPECT_EQ(right_transposed.words, alone_right_transposed.words);
}

// Operands are reused from step to step: what a larger matrix left behind must not show.
TEST_P(EveryMatrixUnit, LeavesNothingOfALargerMatrixBehind) {
  LeftOperand left;
  RightOperand right;
  const Matrix<float> large = numbers(90, 90, 9);
  pack_tiles(compute(), large.view(), {.left = &left, .right = &right});
  const Matrix<float> a = numbers(37, 41, 10), b = numbers(41, 19, 11);
  pack_tiles(compute(), a.view(), {.left = &left});
  pack_tiles(compute(), b.view(), {.right = &right});
  Matrix<float> c(37, 19);
  multiply_tiles(compute(), left, right, {}, c.view());
  EXPECT_TRUE(same_bits(c, product(compute(), a, b, {})));
}

TEST_P(EveryMatrixUnit, ReadsAndWritesColumnsOfAWiderMatrix) {
  Matrix<float> wide = numbers(45, 120, 12);
  const Matrix<float> b = numbers(50, 33, 13);
  Matrix<float> a(45, 50);
  for (std::size_t r = 0; r < 45; ++r)
    std::copy_n(wide.row(r) + 7, 50, a.row(r));
  LeftOperand left;
  RightOperand right;
  pack_tiles(compute(), MatrixView<const float>(wide.view()).column_block(7, 50), {.left = &left});
  pack_tiles(compute(), b.view(), {.right = &right});
  Matrix<float> expected = wide;
  const Matrix<float> c = product(compute(), a, b, {});
  for (std::size_t r = 0; r < 45; ++r)
    std::copy_n(c.row(r), 33, expected.row(r) + 60);
  multiply_tiles(compute(), left, right, {}, wide.view().column_block(60, 33));
  EXPECT_TRUE(same_bits(wide, expected)) << "and nothing beside the block was written";
}

TEST_P(EveryMatrixUnit, GivesTheSameBitsOnAnyNumberOfThreads) {
  for (const Shape& shape : {Shape{200, 600, 130}, Shape{1000, 300, 33}, Shape{40, 3000, 600}}) {
    const Matrix<float> a = numbers(shape.rows, shape.depth, 14), b = numbers(shape.depth, shape.columns, 15);
    const Matrix<float> alone = product(compute(), a, b, {});
    for (const std::size_t threads : {2, 3, 5}) {
      ThreadPool pool(threads);
      ASSERT_TRUE(same_bits(product(compute(&pool), a, b, {}), alone)) << to_string(shape);
    }
  }
}

// The bound derived in tile_products.h, against sums in double (whose own error is 2^-53 a step).
TEST_P(EveryMatrixUnit, StaysWithinTheErrorBound) {
  for (const Shape& shape : kLargeShapes) {
    const Matrix<float> a = numbers(shape.rows, shape.depth, 16), b = numbers(shape.depth, shape.columns, 17);
    const Matrix<float> bias = numbers(1, shape.columns, 18);
    const Matrix<float> c = product(compute(), a, b, bias.values());
    const double ub = 0x1p-8, uf = 0x1p-24;
    const double n = 18 + static_cast<double>((shape.depth + 31) / 32);
    const double factor = 2 * ub + ub * ub + (1 + ub) * (1 + ub) * n * uf / (1 - n * uf);
    double worst = 0;
    for (std::size_t r = 0; r < c.rows(); ++r) {
      for (std::size_t j = 0; j < c.columns(); ++j) {
        double exact = static_cast<double>(bias(0, j)), sizes = std::abs(exact);
        for (std::size_t k = 0; k < shape.depth; ++k) {
          const double term = static_cast<double>(a(r, k)) * static_cast<double>(b(k, j));
          exact += term;
          sizes += std::abs(term);
        }
        const double error = std::abs(static_cast<double>(c(r, j)) - exact);
        ASSERT_LE(error, factor * sizes) << to_string(shape);
        worst = std::max(worst, error / sizes);
      }
    }
    EXPECT_GT(worst, 0x1p-16) << "float alone would be this good: the operands were not rounded";
  }
}

// 2^-126 is the smallest normal float.
TEST_P(EveryMatrixUnit, TakesDenormalNumbersAsZero) {
  Matrix<float> a(1, 2), b(2, 1);
  a(0, 0) = 0x1p-127F;
  b(0, 0) = 0x1p+100F;
  EXPECT_EQ(product(compute(), a, b, {})(0, 0), 0.0F) << "an operand";
  a(0, 0) = 0x1p-100F;
  b(0, 0) = 0x1p-27F;
  EXPECT_EQ(product(compute(), a, b, {})(0, 0), 0.0F) << "a product";
  b(0, 0) = 0x1p-26F;
  EXPECT_EQ(product(compute(), a, b, {})(0, 0), 0x1p-126F);
  a(0, 1) = -0x1p-100F;
  b(1, 0) = 0x1.8p-26F;
  EXPECT_EQ(product(compute(), a, b, {})(0, 0), 0.0F) << "a sum: 2^-126 - 1.5 * 2^-126";
}

#if defined(__x86_64__)
TEST_P(EveryMatrixUnit, LeavesTheThreadsFloatingPointSettingsAlone) {
  const unsigned before = _mm_getcsr();
  product(compute(), numbers(40, 40, 19), numbers(40, 40, 20), {});
  EXPECT_EQ(_mm_getcsr() & 0xFFC0u, before & 0xFFC0u);
}
#endif

TEST_P(EveryMatrixUnit, PassesInfinityAndNanOn) {
  Matrix<float> a = numbers(3, 40, 21);
  const Matrix<float> b = numbers(40, 5, 22);
  a(1, 39) = std::numeric_limits<float>::quiet_NaN();
  a(2, 7) = std::numeric_limits<float>::infinity();
  const Matrix<float> c = product(compute(), a, b, {});
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_TRUE(std::isfinite(c(0, j)));
    EXPECT_TRUE(std::isnan(c(1, j)));
    EXPECT_TRUE(std::isinf(c(2, j)));
  }
}

TEST_P(EveryMatrixUnit, AnEmptySumIsTheBias) {
  const Matrix<float> bias = numbers(1, 20, 23);
  const Matrix<float> c = product(compute(), Matrix<float>(3, 0), Matrix<float>(0, 20), bias.values());
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t j = 0; j < 20; ++j)
      EXPECT_EQ(c(r, j), bias(0, j));
  }
  EXPECT_EQ(product(compute(), Matrix<float>(0, 5), Matrix<float>(5, 7), {}).rows(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Tiles, EveryMatrixUnit,
                         testing::Values(Machine{MatrixUnit::portable, KernelPath::scalar},
                                         Machine{MatrixUnit::portable, KernelPath::avx2},
                                         Machine{MatrixUnit::portable, KernelPath::avx512},
                                         Machine{MatrixUnit::amx, KernelPath::avx2},
                                         Machine{MatrixUnit::amx, KernelPath::avx512}),
                         [](const testing::TestParamInfo<Machine>& machine) {
                           return to_string(machine.param);
                         });

}  // namespace
}  // namespace chainrule
