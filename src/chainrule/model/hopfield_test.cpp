#include "chainrule/model/hopfield.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::report_of;

nlohmann::json worked_example() {
  std::ifstream file(std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/worked_examples.json");
  return nlohmann::json::parse(file)["named_only_systems"]["hopfield_feedback"];
}

TEST(Hopfield, IsTheWorkedExample) {
  const nlohmann::json example = worked_example();
  const auto patterns = example["patterns"].get<std::vector<HopfieldState>>();
  const Matrix<double> w = store_patterns(patterns);
  const auto expected = example["W"].get<std::vector<std::vector<double>>>();
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_EQ(std::vector<double>(w.row(i), w.row(i) + 6), expected[i]);
  const HopfieldRecall result = recall(w.view(), example["start"].get<HopfieldState>());
  ASSERT_EQ(result.trace.size(), example["trace"].size());
  for (std::size_t step = 0; step < result.trace.size(); ++step) {
    EXPECT_EQ(result.trace[step].state, example["trace"][step]["state"].get<HopfieldState>());
    EXPECT_EQ(result.trace[step].energy, example["trace"][step]["energy"].get<double>());
    EXPECT_EQ(result.trace[step].flipped, example["trace"][step].value("flip", 0u));
  }
  EXPECT_EQ(result.final_state(), example["final"].get<HopfieldState>());
  EXPECT_EQ(result.final_state(), patterns[0]);
  EXPECT_EQ(result.sweeps, 2u);
  for (const HopfieldState& pattern : patterns)
    EXPECT_TRUE(is_fixed_point(w.view(), pattern));
}

// Units 1 and 2 repel each other: the one updated first decides.
TEST(Hopfield, UnitsAreUpdatedInTheGivenOrder) {
  Matrix<double> w(2, 2);
  w(0, 1) = w(1, 0) = -1;
  EXPECT_EQ(recall(w.view(), {1, 1}).final_state(), (HopfieldState{-1, 1}));
  const std::vector<std::size_t> backwards = {1, 0};
  EXPECT_EQ(recall(w.view(), {1, 1}, backwards).final_state(), (HopfieldState{1, -1}));
}

TEST(Hopfield, AUnitWithoutAFieldStaysAsItIs) {
  const Matrix<double> w(3, 3);
  EXPECT_EQ(recall(w.view(), {1, -1, 1}).final_state(), (HopfieldState{1, -1, 1}));
}

RC_GTEST_PROP(HopfieldProperty, EnergyNeverRisesAndRecallEndsInAFixedPoint, ()) {
  const auto units = *rc::gen::inRange<std::size_t>(1, 24);
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
  const RandomKey key{.seed = seed};
  Matrix<double> w(units, units);
  HopfieldState start(units);
  for (std::size_t i = 0; i < units; ++i) {
    start[i] = random_below(key, i, 2) == 0 ? -1 : 1;
    for (std::size_t j = 0; j < i; ++j)
      w(i, j) = w(j, i) = 2 * random_uniform(key, units * (i + 1) + j) - 1;
  }
  const HopfieldRecall result = recall(w.view(), start);
  for (std::size_t step = 1; step < result.trace.size(); ++step) {
    const std::size_t unit = result.trace[step].flipped - 1;
    const HopfieldState& before = result.trace[step - 1].state;
    RC_ASSERT(result.trace[step].energy <= result.trace[step - 1].energy);
    // By how much it falls: 2 |h| of the unit that flips.
    const double fall = result.trace[step - 1].energy - result.trace[step].energy;
    RC_ASSERT(std::abs(fall - 2 * std::abs(local_field(w.view(), before, unit))) < 1e-9);
  }
  RC_ASSERT(is_fixed_point(w.view(), result.final_state()));
}

TEST(Hopfield, WeightsWithoutAnEnergyAreRefused) {
  Matrix<double> w(2, 2);
  w(0, 1) = 1;
  EXPECT_EQ(report_of<UsageError>([&] { recall(w.view(), {1, 1}); }).where, "units 1 and 2");
  w(1, 0) = w(0, 1);
  w(1, 1) = 3;
  EXPECT_EQ(report_of<UsageError>([&] {
              recall(w.view(), {1, 1});
            }).what,
            "a unit of a Hopfield network has no weight to itself");
  EXPECT_THROW(recall(Matrix<double>(2, 3).view(), {1, 1}), UsageError);
}

TEST(Hopfield, StatesAndOrdersThatDoNotFitAreNamed) {
  const Matrix<double> w(3, 3);
  EXPECT_EQ(report_of<UsageError>([&] { recall(w.view(), {1, 1}); }).expected, "3");
  EXPECT_EQ(report_of<UsageError>([&] { recall(w.view(), {1, 0, 1}); }).where, "the start, unit 2");
  const std::vector<std::size_t> twice = {0, 0, 1};
  EXPECT_THROW(recall(w.view(), {1, 1, 1}, twice), UsageError);
  const std::vector<HopfieldState> ragged = {{1, 1}, {1, -1, 1}};
  EXPECT_EQ(report_of<UsageError>([&] { store_patterns(ragged); }).where, "pattern 2");
  EXPECT_THROW(store_patterns({}), UsageError);
}

TEST(Hopfield, StatesAreDrawnAsRows) {
  EXPECT_EQ(state_text({1, -1, 1, -1, 1, -1}, 3), "#.#\n.#.\n");
}

}  // namespace
}  // namespace chainrule
