#include "chainrule/model/layer.h"

#include <gtest/gtest.h>

#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"
#include "support/layer_examples.h"

namespace chainrule {
namespace {

using namespace testing_support;

class EveryLayer : public testing::TestWithParam<LayerKind> {};
INSTANTIATE_TEST_SUITE_P(Layer, EveryLayer, testing::ValuesIn(layer_kinds()),
                         [](const auto& test) { return std::string(name_of(test.param)); });

TEST_P(EveryLayer, IsMadeFromItsName) {
  EXPECT_EQ(kind_of(make_layer(GetParam())), GetParam());
  const Layer layer = example_layer(GetParam(), 4);
  EXPECT_EQ(layer_inputs(layer), 4u);
  EXPECT_EQ(layer_outputs(layer), 4u);
}

TEST_P(EveryLayer, SaysInWordsWhatItIs) {
  const LayerCaption caption = layer_caption(example_layer(GetParam(), 4));
  const std::string kind(name_of(GetParam()));
  EXPECT_EQ(caption.kind.find(kind), 0u) << caption.kind;
  EXPECT_EQ(caption.chain.find(kind), 0u) << caption.chain;
  EXPECT_EQ(caption.title.find(kind), 0u) << caption.title;
  EXPECT_NE(caption.sentence, "");
}

TEST_P(EveryLayer, OfNoUnitsIsRefused) {
  Layer layer = make_layer(GetParam());
  EXPECT_THROW(std::visit([](const auto& one) { validate(one, {}); }, layer), StateError);
  layer = example_layer(GetParam(), 4);
  EXPECT_NO_THROW(std::visit([](const auto& one) { validate(one, {}); }, layer));
}

TEST_P(EveryLayer, HasNoSlopesWithoutAnActivationAndViceVersa) {
  const Layer layer = example_layer(GetParam(), 4);
  const AlignedVector<double> parameters = example_parameters<double>({.layers = {layer}});
  LayerState<double> state;
  const Matrix<double> x = example_inputs<double>(3, 4);
  const Compute compute;
  const Matrix<double> slopes = std::visit(
      [&](const auto& one) {
        prepare_forward<double>(one, 3, Mode::train, state);
        forward<double>(one, {.compute = compute, .rows = {0, 3}}, parameters, x.view(), state);
        return activation_slopes<double>(one, compute, parameters, state);
      },
      layer);
  EXPECT_EQ(slopes.values().size(), layer_activation(layer, 0) ? 12u : 0u);
}

// Outputs and gradients of a batch.
template <typename T>
std::vector<T> results(const Compute& compute, const Network& network, std::span<const RowBlock> blocks) {
  const std::size_t rows = 67;
  const AlignedVector<T> parameters = example_parameters<T>(network);
  const Matrix<T> x = example_inputs<T>(rows, network.inputs());
  const Matrix<T> d_output = example_inputs<T>(rows, network.outputs());
  std::vector<T> gradient(parameters.size(), T(99));
  Workspace<T> workspace;
  prepare_forward<T>(network, rows, Mode::train, workspace);
  prepare_backward<T>(network, rows, workspace);
  for (const RowBlock& block : blocks)
    forward_rows<T>(compute, network, parameters, x.view(), block, Mode::train, {.seed = 8}, workspace);
  for (const RowBlock& block : blocks)
    backward_rows<T>(compute, network, parameters, x.view(), d_output.view(), GradientAt::output, block,
                     workspace, gradient);
  parameter_gradients<T>(compute, network, GradientAt::output, x.view(), workspace, gradient);
  const std::span<const T> a = workspace.layers.back().a.values();
  gradient.insert(gradient.end(), a.begin(), a.end());
  return gradient;
}

template <typename T>
void expect_equal_bits_everywhere(LayerKind kind) {
  const Network network = example_network(kind, 21);
  const RowBlock whole[] = {{0, 67}};
  const std::vector<T> expected = results<T>({.path = KernelPath::scalar}, network, whole);
  for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (const std::size_t threads : {1, 2, 3}) {
      ThreadPool pool(threads);
      EXPECT_EQ(results<T>({.path = path, .pool = &pool}, network, whole), expected)
          << name_of(path) << ", threads " << threads;
    }
  }
  if (!layer_traits(network.layers[1]).takes_row_blocks) return;
  const RowBlock parts[] = {{40, 27}, {0, 1}, {1, 39}};
  EXPECT_EQ(results<T>({}, network, parts), expected) << "in blocks of rows";
}

TEST_P(EveryLayer, SameBitsForEveryVectorWidthNumberOfThreadsAndBlockOfRows) {
  expect_equal_bits_everywhere<float>(GetParam());
  expect_equal_bits_everywhere<double>(GetParam());
}

}  // namespace
}  // namespace chainrule
