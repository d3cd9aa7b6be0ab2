#include "chainrule/train/gradient_health.h"

#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"
#include "chainrule/optim/gradient_clipping.h"

namespace chainrule {
namespace {

const Compute kPlain{.path = KernelPath::plain};
const LossOptions kHalf{.kind = Loss::half_squared_error};

Dataset<double> one_row(std::vector<double> x, std::vector<double> t) {
  Dataset<double> data{.inputs = Matrix<double>(1, x.size()), .targets = Matrix<double>(1, t.size())};
  std::copy(x.begin(), x.end(), data.inputs.row(0));
  std::copy(t.begin(), t.end(), data.targets.row(0));
  return data;
}

// x in [-1, 1], t in [0, 1].
Dataset<double> random_rows(std::size_t rows, const Network& network) {
  Dataset<double> data{.inputs = Matrix<double>(rows, network.inputs()),
                       .targets = Matrix<double>(rows, network.outputs())};
  const RandomKey key{.seed = 5, .purpose = RandomPurpose::generator};
  std::uint64_t draw = 0;
  for (double& x : data.inputs.values())
    x = 2 * random_uniform(key, draw++) - 1;
  for (double& t : data.targets.values())
    t = random_uniform(key, draw++);
  return data;
}

std::vector<double> initialized(const Network& network, const InitializerOptions& options = {}) {
  std::vector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, options, parameters);
  return parameters;
}

Network deep(std::size_t layers, Activation activation, std::size_t units = 16) {
  return make_mlp({.inputs = 2,
                   .hidden = std::vector<std::size_t>(layers, units),
                   .outputs = 1,
                   .hidden_activations = {activation}});
}

GradientHealth health_of(const Network& network, const std::vector<double>& parameters,
                         std::size_t rows = 64) {
  return measure_gradient_health<double>(kPlain, network, parameters, kHalf, random_rows(rows, network));
}

bool mentions(const std::vector<Message>& notes, const std::string& words) {
  return notes.size() == 1 && notes[0].text().find(words) != std::string::npos;
}

// 1 - 1 - 1 identity, w1 = 2, w2 = 3, x = 1, t = 2: a1 = 2, a2 = 6, delta2 = 6 - 2 = 4, delta1 = 3 * 4 = 12;
// dw1 = 12 * 1, db1 = 12, so the norm of layer 1 is 12 sqrt(2); dw2 = 4 * 2, db2 = 4: sqrt(80).
TEST(GradientHealth, NumbersOfTwoLayersByHand) {
  const Network network =
      make_mlp({.inputs = 1, .hidden = {1}, .outputs = 1, .hidden_activations = {Activation::identity}});
  const GradientHealth health = measure_gradient_health<double>(
      kPlain, network, std::vector<double>{2, 0, 3, 0}, kHalf, one_row({1}, {2}));
  ASSERT_EQ(health.layers.size(), 2u);
  EXPECT_EQ(health.loss, 8);
  EXPECT_EQ(health.rows, 1u);
  const LayerHealth& first = health.layers[0];
  EXPECT_EQ(first.gradient.layer, 0u);
  EXPECT_EQ(first.gradient.delta_rms, 12);
  EXPECT_DOUBLE_EQ(first.gradient.gradient_norm, 12 * std::sqrt(2.0));
  EXPECT_EQ(first.delta_ratio, 3);
  EXPECT_EQ(first.z_rms, 2);
  EXPECT_EQ(first.flat_share, 0);
  EXPECT_EQ(first.stuck_units, 0u);
  EXPECT_EQ(health.layers[1].gradient.delta_rms, 4);
  EXPECT_DOUBLE_EQ(health.layers[1].gradient.gradient_norm, std::sqrt(80.0));
  EXPECT_EQ(health.layers[1].delta_ratio, 1);
  EXPECT_TRUE(gradient_notes(network, health).empty());
}

// Two equal units share the delta of one: its length, not its rms, is compared.
TEST(GradientHealth, TheRatioDoesNotDependOnTheWidth) {
  EXPECT_DOUBLE_EQ(*delta_length({.units = 4, .delta_rms = 0.5}), 1);
  EXPECT_EQ(delta_length({.units = 4}), std::nullopt);
}

TEST(GradientHealth, CountsFlatValuesAndStuckUnits) {
  // relu: z = x for unit 1, -|x| - 1 cannot be made, so a bias of -10 holds unit 2 below 0 on every row.
  const Network network = make_mlp({.inputs = 1, .hidden = {2}, .outputs = 1});
  Dataset<double> data{.inputs = Matrix<double>(4, 1), .targets = Matrix<double>(4, 1)};
  const double x[] = {-2, -1, 1, 2};
  std::copy_n(x, 4, data.inputs.values().begin());
  const std::vector<double> parameters = {1, 1, 0, -10, 1, 1, 0.5};
  const GradientHealth health = measure_gradient_health<double>(kPlain, network, parameters, kHalf, data);
  EXPECT_EQ(health.layers[0].flat_share, 6.0 / 8);  // two values of unit 1, all four of unit 2
  EXPECT_EQ(health.layers[0].stuck_units, 1u);
  EXPECT_EQ(health.layers[0].verdict, GradientVerdict::healthy);  // one of two is not two thirds
}

TEST(GradientHealth, MostUnitsDeadAreNamedWithTheirLayer) {
  const Network network = deep(2, Activation::relu, 6);
  std::vector<double> parameters = initialized(network);
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.name != "layers.1.bias") continue;
    std::fill_n(parameters.begin() + static_cast<std::ptrdiff_t>(segment.offset), 4, -100.0);
  }
  const GradientHealth health = health_of(network, parameters);
  EXPECT_EQ(health.layers[1].stuck_units, 4u);
  EXPECT_EQ(health.layers[1].verdict, GradientVerdict::dead);
  EXPECT_EQ(health.layers[0].verdict, GradientVerdict::healthy);
  const std::vector<Message> notes = gradient_notes(network, health);
  EXPECT_TRUE(mentions(notes, "4 in layer 2 (6 relu units)")) << notes.size();
  EXPECT_TRUE(mentions(notes, "leaky_relu"));
}

TEST(GradientHealth, AllUnitsDeadCutOffWhatIsBelow) {
  const Network network = deep(2, Activation::relu, 6);
  std::vector<double> parameters = initialized(network);
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.name != "layers.1.bias") continue;
    std::fill_n(parameters.begin() + static_cast<std::ptrdiff_t>(segment.offset), 6, -100.0);
  }
  const GradientHealth health = health_of(network, parameters);
  EXPECT_EQ(health.layers[0].verdict, GradientVerdict::no_gradient);
  EXPECT_EQ(health.layers[1].verdict, GradientVerdict::dead);
  EXPECT_TRUE(mentions(gradient_notes(network, health), "6 in layer 2"));  // and not a second note on layer 1
}

TEST(GradientHealth, LeakyReluIsNeverDead) {
  const Network network = deep(1, Activation::leaky_relu, 4);
  std::vector<double> parameters = initialized(network);
  for (std::size_t i = 8; i < 12; ++i)
    parameters[i] = -100;
  const GradientHealth health = health_of(network, parameters);
  EXPECT_EQ(health.layers[0].flat_share, 0);
  EXPECT_TRUE(gradient_notes(network, health).empty());
}

TEST(GradientHealth, DeepLogisticVanishesAndReluAndTanhDoNot) {
  const auto notes = [](const Network& network) {
    return gradient_notes(network, health_of(network, initialized(network)));
  };
  const std::vector<Message> logistic = notes(deep(12, Activation::logistic));
  EXPECT_TRUE(mentions(logistic, "vanishes")) << logistic.size();
  EXPECT_TRUE(mentions(logistic, "layer 1 (16 logistic units)"));
  EXPECT_TRUE(mentions(logistic, "softplus"));
  EXPECT_TRUE(notes(deep(4, Activation::logistic)).empty());
  for (const Activation f : {Activation::relu, Activation::tanh, Activation::softplus, Activation::selu}) {
    EXPECT_TRUE(notes(deep(12, f)).empty()) << name_of(f);
  }
}

TEST(GradientHealth, LargeInitialWeightsExplode) {
  const Network network = deep(10, Activation::relu, 32);
  const GradientHealth health =
      health_of(network, initialized(network, {.kind = Initializer::small_random, .scale = 5}));
  EXPECT_EQ(health.layers[0].verdict, GradientVerdict::exploding);
  EXPECT_TRUE(mentions(gradient_notes(network, health), "explodes"));
}

TEST(GradientHealth, SaturatedTanhIsNamed) {
  const Network network = deep(1, Activation::tanh, 8);
  const GradientHealth health =
      health_of(network, initialized(network, {.kind = Initializer::small_random, .scale = 1000}));
  EXPECT_EQ(health.layers[0].verdict, GradientVerdict::saturated);
  EXPECT_TRUE(mentions(gradient_notes(network, health), "layer 1 (8 tanh units)"));
  // The same in the output layer only means confident predictions.
  const Network output =
      make_mlp({.inputs = 2, .hidden = {}, .outputs = 1, .output_activation = Activation::logistic});
  const GradientHealth sure = health_of(output, {1000, 1000, 0});
  EXPECT_GT(*sure.layers[0].flat_share, 0.9);
  EXPECT_EQ(sure.layers[0].verdict, GradientVerdict::healthy);
}

TEST(GradientHealth, UnitsThatStartAlikeAreNamed) {
  const Network network = deep(2, Activation::tanh, 4);
  const GradientHealth health =
      health_of(network, initialized(network, {.kind = Initializer::constant, .scale = 0.5}));
  EXPECT_EQ(health.layers[0].verdict, GradientVerdict::identical);
  EXPECT_EQ(health.layers[1].verdict, GradientVerdict::identical);
  EXPECT_NE(health.layers[2].verdict, GradientVerdict::identical);
  EXPECT_TRUE(mentions(gradient_notes(network, health), "layer 1 (4 tanh units); layer 2 (4 tanh units)"));
}

TEST(GradientHealth, DropoutMixedUnitsAndSoftmaxAreMeasured) {
  Network network = make_mlp({.inputs = 2,
                              .hidden = {5, 4},
                              .outputs = 3,
                              .hidden_activations = {Activation::prelu},
                              .output_activation = Activation::softmax,
                              .dropout = 0.25});
  std::get<Dense>(network.layers[2]).unit_activations = {Activation::tanh, Activation::relu, Activation::relu,
                                                         Activation::gelu};
  const std::vector<double> parameters = initialized(network);
  Dataset<double> data = random_rows(20, network);
  for (std::size_t r = 0; r < 20; ++r) {
    for (std::size_t c = 0; c < 3; ++c)
      data.targets(r, c) = c == r % 3;
  }
  const GradientHealth health = measure_gradient_health<double>(kPlain, network, parameters,
                                                                {.kind = Loss::softmax_cross_entropy}, data);
  ASSERT_EQ(health.layers.size(), 3u);  // dropout has no parameters
  EXPECT_EQ(health.layers[1].gradient.layer, 2u);
  EXPECT_TRUE(health.layers[1].flat_share);
  EXPECT_FALSE(health.layers[2].flat_share);
  for (const LayerHealth& layer : health.layers)
    EXPECT_GT(layer.gradient.delta_rms, 0);
}

TEST(GradientHealth, RowsAreSpreadEvenly) {
  // Sorted by class, as files are: rows 0 to 99 keep the unit off, rows 100 to 199 on.
  const Network network = make_mlp({.inputs = 1, .hidden = {1}, .outputs = 1});
  Dataset<double> data{.inputs = Matrix<double>(200, 1), .targets = Matrix<double>(200, 1)};
  for (std::size_t r = 0; r < 200; ++r)
    data.inputs(r, 0) = r < 100 ? -1 : 1;
  const std::vector<double> parameters = {1, 0, 1, 0};
  const GradientHealth health = measure_gradient_health<double>(kPlain, network, parameters, kHalf, data, 10);
  EXPECT_EQ(health.rows, 10u);
  EXPECT_EQ(health.layers[0].flat_share, 0.5);
}

TEST(LayerGradients, UndoneClippingJoinsToTheNormBefore) {
  std::vector<LayerGradient> layers = {{.gradient_norm = 0.6}, {.gradient_norm = 0.8}};
  undo_clipping(50, layers);
  EXPECT_DOUBLE_EQ(layers[0].gradient_norm, 30);
  EXPECT_DOUBLE_EQ(layers[1].gradient_norm, 40);
  undo_clipping(50, layers);
  EXPECT_DOUBLE_EQ(layers[0].gradient_norm, 30);
}

EpochReport epoch_with(std::uint64_t number, double first, double last) {
  return {.epoch = number,
          .gradient_norm = last,
          .layers = {{.layer = 0, .units = 1, .gradient_norm = first, .delta_rms = first},
                     {.layer = 1, .units = 1, .gradient_norm = last, .delta_rms = last}}};
}

TEST(TrainingNotes, TheMedianOverTheEpochsDecides) {
  const Network network = deep(1, Activation::tanh, 1);
  const GradientHealth health = health_of(network, {1, 1, 0.1, 1, 0.1});
  EXPECT_TRUE(gradient_notes(network, health).empty());
  History history{.epochs = {epoch_with(1, 1e-6, 1), epoch_with(2, 1e-7, 1), epoch_with(3, 1, 1)}};
  EXPECT_TRUE(mentions(gradient_notes(network, history, health), "1,000,000 times shorter"));
  history.epochs[1] = epoch_with(2, 0.5, 1);
  EXPECT_TRUE(gradient_notes(network, history, health).empty());
}

TEST(TrainingNotes, ReportAGradientThatExplodedOrDiedDuringTheTraining) {
  const Network network = deep(1, Activation::tanh, 1);
  const GradientHealth health = health_of(network, {1, 1, 0.1, 1, 0.1});
  History history{.first_step = epoch_with(0, 0.3, 0.4).layers};
  history.epochs = {epoch_with(1, 1, 1), epoch_with(2, 1000, 1000)};
  EXPECT_TRUE(mentions(gradient_notes(network, history, health), "in epoch 2 it was 2,000 times"));
  history.epochs = {epoch_with(1, 1, 1)};
  for (std::uint64_t e = 2; e <= 11; ++e)
    history.epochs.push_back(epoch_with(e, 0, 1));
  EXPECT_TRUE(mentions(gradient_notes(network, history, health), "From epoch 2 on no gradient at all"));
  history.epochs.pop_back();
  EXPECT_TRUE(gradient_notes(network, history, health).empty());
}

}  // namespace
}  // namespace chainrule
