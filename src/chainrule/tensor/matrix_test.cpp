#include "chainrule/tensor/matrix.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

namespace chainrule {
namespace {

TEST(Matrix, StartsAsZeroAndIsRowMajor) {
  Matrix<double> m(2, 3);
  for (const double value : m.values())
    EXPECT_EQ(value, 0.0);
  m(1, 2) = 5;
  EXPECT_EQ(m.values()[1 * 3 + 2], 5);
  EXPECT_EQ(m.row(1)[2], 5);
}
TEST(Matrix, OfUnsetNumbersHasItsShapeAndKeepsWhatIsWritten) {
  Matrix<float> m = Matrix<float>::unset(3, 5);
  EXPECT_EQ(m.rows(), 3U);
  EXPECT_EQ(m.columns(), 5U);
  ASSERT_EQ(m.values().size(), 15U);
  for (std::size_t i = 0; i < 15; ++i)
    m.values()[i] = static_cast<float>(i);
  EXPECT_EQ(m(2, 4), 14);
  const Matrix<float> copy = m;
  EXPECT_EQ(copy, m);
}
TEST(Matrix, GrowsByZeros) {
  Matrix<float> m(1, 2);
  m(0, 0) = m(0, 1) = 1;
  m.resize(2, 2);
  EXPECT_EQ(m(1, 0), 0);
  EXPECT_EQ(m(1, 1), 0);
}
TEST(Matrix, IsAlignedToACacheLine) {
  for (const std::size_t size : {1, 3, 17, 100}) {
    const Matrix<float> m(size, 1);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(m.row(0)) % kAlignment, 0U) << size;
  }
}
TEST(Matrix, CopiesItsNumbers) {
  Matrix<float> first(2, 2);
  first(0, 1) = 1;
  Matrix<float> second = first;
  EXPECT_EQ(second, first);
  second(0, 1) = 2;
  EXPECT_EQ(first(0, 1), 1);
  EXPECT_NE(second, first);
}
TEST(Matrix, OfTheSameNumbersInAnotherShapeIsNotEqual) {
  EXPECT_NE((Matrix<float>(2, 3)), (Matrix<float>(3, 2)));
}
TEST(Matrix, KeepsItsMemoryWhenItShrinksAndGrowsBack) {
  Matrix<float> m(10, 10);
  const float* const before = m.row(0);
  m.resize(3, 4);
  EXPECT_EQ(m.rows(), 3U);
  EXPECT_EQ(m.columns(), 4U);
  EXPECT_EQ(m.values().size(), 12U);
  m.resize(10, 10);
  EXPECT_EQ(m.row(0), before);
}
TEST(Matrix, MayBeEmpty) {
  const Matrix<float> none;
  EXPECT_EQ(none.values().size(), 0U);
  const Matrix<float> no_rows(0, 5);
  EXPECT_EQ(no_rows.view().columns, 5U);
}
TEST(MatrixView, OfABlockOfColumnsKeepsTheStrideOfTheWhole) {
  Matrix<float> m(3, 5);
  m(1, 2) = 7;
  m(2, 3) = 8;
  const MatrixView<float> block = m.view().column_block(2, 2);
  EXPECT_EQ(block.stride, 5U);
  EXPECT_EQ(block.columns, 2U);
  EXPECT_EQ(block(1, 0), 7);
  EXPECT_EQ(block(2, 1), 8);
  EXPECT_EQ(block.row_span(2).size(), 2U);
}
TEST(MatrixView, OfABlockOfRowsStartsAtItsFirstRow) {
  Matrix<float> m(4, 2);
  m(2, 1) = 9;
  const MatrixView<const float> block = std::as_const(m).view().row_block(2, 2);
  EXPECT_EQ(block.rows, 2U);
  EXPECT_EQ(block(0, 1), 9);
}
TEST(MatrixView, WritesThroughToItsMatrix) {
  Matrix<float> m(2, 2);
  m.view()(1, 0) = 4;
  EXPECT_EQ(m(1, 0), 4);
  const MatrixView<const float> read_only = m.view();
  EXPECT_EQ(read_only(1, 0), 4);
}
TEST(AlignedAllocator, RefusesSizesThatDoNotFit) {
  EXPECT_THROW(AlignedAllocator<double>().allocate(static_cast<std::size_t>(-1) / 8),
               std::bad_array_new_length);
}

}  // namespace
}  // namespace chainrule
