#include "chainrule/io/progress_json.h"

#include <gtest/gtest.h>

#include <string>

#include "support/report_of.h"

namespace chainrule {
namespace {

// After one epoch and two steps of the second.
TrainingProgress<float> progress() {
  TrainingProgress<float> progress;
  progress.state.parameters = {1, 2};
  progress.state.step = 6;
  progress.state.optimizer.updates = 6;
  progress.state.plateau = {.best = 0.5, .epochs_since_best = 1, .reductions = 2, .epochs_seen = 3};
  progress.good.state.parameters = {1, 2};
  progress.first_loss = 3;
  progress.stopping = {.best = 0.5, .previous = 0.75, .best_epoch = 1, .seen = 1, .last_was_best = true};
  progress.history.epochs = {{.epoch = 1, .epochs = 9}};
  progress.history.divergences = {
      {.epoch = 1, .learning_rate = 0.5, .report = {.what = "w", .where = "x", .advice = "\"y\""}}};
  progress.epoch = 2;
  progress.batches_done = 2;
  progress.rate_factor = 0.5;
  progress.ended = StopReason::no_improvement;
  return progress;
}

ProgressCounters<float> counters_of(const JsonTree& json) {
  return progress_from<float>(JsonValue(json, "p"));
}

TEST(ProgressJson, GivesBackTheCounters) {
  const JsonTree json = to_json(progress());
  ProgressCounters<float> read = counters_of(json);
  EXPECT_TRUE(read.has_good);
  EXPECT_EQ(read.epochs, 9u);
  EXPECT_TRUE(read.progress.state.parameters.empty()) << "arrays are tensors";
  EXPECT_EQ(read.progress.ended, StopReason::no_improvement);
  // The text that is read is written back unchanged once the arrays are restored.
  read.progress.history.epochs = progress().history.epochs;
  read.progress.good.state.parameters = {1, 2};
  EXPECT_EQ(canonical_json(to_json(read.progress)), canonical_json(json));
}

TEST(ProgressJson, CountersThatDoNotFitEachOtherAreRefused) {
  const JsonTree json = to_json(progress());
  const auto fit = [&](auto change) {
    ProgressCounters<float> counters = counters_of(json);
    counters.progress.history.epochs = progress().history.epochs;
    change(counters.progress);
    try {
      check_counters(counters, JsonValue(json, "p"));
    } catch (const ModelFileError&) {
      return false;
    }
    return true;
  };
  using Progress = TrainingProgress<float>;
  EXPECT_TRUE(fit([](Progress&) {}));
  EXPECT_FALSE(fit([](Progress& p) { p.epoch = 3; }));
  EXPECT_FALSE(fit([](Progress& p) { p.stopping.seen = 2; }));
  EXPECT_FALSE(fit([](Progress& p) { p.stopping.best_epoch = 0; }));
  EXPECT_FALSE(fit([](Progress& p) { p.good.epochs = 2; }));
  EXPECT_FALSE(fit([](Progress& p) { p.rate_factor = 0; }));
  EXPECT_FALSE(fit([](Progress& p) { p.seconds = -1; }));
}

TEST(ProgressJson, ReportsOfAnotherLengthAreRefused) {
  std::string text = canonical_json(to_json(progress()));
  const std::string report = R"(["w","x","","","\"y\""])";
  ASSERT_NE(text.find(report), std::string::npos) << text;
  text.replace(text.find(report), report.size(), R"(["w"])");
  const JsonTree json = parse_json_strictly(text, "p");
  EXPECT_EQ(test::report_of<ModelFileError>([&] { counters_of(json); }).expected, "five texts");
}

}  // namespace
}  // namespace chainrule
