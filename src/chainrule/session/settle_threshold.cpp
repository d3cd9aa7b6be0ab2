#include "chainrule/session/settle_threshold.h"

#include <cmath>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/session/probabilities.h"

namespace chainrule {
namespace {

void require_between_0_and_1(double threshold) {
  if (threshold > 0 && threshold < 1) return;
  throw UsageError({.what = "the threshold is out of range",
                    .setting = Setting::threshold,
                    .expected = "a probability above 0 and below 1",
                    .got = format_number(threshold)});
}

void require_two_classes(Setting setting, Task task, bool has_probabilities) {
  if (task == Task::binary && has_probabilities) return;
  const bool is_perceptron = task != Task::regression && !has_probabilities;
  throw UsageError({.what = is_perceptron ? "a perceptron says yes or no: it has no probability to compare "
                                            "with a threshold"
                                          : "a threshold is for the probability of one of two classes",
                    .setting = setting,
                    .expected = "a network for two classes",
                    .got = is_perceptron ? "a perceptron" : "task " + std::string(name_of(task)),
                    .advice = "leave " + named(setting) + " out"});
}

std::string score_text(const ChosenThreshold& chosen, double score) {
  return std::string(name_of(chosen.goal)) + " " + format_significant(score, 4);
}

}  // namespace

void refuse_threshold_misfits(const TrainRequest& request, const TrainingPlan& plan) {
  const ThresholdRequest& threshold = request.threshold;
  const bool has_probabilities = request.model != ModelType::perceptron;
  if (threshold.given) {
    require_two_classes(Setting::threshold, plan.schema.task, has_probabilities);
    require_between_0_and_1(*threshold.given);
  }
  if (!threshold.goal) return;
  require_two_classes(Setting::optimise, plan.schema.task, has_probabilities);
  if (threshold.given) {
    throw UsageError(
        {.what = "the threshold is both given and to be chosen",
         .setting = Setting::optimise,
         .advice = "leave " + named(Setting::optimise) + " or " + named(Setting::threshold) + " out"});
  }
  const double positive = threshold.cost_of_false_yes, negative = threshold.cost_of_false_no;
  if (!(positive >= 0 && negative >= 0 && positive + negative > 0 && std::isfinite(positive + negative))) {
    throw UsageError({.what = "these are not costs of mistakes",
                      .setting = Setting::costs,
                      .expected = "two numbers of at least 0, not both 0",
                      .got = format_number(positive) + " and " + format_number(negative)});
  }
  if (plan.validation_rows > 0 || request.members > 1) return;
  throw UsageError({.what = "the threshold cannot be chosen: no rows are held out to choose it on",
                    .setting = Setting::optimise,
                    .expected = "held-out rows",
                    .got = "none",
                    .advice = "hold rows out (" + set_to(Setting::validation, "0.2") +
                              "), or give the threshold itself (" + set_to_any(Setting::threshold, "P") +
                              ")"});
}

void settle_threshold(const ThresholdRequest& request, std::span<const double> weights, Scored* judged,
                      TrainOutcome& outcome) {
  const std::string which = outcome.members.empty() ? "the held-out rows" : "the rows out of fold";
  if (judged != nullptr) {
    std::vector<double> p;
    for (std::size_t r = 0; r < judged->probabilities.rows(); ++r)
      p.push_back(judged->probabilities(r, 1));
    outcome.threshold = choose_threshold(request, judged->classes, p, weights);
  }
  if (!outcome.threshold) {
    outcome.notes.push_back("the threshold was not chosen and is 0.5: " + which +
                            " do not have both classes, or no finite predictions.");
    return;
  }
  const ChosenThreshold& chosen = *outcome.threshold;
  outcome.model.encoder.target.threshold = chosen.threshold;
  score_at_threshold(outcome.model, weights, *judged);
  if (chosen.threshold == kUsualThreshold) {
    outcome.notes.push_back("the threshold is 0.5: no other has a better " +
                            std::string(name_of(chosen.goal)) + " on " + which + " (" +
                            score_text(chosen, chosen.score) + ").");
    return;
  }
  outcome.notes.push_back("the threshold " + format_significant(chosen.threshold, 4) + " is the best on " +
                          which + ": " + score_text(chosen, chosen.score) + " instead of " +
                          format_significant(chosen.score_at_usual, 4) +
                          " with 0.5. These rows chose it, so expect a slightly worse score on new rows.");
}

void override_threshold(double threshold, Model& model) {
  require_two_classes(Setting::threshold, model.encoder.target.task, has_probabilities(model));
  require_between_0_and_1(threshold);
  model.encoder.target.threshold = threshold;
}

}  // namespace chainrule
