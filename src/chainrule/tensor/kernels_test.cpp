#include "chainrule/tensor/kernels.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "chainrule/tensor/reference.h"

namespace chainrule {
namespace {

using reference::Arithmetic;

// Numbers of mixed sign and size (2^-6 to 2^6): rounding happens at every step, so a sum in any other order
// or with other roundings has other bits.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 2 + 1) {}
  template <typename T>
  T next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto bits = static_cast<std::int64_t>(state_) >> 11;
    const int exponent = static_cast<int>(state_ >> 60) - 9;
    return static_cast<T>(std::ldexp(static_cast<double>(bits) * 0x1p-52, exponent));
  }

 private:
  std::uint64_t state_;
};

// A matrix inside a wider buffer: `gap` columns on the right and one row below hold a mark that must not be
// overwritten.
template <typename T>
class Strided {
 public:
  Strided(std::size_t rows, std::size_t columns, std::size_t gap)
      : rows_(rows), columns_(columns), stride_(columns + gap), values_((rows + 1) * stride_ + gap, kMark) {}
  Strided(std::size_t rows, std::size_t columns, std::size_t gap, std::uint64_t seed)
      : Strided(rows, columns, gap) {
    Numbers numbers(seed);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c)
        values_[r * stride_ + c] = numbers.next<T>();
    }
  }
  MatrixView<T> view() { return {values_.data(), rows_, columns_, stride_}; }
  MatrixView<const T> view() const { return {values_.data(), rows_, columns_, stride_}; }
  bool marks_are_whole() const {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const bool inside = i / stride_ < rows_ && i % stride_ < columns_;
      if (!inside && values_[i] != kMark) return false;
    }
    return true;
  }

 private:
  static constexpr T kMark = 12345;
  std::size_t rows_, columns_, stride_;
  std::vector<T> values_;
};

// Bits, not values: 0 and -0 differ.
template <typename T>
bool same_bits(MatrixView<const T> a, MatrixView<const T> b) {
  for (std::size_t r = 0; r < a.rows; ++r) {
    if (std::memcmp(a.row(r), b.row(r), a.columns * sizeof(T)) != 0) return false;
  }
  return true;
}

struct Shape {
  std::size_t rows, inputs, outputs;
};
std::string to_string(const Shape& s) {
  return std::to_string(s.rows) + " x " + std::to_string(s.inputs) + " x " + std::to_string(s.outputs);
}

// All sizes 1..67 of each dimension, with pairs of the other two.
std::vector<Shape> all_small_shapes() {
  constexpr std::size_t pairs[][2] = {{1, 33},  {7, 16},  {16, 7},  {33, 67}, {67, 1},
                                      {33, 33}, {16, 67}, {67, 16}, {7, 1}};
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

// 256 floats and 128 doubles are row lengths that share cache sets: outer_product_sum copies its inputs then.
const Shape kLargeShapes[] = {{126, 784, 128}, {300, 70, 10},   {1000, 33, 65}, {2, 300, 200},
                              {1, 600, 150},   {100, 256, 130}, {290, 128, 99}};
const Shape kEmptyShapes[] = {{0, 5, 7}, {3, 0, 20}, {3, 20, 0}, {33, 5, 0}, {40, 0, 40}, {0, 0, 0}};

class EveryPath : public testing::TestWithParam<KernelPath> {
 protected:
  void SetUp() override {
    if (!is_supported(GetParam())) GTEST_SKIP() << "this processor has no " << name_of(GetParam());
  }
  Compute compute() const { return {.path = GetParam(), .pool = nullptr}; }
  Arithmetic arithmetic() const {
    return GetParam() == KernelPath::plain ? Arithmetic::separate : Arithmetic::fused;
  }

  template <typename T>
  void check_multiply(const Shape& s, std::size_t gap) const {
    const Strided<T> x(s.rows, s.inputs, gap, 1), w(s.inputs, s.outputs, gap, 2), b(1, s.outputs, 0, 3);
    for (const bool with_bias : {false, true}) {
      const std::span<const T> bias =
          with_bias ? std::span<const T>(b.view().data, s.outputs) : std::span<const T>();
      Strided<T> y(s.rows, s.outputs, gap), expected(s.rows, s.outputs, gap);
      multiply<T>(compute(), x.view(), w.view(), bias, y.view());
      reference::multiply<T>(arithmetic(), x.view(), w.view(), bias, expected.view());
      ASSERT_TRUE(same_bits<T>(y.view(), expected.view())) << to_string(s) << (with_bias ? " with bias" : "");
      ASSERT_TRUE(y.marks_are_whole()) << to_string(s);
    }
  }
  template <typename T>
  void check_multiply_transposed(const Shape& s, std::size_t gap) const {
    const Strided<T> d_y(s.rows, s.outputs, gap, 4), w(s.inputs, s.outputs, gap, 5);
    Strided<T> d_x(s.rows, s.inputs, gap), expected(s.rows, s.inputs, gap);
    multiply_transposed<T>(compute(), d_y.view(), w.view(), d_x.view());
    reference::multiply_transposed<T>(arithmetic(), d_y.view(), w.view(), expected.view());
    ASSERT_TRUE(same_bits<T>(d_x.view(), expected.view())) << to_string(s);
    ASSERT_TRUE(d_x.marks_are_whole()) << to_string(s);
  }
  template <typename T>
  void check_outer_product_sum(const Shape& s, std::size_t gap) const {
    const Strided<T> x(s.rows, s.inputs, gap, 6), d_y(s.rows, s.outputs, gap, 7);
    Strided<T> d_w(s.inputs, s.outputs, gap), expected(s.inputs, s.outputs, gap);
    outer_product_sum<T>(compute(), x.view(), d_y.view(), d_w.view());
    reference::outer_product_sum<T>(arithmetic(), x.view(), d_y.view(), expected.view());
    ASSERT_TRUE(same_bits<T>(d_w.view(), expected.view())) << to_string(s);
    ASSERT_TRUE(d_w.marks_are_whole()) << to_string(s);
  }
  template <typename T>
  void check_squared_distances(const Shape& s, std::size_t gap) const {
    const Strided<T> x(s.rows, s.inputs, gap, 9), c(s.inputs, s.outputs, gap, 10);
    Strided<T> d(s.rows, s.outputs, gap), expected(s.rows, s.outputs, gap);
    squared_distances<T>(compute(), x.view(), c.view(), d.view());
    reference::squared_distances<T>(arithmetic(), x.view(), c.view(), expected.view());
    ASSERT_TRUE(same_bits<T>(d.view(), expected.view())) << to_string(s);
    ASSERT_TRUE(d.marks_are_whole()) << to_string(s);
  }
  template <typename T>
  void check_column_sums(std::size_t rows, std::size_t columns, std::size_t gap) const {
    const Strided<T> m(rows, columns, gap, 8);
    Strided<T> sums(1, columns, 0), expected(1, columns, 0);
    column_sums<T>(compute(), m.view(), sums.view().row_span(0));
    reference::column_sums<T>(m.view(), expected.view().row_span(0));
    ASSERT_TRUE(same_bits<T>(sums.view(), expected.view())) << rows << " x " << columns;
    ASSERT_TRUE(sums.marks_are_whole()) << rows << " x " << columns;
  }
  template <typename T>
  void check_products(const Shape& s, std::size_t gap) const {
    ASSERT_NO_FATAL_FAILURE(check_multiply<T>(s, gap));
    ASSERT_NO_FATAL_FAILURE(check_multiply_transposed<T>(s, gap));
    ASSERT_NO_FATAL_FAILURE(check_outer_product_sum<T>(s, gap));
    ASSERT_NO_FATAL_FAILURE(check_squared_distances<T>(s, gap));
  }
};

TEST_P(EveryPath, EqualsTheReferenceBitForBitForSmallShapesInFloat) {
  for (const Shape& s : all_small_shapes())
    ASSERT_NO_FATAL_FAILURE(check_products<float>(s, 0));
}
TEST_P(EveryPath, EqualsTheReferenceBitForBitForSmallShapesInDouble) {
  for (const Shape& s : all_small_shapes())
    ASSERT_NO_FATAL_FAILURE(check_products<double>(s, 0));
}
TEST_P(EveryPath, EqualsTheReferenceBitForBitForLargeShapes) {
  for (const Shape& s : kLargeShapes) {
    ASSERT_NO_FATAL_FAILURE(check_products<float>(s, 0));
    ASSERT_NO_FATAL_FAILURE(check_products<double>(s, 0));
  }
}
TEST_P(EveryPath, ReadsAndWritesOnlyTheViewWhenRowsHaveAStride) {
  for (const std::size_t gap : {1, 5, 64}) {
    for (const std::size_t size : {1, 3, 8, 10, 16, 17, 31, 64, 67}) {
      ASSERT_NO_FATAL_FAILURE(check_products<float>({size, 13, 37}, gap));
      ASSERT_NO_FATAL_FAILURE(check_products<double>({29, size, 37}, gap));
      ASSERT_NO_FATAL_FAILURE(check_products<float>({29, 13, size}, gap));
      ASSERT_NO_FATAL_FAILURE(check_products<double>({45, 13, size}, gap));
    }
  }
}
TEST_P(EveryPath, AnEmptySumIsTheBiasOrZeroAndAnEmptyMatrixIsLeftAlone) {
  for (const Shape& s : kEmptyShapes) {
    ASSERT_NO_FATAL_FAILURE(check_products<float>(s, 3));
    ASSERT_NO_FATAL_FAILURE(check_products<double>(s, 3));
  }
  const Strided<float> x(0, 2, 0), d_y(0, 3, 0);
  Strided<float> d_w(2, 3, 0);
  outer_product_sum<float>(compute(), x.view(), d_y.view(), d_w.view());
  EXPECT_EQ(d_w.view()(1, 2), 0.0F);
}
TEST_P(EveryPath, SumsOverTheBatchFollowTheTreeForEveryNumberOfRows) {
  for (const std::size_t rows : {0, 1, 31, 32, 33, 64, 96, 100, 224, 480, 512, 513, 1000, 1537, 3700}) {
    for (const std::size_t outputs : {1, 3, 10, 16, 21, 70}) {
      ASSERT_NO_FATAL_FAILURE(check_outer_product_sum<float>({rows, 7, outputs}, 2));
      ASSERT_NO_FATAL_FAILURE(check_outer_product_sum<double>({rows, 7, outputs}, 2));
    }
    for (const std::size_t columns : {1, 2, 3, 4, 7, 8, 10, 15, 16, 31, 32, 33, 64, 65, 127, 128, 130, 300}) {
      ASSERT_NO_FATAL_FAILURE(check_column_sums<float>(rows, columns, 3));
      ASSERT_NO_FATAL_FAILURE(check_column_sums<double>(rows, columns, 3));
    }
  }
}
TEST_P(EveryPath, NegativeZeroInTheBatchSumsToZero) {
  // Chains start from +0, and 0 + -0 = 0.
  const Matrix<float> m = [] {
    Matrix<float> all(3, 2);
    for (float& value : all.values())
      value = -0.0F;
    return all;
  }();
  std::vector<float> sums(2, 1.0F);
  column_sums<float>(compute(), m.view(), sums);
  EXPECT_EQ(std::bit_cast<std::uint32_t>(sums[1]), 0U);
}
TEST_P(EveryPath, NotANumberAndInfinityPassThrough) {
  Matrix<float> x(2, 2), w(2, 20), y(2, 20);
  x(0, 0) = std::numeric_limits<float>::infinity();
  x(1, 1) = std::numeric_limits<float>::quiet_NaN();
  for (float& value : w.values())
    value = 1.0F;
  multiply<float>(compute(), x.view(), w.view(), {}, y.view());
  EXPECT_EQ(y(0, 19), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(y(1, 0)));
}
TEST_P(EveryPath, OneTwoAndThreeThreadsGiveTheSameBits) {
  ThreadPool one(1), two(2), three(3);
  // Above the size that is worth threads, with ragged tiles.
  const Shape shapes[] = {{130, 170, 90}, {1000, 33, 65}, {40, 300, 130}, {520, 300, 10}};
  for (const Shape& s : shapes) {
    const Strided<float> x(s.rows, s.inputs, 1, 1), w(s.inputs, s.outputs, 1, 2), b(1, s.outputs, 0, 3);
    const Strided<float> d_y(s.rows, s.outputs, 1, 4);
    const std::span<const float> bias(b.view().data, s.outputs);
    Strided<float> y_alone(s.rows, s.outputs, 1), d_x_alone(s.rows, s.inputs, 1),
        d_w_alone(s.inputs, s.outputs, 1), distances_alone(s.rows, s.outputs, 1);
    squared_distances<float>(compute(), x.view(), w.view(), distances_alone.view());
    multiply<float>(compute(), x.view(), w.view(), bias, y_alone.view());
    multiply_transposed<float>(compute(), d_y.view(), w.view(), d_x_alone.view());
    outer_product_sum<float>(compute(), x.view(), d_y.view(), d_w_alone.view());
    for (ThreadPool* pool : {&one, &two, &three}) {
      const Compute threads{.path = GetParam(), .pool = pool};
      Strided<float> y(s.rows, s.outputs, 1), d_x(s.rows, s.inputs, 1), d_w(s.inputs, s.outputs, 1);
      multiply<float>(threads, x.view(), w.view(), bias, y.view());
      multiply_transposed<float>(threads, d_y.view(), w.view(), d_x.view());
      outer_product_sum<float>(threads, x.view(), d_y.view(), d_w.view());
      ASSERT_TRUE(same_bits<float>(y.view(), y_alone.view()))
          << to_string(s) << ", threads " << pool->threads();
      ASSERT_TRUE(same_bits<float>(d_x.view(), d_x_alone.view()))
          << to_string(s) << ", threads " << pool->threads();
      ASSERT_TRUE(same_bits<float>(d_w.view(), d_w_alone.view()))
          << to_string(s) << ", threads " << pool->threads();
      squared_distances<float>(threads, x.view(), w.view(), y.view());
      ASSERT_TRUE(same_bits<float>(y.view(), distances_alone.view()))
          << to_string(s) << ", threads " << pool->threads();
      ASSERT_TRUE(y.marks_are_whole() && d_x.marks_are_whole() && d_w.marks_are_whole());
    }
  }
}
TEST_P(EveryPath, MultiplyGivesTheNumbersOfAHandCalculation) {
  // y = b + x w with x = (1 2; 3 4), w = (5 6 7; 8 9 10), b = (1 0 -1):
  // 1 + 5 + 16 = 22, 6 + 18 = 24, -1 + 7 + 20 = 26; 1 + 15 + 32 = 48, 18 + 36 = 54, -1 + 21 + 40 = 60.
  const float x[] = {1, 2, 3, 4}, w[] = {5, 6, 7, 8, 9, 10}, b[] = {1, 0, -1};
  const float d_y[] = {1, 0, -1, 2, 1, 0};
  float y[6], d_x[4], d_w[6], d_b[3];
  multiply<float>(compute(), {x, 2, 2}, {w, 2, 3}, b, {y, 2, 3});
  EXPECT_EQ(std::vector<float>(y, y + 6), (std::vector<float>{22, 24, 26, 48, 54, 60}));
  // d_x = d_y w^T: 5 - 7 = -2, 8 - 10 = -2; 10 + 6 = 16, 16 + 9 = 25.
  multiply_transposed<float>(compute(), {d_y, 2, 3}, {w, 2, 3}, {d_x, 2, 2});
  EXPECT_EQ(std::vector<float>(d_x, d_x + 4), (std::vector<float>{-2, -2, 16, 25}));
  // d_w = x^T d_y: 1 + 6 = 7, 3, -1; 2 + 8 = 10, 4, -2.
  outer_product_sum<float>(compute(), {x, 2, 2}, {d_y, 2, 3}, {d_w, 2, 3});
  EXPECT_EQ(std::vector<float>(d_w, d_w + 6), (std::vector<float>{7, 3, -1, 10, 4, -2}));
  column_sums<float>(compute(), {d_y, 2, 3}, d_b);
  EXPECT_EQ(std::vector<float>(d_b, d_b + 3), (std::vector<float>{3, 1, -1}));
  // (1 - 5)^2 + (2 - 8)^2 = 52, 25 + 49 = 74, 36 + 64 = 100; 4 + 16 = 20, 9 + 25 = 34, 16 + 36 = 52.
  squared_distances<float>(compute(), {x, 2, 2}, {w, 2, 3}, {y, 2, 3});
  EXPECT_EQ(std::vector<float>(y, y + 6), (std::vector<float>{52, 74, 100, 20, 34, 52}));
}

INSTANTIATE_TEST_SUITE_P(Kernels, EveryPath,
                         testing::Values(KernelPath::plain, KernelPath::scalar, KernelPath::avx2,
                                         KernelPath::avx512),
                         [](const testing::TestParamInfo<KernelPath>& path) {
                           return std::string(name_of(path.param));
                         });

TEST(BlockTreeSum, EqualsTheReferenceForEveryNumberOfValues) {
  for (const std::size_t size :
       {0, 1, 2, 31, 32, 33, 64, 96, 100, 224, 255, 256, 257, 300, 1000, 1025, 5000}) {
    const Strided<double> values(1, size, 0, 9);
    const Strided<float> floats(1, size, 0, 9);
    const std::span<const double> span(values.view().data, size);
    const std::span<const float> float_span(floats.view().data, size);
    EXPECT_EQ(block_tree_sum(span), reference::block_tree_sum(span)) << size;
    EXPECT_EQ(sum_of_squares<double>({}, span), reference::sum_of_squares(span)) << size;
    EXPECT_EQ(sum_of_squares<float>({}, float_span), reference::sum_of_squares(float_span)) << size;
  }
}
TEST(BlockTreeSum, OfNothingIsZero) {
  EXPECT_EQ(block_tree_sum({}), 0.0);
  EXPECT_EQ(sum_of_squares<float>({}, {}), 0.0);
}
TEST(SumOfSquares, FormsSquaresInDouble) {
  // 1e30^2 is beyond float.
  const float values[] = {1e30F, 3.0F};
  EXPECT_EQ(sum_of_squares<float>({}, values), static_cast<double>(1e30F) * static_cast<double>(1e30F));
}

}  // namespace
}  // namespace chainrule
