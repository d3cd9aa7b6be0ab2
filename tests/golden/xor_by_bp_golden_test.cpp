// Exclusive or by back-propagation: three recorded runs, and the table that document 003 prints.
#include <gtest/gtest.h>

#include "chainrule/base/text.h"
#include "chainrule/teach/worked_step.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

using nlohmann::json;
using testing_support::expect_equal;
using testing_support::worked_examples;

constexpr double kTolerance = 1e-11;

// 2-2-1, logistic. The start lists (w_x1, w_x2, bias) of each hidden unit and (w_y1, w_y2, bias) of the output.
WorkedNetwork start_of(const json& run) {
  const std::vector<double> k = run.at("k_over_1024");
  const auto number = [&](std::size_t i) { return k[i] / 1024; };
  return {.network = {{make_dense(2, 2, Activation::logistic), make_dense(2, 1, Activation::logistic)}},
          .parameters = {number(0), number(3), number(1), number(4), number(2), number(5), number(6),
                         number(7), number(8)},
          .loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single},
          .eta = run.at("eta")};
}

WorkedSample pattern(double x1, double x2) {
  return {{x1, x2}, {x1 == x2 ? 0.0 : 1.0}};
}

// Outputs at (0,0), (0,1), (1,0), (1,1), and half the sum of their squared errors.
std::pair<NumberList, double> outputs_of(WorkedNetwork worked) {
  worked.loss.reduction = Reduction::sum;
  worked.samples = {pattern(0, 0), pattern(0, 1), pattern(1, 0), pattern(1, 1)};
  const WorkedStep step = work_step(worked);
  NumberList outputs;
  for (const WorkedSampleStep& sample : step.samples)
    outputs.push_back(sample.a[1][0]);
  return {outputs, step.data_loss};
}

using Updates = std::vector<std::vector<WorkedSample>>;  // samples of each update, in order, again and again

// Runs to the last checkpoint; an iteration is `updates_each` updates.
void expect_run(const json& run, const Updates& updates, std::size_t updates_each, Reduction reduction) {
  WorkedNetwork worked = start_of(run);
  worked.loss.reduction = reduction;
  std::size_t iteration = 0, update = 0;
  for (const json& checkpoint : run.at("checkpoints")) {
    for (; iteration < checkpoint.at("iteration"); ++iteration) {
      for (std::size_t i = 0; i < updates_each; ++i, ++update) {
        worked.samples = updates[update % updates.size()];
        worked.parameters = work_step(worked).parameters_new;
      }
    }
    SCOPED_TRACE(iteration);
    const auto [outputs, error] = outputs_of(worked);
    expect_equal(outputs, checkpoint.at("outputs_00_01_10_11"), kTolerance, "outputs");
    expect_equal(error, checkpoint.at("E_half_sum"), kTolerance, "E");
  }
}

Updates one_by_one(std::initializer_list<WorkedSample> order) {
  Updates updates;
  for (const WorkedSample& sample : order)
    updates.push_back({sample});
  return updates;
}

TEST(XorByBackPropagation, OnePatternAnIterationReachesThePrintedTable) {
  const json& xor_by_bp = worked_examples().at("seed003_xor_by_bp");
  const json& run = xor_by_bp.at("reference_run_matching_printed");
  expect_run(run, one_by_one({pattern(0, 0), pattern(1, 0), pattern(0, 1), pattern(1, 1)}), 1,
             Reduction::single);
  const json& last = run.at("checkpoints").back();
  ASSERT_EQ(last.at("iteration"), 11050);
  for (std::size_t i = 0; i < 4; ++i) {
    const double printed = *parse_double(xor_by_bp.at("printed_outputs").at("11050")[i].get<std::string>());
    EXPECT_NEAR(last.at("outputs_00_01_10_11")[i].get<double>(), printed, 0.0005);
  }
}

TEST(XorByBackPropagation, EpochsOfFourUpdates) {
  expect_run(worked_examples().at("seed003_xor_by_bp").at("reference_run_online_epochs"),
             one_by_one({pattern(0, 0), pattern(0, 1), pattern(1, 0), pattern(1, 1)}), 4, Reduction::single);
}

TEST(XorByBackPropagation, BatchesAddTheFourGradients) {
  expect_run(worked_examples().at("seed003_xor_by_bp").at("reference_run_batch"),
             {{pattern(0, 0), pattern(0, 1), pattern(1, 0), pattern(1, 1)}}, 1, Reduction::sum);
}

}  // namespace
}  // namespace chainrule
