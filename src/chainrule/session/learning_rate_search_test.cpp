#include "chainrule/session/learning_rate_search.h"

#include <gtest/gtest.h>

#include "support/session_files.h"

namespace chainrule {
namespace {

using testing_support::penguins;
using testing_support::train_quietly;

LearningRateSearch search(const TrainRequest& request, const Compute& compute = {}) {
  return find_learning_rate(real_file_system(), compute, request);
}

double held_out_loss_at(TrainRequest request, double rate) {
  request.learning_rate = rate;
  request.stopping.epochs = 10;
  return train_quietly(request).held_out->loss;
}

TEST(LearningRateSearch, FindsARateThatTrainsBetterThanAThousandthAndAHundredfoldOfIt) {
  for (const Optimizer optimizer : {Optimizer::adam, Optimizer::momentum}) {
    TrainRequest request = penguins();
    request.optimizer.kind = optimizer;
    const LearningRateSearch found = search(request);
    ASSERT_TRUE(found.range.suggested.has_value()) << name_of(optimizer);
    const double rate = *found.range.suggested, loss = held_out_loss_at(request, rate);
    EXPECT_LT(loss, 0.3) << rate;
    EXPECT_LT(loss, held_out_loss_at(request, rate / 1000)) << rate;
    EXPECT_LT(loss, held_out_loss_at(request, 100 * rate)) << rate;
  }
}

TEST(LearningRateSearch, DoesNotDependOnThreadsNorOnTheRateOfTheRequest) {
  TrainRequest request = penguins();
  const LearningRateSearch alone = search(request);
  ThreadPool pool(3);
  request.learning_rate = 0.5;
  const LearningRateSearch together = search(request, {.pool = &pool});
  ASSERT_EQ(alone.range.steps.size(), together.range.steps.size());
  for (std::size_t i = 0; i < alone.range.steps.size(); ++i)
    EXPECT_EQ(alone.range.steps[i].loss, together.range.steps[i].loss) << i;
}

TEST(LearningRateSearch, OfSeveralNetworksTakesOneOfTheFirstKind) {
  TrainRequest request = penguins();
  request.effort = Effort::standard;
  const LearningRateSearch found = search(request);
  EXPECT_EQ(found.plan.optimizer, Optimizer::adamw);
  EXPECT_EQ(found.plan.network.layers, found.plan.kinds.front().network.layers);
  EXPECT_NE(found.notes.back().text(Face::cpp).find("one network of their first kind"), std::string::npos);
}

TEST(LearningRateSearch, TestsTheLayersInFrontAndTheirRates) {
  const TrainRequest plain = penguins();
  TrainRequest scaled = plain, ntk = plain, waves = plain;
  scaled.input_scaling = InputScaling::learned;
  ntk.parametrization = Parametrization::ntk;
  waves.number_embedding = NumberEmbedding::periodic;
  const double loss_of_plain = search(plain).range.steps[200].loss;
  for (TrainRequest request : {scaled, ntk, waves}) {
    EXPECT_NE(search(request).range.steps[200].loss, loss_of_plain);
    request.effort = Effort::standard;  // several networks would share the layers
    EXPECT_THROW(search(request), UsageError);
  }
}

TEST(LearningRateSearch, RefusesWhatHasNoLearningRate) {
  TrainRequest request = penguins();
  request.optimizer.kind = Optimizer::lbfgs;
  EXPECT_THROW(search(request), UsageError);
  for (const ModelType model : {ModelType::perceptron, ModelType::rbf}) {
    request = penguins();
    request.model = model;
    EXPECT_THROW(search(request), UsageError) << name_of(model);
  }
}

}  // namespace
}  // namespace chainrule
