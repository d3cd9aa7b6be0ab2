#include "chainrule/tensor/narrow_network.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

#include "chainrule/base/random.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/kernels.h"
#include "chainrule/tensor/loss_kernels.h"
#include "chainrule/tensor/softmax.h"

namespace chainrule {
namespace {

template <typename T>
Matrix<T> numbers(std::size_t rows, std::size_t columns, double low, double high, std::uint64_t seed) {
  Matrix<T> m(rows, columns);
  for (std::size_t i = 0; i < rows * columns; ++i)
    m.values()[i] = static_cast<T>(low + (high - low) * random_uniform({.seed = seed}, i));
  return m;
}

// The same step by the kernels for networks of any width.
template <typename T>
void wide_step(const Compute& compute, const NarrowStep<T>& step) {
  const std::size_t rows = step.inputs.rows, count = step.layers.size();
  std::vector<Matrix<T>> z(count), a(count), d_z(count);
  MatrixView<const T> x = step.inputs;
  const auto w_of = [&](std::size_t i) {
    const NarrowLayer& layer = step.layers[i];
    return MatrixView<const T>(step.parameters.data() + layer.offset, layer.inputs, layer.outputs);
  };
  const auto parameter_of = [&](std::size_t i) {
    return static_cast<T>(step.layers[i].activation_parameter);
  };
  for (std::size_t i = 0; i < count; ++i) {
    const NarrowLayer& layer = step.layers[i];
    z[i].resize(rows, layer.outputs);
    a[i].resize(rows, layer.outputs);
    d_z[i].resize(rows, layer.outputs);
    const std::size_t b = layer.offset + layer.inputs * layer.outputs;
    multiply<T>(compute, x, w_of(i),
                layer.has_bias ? step.parameters.subspan(b, layer.outputs) : std::span<const T>(),
                z[i].view());
    const T parameter = parameter_of(i);
    if (layer.activation == Activation::softmax) {
      softmax_rows<T>(compute, z[i].view(), a[i].view());
    } else {
      activate<T>(compute, layer.activation, {&parameter, 1}, z[i].view(), a[i].view());
    }
    x = a[i].view();
  }
  Matrix<T> d_a(rows, step.targets.columns);
  const bool at_pre_activation =
      step.loss == Loss::softmax_cross_entropy || step.loss == Loss::binary_cross_entropy;
  loss_rows<T>(compute, {.kind = step.loss,
                         .huber_delta = step.huber_delta,
                         .quantile = step.quantile,
                         .quantiles = step.quantiles,
                         .label_smoothing = step.label_smoothing,
                         .z = z.back().view(),
                         .a = a.back().view(),
                         .targets = step.targets,
                         .factors = step.factors,
                         .d_output = at_pre_activation ? d_z.back().view() : d_a.view(),
                         .row_losses = step.row_losses});
  for (std::size_t i = count; i-- > 0;) {
    const NarrowLayer& layer = step.layers[i];
    const T parameter = parameter_of(i);
    if (!at_pre_activation || i + 1 < count) {
      activate_backward<T>(compute, layer.activation, {&parameter, 1}, z[i].view(), a[i].view(), d_a.view(),
                           d_z[i].view());
    }
    const MatrixView<const T> below = i == 0 ? step.inputs : MatrixView<const T>(a[i - 1].view());
    outer_product_sum<T>(compute, below, d_z[i].view(),
                         {step.gradient.data() + layer.offset, layer.inputs, layer.outputs});
    if (layer.has_bias) {
      column_sums<T>(compute, d_z[i].view(),
                     step.gradient.subspan(layer.offset + layer.inputs * layer.outputs, layer.outputs));
    }
    if (i == 0) break;
    d_a.resize(rows, layer.inputs);
    multiply_transposed<T>(compute, d_z[i].view(), w_of(i), d_a.view());
  }
}

template <typename T>
void expect_equal_bits(KernelPath path) {
  if (!is_supported(path)) GTEST_SKIP() << name_of(path) << " is not available here";
  const Compute compute{.path = path};
  std::size_t taken = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const auto draw = [&](std::uint64_t index, std::size_t bound) {
      return static_cast<std::size_t>(random_below({.seed = seed, .step = 1}, index, bound));
    };
    const std::size_t depth = 1 + draw(0, kNarrowLayers);
    const Loss loss = EnumNames<Loss>::table[draw(1, std::size(EnumNames<Loss>::table))].value;
    std::vector<NarrowLayer> layers;
    std::size_t parameters = 0;
    std::size_t width = 1 + draw(2, kNarrowWidth);
    for (std::size_t i = 0; i < depth; ++i) {
      const std::size_t outputs = 1 + draw(10 + i, kNarrowWidth);
      Activation f =
          EnumNames<Activation>::table[draw(20 + i, std::size(EnumNames<Activation>::table))].value;
      if (!is_trainable_by_unit(f)) f = Activation::relu;
      if (i + 1 == depth && loss == Loss::softmax_cross_entropy) f = Activation::softmax;
      if (i + 1 == depth && loss == Loss::binary_cross_entropy) f = Activation::logistic;
      layers.push_back({.inputs = width,
                        .outputs = outputs,
                        .activation = f,
                        .activation_parameter = 0.3,
                        .has_bias = draw(30 + i, 4) != 0,
                        .offset = parameters});
      parameters += (width + (layers.back().has_bias ? 1 : 0)) * outputs;
      width = outputs;
    }
    if (!is_narrow(compute, layers, loss)) {
      EXPECT_EQ(loss, Loss::perceptron);
      continue;
    }
    ++taken;
    constexpr std::size_t kRows[] = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 96, 100, 200, 300};
    const std::size_t rows = kRows[draw(3, std::size(kRows))];
    const Matrix<T> x = numbers<T>(rows, layers.front().inputs, -2, 2, seed);
    const Matrix<T> targets = numbers<T>(rows, width, 0, 1, seed + 1000);
    const Matrix<T> w = numbers<T>(1, parameters, -1, 1, seed + 2000);
    const Matrix<T> weights = numbers<T>(1, rows, 0, 2, seed + 3000);
    constexpr std::array<double, kNarrowWidth> quantiles = {0.05, 0.1, 0.2, 0.4, 0.5, 0.7, 0.9, 0.95};
    std::vector<double> losses(rows), wide_losses(rows);
    std::vector<T> gradient(parameters, T(7)), wide_gradient(parameters, T(9));
    NarrowStep<T> step{.layers = layers,
                       .parameters = w.values(),
                       .inputs = x.view(),
                       .targets = targets.view(),
                       .loss = loss,
                       .huber_delta = 0.8,
                       .quantile = 0.2,
                       .quantiles = std::span(quantiles).first(draw(6, 2) == 0 ? 0 : width),
                       .label_smoothing = draw(4, 2) == 0 ? 0 : 0.1,
                       .factors = weights.values().first(draw(5, 2) == 0 ? 1 : rows),
                       .row_losses = losses,
                       .gradient = gradient};
    narrow_step<T>(compute, step);
    step.row_losses = wide_losses;
    step.gradient = wide_gradient;
    wide_step<T>(compute, step);
    ASSERT_EQ(losses, wide_losses) << "seed " << seed << ", " << name_of(loss) << ", " << rows << " rows";
    ASSERT_EQ(gradient, wide_gradient) << "seed " << seed << ", " << name_of(loss) << ", " << rows << " rows";
  }
  EXPECT_GT(taken, 300U);
}

class NarrowStepOnPath : public testing::TestWithParam<KernelPath> {};
TEST_P(NarrowStepOnPath, HasTheBitsOfTheWideKernelsInFloat) {
  expect_equal_bits<float>(GetParam());
}
TEST_P(NarrowStepOnPath, HasTheBitsOfTheWideKernelsInDouble) {
  expect_equal_bits<double>(GetParam());
}
INSTANTIATE_TEST_SUITE_P(NarrowNetwork, NarrowStepOnPath,
                         testing::Values(KernelPath::avx2, KernelPath::avx512),
                         [](const testing::TestParamInfo<KernelPath>& path) {
                           return std::string(name_of(path.param));
                         });

TEST(NarrowNetwork, TakesChainsOfAtMostEightUnitsThatHaveADerivative) {
  if (!is_supported(KernelPath::avx2)) GTEST_SKIP() << "no vectors here";
  const Compute compute{.path = KernelPath::avx2};
  const std::vector<NarrowLayer> two = {
      {.inputs = 2, .outputs = 3, .activation = Activation::relu},
      {.inputs = 3, .outputs = 2, .activation = Activation::softmax, .offset = 9}};
  EXPECT_TRUE(is_narrow(compute, two, Loss::softmax_cross_entropy));
  EXPECT_FALSE(is_narrow(compute, two, Loss::mean_squared_error)) << "softmax without its loss";
  EXPECT_FALSE(is_narrow({.path = KernelPath::scalar}, two, Loss::softmax_cross_entropy));
  EXPECT_FALSE(is_narrow({.path = KernelPath::plain}, two, Loss::softmax_cross_entropy));
  EXPECT_FALSE(is_narrow(compute, {}, Loss::mean_squared_error));
  EXPECT_FALSE(is_narrow(compute, std::vector<NarrowLayer>(1, {.inputs = 9, .outputs = 2}), Loss::huber));
  EXPECT_FALSE(is_narrow(compute, std::vector<NarrowLayer>(1, {.inputs = 2, .outputs = 9}), Loss::huber));
  EXPECT_TRUE(is_narrow(compute, std::vector<NarrowLayer>(8, {.inputs = 8, .outputs = 8}), Loss::huber));
  EXPECT_FALSE(is_narrow(compute, std::vector<NarrowLayer>(9, {.inputs = 8, .outputs = 8}), Loss::huber));
  EXPECT_FALSE(is_narrow(
      compute, std::vector<NarrowLayer>(1, {.inputs = 2, .outputs = 2, .activation = Activation::step}),
      Loss::huber));
}

}  // namespace
}  // namespace chainrule
