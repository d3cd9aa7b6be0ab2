#include "chainrule/session/training_identity.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <utility>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

TrainingPlan plan_of(const TrainRequest& request) {
  return {.network = make_mlp({.inputs = 3, .hidden = request.hidden, .outputs = 1}),
          .schema = {},
          .encoder = {},
          .loss = {.kind = Loss::mean_squared_error},
          .training_rows = 80,
          .validation_rows = 20,
          .batch_size = request.batch_size.value_or(32),
          .learning_rate = request.learning_rate.value_or(0.1)};
}

TrainingIdentity identity_after(const std::function<void(TrainRequest&)>& change,
                                const std::string& data = "d", const std::string& held_out = "h") {
  TrainRequest request;
  change(request);
  return identity_of(request, plan_of(request), data, held_out);
}

// An argument of the command line, by the name that a checkpoint records.
using Argument = std::pair<std::string, std::vector<std::string>>;
Argument argument(Setting setting, std::string value) {
  return {name_of(setting, Face::command_line), {std::move(value)}};
}

ErrorText refusal(const CheckpointDescription& checkpoint, const CheckpointDescription& now,
                  const TrainRequest& request = {}) {
  try {
    require_same_training(checkpoint, now, request, "c");
  } catch (const UsageError& error) {
    EXPECT_NE(text_of(error.report()).expected, text_of(error.report()).got);
    return text_of(error.report());
  }
  return {};
}

std::string difference(const TrainingIdentity& checkpoint, const TrainingIdentity& now) {
  return refusal({.identity = checkpoint, .arguments = {}, .recorded_options = {}},
                 {.identity = now, .arguments = {}, .recorded_options = {}})
      .what;
}

TEST(TrainingIdentity, EachThingThatNumbersDependOnIsComparedByName) {
  const TrainingIdentity same = identity_after([](TrainRequest&) {});
  EXPECT_EQ(difference(same, identity_after([](TrainRequest&) {})), "");
  const std::vector<std::pair<std::string, std::function<void(TrainRequest&)>>> changes = {
      {"precision", [](TrainRequest& r) { r.precision = Precision::float64; }},
      {"seed", [](TrainRequest& r) { r.seed = 2; }},
      {"optimizer", [](TrainRequest& r) { r.optimizer.kind = Optimizer::rmsprop; }},
      {"beta1", [](TrainRequest& r) { r.optimizer.beta1 = 0.8; }},
      {"weight decay", [](TrainRequest& r) { r.optimizer.weight_decay = 0.1; }},
      {"learning rate", [](TrainRequest& r) { r.learning_rate = 0.2; }},
      {"schedule", [](TrainRequest& r) { r.schedule.kind = ScheduleKind::cosine; }},
      {"period", [](TrainRequest& r) { r.schedule.period = 3; }},
      {"l2", [](TrainRequest& r) { r.penalty.l2 = 1; }},
      {"epochs", [](TrainRequest& r) { r.stopping.epochs = 7; }},
      {"patience", [](TrainRequest& r) { r.stopping.patience = 7; }},
      {"on-divergence", [](TrainRequest& r) { r.on_divergence = OnDivergence::halve; }},
      {"batch size", [](TrainRequest& r) { r.batch_size = 16; }},
      {"row order", [](TrainRequest& r) { r.row_order = RowOrder::given; }},
      {"clip norm", [](TrainRequest& r) { r.clip_norm = 1; }},
      {"initializer", [](TrainRequest& r) { r.initializer = Initializer::constant; }},
      {"network", [](TrainRequest& r) { r.hidden = {5}; }},
      {"activation parameter", [](TrainRequest& r) { r.activation_parameter = 0.5; }},
  };
  for (const auto& [name, change] : changes) {
    EXPECT_EQ(difference(same, identity_after(change)),
              "the checkpoint belongs to another training run: " + name + " differs");
  }
  // Without arguments it is unknown how the tables were read.
  for (const auto& [data, held_out] : {std::pair{"e", "h"}, {"d", ""}}) {
    EXPECT_EQ(difference(same, identity_after([](TrainRequest&) {}, data, held_out)),
              "the data, or how they are read, changed since the checkpoint was written");
  }
}

TEST(TrainingIdentity, OptionsThatDifferAreNamed) {
  const std::vector<Argument> then = {argument(Setting::hidden, "64,32"), argument(Setting::seed, "1"),
                                      argument(Setting::output, "m")};
  const std::vector<Argument> now = {argument(Setting::seed, "2"), argument(Setting::output, "n"),
                                     argument(Setting::scaling, "standard")};
  const ErrorText report =
      refusal({.identity = identity_after([](TrainRequest&) {}), .arguments = then, .recorded_options = {}},
              {.identity = identity_after([](TrainRequest& r) { r.seed = 2; }),
               .arguments = now,
               .recorded_options = {}});
  EXPECT_EQ(report.what, "the checkpoint belongs to another training run: seed differs");
  EXPECT_NE(report.advice.find("(.seed, .encoder.scaling, .hidden)"), std::string::npos) << report.advice;
}

TEST(TrainingIdentity, WithTheSameOptionsItIsTheDataThatChanged) {
  TrainRequest request;
  request.data.path = "t.csv";
  const std::vector<Argument> arguments = {argument(Setting::data, "t.csv"), argument(Setting::seed, "1")};
  const auto now_with = [&](const TrainingIdentity& identity) {
    return refusal(
        {.identity = identity_after([](TrainRequest&) {}), .arguments = arguments, .recorded_options = {}},
        {.identity = identity, .arguments = arguments, .recorded_options = {}}, request);
  };
  const ErrorText contents = now_with(identity_after([](TrainRequest&) {}, "e", "i"));
  EXPECT_EQ(contents.what, "the data changed since the checkpoint was written");
  EXPECT_EQ(contents.where, "t.csv");
  EXPECT_EQ(contents.expected, "80 training rows and 20 held out, as they were");
  EXPECT_EQ(contents.got, "as many rows, with other contents");

  TrainingPlan fewer = plan_of({});
  fewer.training_rows = 79;
  EXPECT_EQ(now_with(identity_of({}, fewer, "e", "h")).got, "79 training rows and 20 held out");
  // As if there were more inputs: the network differs.
  EXPECT_EQ(now_with(identity_after([](TrainRequest& r) { r.hidden = {9}; }, "e")).what,
            "the data changed since the checkpoint was written");
  // A separate validation table.
  request.validation = DataSource{.path = "v.csv"};
  EXPECT_EQ(now_with(identity_after([](TrainRequest&) {}, "d", "i")).where, "v.csv");
  EXPECT_EQ(now_with(identity_after([](TrainRequest&) {}, "e", "i")).where, "t.csv");
  fewer.validation_rows = 19;
  EXPECT_EQ(now_with(identity_of({}, fewer, "e", "i")).where, "t.csv, v.csv");
}

TEST(TrainingIdentity, TimeAndPlaceOfARunDoNotCount) {
  const TrainingIdentity same = identity_after([](TrainRequest&) {});
  EXPECT_EQ(difference(same, identity_after([](TrainRequest& r) {
                         r.stopping.time_budget_seconds = 5;
                         r.checkpoint.directory = "elsewhere";
                         r.data.path = "moved.csv";
                       })),
            "");
}

TEST(TrainingIdentity, AnotherVersionOrSetOfTraitsIsRefused) {
  const TrainingIdentity now = identity_after([](TrainRequest&) {});
  TrainingIdentity then = now;
  then.version = "0.0.1";
  EXPECT_NE(difference(then, now).find("version"), std::string::npos);
  const ErrorText other_version = refusal({.identity = then, .arguments = {}, .recorded_options = {}},
                                          {.identity = now, .arguments = {}, .recorded_options = {}});
  EXPECT_EQ(other_version.got, "chainrule 0.0.1");
  EXPECT_NE(other_version.advice.find("resume with chainrule 0.0.1"), std::string::npos);
  then = now;
  then.traits.pop_back();
  EXPECT_NE(difference(then, now).find("held-out data"), std::string::npos);
  then = now;
  then.traits.emplace_back("more", "1");
  EXPECT_NE(difference(then, now).find("more"), std::string::npos);
  std::set<std::string> names;
  for (const auto& [name, value] : now.traits)
    EXPECT_TRUE(names.insert(name).second) << name << " twice";
}

}  // namespace
}  // namespace chainrule
