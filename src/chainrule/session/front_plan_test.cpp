// Networks with layers in front of them (front_plan.h), trained: exact gradients, the pattern of the layers,
// the same bytes everywhere, and what is refused.
#include "chainrule/session/front_plan.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/inspection.h"
#include "chainrule/session/mixture_member.h"
#include "chainrule/session/model_table.h"
#include "chainrule/session/prepare_training.h"
#include "support/session_files.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::train_quietly;

// A number, a column of twelve words, one of two words, and a number with missing cells.
std::string table_text() {
  std::string text = "x,city,yes,gap,y\n";
  for (std::uint64_t r = 0; r < 240; ++r) {
    const double x = random_uniform({.seed = 3}, 4 * r) * 4 - 2;
    const std::uint64_t city = random_below({.seed = 3}, 4 * r + 1, 12);
    const double gap = random_uniform({.seed = 3}, 4 * r + 2);
    const double y = 2 * x * x + static_cast<double>(city % 3) + gap;
    text += format_number(x) + ",c" + std::to_string(city) + (r % 2 == 0 ? ",no," : ",yes,") +
            (r % 9 == 0 ? "" : format_number(gap)) + "," + format_number(y) + "\n";
  }
  return text;
}

TrainRequest request_for_table() {
  TrainRequest request;
  request.data.path = file_of("t.csv", table_text());
  request.hidden = {8};
  request.activations = {Activation::tanh};
  request.stopping = {.epochs = 15, .patience = 0};
  return request;
}

// Each part alone, and all of them together.
std::vector<TrainRequest> requests() {
  std::vector<TrainRequest> requests(6, request_for_table());
  requests[0].input_scaling = InputScaling::learned;
  requests[1].parametrization = Parametrization::ntk;
  requests[2].number_embedding = NumberEmbedding::periodic;
  requests[3].number_embedding = NumberEmbedding::piecewise;
  requests[4].word_embedding = 2;
  requests[5].input_scaling = InputScaling::learned;
  requests[5].parametrization = Parametrization::ntk;
  requests[5].number_embedding = NumberEmbedding::periodic;
  requests[5].word_embedding = 3;
  return requests;
}

// Features: x, 12 cities, no, yes, gap, "gap missing".
TEST(FrontInputs, AreNumbersAndColumnsOfManyWords) {
  const TrainRequest request = request_for_table();
  const PreparedTraining prepared =
      prepare_training(real_file_system(), {}, request, load_table(real_file_system(), request.data));
  const FrontInputs inputs = front_inputs_of(prepared.plan.encoder);
  EXPECT_EQ(inputs.features, 17u);
  EXPECT_EQ(inputs.numbers, (std::vector<std::size_t>{0, 15}));
  EXPECT_EQ(inputs.words, (std::vector<WordInputs>{{.first = 1, .count = 12}}));
}

TEST(FrontPlan, TrainedNetworksHaveExactGradients) {
  for (TrainRequest request : requests()) {
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      request.precision = precision;
      const GradientCheck check =
          check_model_gradient(real_file_system(), train_quietly(request).model, request.data, 32, {});
      EXPECT_TRUE(check.passed) << check.worst_error;
      EXPECT_LT(check.worst_error, 1e-12);
    }
  }
}

// What is outside of the pattern is as it was built, under weight decay and penalties; what is inside moved.
TEST(FrontPlan, FixedNumbersKeepTheirBits) {
  for (TrainRequest request : requests()) {
    request.optimizer = {.kind = Optimizer::adamw, .weight_decay = 0.1};
    request.penalty = {.l1 = 1e-3, .l2 = 1e-3};
    const PreparedTraining prepared =
        prepare_training(real_file_system(), {}, request, load_table(real_file_system(), request.data));
    const FrontLayers& front = prepared.plan.front;
    const Model model = train_quietly(request).model;
    EXPECT_EQ(model.network, prepared.plan.network);
    const auto& trained = std::get<Parameters<float>>(model.parameters);
    std::vector<float> built(parameter_count(model.network), 0);
    set_front_parameters<float>(front, built);
    std::set<std::size_t> fixed;
    for (const ParameterRange& range : fixed_ranges(prepared.plan.rate_factors, built.size()))
      for (std::size_t i = range.offset; i < range.offset + range.size; ++i)
        fixed.insert(i);
    std::size_t moved = 0, learned = 0;
    for (std::size_t i = 0; i < front.parameters(); ++i) {
      if (fixed.contains(i)) {
        EXPECT_EQ(trained[i], built[i]) << i;
        continue;
      }
      ++learned;
      moved += trained[i] != built[i] ? 1 : 0;
    }
    EXPECT_GE(moved, learned - learned / 4);
  }
}

TEST(FrontPlan, OptimizersOfAllRowsLeaveFixedNumbersAlone) {
  for (const Optimizer optimizer :
       {Optimizer::lbfgs, Optimizer::scg, Optimizer::irprop_plus, Optimizer::levenberg_marquardt}) {
    TrainRequest request = request_for_table();
    request.optimizer.kind = optimizer;
    request.hidden = {3};
    request.word_embedding = 2;
    request.input_scaling = InputScaling::learned;
    const PreparedTraining prepared =
        prepare_training(real_file_system(), {}, request, load_table(real_file_system(), request.data));
    const TrainOutcome outcome = train_quietly(request);
    const auto& trained = std::get<Parameters<float>>(outcome.model.parameters);
    std::vector<float> built(trained.size(), 0);
    set_front_parameters<float>(prepared.plan.front, built);
    for (const ParameterRange& range : fixed_ranges(prepared.plan.rate_factors, built.size()))
      for (std::size_t i = range.offset; i < range.offset + range.size; ++i)
        ASSERT_EQ(trained[i], built[i]) << name_of(optimizer) << " " << i;
    EXPECT_NE(trained[1 * 7 + 5], built[1 * 7 + 5]) << "the embedding of a word";
    EXPECT_GT(outcome.history.epochs_run(), 3u);
  }
}

TEST(FrontPlan, GivesTheSameBytesOnAnyThreadsAndVectors) {
  for (TrainRequest request : requests()) {
    for (const std::size_t members : {1, 3}) {
      request.members = members;
      request.stopping = {.epochs = 4, .patience = 2};
      const std::string alone = model_to_bytes(train_quietly(request).model);
      ThreadPool pool(3);
      EXPECT_EQ(model_to_bytes(train_on_table(real_file_system(), {.pool = &pool}, request, {}).model),
                alone);
      for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, best_kernel_path()}) {
        const TrainOutcome outcome = train_on_table(real_file_system(), {.path = path}, request, {});
        EXPECT_EQ(model_to_bytes(outcome.model), alone) << name_of(path) << ", members " << members;
      }
    }
  }
}

TEST(FrontPlan, SurvivesItsModelFile) {
  for (const TrainRequest& request : requests()) {
    const Model model = train_quietly(request).model;
    const Model read = model_from_bytes(model_to_bytes(model), "model");
    EXPECT_EQ(read.network, model.network);
    EXPECT_EQ(std::get<Parameters<float>>(read.parameters), std::get<Parameters<float>>(model.parameters));
  }
}

// Three members of each kind; the joined network begins with the waves, and each member can be taken out.
TEST(FrontPlan, MembersOfAMixtureAreJoinedWithoutTheirLinearLayers) {
  for (TrainRequest request : requests()) {
    request.effort = Effort::quick;
    request.given = {Setting::members, Setting::epochs, Setting::hidden, Setting::number_embedding};
    request.members = 3;
    request.stopping = {.epochs = 80, .patience = 80};
    request.learning_rate = request.parametrization == Parametrization::ntk ? 0.1 : 0.01;
    const TrainOutcome outcome = train_quietly(request);
    const bool has_columns = request.number_embedding != NumberEmbedding::none;
    EXPECT_EQ(outcome.model.network.layers.size(), has_columns ? 3u : 2u);
    ASSERT_TRUE(outcome.held_out.has_value());
    // The members were scored as they were trained, the joined network on the training rows as it is.
    EXPECT_GT(outcome.held_out->r2, 0.3);
    EXPECT_GT(outcome.training.r2, outcome.held_out->r2 - 0.02);
    const Model member = member_of(outcome.model, 2);
    EXPECT_EQ(member.network.inputs(), outcome.model.network.inputs());
    EXPECT_EQ(member.network.layers.size(), has_columns ? 3u : 2u);
    const GradientCheck check = check_model_gradient(real_file_system(), outcome.model, request.data, 16, {});
    EXPECT_TRUE(check.passed) << check.worst_error;
  }
}

// Stopped in the second of three members, then resumed.
TEST(FrontPlan, AMixtureResumesToTheSameBytes) {
  for (TrainRequest request : {requests()[2], requests()[5]}) {
    request.members = 3;
    request.stopping = {.epochs = 6, .patience = 6};
    const std::string whole = model_to_bytes(train_quietly(request).model);
    request.checkpoint.directory = file_of("checkpoints", "");
    std::filesystem::remove_all(request.checkpoint.directory);
    std::size_t steps = 0;
    const TrainOutcome stopped =
        train_on_table(real_file_system(), {}, request, {.is_asked_to_stop = [&] { return ++steps > 45; }});
    EXPECT_EQ(stopped.history.stop_reason, StopReason::asked_to_stop);
    request.checkpoint.resume_from =
        std::make_shared<const Checkpoint>(load_checkpoint(real_file_system(), request.checkpoint.directory));
    EXPECT_TRUE(model_to_bytes(train_quietly(request).model) == whole);
    request.input_scaling =
        request.input_scaling == InputScaling::none ? InputScaling::learned : InputScaling::none;
    EXPECT_THROW(train_quietly(request), UsageError) << "of another run";
  }
}

void expect_refused(const TrainRequest& request, const std::string& words) {
  try {
    train_quietly(request);
    FAIL() << "not refused: " << words;
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(FrontPlan, RefusesWhatHasNoMeaning) {
  for (TrainRequest request : requests()) {
    request.model = ModelType::rbf;
    expect_refused(request, "networks of dense layers");
  }
  TrainRequest request = requests()[0];
  request.hidden = {};
  expect_refused(request, "linear in its inputs");
  request = requests()[1];
  request.initializer = Initializer::constant;
  expect_refused(request, "ntk says how the weights start");
  request.initializer = Initializer::automatic;
  request.optimizer.kind = Optimizer::lbfgs;
  expect_refused(request, "the optimizer has none");
  const std::string plain = file_of("plain.csv", "a,b,y\nu,v,1\nv,u,2\nu,u,3\nv,v,4\nu,v,1\n");
  request = requests()[2];
  request.data.path = plain;
  expect_refused(request, "no input is a number");
  request = requests()[4];
  request.data.path = plain;
  expect_refused(request, "more than 9 words");
}

}  // namespace
}  // namespace chainrule
