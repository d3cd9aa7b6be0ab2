#include "chainrule/train/predictor.h"

#include <gtest/gtest.h>

#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/forward.h"
#include "chainrule/model/initializer.h"
#include "support/layer_examples.h"

namespace chainrule {
namespace {

struct Case {
  Network network;
  AlignedVector<float> parameters;
  Matrix<float> inputs;
};

Case make_case(Network network, std::size_t rows) {
  Case result{.network = std::move(network), .parameters = {}, .inputs = {}};
  result.parameters.resize(parameter_count(result.network));
  for (std::size_t i = 0; i < result.parameters.size(); ++i)
    result.parameters[i] = static_cast<float>(random_uniform({.seed = 1}, i)) + 0.1F;  // widths are above 0
  result.inputs.resize(rows, result.network.inputs());
  for (std::size_t i = 0; i < result.inputs.values().size(); ++i)
    result.inputs.values()[i] = static_cast<float>(random_uniform({.seed = 2}, i) - 0.5);
  return result;
}

// With every kind of layer: between dense layers, and last when only the lower layers predict.
std::vector<Network> networks() {
  Network mixed =
      make_mlp({.inputs = 7, .hidden = {12}, .outputs = 2, .hidden_activations = {Activation::tanh}});
  auto& first = std::get<Dense>(mixed.layers[0]);
  first.unit_activations.assign(12, Activation::relu);
  first.unit_activations[5] = Activation::logistic;
  std::vector<Network> list = {
      make_mlp({.inputs = 3, .hidden = {5, 4}, .outputs = 2, .output_activation = Activation::softmax}),
      make_mlp({.inputs = 64, .hidden = {64}, .outputs = 10, .output_activation = Activation::softmax}),
      make_mlp({.inputs = 33,
                .hidden = {130, 70},
                .outputs = 4,
                .hidden_activations = {Activation::prelu},
                .dropout = 0.5}),
      make_mlp({.inputs = 6, .hidden = {}, .outputs = 1, .output_activation = Activation::logistic}),
      make_rbf_network({.inputs = 5, .units = 9, .outputs = 3}),
      mixed};
  for (const LayerKind kind : testing_support::layer_kinds()) {
    list.push_back(testing_support::example_network(kind, 6));
    list.push_back({.layers = {list.back().layers[0], list.back().layers[1]}});
  }
  return list;
}

// All at once, row by row, in other pieces, on two threads: the numbers of `forward`.
TEST(Predictor, PredictsAsForwardHoweverTheRowsAreSplit) {
  ThreadPool pool(2);
  for (const Network& network : networks()) {
    const Case c = make_case(network, 700);
    Workspace<float> workspace;
    const MatrixView<const float> expected =
        forward<float>({}, c.network, c.parameters, c.inputs.view(), Mode::predict, {}, workspace);
    const auto expect_equal = [&](const Matrix<float>& outputs) {
      for (std::size_t r = 0; r < expected.rows; ++r) {
        for (std::size_t j = 0; j < expected.columns; ++j)
          ASSERT_EQ(outputs(r, j), expected(r, j)) << r << ' ' << j;
      }
    };
    for (const Compute& compute : {Compute{}, Compute{.pool = &pool}}) {
      Predictor<float> predictor(compute, c.network, c.parameters);
      Matrix<float> outputs(700, network.outputs());
      predictor.predict(c.inputs.view(), outputs.view());
      expect_equal(outputs);
      Matrix<float> one_by_one(700, network.outputs());
      for (std::size_t r = 0; r < 700; ++r)
        predictor.predict(std::span(c.inputs.row(r), network.inputs()),
                          std::span(one_by_one.row(r), network.outputs()));
      expect_equal(one_by_one);
    }
  }
}

TEST(Predictor, ReadsPreActivationsWhenAsked) {
  const Case c = make_case(
      make_mlp({.inputs = 4, .hidden = {3}, .outputs = 2, .output_activation = Activation::sign}), 5);
  Workspace<float> workspace;
  forward<float>({}, c.network, c.parameters, c.inputs.view(), Mode::predict, {}, workspace);
  Predictor<float> predictor({}, c.network, c.parameters, ReadAt::pre_activation);
  Matrix<float> outputs(5, 2);
  predictor.predict(c.inputs.view(), outputs.view());
  EXPECT_EQ(outputs, workspace.layers.back().z);
}

// It keeps its buffers from call to call, and nothing else.
TEST(Predictor, CanBeReusedAfterTheParametersChange) {
  Case c = make_case(
      make_mlp({.inputs = 40, .hidden = {300}, .outputs = 2, .output_activation = Activation::tanh}), 700);
  ThreadPool pool(3);
  Predictor<float> kept({}, c.network, c.parameters);
  for (const Compute& compute : {Compute{.pool = &pool}, Compute{.path = KernelPath::scalar}, Compute{}}) {
    for (const ReadAt read_at : {ReadAt::pre_activation, ReadAt::activation}) {
      c.parameters[0] += 1;
      Matrix<float> outputs(700, 2), expected(700, 2);
      kept.use(compute, read_at);
      kept.predict(c.inputs.view(), outputs.view());
      predict_rows<float>({}, c.network, c.parameters, c.inputs.view(), expected.view(), read_at);
      EXPECT_EQ(outputs, expected);
    }
  }
}

TEST(Predictor, TakesNoRows) {
  const Case c = make_case(make_mlp({.inputs = 4, .hidden = {3}, .outputs = 2}), 0);
  Predictor<float> predictor({}, c.network, c.parameters);
  Matrix<float> outputs(0, 2);
  predictor.predict(c.inputs.view(), outputs.view());
}

TEST(Predictor, RefusesWhatDoesNotFit) {
  const Case c = make_case(make_mlp({.inputs = 4, .hidden = {3}, .outputs = 2}), 5);
  EXPECT_THROW(Predictor<float>({}, c.network, std::span(c.parameters).first(3)), StateError);
  EXPECT_THROW(Predictor<float>({}, Network{}, {}), StateError);
  Predictor<float> predictor({}, c.network, c.parameters);
  Matrix<float> narrow(5, 1), few(4, 2), outputs(5, 2), other_inputs(5, 3);
  EXPECT_THROW(predictor.predict(c.inputs.view(), narrow.view()), StateError);
  EXPECT_THROW(predictor.predict(c.inputs.view(), few.view()), StateError);
  EXPECT_THROW(predictor.predict(other_inputs.view(), outputs.view()), StateError);
}

}  // namespace
}  // namespace chainrule
