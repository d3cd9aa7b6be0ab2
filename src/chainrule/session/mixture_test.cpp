#include "chainrule/session/mixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <string>

#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/io/model_file.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::penguins;
using testing_support::train_quietly;

TrainRequest mixture_of(std::size_t members) {
  TrainRequest request = penguins();
  request.members = members;
  request.hidden = {6};
  request.stopping = {.epochs = 30, .patience = 5};
  return request;
}

TEST(Mixture, HasTheSameBytesOnAnyNumberOfThreads) {
  const std::string alone = model_to_bytes(train_quietly(mixture_of(4)).model);
  for (const std::size_t threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    const TrainOutcome outcome = train_on_table(real_file_system(), {.pool = &pool}, mixture_of(4), {});
    EXPECT_EQ(model_to_bytes(outcome.model), alone) << threads;
  }
}

TEST(Mixture, EveryRowIsScoredByMembersThatNeverSawIt) {
  const TrainOutcome outcome = train_quietly(mixture_of(4));
  ASSERT_TRUE(outcome.held_out.has_value());
  EXPECT_EQ(outcome.held_out->rows, outcome.model.provenance.training_rows);
  EXPECT_EQ(outcome.model.provenance.validation_rows, 0u);
  EXPECT_GT(outcome.held_out->accuracy, 0.8);
  EXPECT_FALSE(outcome.has_chosen_epoch());
  const double weight =
      std::accumulate(outcome.members.begin(), outcome.members.end(), 0.0,
                      [](double sum, const MemberReport& member) { return sum + member.weight; });
  EXPECT_NEAR(weight, 1, 1e-12);
  EXPECT_EQ(outcome.members.size() % 4, 0u);
}

// Where nothing can be learned, a score of the epochs and the vote that the scored rows chose would be above
// chance: an r2 of 0.2 in the mean of such tables.
TEST(Mixture, NoiseIsNotScoredAsKnowledge) {
  double sum = 0;
  for (std::uint64_t table = 0; table < 6; ++table) {
    std::string text = "a,b,c,y\n";
    for (std::uint64_t r = 0; r < 40; ++r) {
      for (std::uint64_t c = 0; c < 4; ++c)
        text += format_number(random_uniform({.seed = 11}, 400 * table + 4 * r + c)) + (c == 3 ? "\n" : ",");
    }
    TrainRequest request;
    request.data.path = file_of("noise.csv", text);
    request.members = 4;
    request.stopping = {.epochs = 200, .patience = 50};
    sum += train_quietly(request).held_out->r2;
  }
  EXPECT_LT(sum / 6, 0.02);
}

// Labels by chance: a score of rows that some member was trained on would be above chance.
TEST(Mixture, LabelsByChanceAreScoredAsSuch) {
  std::string text = "a,b,c,y\n";
  for (std::uint64_t r = 0; r < 600; ++r) {
    for (std::uint64_t c = 0; c < 3; ++c)
      text +=
          format_number(random_uniform({.seed = 7}, 4 * r % 400 + c)) + ",";  // each row four to six times
    text += random_uniform({.seed = 7}, 4 * r % 400 + 3) < 0.5 ? "no\n" : "yes\n";
  }
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.members = 4;
  request.stopping = {.epochs = 100, .patience = 100};
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_LT(outcome.held_out->accuracy, 0.7);
}

TEST(Mixture, RowsOfAGroupAreInOneFold) {
  std::string text = "x,patient,y\n";
  for (int r = 0; r < 120; ++r)
    text += std::to_string(r) + ",p" + std::to_string(r / 6) + (r % 2 == 0 ? ",a\n" : ",b\n");
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.members = 5;
  request.group_column = "patient";
  request.stopping = {.epochs = 1};
  const PreparedTraining prepared =
      prepare_training(real_file_system(), {}, request, load_table(real_file_system(), request.data));
  const std::vector<std::uint32_t>& rows = prepared.tables.split.training;
  ASSERT_EQ(prepared.plan.folds.size(), rows.size());
  std::vector<std::int64_t> fold_of(20, -1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::int64_t& fold = fold_of[rows[i] / 6];
    EXPECT_TRUE(fold == -1 || fold == prepared.plan.folds[i]);
    fold = prepared.plan.folds[i];
  }
}

TEST(Mixture, ATruthTableIsLearnedByOneNetwork) {
  TrainRequest request;
  request.data.path = file_of("t.csv", "a,b,y\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n");
  request.members = 4;
  request.stopping = {.epochs = 1};
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_TRUE(outcome.members.empty());
  EXPECT_FALSE(outcome.held_out.has_value());
}

TEST(Mixture, OfNumbersPredictsTheirMean) {
  std::string text = "x,y\n";
  for (int r = 0; r < 200; ++r)
    text += format_number(r * 0.01) + "," + format_number(3 * r * 0.01 + 1) + "\n";
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.members = 3;
  request.hidden = {16};
  request.learning_rate = 0.01;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_GT(outcome.held_out->r2, 0.99);
  EXPECT_EQ(outcome.temperature, 1);
}

// The clock ends later members, too: then another run may end elsewhere, whatever ended the first.
// Twenty columns that are nearly the same: their differences decide, which steps along the gradient hardly
// find.
TEST(Mixture, OfNumbersHasSmallNetworksForInputsThatSayNearlyTheSame) {
  std::string text;
  for (int c = 0; c < 20; ++c)
    text += "x" + std::to_string(c) + ",";
  text += "y\n";
  for (std::uint64_t r = 0; r < 120; ++r) {
    const double common = random_uniform({.seed = 5}, 3 * r), slope = random_uniform({.seed = 5}, 3 * r + 1);
    for (int c = 0; c < 20; ++c)
      text += format_number(common + 0.01 * slope * c / 20) + ",";
    text += format_number(slope) + "\n";
  }
  TrainRequest request;
  request.data.path = file_of("alike.csv", text);
  request.effort = Effort::standard;
  request.stopping = {.epochs = 150, .patience = 50};
  request.given = {Setting::epochs, Setting::patience};
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_TRUE(std::ranges::count(outcome.members, MemberKind::small, &MemberReport::kind) != 0);
  EXPECT_GT(outcome.held_out->r2, 0.4);
  EXPECT_EQ(outcome.members.back().hidden, (std::vector<std::size_t>{5}));
}

TEST(Mixture, AMemberThatTheClockEndsIsTheReasonOfAll) {
  TrainRequest request = mixture_of(4);
  request.stopping = {.epochs = 1'000'000, .time_budget_seconds = 0.2};
  EXPECT_EQ(train_quietly(request).history.stop_reason, StopReason::time_budget);
}

// The first member ends by its rule; then the user asks to stop.
TEST(Mixture, AMemberThatTheUserEndsIsTheReasonOfAll) {
  std::atomic<std::size_t> done = 0;
  SessionObserver observer;
  observer.on_member = [&](const MemberProgress& member) { done = member.done; };
  observer.is_asked_to_stop = [&] { return done > 0; };
  const TrainOutcome outcome = train_on_table(real_file_system(), {}, mixture_of(4), observer);
  EXPECT_EQ(outcome.history.stop_reason, StopReason::asked_to_stop);
  EXPECT_FALSE(outcome.held_out.has_value());
}

TEST(Mixture, StoppedEarlyIsAModelWithoutAScore) {
  const TrainOutcome outcome =
      train_on_table(real_file_system(), {}, mixture_of(4), {.is_asked_to_stop = [] { return true; }});
  EXPECT_EQ(outcome.history.stop_reason, StopReason::asked_to_stop);
  EXPECT_EQ(outcome.members.size(), 1u);
  EXPECT_FALSE(outcome.held_out.has_value());
}

}  // namespace
}  // namespace chainrule
