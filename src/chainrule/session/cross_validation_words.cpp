#include "chainrule/session/cross_validation_words.h"

#include <cmath>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

std::string signed_number(double value) {
  return (value >= 0 ? "+" : "") + format_significant(value, 3);
}

// The folds in which b is better than a.
std::size_t folds_won(const PairedComparison& comparison, Better better) {
  return better == Better::higher ? comparison.higher : comparison.lower;
}

bool is_better(const PairedComparison& comparison, Better better) {
  return (comparison.difference.mean > 0) == (better == Better::higher);
}

std::string test_text(const PairedComparison& comparison) {
  return "t = " + format_significant(*comparison.t, 3) +
         ", p = " + format_significant(*comparison.p_value, 2) + ", corrected resampled t-test";
}

}  // namespace

std::string comparison_text(const CrossValidation& result) {
  const PairedComparison& comparison = *result.comparison;
  const std::size_t folds = comparison.difference.count;
  const std::string name(result.score->word);
  if (comparison.equal == folds)
    return "both settings have the same " + name + " in every fold: these folds show no difference.";
  std::string text = "the other setting is better in " +
                     format_count(folds_won(comparison, result.score->better)) + " of " +
                     count_of(folds, "fold");
  if (comparison.equal > 0) text += " and equal in " + format_count(comparison.equal);
  text += ": " + name + " " + signed_number(comparison.difference.mean);
  if (!comparison.p_value)
    return text + " in each of them. A difference without spread says nothing about its uncertainty.";
  text += ", standard error " + format_significant(comparison.difference.standard_error, 2) + " (" +
          test_text(comparison) + "). ";
  if (*comparison.p_value > kShownBelow) return text + "These folds do not show which setting is better.";
  return text + "A difference this large is rare between equally good settings: the " +
         (is_better(comparison, result.score->better) ? "other" : "first") +
         " setting is better on tables like this one, as far as these folds can show.";
}

std::string curve_text(const CrossValidation& result) {
  const LearningCurve& curve = *result.curve;
  const PairedComparison& step = curve.last_step;
  const auto rows_text = [](double rows) {
    return format_count(static_cast<std::uint64_t>(std::llround(rows)));
  };
  const std::string name(result.score->word);
  std::string text = "from " + rows_text(curve.points[curve.points.size() - 2].training_rows) + " to " +
                     rows_text(curve.points.back().training_rows) + " rows to train on, " + name +
                     " changed by " + signed_number(step.difference.mean);
  if (step.p_value) text += ", standard error " + format_significant(step.difference.standard_error, 2);
  text += ", for the better in " + format_count(folds_won(step, result.score->better)) + " of " +
          count_of(step.difference.count, "fold") + "; over all sizes by " +
          signed_number(curve.gain_per_doubling) + " each time the rows double. ";
  if (!is_better(step, result.score->better) || step.difference.mean == 0)
    return text + "The last rows did not help: these folds do not suggest that more would.";
  if (!step.p_value || *step.p_value > kShownBelow) {
    return text + "That is within the uncertainty of these folds: whether more rows would help is not shown.";
  }
  return text + "The score still improved with the last rows: more rows would probably help.";
}

std::string folds_text(const CrossValidation& result) {
  const std::size_t folds = result.folds.folds;
  std::size_t most = 0;
  for (const FoldScore& score : result.scores)
    most = std::max(most, score.held_out_rows);
  const std::string text =
      most == 1 ? "leave one out (" + count_of(folds, "fold") + ")" : count_of(folds, "fold");
  return result.folds.repeats == 1 ? text : format_count(result.folds.repeats) + " times " + text;
}

}  // namespace chainrule
