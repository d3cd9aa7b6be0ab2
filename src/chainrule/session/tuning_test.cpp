#include "chainrule/session/tuning.h"

#include <gtest/gtest.h>

#include "chainrule/base/text.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/trial_file.h"
#include "support/session_files.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::penguins;

// Searches the units and the learning rate of a network with one hidden layer.
TuningRequest small_search(std::size_t trials) {
  TuningRequest request;
  request.base = penguins();
  request.base.hidden = {4};
  request.base.stopping = {.epochs = 18, .patience = 0};
  request.space = {parse_dimension("hidden", {"4", "8", "16"}),
                   parse_dimension("learning-rate", {"0.0001..0.1", "log"})};
  request.request_of = [base = request.base](TrialOptions& options) {
    TrainRequest one = base;
    one.hidden = {static_cast<std::size_t>(*parse_integer(options[0].second))};
    one.learning_rate = *parse_double(options[1].second);
    return one;
  };
  request.trials = trials;
  return request;
}

TuningOutcome run(const TuningRequest& request, const Compute& compute = {},
                  const TuningObserver& observer = {}) {
  return tune(real_file_system(), compute, request,
              read_shared_table(real_file_system(), compute, request.base), observer);
}

TEST(Tuning, TrainsAllTrialsShortlyAndTheBestOfThemLonger) {
  const TuningOutcome outcome = run(small_search(9));
  std::map<std::size_t, std::set<std::size_t>> trials_at;  // by epochs
  for (const TrialResult& result : outcome.results)
    trials_at[result.epochs].insert(result.trial);
  ASSERT_EQ(trials_at.size(), 3u);
  EXPECT_EQ(trials_at[2].size(), 10u);  // nine, and the options as given
  EXPECT_EQ(trials_at[6].size(), 4u);
  EXPECT_EQ(trials_at[18].size(), 2u);
  for (const auto& [epochs, trials] : trials_at)
    EXPECT_TRUE(trials.contains(0)) << epochs;
  EXPECT_EQ(outcome.best.epochs, 18u);
  EXPECT_GE(outcome.best.score, outcome.as_given->score);
  ASSERT_TRUE(outcome.held_out.has_value());
  EXPECT_EQ(outcome.held_out->held_out_rows + outcome.search_rows, 344u);
  ASSERT_TRUE(outcome.model.has_value());
  EXPECT_EQ(outcome.model->model.provenance.training_rows + outcome.model->model.provenance.validation_rows,
            344u);
}

TEST(Tuning, HasTheSameResultsOnAnyNumberOfThreads) {
  const TuningOutcome alone = run(small_search(5));
  ThreadPool pool(3);
  const TuningOutcome together = run(small_search(5), {.pool = &pool});
  EXPECT_EQ(together.results, alone.results);
  EXPECT_EQ(model_to_bytes(together.model->model), model_to_bytes(alone.model->model));
}

TEST(Tuning, ResumedFromAnyPointEndsLikeAnUninterruptedSearch) {
  const TuningOutcome whole = run(small_search(5));
  for (const std::size_t interrupted_after : {1u, 13u, 24u}) {
    std::vector<TrialResult> kept;
    std::size_t done = 0;
    TuningObserver observer;
    observer.on_result = [&](const TrialResult&, const std::vector<TrialResult>& results) {
      kept = results;
      ++done;
    };
    observer.is_asked_to_stop = [&] { return done >= interrupted_after; };
    EXPECT_FALSE(run(small_search(5), {}, observer).model.has_value());
    EXPECT_EQ(kept.size(), interrupted_after);
    // Through the file.
    const TrialFile file =
        trials_from_text(trials_to_text({.search = "0", .folds = 3, .results = kept}), "t.jsonl");
    TuningRequest again = small_search(5);
    again.earlier = file.results;
    std::size_t trained = 0;
    TuningObserver counter;
    counter.on_result = [&](const TrialResult&, const std::vector<TrialResult>&) { ++trained; };
    const TuningOutcome resumed = run(again, {}, counter);
    EXPECT_EQ(resumed.results, whole.results);
    EXPECT_EQ(trained + interrupted_after, whole.results.size());
    EXPECT_EQ(model_to_bytes(resumed.model->model), model_to_bytes(whole.model->model));
  }
}

TEST(Tuning, TheChoiceIsAPureFunctionOfTheResults) {
  const auto result = [](std::size_t trial, std::size_t epochs, std::size_t fold, double score, double loss) {
    TrialResult one;
    one.trial = trial, one.epochs = epochs, one.fold = fold, one.score = score, one.loss = loss;
    return one;
  };
  std::vector<TrialResult> results = {
      result(0, 2, 0, 0.9, 1), result(0, 2, 1, 0.9, 1), result(0, 6, 0, 0.5, 1),
      result(0, 6, 1, 0.7, 1), result(1, 2, 0, 1.0, 1), result(1, 2, 1, 1.0, 1),
      result(2, 6, 0, 0.6, 2), result(2, 6, 1, 0.6, 2), result(3, 6, 0, 0.9, 1)};  // not complete
  EXPECT_EQ(best_trial(results, 2)->trial,
            0u);  // 0.6 like trial 2, and the lower loss; more epochs than trial 1
  EXPECT_NEAR(best_trial(results, 2)->score, 0.6, 1e-12);
  std::ranges::reverse(results);
  EXPECT_EQ(best_trial(results, 2)->trial, 0u);
  EXPECT_FALSE(best_trial(std::span(results).first(1), 2).has_value());
}

TEST(Tuning, AFewRowsAreAllSearchedAndTheScoreIsSaidToBeTooGood) {
  std::string text = "x,y\n";
  for (int r = 0; r < 40; ++r)
    text += format_number(r * 0.25) + (r < 20 ? ",a\n" : ",b\n");
  TuningRequest request = small_search(1);
  request.base.data.path = file_of("t.csv", text);
  request.base.schema.targets.clear();
  request.request_of = [base = request.base](TrialOptions&) { return base; };
  const TuningOutcome outcome = run(request);
  EXPECT_FALSE(outcome.held_out.has_value());
  EXPECT_EQ(outcome.search_rows, 40u);
  EXPECT_NE(outcome.notes.back().text().find("too good"), std::string::npos);
}

TEST(Tuning, TooLittleTimeForOneTrialIsRefused) {
  TuningRequest request = small_search(9);
  request.time_budget_seconds = 1e-6;
  EXPECT_THROW(run(request), UsageError);
}

TEST(Tuning, ATrialThatFailsIsPassedOver) {
  TuningRequest request = small_search(4);
  request.request_of = [base = request.base](TrialOptions& options) {
    TrainRequest one = base;
    if (options[0].second == "8") one.loss = Loss::huber;  // which is for numbers
    return one;
  };
  const TuningOutcome outcome = run(request);
  EXPECT_GT(outcome.failures, 0u);
  EXPECT_TRUE(outcome.model.has_value());
}

}  // namespace
}  // namespace chainrule
