#include "chainrule/model/weight_blocks.h"

#include <gtest/gtest.h>

#include <vector>

#include "chainrule/base/random.h"

namespace chainrule {
namespace {

// Blocks of random sizes along the diagonal; every third one is left empty.
Matrix<float> random_blocks(std::uint64_t seed) {
  RandomKey key{.seed = seed};
  std::uint64_t drawn = 0;
  const auto draw = [&](std::size_t most) {
    return 1 + static_cast<std::size_t>(random_uniform(key, drawn++) * static_cast<double>(most));
  };
  std::vector<std::size_t> rows, columns;
  std::size_t all_rows = 0, all_columns = 0;
  for (int i = 0; i < 9; ++i) {
    rows.push_back(draw(60)), columns.push_back(draw(90));
    all_rows += rows.back(), all_columns += columns.back();
  }
  Matrix<float> w(all_rows, all_columns);
  std::size_t row = 0, column = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t r = 0; i % 3 != 2 && r < rows[i]; ++r) {
      for (std::size_t j = 0; j < columns[i]; ++j)
        w(row + r, column + j) = static_cast<float>(random_uniform(key, drawn++)) - 0.5F;
    }
    row += rows[i], column += columns[i];
  }
  return w;
}

TEST(WeightBlocks, HoldEveryWeightThatIsNotZeroAndLeaveMostZerosOut) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Matrix<float> w = random_blocks(seed);
    const WeightBlocks<float> weights = weight_blocks<float>(w.view());
    ASSERT_FALSE(weights.blocks.empty()) << seed;
    std::size_t column = 0, held = 0;
    for (const WeightBlock& block : weights.blocks) {
      ASSERT_EQ(block.first_column, column) << seed;
      held += block.rows * block.columns;
      for (std::size_t r = 0; r < w.rows(); ++r) {
        const bool is_held = r >= block.first_row && r < block.first_row + block.rows;
        const float* row = weights.values.data() + block.offset + (r - block.first_row) * block.columns;
        for (std::size_t j = 0; j < block.columns; ++j)
          ASSERT_EQ(w(r, column + j), is_held ? row[j] : 0) << seed;
      }
      column += block.columns;
    }
    EXPECT_EQ(column, w.columns()) << seed;
    EXPECT_LT(held, w.values().size() / 2) << seed;
  }
}

TEST(WeightBlocks, AreNotWorthWhileWhereFewWeightsAreZero) {
  Matrix<double> w(6, 40);
  EXPECT_EQ(weight_blocks<double>(w.view()).blocks, (std::vector<WeightBlock>{{0, 40, 0, 0, 0}}));
  for (double& weight : w.values())
    weight = 1;
  EXPECT_TRUE(weight_blocks<double>(w.view()).blocks.empty());
  w(0, 3) = 0;
  EXPECT_TRUE(weight_blocks<double>(w.view()).blocks.empty());
}

}  // namespace
}  // namespace chainrule
