#include "chainrule/session/effort.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace chainrule {
namespace {

TrainRequest with(Effort effort) {
  TrainRequest request;
  request.effort = effort;
  return request;
}

TEST(Effort, LeavesARequestWithoutOneAsItIs) {
  const Recipe recipe = apply_effort({}, {.rows = 1000, .features = 20, .numbers = 20});
  EXPECT_EQ(recipe.request.members, 1u);
  EXPECT_EQ(recipe.request.hidden, (std::vector<std::size_t>{64, 32}));
  EXPECT_EQ(recipe.request.stopping.epochs, 200u);
  EXPECT_EQ(recipe.request.optimizer.kind, Optimizer::adam);
  TrainRequest rbf = with(Effort::standard);
  rbf.model = ModelType::rbf;
  EXPECT_EQ(apply_effort(rbf, {.rows = 1000, .features = 20, .numbers = 20}).request.members, 1u);
}

TEST(Effort, LeavesWhatIsGiven) {
  TrainRequest request = with(Effort::standard);
  request.hidden = {16, 8};
  request.activations = {Activation::relu};
  request.stopping.epochs = 7;
  request.given = {Setting::hidden, Setting::activation, Setting::epochs, Setting::members};
  const TrainRequest chosen = apply_effort(request, {.rows = 1000, .features = 20, .numbers = 20}).request;
  EXPECT_EQ(chosen.hidden, request.hidden);
  EXPECT_EQ(chosen.activations, request.activations);
  EXPECT_EQ(chosen.stopping.epochs, 7u);
  EXPECT_EQ(chosen.members, 1u);
  EXPECT_EQ(chosen.optimizer.kind, Optimizer::adamw);
}

TEST(Effort, MoreRowsGetFewerNetworks) {
  std::size_t before = 1000;
  for (const std::size_t rows : {100u, 1000u, 10'000u, 100'000u, 10'000'000u}) {
    const Recipe recipe = apply_effort(with(Effort::standard), {.rows = rows, .features = 30, .numbers = 30});
    const std::size_t networks = recipe.request.members * recipe.kinds.size();
    EXPECT_LE(networks, before) << rows;
    EXPECT_GE(recipe.request.stopping.epochs, 1u) << rows;
    before = networks;
  }
  EXPECT_EQ(before, 1u);
  EXPECT_GT(
      apply_effort(with(Effort::standard), {.rows = 500, .features = 10, .numbers = 10}).request.members, 1u);
}

TEST(Effort, SmoothsTheLabelsOfAMixtureOfClasses) {
  const TableSize classes{.rows = 1000, .features = 20, .numbers = 20, .has_classes = true};
  const TableSize numbers{.rows = 1000, .features = 20, .numbers = 20};
  EXPECT_GT(apply_effort(with(Effort::standard), classes).request.label_smoothing, 0);
  EXPECT_GT(apply_effort(with(Effort::quick), classes).request.label_smoothing, 0);
  EXPECT_EQ(apply_effort(with(Effort::standard), numbers).request.label_smoothing, 0);
  // One network has no temperature, and neither has another loss; and 0 may be what is wanted.
  for (const Setting setting : {Setting::members, Setting::loss, Setting::label_smoothing}) {
    TrainRequest request = with(Effort::standard);
    request.given = {setting};
    EXPECT_EQ(apply_effort(request, classes).request.label_smoothing, 0);
  }
}

TEST(Effort, WithoutHeldOutRowsTrainsOneNetwork) {
  TrainRequest request = with(Effort::standard);
  request.validation_share = 0;
  EXPECT_EQ(apply_effort(request, {.rows = 1000, .features = 20, .numbers = 20}).request.members, 1u);
}

TEST(Effort, AnOptimizerThatNeedsAllRowsTrainsOneNetwork) {
  TrainRequest request = with(Effort::standard);
  request.optimizer.kind = Optimizer::lbfgs;
  request.given = {Setting::optimizer};
  const Recipe recipe = apply_effort(request, {.rows = 1000, .features = 20, .numbers = 20});
  EXPECT_EQ(recipe.request.members, 1u);
  EXPECT_EQ(recipe.request.optimizer.kind, Optimizer::lbfgs);
  EXPECT_EQ(recipe.request.optimizer.weight_decay, 0);
}

TEST(Effort, WithoutHiddenLayersEveryMemberIsLinear) {
  TrainRequest request = with(Effort::standard);
  request.hidden = {};
  request.given = {Setting::hidden};
  const Recipe recipe = apply_effort(request, {.rows = 500, .features = 10, .numbers = 10});
  EXPECT_EQ(std::ranges::count(recipe.kinds, MemberKind::piecewise, &KindRecipe::kind), 0);
  for (const KindRecipe& kind : recipe.kinds)
    EXPECT_TRUE(kind.hidden.empty());
}

TEST(Effort, NumbersAlsoGetSmallNetworksUnlessASettingWouldNotBindThem) {
  const TableSize numbers{.rows = 500, .features = 10, .numbers = 10};
  const auto smalls = [&](const TrainRequest& request, const TableSize& size) {
    const Recipe recipe = apply_effort(request, size);
    return std::ranges::count(recipe.kinds, MemberKind::small, &KindRecipe::kind);
  };
  EXPECT_EQ(smalls(with(Effort::standard), numbers), 1);
  EXPECT_EQ(smalls(with(Effort::quick), numbers), 0);
  EXPECT_EQ(smalls(with(Effort::standard), {.rows = 500, .features = 10, .numbers = 10, .has_classes = true}),
            0);
  EXPECT_EQ(smalls(with(Effort::standard), {.rows = 100'000, .features = 30, .numbers = 30}), 0)
      << "no time for so many iterations";
  TrainRequest shaped = with(Effort::standard), steady = shaped, robust = shaped;
  shaped.given = {Setting::hidden};
  steady.learning_rate = 0.01;
  robust.loss = Loss::huber;
  for (const TrainRequest& request : {shaped, steady, robust})
    EXPECT_EQ(smalls(request, numbers), 0);
}

TEST(Effort, OneNetworkOfFewUnitsForNumbersIsTrainedByLbfgs) {
  const TableSize numbers{.rows = 500, .features = 10, .numbers = 10};
  TrainRequest request = with(Effort::standard);
  request.hidden = {8};
  request.given = {Setting::hidden, Setting::members};
  const auto optimizer_of = [](const TrainRequest& one, const TableSize& size) {
    return apply_effort(one, size).request.optimizer.kind;
  };
  EXPECT_EQ(optimizer_of(request, numbers), Optimizer::lbfgs);
  EXPECT_EQ(apply_effort(request, numbers).request.optimizer.weight_decay, 0);
  EXPECT_EQ(optimizer_of(request, {.rows = 500, .features = 10, .has_classes = true}), Optimizer::adamw);
  TrainRequest larger = request, slower = request, kept = request, chosen = request;
  larger.hidden = {8, 8};
  slower.learning_rate = 0.001;
  kept.checkpoint.directory = "run";
  chosen.given.push_back(Setting::optimizer);
  chosen.optimizer.kind = Optimizer::adam;
  EXPECT_EQ(optimizer_of(larger, numbers), Optimizer::adamw);
  EXPECT_EQ(optimizer_of(slower, numbers), Optimizer::adamw);
  EXPECT_EQ(optimizer_of(kept, numbers), Optimizer::adamw);
  EXPECT_EQ(optimizer_of(chosen, numbers), Optimizer::adam);
}

TEST(Effort, AGivenPenaltyBindsEveryMember) {
  TrainRequest request = with(Effort::standard);
  request.penalty.l1 = 0.01;
  const Recipe recipe = apply_effort(request, {.rows = 500, .features = 10, .numbers = 10});
  EXPECT_EQ(std::ranges::count(recipe.kinds, MemberKind::sparse, &KindRecipe::kind), 0);
}

}  // namespace
}  // namespace chainrule
