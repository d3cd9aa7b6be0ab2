#include "chainrule/model/joined_network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/model/forward.h"
#include "chainrule/model/initializer.h"

namespace chainrule {
namespace {

struct Made {
  Network network;
  AlignedVector<double> parameters;
};

Made made(const MlpOptions& options, std::uint64_t seed) {
  Made one{.network = make_mlp(options), .parameters = {}};
  one.parameters.resize(parameter_count(one.network));
  initialize_parameters<double>(one.network, {.seed = seed}, one.parameters);
  for (std::size_t i = 0; i < one.parameters.size(); ++i)
    one.parameters[i] += 0.01 * static_cast<double>(i % 7);  // biases are not 0
  return one;
}

std::vector<double> output_of(const Network& network, std::span<const double> parameters,
                              const std::vector<double>& row) {
  Matrix<double> x(1, row.size());
  std::ranges::copy(row, x.row(0));
  Workspace<double> workspace;
  const MatrixView<const double> y =
      forward<double>({}, network, parameters, x.view(), Mode::predict, {}, workspace);
  return {y.row(0), y.row(0) + y.columns};
}

TEST(JoinNetworks, TheOutputIsTheWeightedMean) {
  for (const std::vector<std::size_t>& hidden :
       {std::vector<std::size_t>{}, std::vector<std::size_t>{5}, std::vector<std::size_t>{4, 3}}) {
    for (const Activation output : {Activation::identity, Activation::softmax}) {
      const MlpOptions options{.inputs = 3,
                               .hidden = hidden,
                               .outputs = 2,
                               .hidden_activations = {Activation::mish},
                               .output_activation = output,
                               .dropout = hidden.empty() ? 0 : 0.2};
      const Made a = made(options, 1), b = made(options, 2);
      const JoinedMember<double> members[] = {{&a.network, a.parameters, 0.7},
                                              {&b.network, b.parameters, 0.5}};
      const JoinedNetwork<double> joined = join_networks<double>(3, members);
      const std::vector<double> row = {0.3, -1.2, 2};
      const std::vector<double> y = output_of(joined.network, joined.parameters, row),
                                of_a = output_of(a.network, a.parameters, row),
                                of_b = output_of(b.network, b.parameters, row);
      if (output == Activation::softmax) {
        const auto log_odds = [](const std::vector<double>& p) { return std::log(p[0] / p[1]); };
        EXPECT_NEAR(log_odds(y), 0.7 * log_odds(of_a) + 0.5 * log_odds(of_b), 1e-12);
        continue;
      }
      for (std::size_t i = 0; i < 2; ++i)
        EXPECT_NEAR(y[i], 0.7 * of_a[i] + 0.5 * of_b[i], 1e-12);
    }
  }
}

TEST(JoinNetworks, MembersMayReadSomeInputsAndHaveUnitsOfTheirOwnNumber) {
  MlpOptions options{.inputs = 3, .hidden = {5}, .outputs = 1, .hidden_activations = {Activation::prelu}};
  const Made a = made(options, 1);
  options.inputs = 2;
  options.hidden = {2};
  const Made b = made(options, 2);
  const std::size_t of_b[] = {2, 0};
  const JoinedMember<double> members[] = {{&a.network, a.parameters, 1}, {&b.network, b.parameters, 2, of_b}};
  const JoinedNetwork<double> joined = join_networks<double>(3, members);
  const std::vector<double> row = {0.3, -1.2, 2};
  EXPECT_NEAR(
      output_of(joined.network, joined.parameters, row)[0],
      output_of(a.network, a.parameters, row)[0] + 2 * output_of(b.network, b.parameters, {2, 0.3})[0],
      1e-12);
}

TEST(JoinNetworks, MembersOfDifferentDepthAreAddedUpWhereTheyEnd) {
  MlpOptions options{.inputs = 3, .outputs = 2, .hidden_activations = {Activation::mish}};
  const Made linear = made(options, 1);
  options.hidden = {4, 3};
  const Made deep = made(options, 2);
  options.hidden = {5};
  const Made shallow = made(options, 3), other = made(options, 4);
  const JoinedMember<double> members[] = {{&shallow.network, shallow.parameters, 0.5},
                                          {&deep.network, deep.parameters, 2},
                                          {&linear.network, linear.parameters, 3},
                                          {&other.network, other.parameters, -1}};
  const JoinedNetwork<double> joined = join_networks<double>(3, members);
  ASSERT_EQ(joined.network.layers.size(), 3u);
  const std::vector<double> row = {0.3, -1.2, 2};
  const std::vector<double> y = output_of(joined.network, joined.parameters, row);
  for (std::size_t j = 0; j < 2; ++j) {
    double sum = 0;
    for (const JoinedMember<double>& member : members)
      sum += member.share * output_of(*member.network, member.parameters, row)[j];
    EXPECT_NEAR(y[j], sum, 1e-12);
  }
}

TEST(JoinNetworks, RefusesWhatDoesNotFit) {
  MlpOptions options{.inputs = 3, .hidden = {5}, .outputs = 1};
  const Made a = made(options, 1);
  options.hidden_activations = {Activation::tanh};
  const Made other_activation = made(options, 1);
  options.hidden_activations = {Activation::prelu};
  const Made learnable = made(options, 1);
  options.hidden = {5, 5};
  const Made deeper = made(options, 1);
  EXPECT_THROW(join_networks<double>(3, {}), StateError);
  for (const auto& [one, other] : {std::pair{&a, &other_activation}, std::pair{&learnable, &deeper}}) {
    const JoinedMember<double> members[] = {{&one->network, one->parameters, 1},
                                            {&other->network, other->parameters, 1}};
    EXPECT_THROW(join_networks<double>(3, members), StateError);
  }
}

}  // namespace
}  // namespace chainrule
