// The kernels are tested against reference.h, so reference.h is tested against calculations by hand.
#include "chainrule/tensor/reference.h"

#include <gtest/gtest.h>

#include <vector>

namespace chainrule::reference {
namespace {

using Numbers = std::vector<double>;

struct Filled : Matrix<double> {
  Filled(std::size_t rows, std::size_t columns, const Numbers& numbers) : Matrix<double>(rows, columns) {
    std::copy(numbers.begin(), numbers.end(), values().begin());
  }
  MatrixView<const double> in() const { return view(); }
};

Numbers numbers_of(const Matrix<double>& matrix) {
  return {matrix.values().begin(), matrix.values().end()};
}

TEST(Reference, ProductsOfTwoByTwoByHand) {
  const Filled x(2, 2, {1, 2, 3, 4}), w(2, 2, {5, 6, 7, 8});
  for (const Arithmetic arithmetic : {Arithmetic::fused, Arithmetic::separate}) {
    Matrix<double> y(2, 2);
    multiply<double>(arithmetic, x.in(), w.in(), {}, y.view());
    EXPECT_EQ(numbers_of(y), (Numbers{19, 22, 43, 50}));
    const Numbers b = {100, 200};
    multiply<double>(arithmetic, x.in(), w.in(), b, y.view());
    EXPECT_EQ(numbers_of(y), (Numbers{119, 222, 143, 250}));
    multiply_transposed<double>(arithmetic, x.in(), w.in(), y.view());  // x w^T
    EXPECT_EQ(numbers_of(y), (Numbers{17, 23, 39, 53}));
    outer_product_sum<double>(arithmetic, x.in(), w.in(), y.view());  // x^T w
    EXPECT_EQ(numbers_of(y), (Numbers{26, 30, 38, 44}));
  }
}

TEST(Reference, SevenBlocksJoinAsTheContractSays) {
  // Blocks of one large number each. In float 2^24 + 1 = 2^24 (a tie, rounded to even) and 2^24 + 2 is exact:
  // ((b0 + b1) + (b2 + b3)) + ((b4 + b5) + b6) with b = 2^24, 1, 1, 0, 1, 1, 2
  // = ((2^24 + 1) + (1 + 0)) + ((1 + 1) + 2) = (2^24 + 1) + 4 = 2^24 + 4; any chain over the blocks gives
  // 2^24 + 2.
  const float blocks[] = {16777216, 1, 1, 0, 1, 1, 2};
  Matrix<float> m(7 * 32, 1);
  for (std::size_t i = 0; i < 7; ++i)
    m(i * 32 + 5, 0) = blocks[i];
  float sum[1];
  column_sums<float>(m.view(), sum);
  EXPECT_EQ(sum[0], 16777220.0F);
}

TEST(Reference, FusedAndSeparateRoundingDiffer) {
  // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24: the last term is lost when the product is rounded to float first.
  const float x[] = {1.0F + 0x1p-12F}, b[] = {-1.0F};
  float fused[1], separate[1];
  multiply<float>(Arithmetic::fused, {x, 1, 1}, {x, 1, 1}, b, {fused, 1, 1});
  multiply<float>(Arithmetic::separate, {x, 1, 1}, {x, 1, 1}, b, {separate, 1, 1});
  EXPECT_EQ(fused[0], 0x1p-11F + 0x1p-24F);
  EXPECT_EQ(separate[0], 0x1p-11F);
}

TEST(Reference, ChainStartsFromZeroAtTheFirstRowOfABlock) {
  Numbers values(32, 0.0);
  values[0] = 0x1p60;
  values[1] = 1;  // lost beside 2^60
  values[2] = -0x1p60;
  EXPECT_EQ(block_tree_sum(values), 0);
  EXPECT_EQ(block_tree_sum({}), 0);
}

TEST(Reference, ColumnSumsAndSumOfSquaresUseTheSameTree) {
  Matrix<double> m(65, 2);
  m(0, 0) = 0x1p60;
  m(32, 0) = -0x1p60;
  m(64, 0) = 1;
  m(5, 1) = 3;
  Numbers sums(2);
  column_sums<double>(m.view(), sums);
  EXPECT_EQ(sums, (Numbers{1, 3}));
  const std::vector<float> threes = {3, 4};
  EXPECT_EQ(sum_of_squares<float>(threes), 25);
}

}  // namespace
}  // namespace chainrule::reference
