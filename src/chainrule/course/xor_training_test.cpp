#include "chainrule/course/xor_training.h"

#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/base/text.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

using nlohmann::json;

const json& reference() {
  return testing_support::worked_examples().at("seed003_xor_by_bp");
}

void expect_run(const json& run, const XorTraining& training) {
  std::vector<std::size_t> iterations;
  for (const json& checkpoint : run.at("checkpoints"))
    iterations.push_back(checkpoint.at("iteration"));
  const std::vector<XorCheckpoint> got = train_xor(training, iterations);
  ASSERT_EQ(got.size(), iterations.size());
  // The readme of the reference values allows 1e-9 absolute after thousands of updates.
  for (std::size_t i = 0; i < got.size(); ++i) {
    const json& expected = run.at("checkpoints")[i];
    SCOPED_TRACE(iterations[i]);
    for (std::size_t p = 0; p < 4; ++p)
      EXPECT_NEAR(got[i].outputs[p], expected.at("outputs_00_01_10_11")[p].get<double>(), 1e-9);
    EXPECT_NEAR(got[i].error, expected.at("E_half_sum").get<double>(), 1e-9);
    for (std::size_t k = 0; k < 6; ++k)
      EXPECT_NEAR(got[i].weights[k], expected.at("V_now")[k].get<double>(), 1e-9);
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(got[i].weights[6 + k], expected.at("W_now")[k].get<double>(), 1e-9);
  }
}

XorTraining start_of(const json& run) {
  XorTraining training;
  for (std::size_t i = 0; i < 9; ++i)
    training.start[i] = run.at("k_over_1024")[i].get<double>() / 1024;
  training.eta = run.at("eta");
  return training;
}

TEST(XorTraining, RunsAsTheThreeReferenceRuns) {
  const json& nearest = reference().at("reference_run_matching_printed");
  EXPECT_EQ(recorded_xor_training().start, start_of(nearest).start);
  expect_run(nearest, recorded_xor_training());
  XorTraining online = start_of(reference().at("reference_run_online_epochs"));
  online.iteration = XorIteration::epoch;
  expect_run(reference().at("reference_run_online_epochs"), online);
  XorTraining batch = start_of(reference().at("reference_run_batch"));
  batch.iteration = XorIteration::batch;
  expect_run(reference().at("reference_run_batch"), batch);
}

// At 11050 every output rounds to the printed digits; at 8000 none is farther than 0.003.
TEST(XorTraining, TheRecordedStartComesNearThePrintedTable) {
  const std::vector<std::size_t> iterations = {8000, 11050};
  const std::vector<XorCheckpoint> got = train_xor(recorded_xor_training(), iterations);
  for (std::size_t p = 0; p < 4; ++p) {
    const auto printed = [&](const char* iteration) {
      return *parse_double(reference().at("printed_outputs").at(iteration)[p].get<std::string>());
    };
    EXPECT_NEAR(got[0].outputs[p], printed("8000"), 0.003);
    EXPECT_NEAR(got[1].outputs[p], printed("11050"), 0.0005);
  }
}

// Half the sum over the four patterns is the only one of the nine tested definitions that gives all three
// printed errors.
TEST(XorTraining, ThePrintedErrorIsHalfTheSum) {
  std::size_t matching = 0;
  for (const json& definition : reference().at("error_definition_check")) {
    if (definition.at("matches_all_three").get<bool>()) {
      ++matching;
      EXPECT_EQ(definition.at("definition"), "half_sum");
    }
  }
  EXPECT_EQ(matching, 1u);
  const std::vector<double> targets = {0, 1, 1, 0};
  for (const auto& [iteration, outputs] : reference().at("printed_outputs").items()) {
    double half_sum = 0;
    for (std::size_t p = 0; p < 4; ++p) {
      const double error = targets[p] - *parse_double(outputs[p].get<std::string>());
      half_sum += 0.5 * error * error;
    }
    const std::string printed = reference().at("printed_errors").at(iteration);
    EXPECT_NEAR(half_sum, *parse_double(printed), 0.0005) << iteration;
  }
}

// Rate times epochs from E = 0.166 to E = 0.008 is about 465 for many starts: so 3050 iterations imply a rate
// near 0.15 by epochs or 0.61 by patterns.
TEST(XorTraining, TheWayFromPlateauToGoalTakesAboutTheSameEverywhere) {
  std::vector<std::size_t> every(4000);
  for (std::size_t i = 0; i < every.size(); ++i)
    every[i] = i + 1;
  for (const char* const name : {"reference_run_online_epochs", "reference_run_batch"}) {
    XorTraining training = start_of(reference().at(name));
    training.iteration = std::string(name).ends_with("batch") ? XorIteration::batch : XorIteration::epoch;
    double from = 0, to = 0;
    for (const XorCheckpoint& checkpoint : train_xor(training, every)) {
      if (from == 0 && checkpoint.error < 0.166) from = static_cast<double>(checkpoint.iteration);
      if (to == 0 && checkpoint.error < 0.008) to = static_cast<double>(checkpoint.iteration);
    }
    EXPECT_GT(training.eta * (to - from), 350) << name;
    EXPECT_LT(training.eta * (to - from), 600) << name;
  }
}

}  // namespace
}  // namespace chainrule
