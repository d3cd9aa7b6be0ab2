#include "chainrule/train/model.h"

#include <gtest/gtest.h>

#include <optional>

#include "chainrule/train/predictor.h"
#include "support/layer_examples.h"

namespace chainrule {
namespace {

using namespace testing_support;

template <typename T>
Model model_with(LayerKind kind) {
  Model model{.network = example_network(kind, 5), .parameters = {}};
  model.parameters = example_parameters<T>(model.network);
  return model;
}

template <typename T>
Matrix<T> predictions(const Model& model) {
  const Matrix<T> inputs = example_inputs<T>(30, model.network.inputs());
  Matrix<T> outputs(30, model.network.outputs());
  predict_rows<T>({}, model.network, std::get<Parameters<T>>(model.parameters), inputs.view(),
                  outputs.view());
  return outputs;
}

class ModelWithALayer : public testing::TestWithParam<LayerKind> {};
INSTANTIATE_TEST_SUITE_P(Layer, ModelWithALayer, testing::ValuesIn(layer_kinds()),
                         [](const auto& test) { return std::string(name_of(test.param)); });

// The original is changed and destroyed: what a copy predicts is its own.
template <typename T>
void expect_copies_predict_alike(LayerKind kind) {
  std::optional<Model> original = model_with<T>(kind);
  const Matrix<T> expected = predictions<T>(*original);
  const Model copied = *original;
  Model assigned = model_with<T>(LayerKind::dense);
  assigned = *original;
  for (T& parameter : std::get<Parameters<T>>(original->parameters))
    parameter = 7;
  EXPECT_NE(predictions<T>(*original), expected);
  original.reset();
  EXPECT_EQ(predictions<T>(copied), expected);
  EXPECT_EQ(predictions<T>(assigned), expected);
  const Model moved = std::move(assigned);
  EXPECT_EQ(predictions<T>(moved), expected);
  EXPECT_EQ(moved.network, copied.network);
}

TEST_P(ModelWithALayer, CopiedPredictsBitForBit) {
  expect_copies_predict_alike<float>(GetParam());
  expect_copies_predict_alike<double>(GetParam());
}

TEST(Model, KnowsItsPrecision) {
  EXPECT_EQ(model_with<float>(LayerKind::dense).precision(), Precision::float32);
  EXPECT_EQ(model_with<double>(LayerKind::dense).precision(), Precision::float64);
}

}  // namespace
}  // namespace chainrule
