#include "chainrule/session/probabilities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace chainrule {
namespace {

Model model_of(Task task, Activation output, std::size_t outputs) {
  Model model;
  model.encoder.target.task = task;
  model.network.layers = {make_dense(1, outputs, output)};
  return model;
}

Matrix<double> row_of(const std::vector<double>& values) {
  Matrix<double> row(1, values.size());
  std::ranges::copy(values, row.values().begin());
  return row;
}

std::vector<double> probabilities(Task task, Activation output, const std::vector<double>& outputs) {
  const Matrix<double> row = class_probabilities(model_of(task, output, outputs.size()), row_of(outputs));
  return {row.values().begin(), row.values().end()};
}

TEST(Probabilities, OfTwoClassesAreTheOutputAndTheRest) {
  EXPECT_EQ(probabilities(Task::binary, Activation::logistic, {0.25}), (std::vector{0.75, 0.25}));
  EXPECT_EQ(probabilities(Task::binary, Activation::identity, {1.5}), (std::vector{0.0, 1.0}));
}

// 0.5 and 1.5 have the sum 2; -1 counts as 0.
TEST(Probabilities, OfOutputsThatAreNoSoftmaxAreDividedByTheirSum) {
  EXPECT_EQ(probabilities(Task::classes, Activation::softmax, {0.5, 0.25, 0.25}),
            (std::vector{0.5, 0.25, 0.25}));
  EXPECT_EQ(probabilities(Task::classes, Activation::identity, {0.5, -1, 1.5}),
            (std::vector{0.25, 0.0, 0.75}));
  EXPECT_EQ(probabilities(Task::classes, Activation::identity, {-1, -1}), (std::vector{0.0, 0.0}));
}

TEST(Probabilities, AreNotThoseOfNumbersAndThresholdUnits) {
  EXPECT_TRUE(has_probabilities(model_of(Task::binary, Activation::logistic, 1)));
  EXPECT_FALSE(has_probabilities(model_of(Task::binary, Activation::sign, 1)));
  EXPECT_FALSE(has_probabilities(model_of(Task::regression, Activation::identity, 1)));
}

}  // namespace
}  // namespace chainrule
