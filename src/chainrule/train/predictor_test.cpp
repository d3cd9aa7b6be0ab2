#include "chainrule/train/predictor.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/forward.h"
#include "chainrule/model/initializer.h"
#include "chainrule/model/joined_network.h"
#include "chainrule/model/piecewise_columns.h"
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

template <typename T>
struct Made {
  Network network;
  AlignedVector<T> parameters;
};

template <typename T>
Made<T> made(const MlpOptions& options, std::uint64_t seed) {
  Made<T> one{.network = make_mlp(options), .parameters = {}};
  one.parameters.resize(parameter_count(one.network));
  initialize_parameters<T>(one.network, {.seed = seed}, one.parameters);
  return one;
}

// A network as a mixture has it: members of two depths, one of them above piecewise-linear columns.
template <typename T>
JoinedNetwork<T> mixture(const Matrix<T>& inputs) {
  const auto options = [&](std::size_t columns, std::vector<std::size_t> hidden) {
    return MlpOptions{.inputs = columns,
                      .hidden = std::move(hidden),
                      .outputs = 3,
                      .hidden_activations = {Activation::mish},
                      .output_activation = Activation::softmax};
  };
  const Made<T> flat = made<T>(options(inputs.columns(), {96}), 1);
  const PiecewiseColumns<T> columns = piecewise_columns<T>(quantile_knots<T>(inputs.view(), 4));
  const Made<T> deep = made<T>(options(columns.layer.outputs, {64, 32}), 2);
  std::vector<std::size_t> own(inputs.columns());
  std::iota(own.begin(), own.end(), std::size_t{0});
  const JoinedMember<T> members[] = {{&flat.network, flat.parameters, 0.3, own},
                                     {&deep.network, deep.parameters, 0.2},
                                     {&flat.network, flat.parameters, 0.3, own},
                                     {&deep.network, deep.parameters, 0.2}};
  JoinedNetwork<T> joined = join_networks<T>(columns.layer.outputs, members);
  joined.network.layers.insert(joined.network.layers.begin(), columns.layer);
  joined.parameters.insert(joined.parameters.begin(), columns.parameters.begin(), columns.parameters.end());
  return joined;
}

template <typename T>
void expect_the_same_bits() {
  Matrix<T> inputs(300, 11);
  for (std::size_t i = 0; i < inputs.values().size(); ++i)
    inputs.values()[i] = static_cast<T>(4 * random_uniform({.seed = 3}, i) - 2);
  const JoinedNetwork<T> joined = mixture<T>(inputs);
  const std::size_t outputs = joined.network.outputs();
  ThreadPool pool(2);
  for (const Compute& compute : {Compute{}, Compute{.pool = &pool}, Compute{.path = KernelPath::scalar},
                                 Compute{.path = KernelPath::plain}}) {
    for (const ReadAt read_at : {ReadAt::activation, ReadAt::pre_activation}) {
      Predictor<T> all(compute, joined.network, joined.parameters, read_at);
      Predictor<T> blocks(compute, joined.network, joined.parameters, read_at, Weights::fixed);
      Matrix<T> expected(300, outputs), predicted(300, outputs), one_by_one(300, outputs);
      all.predict(inputs.view(), expected.view());
      blocks.predict(inputs.view(), predicted.view());
      for (std::size_t r = 0; r < 300; ++r)
        blocks.predict(std::span<const T>(inputs.row(r), 11), std::span(one_by_one.row(r), outputs));
      const std::size_t bytes = expected.values().size_bytes();
      EXPECT_EQ(std::memcmp(predicted.values().data(), expected.values().data(), bytes), 0);
      EXPECT_EQ(std::memcmp(one_by_one.values().data(), expected.values().data(), bytes), 0);
    }
  }
}

TEST(Predictor, WithFixedWeightsGivesTheSameBits) {
  expect_the_same_bits<float>();
  expect_the_same_bits<double>();
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
