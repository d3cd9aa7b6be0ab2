#include "chainrule/session/training.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/prediction.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::example;
using testing_support::file_of;
using testing_support::penguins;
using testing_support::report_of;
using testing_support::train_quietly;

bool any_note_has(const std::vector<Message>& notes, std::string_view part) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const Message& note) { return note.text().find(part) != std::string::npos; });
}

TEST(TrainOnTable, LearnsThePenguinsFromTheRawTable) {
  const TrainOutcome outcome = train_quietly(penguins());
  ASSERT_TRUE(outcome.held_out.has_value());
  EXPECT_GE(outcome.held_out->accuracy, 0.95);
  EXPECT_EQ(outcome.held_out->rows, 69u);                      // a fifth of 344
  EXPECT_NEAR(outcome.baseline->accuracy, 152.0 / 344, 0.03);  // always Adelie
  EXPECT_EQ(outcome.model.encoder.target.class_names,
            (std::vector<std::string>{"Adelie", "Chinstrap", "Gentoo"}));
  EXPECT_EQ(outcome.model.network.output_activation(), Activation::softmax);
  EXPECT_EQ(outcome.model.provenance.data_name, "penguins.csv");
  EXPECT_EQ(outcome.model.provenance.training_rows, 275u);
}

TEST(TrainOnTable, ATableInMemoryGivesTheModelOfItsFile) {
  TrainRequest request = penguins();
  request.stopping.epochs = 5;
  const TrainOutcome from_file = train_quietly(request);
  const TrainOutcome from_memory =
      train_on_table(real_file_system(), {}, request, load_table(real_file_system(), request.data), {});
  EXPECT_EQ(model_to_bytes(from_memory.model), model_to_bytes(from_file.model));
  EXPECT_EQ(from_memory.notes, from_file.notes);
}

TEST(TrainOnTable, LearnsIrisAndARegression) {
  TrainRequest iris;
  iris.data.path = example("iris.csv");
  iris.stopping.epochs = 60;
  EXPECT_GE(train_quietly(iris).held_out->accuracy, 0.9);

  TrainRequest diabetes;
  diabetes.data.path = example("diabetes.csv");
  diabetes.hidden = {16};
  diabetes.penalty.l2 = 0.01;
  const TrainOutcome outcome = train_quietly(diabetes);
  EXPECT_EQ(outcome.held_out->task, Task::regression);
  EXPECT_GT(outcome.held_out->r2, 0.3);
  // In the target's own units: progression runs from 25 to 346.
  EXPECT_LT(outcome.held_out->rmse, 70);
  EXPECT_GT(outcome.held_out->rmse, 30);
  EXPECT_EQ(outcome.truth.rows(), outcome.held_out->rows);
  EXPECT_GT(outcome.baseline->rmse, outcome.held_out->rmse);
}

TEST(TrainOnTable, NotesGradientsOnlyIfSomethingIsWrong) {
  const auto is_told = [](const TrainRequest& request) {
    const std::vector<Message> notes = train_quietly(request).notes;
    return any_note_has(notes, "gradient") || any_note_has(notes, "units");
  };
  for (const char* name : {"penguins.csv", "iris.csv", "diabetes.csv"}) {
    TrainRequest request;
    request.data.path = example(name);
    if (name == std::string_view("penguins.csv")) request.schema.targets = {"species"};
    const TrainOutcome outcome = train_quietly(request);
    EXPECT_FALSE(any_note_has(outcome.notes, "gradient")) << name;
    EXPECT_FALSE(any_note_has(outcome.notes, "units")) << name;
    EXPECT_EQ(outcome.history.epochs.back().layers.size(), 3u);
    EXPECT_EQ(outcome.history.first_step.size(), 3u);
    EXPECT_EQ(outcome.gradient_health.layers.size(), 3u);
  }
  TrainRequest request = penguins();
  request.hidden = std::vector<std::size_t>(12, 16);
  request.activations = {Activation::logistic};
  request.stopping.epochs = 5;
  EXPECT_TRUE(any_note_has(train_quietly(request).notes, "vanishes"));
  request = penguins();
  request.learning_rate = 100;
  EXPECT_TRUE(is_told(request));
}

TEST(TrainOnTable, TheLayersGradientsJoinToTheWhole) {
  TrainRequest request = penguins();
  request.stopping.epochs = 3;
  for (const double clip : {0.0, 0.01}) {
    request.clip_norm = clip;
    for (const EpochReport& epoch : train_quietly(request).history.epochs) {
      double sum = 0;
      for (const LayerGradient& layer : epoch.layers)
        sum += layer.gradient_norm * layer.gradient_norm;
      EXPECT_NEAR(std::sqrt(sum), epoch.gradient_norm, 1e-6 * epoch.gradient_norm);
    }
  }
}

TEST(TrainOnTable, TheSameSeedGivesTheSameParametersOnAnyPathAndThreadCount) {
  TrainRequest request = penguins();
  request.stopping.epochs = 3;
  const auto base = std::get<Parameters<float>>(train_quietly(request).model.parameters);
  ThreadPool pool(3);
  for (const KernelPath path : {KernelPath::scalar, best_kernel_path()}) {
    const TrainOutcome other = train_on_table(real_file_system(), {.path = path, .pool = &pool}, request, {});
    EXPECT_EQ(std::get<Parameters<float>>(other.model.parameters), base);
  }
  request.seed = 2;
  EXPECT_NE(std::get<Parameters<float>>(train_quietly(request).model.parameters), base);
}

TEST(TrainOnTable, PrecisionDoubleTrainsInDouble) {
  TrainRequest request = penguins();
  request.stopping.epochs = 2;
  request.precision = Precision::float64;
  EXPECT_EQ(train_quietly(request).model.precision(), Precision::float64);
}

// Thirty-two columns; the class is the sign of the first. The layer is large enough for bfloat16 products.
TrainRequest wide_table() {
  std::string text;
  for (int c = 0; c < 32; ++c)
    text += "x" + std::to_string(c) + ",";
  text += "y\n";
  for (int r = 0; r < 160; ++r) {
    const int first = r * 37 % 101 - 50;
    for (int c = 0; c < 32; ++c)
      text += std::to_string(c == 0 ? first : (r * (c + 3) * 29 + c) % 97) + ",";
    text += first > 0 ? "up\n" : "down\n";
  }
  TrainRequest request;
  request.data.path = file_of("wide.csv", text);
  request.hidden = {16};
  request.stopping.epochs = 4;
  request.precision = Precision::bf16;
  request.recorded_options = {{"precision", "bf16"}};
  return request;
}

using Options = std::vector<std::pair<std::string, std::string>>;

TEST(TrainOnTable, PrecisionBf16TrainsFloatsOnTheMatrixUnit) {
  TrainRequest request = wide_table();
  ThreadPool pool(3);
  const Compute portable{.matrix_unit = MatrixUnit::portable};
  const TrainOutcome outcome = train_on_table(real_file_system(), portable, request, {});
  EXPECT_EQ(outcome.model.precision(), Precision::float32);
  EXPECT_EQ(outcome.model.provenance.options, (Options{{"precision", "bf16"}}));
  const auto parameters = std::get<Parameters<float>>(outcome.model.parameters);
  for (const KernelPath path : {KernelPath::scalar, best_kernel_path()}) {
    const TrainOutcome again = train_on_table(
        real_file_system(), {.path = path, .pool = &pool, .matrix_unit = MatrixUnit::portable}, request, {});
    EXPECT_EQ(std::get<Parameters<float>>(again.model.parameters), parameters);
  }
  request.precision = Precision::float32;
  const TrainOutcome full = train_on_table(real_file_system(), portable, request, {});
  EXPECT_NE(std::get<Parameters<float>>(full.model.parameters), parameters);
}

TEST(TrainOnTable, PrecisionBf16WithoutAMatrixUnitIsFloatAndSaysSo) {
  const Compute compute{.matrix_unit = {}};
  TrainRequest request = wide_table();
  const TrainOutcome outcome = train_on_table(real_file_system(), compute, request, {});
  EXPECT_EQ(std::count(outcome.notes.begin(), outcome.notes.end(),
                       "this processor has no bf16 matrix unit: training in float32"),
            1);
  EXPECT_EQ(outcome.model.provenance.options, Options{});
  request.precision = Precision::float32;
  const TrainOutcome full = train_on_table(real_file_system(), compute, request, {});
  EXPECT_EQ(std::get<Parameters<float>>(outcome.model.parameters),
            std::get<Parameters<float>>(full.model.parameters));
}

TEST(TrainOnTable, PrecisionBf16NeedsALargeLayer) {
  TrainRequest request = penguins();
  request.stopping.epochs = 1;
  request.hidden = {20};
  request.precision = Precision::bf16;
  const TrainOutcome outcome =
      train_on_table(real_file_system(), {.matrix_unit = MatrixUnit::portable}, request, {});
  EXPECT_EQ(
      std::count(outcome.notes.begin(), outcome.notes.end(),
                 "no layer is large enough for bf16 products (32 inputs and 8 units): training in float32"),
      1);
}

TEST(TrainOnTable, PrecisionBf16IsForNetworksTrainedByDescent) {
  for (const ModelType model : {ModelType::perceptron, ModelType::rbf}) {
    TrainRequest request = wide_table();
    request.model = model;
    EXPECT_THROW(train_quietly(request), UsageError) << name_of(model);
  }
}

TEST(TrainOnTable, ThePlanIsReportedBeforeTheFirstEpoch) {
  TrainRequest request = penguins();
  request.stopping.epochs = 2;
  std::vector<std::string> calls;
  train_on_table(real_file_system(), {}, request,
                 {.on_plan =
                      [&](const TrainingPlan& plan) {
                        EXPECT_EQ(plan.training_rows + plan.validation_rows, 344u);
                        EXPECT_EQ(plan.batch_size, 32u);
                        EXPECT_EQ(plan.parameters, parameter_count(plan.network));
                        calls.push_back("plan");
                      },
                  .on_epoch =
                      [&](const EpochReport&) {
                        calls.push_back("epoch");
                        return Continue::yes;
                      }});
  EXPECT_EQ(calls, (std::vector<std::string>{"plan", "epoch", "epoch"}));
}

TEST(TrainOnTable, SeveralTargetsAndLabels) {
  std::string text = "x,p,q\n";
  for (int i = 0; i < 60; ++i) {
    text += std::to_string(i) + "." + std::to_string(i % 3) + "," + std::to_string(2 * i + 1) + ".5," +
            std::to_string(100 - i) + ".25\n";
  }
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.schema.targets = {"p", "q"};
  request.stopping.epochs = 150;
  const TrainOutcome several = train_quietly(request);
  EXPECT_EQ(several.model.encoder.target.outputs(), 2u);
  EXPECT_GT(several.held_out->r2, 0.95);

  std::string labels = "x,small,even\n";
  for (int i = 0; i < 100; ++i)
    labels += std::to_string((i * 37) % 100) + ".5," + ((i * 37) % 100 < 50 ? "1," : "0,") +
              (i % 2 ? "1\n" : "0\n");
  request.data.path = file_of("l.csv", labels);
  request.schema.targets = {"small", "even"};
  const TrainOutcome multi = train_quietly(request);
  EXPECT_EQ(multi.model.encoder.target.task, Task::multi_label);
  EXPECT_GT(multi.held_out->per_class[0].f1, 0.85);
}

TEST(TrainOnTable, FileNamesMayHoldAnyBytesAndOptionsMayNot) {
  TrainRequest request;
  request.stopping.epochs = 1;
  request.data.path = file_of("\xff.csv", "x,y\n1.5,a\n2.5,b\n3.5,a\n4.5,b\n");
  const Model model = train_quietly(request).model;
  EXPECT_NE(model.provenance.data_name.find("\\xff.csv"), std::string::npos) << model.provenance.data_name;
  save_model(real_file_system(), file_of("m.safetensors", ""), model);
  request.recorded_options = {{"class-names", "\xff"}};
  EXPECT_EQ(report_of<UsageError>([&] { train_quietly(request); }).where, "class-names");
}

TEST(TrainOnTable, ARateThatDivergesIsReportedAsSuch) {
  TrainRequest request = penguins();
  request.learning_rate = 1e20;
  request.optimizer.kind = Optimizer::gradient_descent;
  const TrainOutcome outcome = train_quietly(request);
  ASSERT_EQ(outcome.history.stop_reason, StopReason::diverged);
  EXPECT_EQ(outcome.model.provenance.stop_reason, "diverged");
  for (const float value : std::get<Parameters<float>>(outcome.model.parameters))
    EXPECT_TRUE(std::isfinite(value));
  const ErrorText report = text_of(outcome.history.divergences.back().report);
  EXPECT_NE(report.where.find("epoch"), std::string::npos) << report.where;
  EXPECT_NE(report.where.find("layer"), std::string::npos) << report.where;
  EXPECT_NE(report.advice.find("smaller"), std::string::npos) << report.advice;
}

TEST(TrainOnTable, ARateThatDivergesIsHalvedWhenAsked) {
  TrainRequest request = penguins();
  request.learning_rate = 1e20;
  request.optimizer.kind = Optimizer::gradient_descent;
  request.on_divergence = OnDivergence::halve;
  request.learning_rate = 300;
  request.loss = Loss::mean_squared_error;
  request.hidden = {};
  request.output_activation = Activation::identity;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_NE(outcome.history.stop_reason, StopReason::diverged);
  ASSERT_FALSE(outcome.history.divergences.empty());
  const bool is_told = std::ranges::any_of(outcome.notes, [](const Message& note) {
    return note.text().find("with the learning rate 150 instead of 300") != std::string::npos;
  });
  EXPECT_TRUE(is_told);
}

}  // namespace
}  // namespace chainrule
