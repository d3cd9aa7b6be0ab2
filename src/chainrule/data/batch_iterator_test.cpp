#include "chainrule/data/batch_iterator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

// Row r: inputs r, r + 0.5; target -r; weight 10 r.
template <typename T>
Dataset<T> dataset_of(std::size_t rows) {
  Dataset<T> dataset;
  dataset.inputs = Matrix<T>(rows, 2);
  dataset.targets = Matrix<T>(rows, 1);
  for (std::size_t r = 0; r < rows; ++r) {
    dataset.inputs(r, 0) = static_cast<T>(r);
    dataset.inputs(r, 1) = static_cast<T>(r) + T{0.5};
    dataset.targets(r, 0) = -static_cast<T>(r);
    dataset.row_weights.push_back(static_cast<T>(10 * r));
  }
  return dataset;
}

template <typename T>
class BatchIteratorOf : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(BatchIteratorOf, Scalars);

// Like an array that the caller owns, which may be a block of columns of a wider one.
TYPED_TEST(BatchIteratorOf, RowsOfAViewMayLieApart) {
  using T = TypeParam;
  const std::vector<T> wide = {0, 1, 100, 2, 3, 101, 4, 5, 102};
  const MatrixView<const T> all(wide.data(), 3, 3);
  BatchIterator<T> iterator({all.column_block(0, 2), all.column_block(2, 1), {}}, 2, RowOrder::given, 1);
  iterator.start_epoch(0);
  Batch<T> batch;
  iterator.fetch(1, batch);
  ASSERT_EQ(batch.rows(), 1u);
  EXPECT_EQ(batch.inputs(0, 0), T{4});
  EXPECT_EQ(batch.inputs(0, 1), T{5});
  EXPECT_EQ(batch.targets(0, 0), T{102});
  EXPECT_TRUE(batch.row_weights.empty());
}

TYPED_TEST(BatchIteratorOf, EpochVisitsEachRowOnceAndKeepsItsPartsTogether) {
  using T = TypeParam;
  const Dataset<T> dataset = dataset_of<T>(10);
  BatchIterator<T> iterator(dataset, 4, RowOrder::shuffled, 5);
  ASSERT_EQ(iterator.batches_per_epoch(), 3u);
  for (std::uint32_t epoch = 0; epoch < 4; ++epoch) {
    iterator.start_epoch(epoch);
    std::vector<T> seen;
    Batch<T> batch;
    for (std::size_t i = 0; i < iterator.batches_per_epoch(); ++i) {
      iterator.fetch(i, batch);
      ASSERT_EQ(batch.rows(), i < 2 ? 4u : 2u);
      for (std::size_t r = 0; r < batch.rows(); ++r) {
        const T row = batch.inputs(r, 0);
        EXPECT_EQ(row, static_cast<T>(iterator.order()[4 * i + r]));
        EXPECT_EQ(batch.inputs(r, 1), row + T{0.5});
        EXPECT_EQ(batch.targets(r, 0), -row);
        EXPECT_EQ(batch.row_weights[r], 10 * row);
        seen.push_back(row);
      }
    }
    std::ranges::sort(seen);
    ASSERT_EQ(seen.size(), 10u);
    for (std::size_t r = 0; r < 10; ++r)
      EXPECT_EQ(seen[r], static_cast<T>(r));
  }
}

TYPED_TEST(BatchIteratorOf, InputsAreMappedAsABatchIsRead) {
  using T = TypeParam;
  Dataset<T> data{.inputs = Matrix<T>(5, 1), .targets = Matrix<T>(5, 1)};
  for (std::size_t r = 0; r < 5; ++r)
    data.inputs(r, 0) = static_cast<T>(r), data.targets(r, 0) = static_cast<T>(r);
  const InputMap<T> map{.columns = 2, .apply = [](MatrixView<const T> x, MatrixView<T> mapped) {
                          for (std::size_t r = 0; r < x.rows; ++r)
                            mapped(r, 0) = x(r, 0), mapped(r, 1) = 10 * x(r, 0);
                        }};
  DatasetView<T> view = data;
  view.map = &map;
  EXPECT_EQ(view.columns(), 2u);
  BatchIterator<T> batches(view, 2, RowOrder::shuffled, 1);
  batches.start_epoch(1);
  Batch<T> batch;
  for (std::size_t i = 0; i < batches.batches_per_epoch(); ++i) {
    batches.fetch(i, batch);
    ASSERT_EQ(batch.inputs.columns(), 2u);
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      EXPECT_EQ(batch.inputs(r, 0), batch.targets(r, 0));
      EXPECT_EQ(batch.inputs(r, 1), 10 * batch.targets(r, 0));
    }
  }
}

TYPED_TEST(BatchIteratorOf, GivenOrderIsKeptInEveryEpoch) {
  using T = TypeParam;
  const Dataset<T> dataset = dataset_of<T>(5);
  BatchIterator<T> iterator(dataset, 2, RowOrder::given, 5);
  iterator.start_epoch(3);
  Batch<T> batch;
  iterator.fetch(1, batch);
  EXPECT_EQ(batch.inputs(0, 0), T{2});
  EXPECT_EQ(batch.inputs(1, 0), T{3});
}

TYPED_TEST(BatchIteratorOf, WithoutWeightsTheBatchHasNone) {
  using T = TypeParam;
  Dataset<T> dataset = dataset_of<T>(3);
  dataset.row_weights.clear();
  BatchIterator<T> iterator(dataset, 8, RowOrder::given, 1);
  EXPECT_EQ(iterator.batches_per_epoch(), 1u);
  Batch<T> batch;
  batch.row_weights.assign(8, T{1});
  iterator.fetch(0, batch);
  EXPECT_EQ(batch.rows(), 3u);
  EXPECT_TRUE(batch.row_weights.empty());
}

TYPED_TEST(BatchIteratorOf, BuffersStayWhereTheyAreAfterTheFirstFullBatch) {
  using T = TypeParam;
  const Dataset<T> dataset = dataset_of<T>(70);
  BatchIterator<T> iterator(dataset, 32, RowOrder::shuffled, 1);
  iterator.start_epoch(0);
  Batch<T> batch;
  iterator.fetch(0, batch);
  const T* const inputs = batch.inputs.row(0);
  const T* const targets = batch.targets.row(0);
  const T* const weights = batch.row_weights.data();
  for (const std::size_t i : {std::size_t{2}, std::size_t{1}, std::size_t{0}}) {  // the small one in between
    iterator.fetch(i, batch);
    EXPECT_EQ(batch.inputs.row(0), inputs);
    EXPECT_EQ(batch.targets.row(0), targets);
    EXPECT_EQ(batch.row_weights.data(), weights);
  }
}

TEST(BatchIterator, OrderIsAFunctionOfSeedAndEpoch) {
  const Dataset<float> dataset = dataset_of<float>(100);
  BatchIterator<float> a(dataset, 10, RowOrder::shuffled, 5), b(dataset, 10, RowOrder::shuffled, 5),
      other_seed(dataset, 10, RowOrder::shuffled, 6);
  a.start_epoch(0);
  const std::vector<std::uint32_t> epoch0(a.order().begin(), a.order().end());
  a.start_epoch(1);
  a.start_epoch(7);
  b.start_epoch(7);  // without the epochs before it
  other_seed.start_epoch(7);
  EXPECT_TRUE(std::ranges::equal(a.order(), b.order()));
  EXPECT_FALSE(std::ranges::equal(a.order(), epoch0));
  EXPECT_FALSE(std::ranges::equal(a.order(), other_seed.order()));
}

TEST(BatchIterator, WholeBatchesHaveNoRest) {
  const Dataset<float> dataset = dataset_of<float>(8);
  EXPECT_EQ(BatchIterator<float>(dataset, 4, RowOrder::given, 1).batches_per_epoch(), 2u);
  EXPECT_EQ(BatchIterator<float>(dataset, 1, RowOrder::given, 1).batches_per_epoch(), 8u);
}

TEST(BatchIterator, RefusesBatchSizeZeroAndPartsThatDoNotFit) {
  Dataset<float> dataset = dataset_of<float>(8);
  EXPECT_THROW(BatchIterator<float>(dataset, 0, RowOrder::given, 1), UsageError);
  dataset.row_weights.pop_back();
  EXPECT_THROW(BatchIterator<float>(dataset, 4, RowOrder::given, 1), StateError);
  dataset.row_weights.clear();
  dataset.targets = Matrix<float>(7, 1);
  EXPECT_THROW(BatchIterator<float>(dataset, 4, RowOrder::given, 1), StateError);
}

}  // namespace
}  // namespace chainrule
