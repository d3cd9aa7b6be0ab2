#include "chainrule/train/resampled_scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace chainrule {
namespace {

// 2 scipy.stats.t.sf(t, degrees), SciPy 1.17.
TEST(ResampledScores, TailsOfStudentsDistributionAreThoseOfScipy) {
  const struct {
    double t;
    std::size_t degrees;
    double tails;
  } cases[] = {{0, 7, 1},
               {1.0, 1, 0.5},
               {2.5, 2, 0.12961172022151082},
               {2.12132034355964, 3, 0.12402706265755487},
               {0.3, 4, 0.7791214282774598},
               {3.0, 9, 0.014956363910414222},
               {2.0, 49, 0.05105914825741809},
               {6.0, 100, 3.172491502802852e-08}};
  for (const auto& one : cases) {
    EXPECT_NEAR(student_t_tails(one.t, one.degrees), one.tails, 1e-14) << one.degrees;
    EXPECT_EQ(student_t_tails(-one.t, one.degrees), student_t_tails(one.t, one.degrees));
  }
}

// Differences .1 .1 0 .1: mean .075, s = .05. With q = 1/4, e = .05 sqrt(1/4 + 1/4).
TEST(ResampledScores, StandardErrorIsCorrectedForOverlappingTrainingParts) {
  const std::vector<double> differences = {0.1, 0.1, 0.0, 0.1};
  const ScoreSummary summary = summarise_scores(differences, 0.25);
  EXPECT_EQ(summary.count, 4u);
  EXPECT_NEAR(summary.mean, 0.075, 1e-15);
  EXPECT_NEAR(summary.deviation, 0.05, 1e-15);
  EXPECT_NEAR(summary.standard_error, 0.05 * std::sqrt(0.5), 1e-15);
  EXPECT_NEAR(summarise_scores(differences, 0).standard_error, 0.025, 1e-15);  // the usual s / sqrt(n)
}

// NumPy and SciPy: d = b - a; e = d.std(ddof=1) * sqrt(1/5 + .25); t = d.mean() / e; 2 stats.t.sf(t, 4).
TEST(ResampledScores, PairsAreComparedFoldByFold) {
  const std::vector<double> a = {0.81, 0.78, 0.90, 0.77, 0.85}, b = {0.84, 0.80, 0.89, 0.83, 0.88};
  const PairedComparison comparison = compare_scores(a, b, 0.25);
  EXPECT_EQ(comparison.higher, 4u);
  EXPECT_EQ(comparison.lower, 1u);
  EXPECT_EQ(comparison.equal, 0u);
  EXPECT_NEAR(comparison.difference.mean, 0.025999999999999978, 1e-14);
  EXPECT_NEAR(comparison.difference.standard_error, 0.016837458240482724, 1e-14);
  EXPECT_NEAR(*comparison.t, 1.5441760643828963, 1e-12);
  EXPECT_NEAR(*comparison.p_value, 0.1974267741760874, 1e-12);
}

TEST(ResampledScores, WithoutSpreadThereIsNoTest) {
  const std::vector<double> a = {0.7, 0.8, 0.9}, b = {0.7, 0.8, 0.9};
  const PairedComparison same = compare_scores(a, b, 0.5);
  EXPECT_EQ(same.equal, 3u);
  EXPECT_EQ(same.difference.mean, 0);
  EXPECT_FALSE(same.p_value.has_value());
  EXPECT_FALSE(compare_scores(std::vector<double>{0.5}, std::vector<double>{0.9}, 1).p_value.has_value());
}

}  // namespace
}  // namespace chainrule
