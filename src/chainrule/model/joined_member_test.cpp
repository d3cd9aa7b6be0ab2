#include "chainrule/model/joined_member.h"

#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/model/forward.h"
#include "chainrule/model/initializer.h"

namespace chainrule {
namespace {

template <typename T>
struct Made {
  Network network;
  AlignedVector<T> parameters;
  double share = 1;
  std::vector<std::size_t> inputs = {};
  // Of the network above, for its JoinedPart.
  std::vector<std::size_t> hidden = {};
  std::vector<double> bias = {};
};

template <typename T>
Made<T> made(MlpOptions options, std::uint64_t seed, double share, std::vector<std::size_t> inputs = {}) {
  Made<T> one{.network = make_mlp(options), .parameters = {}, .share = share, .inputs = std::move(inputs)};
  one.parameters.resize(parameter_count(one.network));
  initialize_parameters<T>(one.network, {.seed = seed}, one.parameters);
  for (std::size_t i = 0; i < one.parameters.size(); ++i)
    one.parameters[i] += static_cast<T>(0.01) * static_cast<T>(i % 7);  // biases are not 0
  one.hidden = hidden_units(one.network);
  const std::span<const T> bias = output_bias<T>(one.network, one.parameters);
  one.bias = {bias.begin(), bias.end()};
  return one;
}

template <typename T>
JoinedNetwork<T> join(std::size_t inputs, const std::vector<Made<T>>& members) {
  std::vector<JoinedMember<T>> joined;
  for (const Made<T>& member : members)
    joined.push_back({&member.network, member.parameters, member.share, member.inputs});
  return join_networks<T>(inputs, joined);
}

template <typename T>
std::vector<JoinedPart> parts_of(const std::vector<Made<T>>& members) {
  std::vector<JoinedPart> parts;
  for (const Made<T>& member : members)
    parts.push_back({member.hidden, member.share, member.inputs, member.bias});
  return parts;
}

std::vector<double> output_of(const JoinedNetwork<double>& network, const std::vector<double>& row) {
  Matrix<double> x(1, row.size());
  std::ranges::copy(row, x.row(0));
  Workspace<double> workspace;
  const MatrixView<const double> y =
      forward<double>({}, network.network, network.parameters, x.view(), Mode::predict, {}, workspace);
  return {y.row(0), y.row(0) + y.columns};
}

// Shallow, deep, with inputs of its own, and linear.
template <typename T>
std::vector<Made<T>> of_all_shapes() {
  MlpOptions options{.inputs = 3, .hidden = {5}, .outputs = 2, .hidden_activations = {Activation::mish}};
  MlpOptions deep = options, narrow = options, linear = options;
  deep.hidden = {4, 3};
  narrow.inputs = 2;
  linear.hidden = {};
  return {made<T>(options, 1, 0.3), made<T>(deep, 2, 0.7 / 1.3), made<T>(narrow, 3, 0.1, {2, 0}),
          made<T>(linear, 4, 0.25), made<T>(options, 5, 1.0 / 3)};
}

template <typename T>
class TakeMember : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(TakeMember, Types);

TYPED_TEST(TakeMember, GivesTheNetworkThatWasJoined) {
  using T = TypeParam;
  const std::vector<Made<T>> members = of_all_shapes<T>();
  const JoinedNetwork<T> joined = join<T>(3, members);
  for (std::size_t k = 0; k < members.size(); ++k) {
    const JoinedNetwork<T> taken = take_member<T>(joined.network, joined.parameters, parts_of(members), k);
    EXPECT_EQ(taken.network, members[k].network) << k;
    ASSERT_EQ(taken.parameters.size(), members[k].parameters.size());
    const std::size_t last_layer =
        parameter_count({.layers = {taken.network.layers.begin(), taken.network.layers.end() - 1}});
    const bool is_exact = members[k].share == 0.25;
    for (std::size_t i = 0; i < taken.parameters.size(); ++i) {
      const T was = members[k].parameters[i], is = taken.parameters[i];
      const bool is_output_weight = i >= last_layer && i + 2 < taken.parameters.size();
      // At most one unit in the last place, and only where a product with the share was rounded.
      const T most =
          is_output_weight && !is_exact ? std::nextafter(std::fabs(was), T{1000}) - std::fabs(was) : T{0};
      EXPECT_LE(std::fabs(is - was), most) << k << " " << i;
    }
  }
}

TYPED_TEST(TakeMember, JoinedAgainGivesTheSameBits) {
  using T = TypeParam;
  const std::vector<Made<T>> members = of_all_shapes<T>();
  const JoinedNetwork<T> joined = join<T>(3, members);
  std::vector<Made<T>> again = members;
  for (std::size_t k = 0; k < members.size(); ++k) {
    JoinedNetwork<T> taken = take_member<T>(joined.network, joined.parameters, parts_of(members), k);
    again[k].network = std::move(taken.network);
    again[k].parameters = std::move(taken.parameters);
  }
  const JoinedNetwork<T> second = join<T>(3, again);
  EXPECT_EQ(second.network, joined.network);
  EXPECT_EQ(second.parameters, joined.parameters);
}

// The sums before the activation: 1e-12 is some thousand times the rounding of double.
TEST(TakeMember, TheWeightedSumOfTheTakenOnesIsTheOutput) {
  const std::vector<Made<double>> members = of_all_shapes<double>();
  const JoinedNetwork<double> joined = join<double>(3, members);
  const std::vector<double> y = output_of(joined, {0.3, -1.2, 2});
  std::vector<double> sum(2, 0.0);
  for (std::size_t k = 0; k < members.size(); ++k) {
    const JoinedNetwork<double> taken =
        take_member<double>(joined.network, joined.parameters, parts_of(members), k);
    const bool has_own_inputs = taken.network.inputs() == 2;
    const std::vector<double> of_one =
        output_of(taken, has_own_inputs ? std::vector<double>{2, 0.3} : std::vector<double>{0.3, -1.2, 2});
    for (std::size_t j = 0; j < 2; ++j)
      sum[j] += members[k].share * of_one[j];
  }
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(sum[j], y[j], 1e-12);
}

TEST(TakeMember, KeepsLearnedActivations) {
  const MlpOptions options{
      .inputs = 2, .hidden = {3}, .outputs = 1, .hidden_activations = {Activation::prelu}};
  const std::vector<Made<float>> members = {made<float>(options, 1, 0.5), made<float>(options, 2, 0.5)};
  const JoinedNetwork<float> joined = join<float>(2, members);
  for (std::size_t k = 0; k < 2; ++k)
    EXPECT_EQ(take_member<float>(joined.network, joined.parameters, parts_of(members), k).parameters,
              members[k].parameters);
}

TEST(TakeMember, RefusesWhatIsNotOfThisNetwork) {
  const std::vector<Made<float>> members = of_all_shapes<float>();
  const JoinedNetwork<float> joined = join<float>(3, members);
  const auto expect_refused = [&](const JoinedNetwork<float>& network, const std::vector<JoinedPart>& parts,
                                  std::size_t which, const char* word) {
    try {
      take_member<float>(network.network, network.parameters, parts, which);
      ADD_FAILURE() << word;
    } catch (const StateError& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  };
  const std::vector<JoinedPart> parts = parts_of(members);
  const std::size_t more[] = {6}, huge[] = {SIZE_MAX}, deeper[] = {4, 3, 2};
  const double other_bias[] = {1, 2};
  std::vector<JoinedPart> wrong = parts;
  wrong[0].hidden = more;
  expect_refused(joined, wrong, 0, "more units");
  wrong[0].hidden = huge;
  expect_refused(joined, wrong, 0, "more units");
  wrong[0].hidden = deeper;
  expect_refused(joined, wrong, 0, "4 layers");
  wrong = parts;
  wrong.pop_back();
  expect_refused(joined, wrong, 0, "fewer units");
  wrong = parts;
  wrong[1].bias = other_bias;
  expect_refused(joined, wrong, 0, "biases do not add up");
  wrong = parts;
  wrong[1].share = 0;
  wrong[1].bias = parts[1].bias;
  expect_refused(joined, wrong, 1, "");
  expect_refused(joined, parts, 5, "no such member");
  // Unit 0 of the first layer, which is the first member's, also feeds a unit of the second in layer 2.
  JoinedNetwork<float> changed = joined;
  const Dense& first = std::get<Dense>(joined.network.layers[0]);
  const std::size_t second_layer = first.inputs * first.outputs + first.outputs;
  changed.parameters[second_layer] = 0.5f;
  expect_refused(changed, parts, 0, "between two members");
  expect_refused(changed, parts, 1, "between two members");
  EXPECT_NO_THROW(take_member<float>(changed.network, changed.parameters, parts, 4));
}

TEST(TakeMember, LinearMembersWereAddedUp) {
  const MlpOptions options{.inputs = 3, .hidden = {}, .outputs = 2};
  const std::vector<Made<float>> members = {made<float>(options, 1, 0.5), made<float>(options, 2, 0.5)};
  const JoinedNetwork<float> joined = join<float>(3, members);
  EXPECT_THROW(take_member<float>(joined.network, joined.parameters, parts_of(members), 0), StateError);
}

}  // namespace
}  // namespace chainrule
