// Scores of one way to train on several held-out parts of the same table, and what they allow to say.
//
// The training parts overlap, so the n scores are not independent: s / sqrt(n) is too small a standard error,
// and a t-test that uses it finds differences where there are none. With q = (rows held out) / (rows trained
// on), the corrected standard error and the statistic of a paired comparison of two settings are
//
//   e = s sqrt(1/n + q)        t = mean(d) / e(d)     with n - 1 degrees of freedom
//
// where s is the standard deviation of the n scores, and d their differences fold by fold.
//
// Source: Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52 (2003), 239-281.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace chainrule {

struct ScoreSummary {
  std::size_t count = 0;
  double mean = 0;
  double deviation = 0;       // s, with n - 1 below the fraction; 0 for one score
  double standard_error = 0;  // e; 0 for one score
};

// test_ratio: q. At least one score.
ScoreSummary summarise_scores(std::span<const double> scores, double test_ratio);

struct PairedComparison {
  ScoreSummary difference;                       // of b - a, fold by fold
  std::size_t higher = 0, equal = 0, lower = 0;  // folds where b is higher than a, equal, lower
  // Of the test that both are equally good; empty if all differences are equal or there is only one.
  std::optional<double> t, p_value;
};

// As many scores of b as of a, fold by fold.
PairedComparison compare_scores(std::span<const double> a, std::span<const double> b, double test_ratio);

// The probability that a variable with Student's t distribution is at least as far from 0 as t. degrees >= 1.
double student_t_tails(double t, std::size_t degrees);

}  // namespace chainrule
