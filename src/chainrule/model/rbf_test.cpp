#include "chainrule/model/rbf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"
#include "chainrule/model/initializer.h"

namespace chainrule {
namespace {

// Numbers in [-1, 1).
template <typename T>
std::vector<T> numbers(std::size_t count, std::uint32_t step) {
  std::vector<T> values(count);
  const RandomKey key{.seed = 5, .step = step};
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<T>(2 * random_uniform(key, i) - 1);
  return values;
}

// x = (1, 2), centres (1, 1) and (0, 0), widths 1 and 2:
//   d = (0 + 1, 1 + 4) = (1, 5), phi = (exp(-1/2), exp(-5/8))
TEST(Rbf, DependsOnTheDistanceFromItsCentre) {
  const Network network = make_rbf_network({.inputs = 2, .units = 2, .outputs = 1});
  const std::vector<double> parameters = {1, 0, 1, 0, 1, 2, 3, -4, 0.5};
  const std::vector<double> x = {1, 2};
  Workspace<double> workspace;
  const auto a = forward<double>({.path = KernelPath::plain}, network, parameters, {x.data(), 1, 2},
                                 Mode::predict, {}, workspace);
  EXPECT_NEAR(workspace.layers[0].a(0, 0), std::exp(-0.5), 1e-15);
  EXPECT_NEAR(workspace.layers[0].a(0, 1), std::exp(-0.625), 1e-15);
  EXPECT_NEAR(a(0, 0), 3 * std::exp(-0.5) - 4 * std::exp(-0.625) + 0.5, 1e-14);
}

// The same place: delta = d_a phi. Unit 1, s = 1: dc = delta (x - c) = delta (0, 1), ds = delta d = delta.
// For unit 2, s = 2: dc = delta (1, 2) / 4, ds = 5 delta / 8. dx = -(sum of both dc).
TEST(Rbf, GradientIsTheTextbooks) {
  const Rbf layer{.inputs = 2, .units = 2};
  const std::vector<double> parameters = {1, 0, 1, 0, 1, 2};
  const std::vector<double> x = {1, 2}, d_a = {0.5, -0.25};
  const Compute compute{.path = KernelPath::plain};
  const LayerPass pass{.compute = compute, .rows = {0, 1}, .layer = 1};
  LayerState<double> state;
  std::vector<double> gradient(6, 99), d_x(2, 99);
  prepare_forward<double>(layer, 1, Mode::train, state);
  prepare_backward<double>(layer, {.index = 1}, 1, state);
  forward<double>(layer, pass, parameters, {x.data(), 1, 2}, state);
  backward<double>(layer, pass, parameters, {x.data(), 1, 2}, {.values = {d_a.data(), 1, 2}}, state,
                   {d_x.data(), 1, 2}, gradient);
  const double delta[2] = {0.5 * std::exp(-0.5), -0.25 * std::exp(-0.625)};
  const double expected[6] = {0, delta[1] / 4, delta[0], delta[1] / 2, delta[0], delta[1] * 5 / 8};
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(gradient[i], expected[i], 1e-15) << i;
  EXPECT_NEAR(state.d_z(0, 0), delta[0], 1e-16);
  EXPECT_NEAR(state.d_z(0, 1), delta[1], 1e-16);
  EXPECT_NEAR(d_x[0], -delta[1] / 4, 1e-15);
  EXPECT_NEAR(d_x[1], -delta[0] - delta[1] / 2, 1e-15);
}

template <typename T>
void expect_equal_bits_everywhere() {
  const Rbf layer{.inputs = 23, .units = 67};
  const std::size_t rows = 300;
  std::vector<T> parameters = numbers<T>(layer.inputs * layer.units + layer.units, 1);
  for (std::size_t j = 0; j < layer.units; ++j) {
    T& width = parameters[layer.inputs * layer.units + j];
    width = std::abs(width) + T(2);
  }
  const std::vector<T> x = numbers<T>(rows * layer.inputs, 2), d_a = numbers<T>(rows * layer.units, 3);
  const auto run = [&](const Compute& compute) {
    const LayerPass pass{.compute = compute, .rows = {0, rows}, .layer = 1};
    LayerState<T> state;
    std::vector<T> results(parameters.size());
    Matrix<T> d_x(rows, layer.inputs);
    const MatrixView<const T> view(x.data(), rows, layer.inputs);
    prepare_forward<T>(layer, rows, Mode::train, state);
    prepare_backward<T>(layer, {.index = 1}, rows, state);
    forward<T>(layer, pass, parameters, view, state);
    backward<T>(layer, pass, parameters, view, {.values = {d_a.data(), rows, layer.units}}, state, d_x.view(),
                results);
    results.insert(results.end(), state.a.values().begin(), state.a.values().end());
    results.insert(results.end(), d_x.values().begin(), d_x.values().end());
    return results;
  };
  const std::vector<T> expected = run({.path = KernelPath::scalar});
  for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    if (!is_supported(path)) continue;
    for (const std::size_t threads : {1, 2, 3}) {
      ThreadPool pool(threads);
      EXPECT_EQ(run({.path = path, .pool = &pool}), expected) << name_of(path) << ", threads " << threads;
    }
  }
}

TEST(Rbf, SameBitsForEveryVectorWidthAndNumberOfThreads) {
  expect_equal_bits_everywhere<float>();
  expect_equal_bits_everywhere<double>();
}

TEST(Rbf, StartsWithCentresLikeScaledInputsAndOneWidth) {
  const Network network = make_rbf_network({.inputs = 100, .units = 50, .outputs = 2});
  std::vector<double> values(parameter_count(network));
  initialize_parameters<double>(network, {}, values);
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < 5000; ++i) {
    sum += values[i];
    squares += values[i] * values[i];
  }
  // 5,000 draws: five standard deviations of their mean and variance.
  EXPECT_NEAR(sum / 5000, 0, 5 / std::sqrt(5000.0));
  EXPECT_NEAR(squares / 5000, 1, 5 * std::sqrt(2.0 / 5000));
  for (std::size_t j = 0; j < 50; ++j)
    EXPECT_EQ(values[5000 + j], 10);
}

TEST(Rbf, WidthsThatAreNotAboveZeroAreRefused) {
  const Network network = make_rbf_network({.inputs = 1, .units = 2, .outputs = 1});
  std::vector<float> parameters = {0, 0, 1, 1, 0, 0, 0};
  EXPECT_NO_THROW(validate_parameters<float>(network, parameters));
  for (const float width : {0.0F, -1.0F}) {
    parameters[3] = width;
    try {
      validate_parameters<float>(network, parameters);
      ADD_FAILURE() << width;
    } catch (const StateError& error) {
      EXPECT_EQ(text_of(error.report()).where, "layers.0.width, unit 2");
    }
  }
}

TEST(Rbf, ALayerWithoutUnitsIsRefused) {
  EXPECT_THROW(make_rbf_network({.inputs = 2, .units = 0, .outputs = 1}), StateError);
  EXPECT_THROW(make_rbf_network({.inputs = 0, .units = 3, .outputs = 1}), StateError);
}

}  // namespace
}  // namespace chainrule
