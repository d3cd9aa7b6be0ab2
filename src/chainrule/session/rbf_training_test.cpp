#include "chainrule/session/rbf_training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/inspection.h"
#include "chainrule/session/prediction.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::example;
using testing_support::file_of;
using testing_support::report_of;
using testing_support::train_quietly;

TrainRequest rbf_request(const std::string& data, const std::string& target) {
  TrainRequest request{.model = ModelType::rbf, .data = {.path = data}, .schema = {.targets = {target}}};
  return request;
}

// As in the textbooks: the basis stays as it was chosen, and the output weights are those of least squares.
TrainRequest textbook_request(const std::string& data, const std::string& target) {
  TrainRequest request = rbf_request(data, target);
  request.rbf.output_training = OutputTraining::closed_form;
  request.rbf.fine_tune = 0;
  return request;
}

bool has_note(const TrainOutcome& outcome, const std::string& words) {
  return std::any_of(outcome.notes.begin(), outcome.notes.end(),
                     [&](const Message& note) { return note.text().find(words) != std::string::npos; });
}

TEST(RbfTraining, LearnsCategoriesAndMissingCells) {
  const TrainOutcome outcome = train_quietly(textbook_request(example("penguins.csv"), "species"));
  EXPECT_GE(outcome.held_out->accuracy, 0.95);
  EXPECT_TRUE(outcome.history.epochs.empty());
  EXPECT_EQ(outcome.history.stop_reason, StopReason::closed_form);
  EXPECT_EQ(outcome.model.provenance.stop_reason, "closed_form");
  EXPECT_TRUE(has_note(outcome, "40 centres are means of clusters (k-means++ and "));
  EXPECT_EQ(outcome.model.loss.kind, Loss::mean_squared_error);
  // The model file gives back the scored model.
  const Model loaded = model_from_bytes(model_to_bytes(outcome.model), "m");
  EXPECT_TRUE(loaded.network == outcome.model.network);
  const Evaluation evaluation =
      evaluate_file(real_file_system(), {}, loaded, {.path = example("penguins.csv")});
  EXPECT_GE(evaluation.metrics.accuracy, 0.97);
}

TEST(RbfTraining, ByDefaultHeldOutRowsChooseTheEpochOfASoftmaxAndOfFineTuning) {
  const TrainRequest request = rbf_request(example("penguins.csv"), "species");
  const TrainOutcome outcome = train_quietly(request),
                     textbook = train_quietly(textbook_request(example("penguins.csv"), "species"));
  EXPECT_EQ(outcome.model.network.output_activation(), Activation::softmax);
  EXPECT_EQ(outcome.model.loss.kind, Loss::softmax_cross_entropy);
  EXPECT_GE(outcome.held_out->accuracy, textbook.held_out->accuracy);
  // Both trainings have the epochs of the request.
  EXPECT_GT(outcome.history.epochs_run(), 1u);
  EXPECT_LE(outcome.history.epochs_run(), 2 * request.stopping.epochs);
  ASSERT_GT(outcome.history.best_epoch, 0u);
  double best = outcome.history.epochs.front().validation_loss.value();
  for (const EpochReport& epoch : outcome.history.epochs)
    best = std::min(best, epoch.validation_loss.value());
  EXPECT_NEAR(outcome.held_out->loss, best, 1e-6) << "the parameters of the best epoch are kept";
}

TEST(RbfTraining, ByDefaultNumbersAreThoseOfTheTextbook) {
  const TrainOutcome outcome = train_quietly(rbf_request(example("diabetes.csv"), "progression"));
  const TrainOutcome textbook = train_quietly(textbook_request(example("diabetes.csv"), "progression"));
  EXPECT_EQ(outcome.model.loss.kind, Loss::mean_squared_error);
  EXPECT_EQ(std::get<Parameters<float>>(outcome.model.parameters),
            std::get<Parameters<float>>(textbook.model.parameters));
}

// Nothing would choose the epoch.
TEST(RbfTraining, WithoutHeldOutRowsTheDefaultIsTheTextbooks) {
  for (const auto& [file, target] : {std::pair{"iris.csv", "species"}, {"diabetes.csv", "progression"}}) {
    TrainRequest request = rbf_request(example(file), target),
                 textbook = textbook_request(example(file), target);
    request.validation_share = textbook.validation_share = 0;
    EXPECT_EQ(std::get<Parameters<float>>(train_quietly(request).model.parameters),
              std::get<Parameters<float>>(train_quietly(textbook).model.parameters));
  }
}

TEST(RbfTraining, AskedToStopGivesTheNetworkOfTheCentresByThen) {
  int asked = 0;
  SessionObserver observer;
  observer.is_asked_to_stop = [&] { return asked++ >= 5; };
  TrainRequest request = textbook_request(example("penguins.csv"), "species");
  request.rbf.fine_tune = 3;
  const TrainOutcome outcome = train_on_table(real_file_system(), {}, request, observer);
  EXPECT_EQ(outcome.history.stop_reason, StopReason::asked_to_stop);
  EXPECT_TRUE(outcome.history.epochs.empty());
  EXPECT_TRUE(has_note(outcome, "Stopped while centres were chosen: 6 centres of 40."));
  EXPECT_GE(outcome.held_out->accuracy, 0.6);
}

TEST(RbfTraining, LearnsNumbers) {
  const TrainOutcome outcome = train_quietly(textbook_request(example("diabetes.csv"), "progression"));
  EXPECT_GE(outcome.held_out->r2, 0.35);
  EXPECT_LT(outcome.held_out->rmse, outcome.baseline->rmse);
}

TEST(RbfTraining, EveryChoiceOfCentresLearns) {
  for (const auto& entry : enum_table<CentreChoice>()) {
    TrainRequest request = textbook_request(example("iris.csv"), "species");
    request.rbf.fitting.centres = 20;
    request.rbf.fitting.centre_choice = entry.value;
    const TrainOutcome outcome = train_quietly(request);
    EXPECT_GE(outcome.held_out->accuracy, 0.9) << entry.word;
    EXPECT_EQ(layer_outputs(outcome.model.network.layers.front()), 20u) << entry.word;
  }
}

TEST(RbfTraining, SoftmaxOutputIsTrainedByDescent) {
  TrainRequest request = textbook_request(example("iris.csv"), "species");
  request.rbf.output_training = OutputTraining::softmax;
  request.learning_rate = 0.05;
  request.stopping.epochs = 60;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_GE(outcome.held_out->accuracy, 0.9);
  EXPECT_EQ(outcome.model.network.output_activation(), Activation::softmax);
  EXPECT_EQ(outcome.model.loss.kind, Loss::softmax_cross_entropy);
  ASSERT_FALSE(outcome.history.epochs.empty());
  EXPECT_LT(outcome.history.epochs.back().training_loss, outcome.history.epochs.front().training_loss);
}

TEST(RbfTraining, FineTuningStartsFromTheFitAndLowersTheLoss) {
  TrainRequest request = textbook_request(example("diabetes.csv"), "progression");
  request.rbf.fitting.centres = 10;
  request.validation_share = 0;
  const double fitted = train_quietly(request).training.loss;
  request.rbf.fine_tune = 40;
  request.stopping.patience = 0;
  request.learning_rate = 0.005;
  const TrainOutcome tuned = train_quietly(request);
  EXPECT_EQ(tuned.history.epochs.size(), 40u);
  EXPECT_LT(tuned.history.epochs.front().training_loss, 1.1 * fitted);
  EXPECT_LT(tuned.training.loss, 0.99 * fitted);
  request.rbf.output_training = OutputTraining::softmax;
  request.data.path = example("iris.csv");
  request.schema.targets = {"species"};
  request.stopping.epochs = 5;
  request.rbf.fine_tune = 7;
  std::vector<std::uint64_t> seen;
  const TrainOutcome both = train_on_table(real_file_system(), {}, request,
                                           {.on_plan = {},
                                            .on_epoch =
                                                [&](const EpochReport& epoch) {
                                                  seen.push_back(epoch.epoch);
                                                  return Continue::yes;
                                                },
                                            .on_step = {}});
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  EXPECT_EQ(both.history.epochs.size(), 12u);
  EXPECT_EQ(both.history.epochs.back().epoch, 12u);
}

TEST(RbfTraining, AnErrorGoalEndsTheChoiceOfCentresAndNotTheTuning) {
  TrainRequest request = textbook_request(example("diabetes.csv"), "progression");
  request.rbf.fitting.centre_choice = CentreChoice::orthogonal_least_squares;
  request.stopping.error_goal = 0.5;  // half the variance of the scaled target
  request.rbf.fine_tune = 4;
  request.stopping.patience = 0;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_EQ(layer_outputs(outcome.model.network.layers.front()), 2u);
  EXPECT_EQ(outcome.history.epochs.size(), 4u);
}

TEST(RbfTraining, FineTuningThatMakesItWorseIsUndone) {
  TrainRequest request = textbook_request(example("iris.csv"), "species");
  const TrainOutcome fitted = train_quietly(request);
  request.rbf.fine_tune = 1;
  request.learning_rate = 0.5;
  const TrainOutcome tuned = train_quietly(request);
  EXPECT_TRUE(has_note(tuned, "was undone"));
  EXPECT_EQ(std::get<Parameters<float>>(tuned.model.parameters),
            std::get<Parameters<float>>(fitted.model.parameters));
}

TEST(RbfTraining, TunedModelsPassTheGradientCheckAndCanBeSaved) {
  TrainRequest request = textbook_request(example("iris.csv"), "species");
  request.rbf.fitting.centres = 6;
  request.rbf.fine_tune = 20;
  request.precision = Precision::float64;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_NO_THROW(model_to_bytes(outcome.model));
  const GradientCheck check =
      check_model_gradient(real_file_system(), outcome.model, {.path = example("iris.csv")}, 32, {});
  EXPECT_TRUE(check.passed) << check.worst_error;
  EXPECT_EQ(check.segments.size(), 4u);
}

TEST(RbfTraining, SameModelForAnyNumberOfThreads) {
  TrainRequest request = textbook_request(example("penguins.csv"), "species");
  request.rbf.fine_tune = 3;
  ThreadPool pool(3);
  const Compute threads{.pool = &pool};
  EXPECT_EQ(model_to_bytes(train_quietly(request).model),
            model_to_bytes(train_on_table(real_file_system(), threads, request, {}).model));
}

TEST(RbfTraining, ProbabilitiesStayBetweenZeroAndOne) {
  TrainRequest request = textbook_request(example("penguins.csv"), "sex");
  request.data.missing_target = MissingTarget::skip;
  const TrainOutcome outcome = train_quietly(request);
  const Table table = load_table(real_file_system(), {.path = example("penguins.csv")});
  const Predictions predictions = predict_table({}, outcome.model, table);
  for (std::size_t r = 0; r < predictions.values.rows(); ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < predictions.values.columns(); ++c) {
      EXPECT_GE(predictions.values(r, c), 0);
      sum += predictions.values(r, c);
    }
    EXPECT_NEAR(sum, 1, 1e-6);
  }
}

TEST(RbfTraining, FewRowsHaveFewCentresAndTooManyAreRefused) {
  const std::string path = file_of("few.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n");
  TrainRequest request = rbf_request(path, "y");
  request.schema.task = Task::regression;
  request.validation_share = 0;
  EXPECT_EQ(layer_outputs(train_quietly(request).model.network.layers.front()), 5u);
  std::string rows = "x,y\n";
  for (int i = 0; i < 24; ++i)
    rows += std::to_string(i % 12) + "," + std::to_string(i / 2) + "\n";  // x is no row number
  TrainRequest third = request;
  third.data.path = file_of("two_dozen.csv", rows);
  EXPECT_EQ(layer_outputs(train_quietly(third).model.network.layers.front()), 8u);
  request.rbf.fitting.centres = 6;
  const ErrorText report = report_of<UsageError>([&] { train_quietly(request); });
  EXPECT_EQ(report.what, "there are more centres than training rows");
  EXPECT_EQ(report.expected, "1 to 5");
  EXPECT_EQ(report.got, "6");
}

TEST(RbfTraining, OptionsThatDoNotFitAreNamed) {
  TrainRequest request = textbook_request(example("diabetes.csv"), "progression");
  request.rbf.output_training = OutputTraining::softmax;
  EXPECT_EQ(report_of<UsageError>([&] { train_quietly(request); }).what,
            "a softmax output needs classes or labels");
  request = textbook_request(example("diabetes.csv"), "progression");
  request.loss = Loss::huber;
  EXPECT_EQ(report_of<UsageError>([&] { train_quietly(request); }).got, "the loss huber");
  request = textbook_request(example("iris.csv"), "species");
  request.label_smoothing = 0.1;
  EXPECT_EQ(report_of<UsageError>([&] { train_quietly(request); }).what,
            "label smoothing needs the output training softmax");
}

// --- how good it is ----------------------------------------------------------------------------------------

// Accuracy of a 10-fold cross-validation: each class is shuffled and dealt to the folds in turn.
double cross_validated_accuracy(const std::string& name, std::uint64_t seed) {
  std::ifstream file(example(name));
  std::string header, line;
  std::getline(file, header);
  std::map<std::string, std::vector<std::string>> classes;
  while (std::getline(file, line))
    classes[line.substr(line.rfind(',') + 1)].push_back(line);
  constexpr std::size_t kFolds = 10;
  std::vector<std::vector<std::string>> folds(kFolds);
  std::size_t dealt = 0;
  for (const auto& [word, lines] : classes) {
    std::vector<std::uint32_t> order(lines.size());
    std::iota(order.begin(), order.end(), 0u);
    shuffle_indices({.seed = seed, .purpose = RandomPurpose::split}, order);
    for (const std::uint32_t i : order)
      folds[dealt++ % kFolds].push_back(lines[i]);
  }
  double right = 0, rows = 0;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::string training = header + "\n", test = training;
    for (std::size_t other = 0; other < kFolds; ++other) {
      for (const std::string& row : folds[other])
        (other == fold ? test : training) += row + "\n";
    }
    TrainRequest request =
        rbf_request(file_of("training.csv", training), header.substr(header.rfind(',') + 1));
    request.validation_share = 0;
    request.validation = DataSource{.path = file_of("test.csv", test)};
    request.seed = seed;
    const Metrics metrics = *train_quietly(request).held_out;
    rows += static_cast<double>(metrics.rows);
    for (std::size_t c = 0; c < metrics.confusion.size(); ++c)
      right += metrics.confusion[c][c];
  }
  return right / rows;
}

// WEKA's RBFNetwork reaches 95.3 % on iris and 75.4 % on the Pima diabetes table. Seen here, over seeds 1 to
// 5: 95.3 to 96.7 %, on average 96.0 %; 76.7 to 78.5 %, on average 77.4 %.
TEST(RbfTraining, DefaultsReachWhatIsKnownOfIris) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    EXPECT_GE(cross_validated_accuracy("iris.csv", seed), 0.953) << seed;
}
TEST(RbfTraining, DefaultsReachWhatIsKnownOfThePimaDiabetesTable) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    EXPECT_GE(cross_validated_accuracy("pima.csv", seed), 0.754) << seed;
}

}  // namespace
}  // namespace chainrule
