// How gradients flow, against the worked examples: chains of twelve units, hidden units with equal initial
// weights; and the constructed universal approximation.
#include <gtest/gtest.h>

#include "chainrule/course/universal_approximation.h"
#include "chainrule/course/vanishing_gradient.h"
#include "chainrule/model/dense.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/gradient_check.h"
#include "chainrule/train/train_step.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

using nlohmann::json;
using testing_support::expect_equal;
using testing_support::worked_examples;

constexpr double kTolerance = 1e-12;

TEST(VanishingGradientGolden, DeltasOfTheFiveChains) {
  const json& chains = worked_examples().at("vanishing_gradient").at("chains");
  ASSERT_EQ(chains.size(), 5u);
  for (const json& expected : chains) {
    const std::string name = expected.at("activation");
    const std::vector<double> deltas =
        chain_deltas({.activation = parse_name<Activation>(name), .depth = expected.at("depth")});
    expect_equal(deltas, expected.at("delta_by_layer_first_to_last"), kTolerance, name);
    expect_equal(deltas.front() / deltas.back(), expected.at("ratio_first_to_last"), kTolerance, name);
  }
}

// One sample, 3-3-2 logistic, half squared error, gradient descent with learning rate 0.5.
struct SmallNet {
  Network network = make_mlp({.inputs = 3,
                              .hidden = {3},
                              .outputs = 2,
                              .hidden_activations = {Activation::logistic},
                              .output_activation = Activation::logistic});
  StepOptions options{.loss = {.kind = Loss::half_squared_error},
                      .optimizer = {.kind = Optimizer::gradient_descent},
                      .learning_rate = 0.5};
  StepBuffers<double> buffers;
  TrainState<double> state = make_train_state<double>(network, options.optimizer);

  SmallNet(const std::vector<double>& x, const std::vector<double>& t, double start) {
    buffers.batch.inputs = Matrix<double>(1, 3);
    buffers.batch.targets = Matrix<double>(1, 2);
    std::copy(x.begin(), x.end(), buffers.batch.inputs.row(0));
    std::copy(t.begin(), t.end(), buffers.batch.targets.row(0));
    std::fill(state.parameters.begin(), state.parameters.end(), start);
  }
  void step() {
    const Compute plain{.path = KernelPath::plain};
    train_step<double>(plain, network, options, plan_step(plain, network, options), state, buffers);
  }
  // W[to][from] of layer l, as the documents write it.
  json weights(std::size_t l, std::span<const double> values) const {
    const auto& layer = std::get<Dense>(network.layers[l]);
    const auto slice = dense_parameters<const double>(layer, values.subspan(l == 0 ? 0 : 12));
    json rows = json::array();
    for (std::size_t to = 0; to < layer.outputs; ++to) {
      json row = json::array();
      for (std::size_t from = 0; from < layer.inputs; ++from)
        row.push_back(slice.w(from, to));
      rows.push_back(row);
    }
    return rows;
  }
};

TEST(SymmetricStartGolden, FiftyUpdatesLeaveHiddenUnitsIdentical) {
  const json& expected = worked_examples().at("symmetric_initialisation");
  SmallNet net(expected.at("x"), expected.at("t"), 0.5);
  for (int i = 0; i < 50; ++i)
    net.step();
  const std::span<const double> parameters(net.state.parameters);
  for (std::size_t l = 0; l < 2; ++l)
    expect_equal(net.weights(l, parameters), expected.at("W_after_50")[l], kTolerance, "W");
  expect_equal(std::vector<double>(parameters.begin() + 9, parameters.begin() + 12),
               expected.at("b_after_50")[0], kTolerance, "b1");
  expect_equal(std::vector<double>(parameters.begin() + 18, parameters.end()), expected.at("b_after_50")[1],
               kTolerance, "b2");
  // Not only close: the same bits.
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(parameters[3 * k], parameters[3 * k + 1]);
    EXPECT_EQ(parameters[3 * k], parameters[3 * k + 2]);
  }
}

TEST(SymmetricStartGolden, AllZeroGivesTheHiddenLayerNothing) {
  const json& all = worked_examples().at("symmetric_initialisation");
  const json& expected = all.at("all_zero_start_first_gradient");
  SmallNet net(all.at("x"), all.at("t"), 0);
  net.step();
  const LayerState<double>& hidden = net.buffers.workspace.layers[0];
  expect_equal(std::vector<double>(hidden.d_z.values().begin(), hidden.d_z.values().end()),
               expected.at("delta_hidden"), kTolerance, "delta");
  expect_equal(net.weights(0, net.state.gradient), expected.at("dW_hidden"), kTolerance, "dW hidden");
  expect_equal(net.weights(1, net.state.gradient), expected.at("dW_output"), kTolerance, "dW output");
}

TEST(UniversalApproximationGolden, ValuesAndLargestErrors) {
  const auto f = [](double x) { return x * x + 0.5; };
  const json& instances = worked_examples().at("universal_approximation").at("instances");
  ASSERT_EQ(instances.size(), 3u);
  for (const json& expected : instances) {
    ASSERT_EQ(expected.at("f"), "x^2+0.5 on [0,1]");
    const std::size_t units = expected.at("m_units");
    const StepApproximation approximation = approximate_by_steps(f, units - 1, expected.at("slope"));
    EXPECT_EQ(layer_outputs(approximation.network.layers[0]), units);
    for (const json& point : expected.at("F_at"))
      expect_equal(approximation.at(point.at("x")), point.at("F"), kTolerance, point.dump());
    // A difference of numbers near 1: every program loses digits here.
    EXPECT_NEAR(largest_error([&](double x) { return approximation.at(x); }, f, 400),
                expected.at("sup_error_on_grid_k/400").get<double>(), 1e-14);
  }
}

// S1.25: any depth.
TEST(DeepNetworks, ThirtyLayersPassTheGradientCheck) {
  for (const Activation f : {Activation::tanh, Activation::gelu, Activation::softplus, Activation::prelu}) {
    const Network network = make_mlp(
        {.inputs = 3, .hidden = std::vector<std::size_t>(29, 5), .outputs = 2, .hidden_activations = {f}});
    std::vector<double> parameters(parameter_count(network));
    initialize_parameters<double>(network, {.seed = 3}, parameters);
    Dataset<double> data{.inputs = Matrix<double>(4, 3), .targets = Matrix<double>(4, 2)};
    for (std::size_t i = 0; i < 12; ++i)
      data.inputs.values()[i] = 0.3 * static_cast<double>(i % 5) - 0.65;
    const GradientCheck check = check_gradient(network, parameters, {}, data, {.max_parameters = 6});
    EXPECT_TRUE(check.passed) << name_of(f) << " " << check.worst_error;
    EXPECT_GE(check.checked, 30u * 6);
  }
}

}  // namespace
}  // namespace chainrule
