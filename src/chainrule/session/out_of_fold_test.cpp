#include "chainrule/session/out_of_fold.h"

#include <gtest/gtest.h>

#include <vector>

namespace chainrule {
namespace {

constexpr LossOptions kSquaredError = {.kind = Loss::mean_squared_error};

Dataset<double> targets_of(const std::vector<double>& values) {
  Dataset<double> data{.inputs = Matrix<double>(values.size(), 1),
                       .targets = Matrix<double>(values.size(), 1)};
  for (std::size_t r = 0; r < values.size(); ++r)
    data.targets(r, 0) = values[r];
  return data;
}

// A member that says `said[e]` about each row of its fold after epoch e + 1.
FoldOutputs<double> member(std::size_t kind, std::uint32_t fold, std::size_t rows, std::uint64_t best_epoch,
                           const std::vector<double>& said) {
  FoldOutputs<double> one{.kind = kind, .fold = fold, .best_epoch = best_epoch, .epochs = said.size()};
  for (const double value : said)
    one.outputs.values.insert(one.outputs.values.end(), rows, value);
  return one;
}

TEST(OutOfFold, TheOtherFoldsChooseTheEpoch) {
  const Dataset<double> data = targets_of({1, 2, 3, 4, 5, 6});
  const std::vector<std::uint32_t> folds = {0, 1, 2, 0, 1, 2};
  // Epoch e of fold f says 10 f + e.
  const std::vector<FoldOutputs<double>> members = {member(0, 0, 2, 1, {1, 2, 3, 4, 5}),
                                                    member(0, 1, 2, 3, {11, 12, 13, 14, 15}),
                                                    member(0, 2, 2, 5, {21, 22, 23})};
  const Matrix<double> best(6, 1);
  const OutOfFoldOutputs<double> result =
      outputs_out_of_fold<double>({}, kSquaredError, Activation::identity, data, folds, members, {best});
  // The means of the best epochs of the others: 4, 3 and 2.
  const double expected[] = {4, 13, 22, 4, 13, 22};
  double loss = 0;
  for (std::size_t r = 0; r < 6; ++r) {
    EXPECT_EQ(result.outputs(r, 0), expected[r]) << r;
    loss += (expected[r] - data.targets(r, 0)) * (expected[r] - data.targets(r, 0)) / 6;
  }
  EXPECT_NEAR(result.loss, loss, 1e-12);
}

TEST(OutOfFold, AMemberIsAskedForNoEpochThatItDidNotReach) {
  const std::vector<FoldOutputs<double>> members = {
      member(0, 0, 1, 1, {1, 2}), member(0, 1, 1, 9, std::vector<double>(20, 7)), member(0, 2, 1, 0, {})};
  Matrix<double> best(3, 1);
  best(2, 0) = -5;
  const OutOfFoldOutputs<double> result =
      outputs_out_of_fold<double>({}, kSquaredError, Activation::identity, targets_of({0, 0, 0}),
                                  std::vector<std::uint32_t>{0, 1, 2}, members, {best});
  EXPECT_EQ(result.outputs(0, 0), 2) << "its last epoch";
  EXPECT_EQ(result.outputs(1, 0), 7);
  EXPECT_EQ(result.outputs(2, 0), -5) << "it has no epoch";
}

// Two kinds; in each fold another one happens to be right. Rows must not be predicted by the kind that their
// own fold speaks for.
TEST(OutOfFold, TheOtherFoldsChooseTheVote) {
  const Dataset<double> data = targets_of({0, 0});
  const std::vector<FoldOutputs<double>> members = {member(0, 0, 1, 1, {0}), member(0, 1, 1, 1, {1}),
                                                    member(1, 0, 1, 1, {1}), member(1, 1, 1, 1, {0})};
  const Matrix<double> best(2, 1);
  const OutOfFoldOutputs<double> result = outputs_out_of_fold<double>(
      {}, kSquaredError, Activation::identity, data, std::vector<std::uint32_t>{0, 1}, members, {best, best});
  EXPECT_EQ(result.outputs(0, 0), 1) << "row 1 speaks for kind 1, which is wrong about row 0";
  EXPECT_EQ(result.outputs(1, 0), 1);
}

}  // namespace
}  // namespace chainrule
