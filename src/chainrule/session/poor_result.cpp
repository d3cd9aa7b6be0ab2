#include "chainrule/session/poor_result.h"

#include <algorithm>
#include <string>
#include <vector>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr std::uint64_t kFewHeldOut = 30;    // an accuracy of 0.5 on so many rows is known to +- 0.18
constexpr double kManyContradictions = 0.1;  // of the training rows

// Whether the network does better on the training rows than a constant prediction would.
bool has_learned(const Metrics& training) {
  if (training.task == Task::regression) return headline(training).second > 0;
  if (training.task == Task::multi_label) {
    double constant = 0;
    for (const ClassMetrics& label : training.per_class)
      constant += std::max(label.support, training.total() - label.support);
    return training.accuracy * training.total() * static_cast<double>(training.per_class.size()) > constant;
  }
  double majority = 0;
  for (const ClassMetrics& one : training.per_class)
    majority = std::max(majority, one.support);
  return training.accuracy * training.total() > majority;
}

bool was_still_improving(const History& history) {
  return history.stop_reason == StopReason::iteration_limit && !history.epochs.empty() &&
         history.best_epoch == history.epochs.size();
}

// Whether the best epoch by the held-out rows is one after which the training loss fell by a twentieth or
// more.
bool went_on_without_the_held_out_rows(const TrainOutcome& outcome) {
  constexpr double kClearly = 0.95;
  const std::vector<EpochReport>& epochs = outcome.history.epochs;
  const std::size_t best = outcome.history.best_epoch;
  return outcome.has_chosen_epoch() && best <= epochs.size() &&
         epochs.back().training_loss < kClearly * epochs[best - 1].training_loss;
}

std::string score_text(const Metrics& metrics) {
  const auto [name, value] = headline(metrics);
  return name + " " + format_significant(value, 3);
}

Message reason_of(const TrainOutcome& outcome, const PoorResultFacts& facts) {
  const std::size_t training_rows = outcome.training.rows;
  if (static_cast<double>(facts.contradictions) > kManyContradictions * static_cast<double>(training_rows)) {
    return format_count(facts.contradictions) + " of the " + count_of(training_rows, "training row") +
           " have the inputs of another row and another target, which no network can tell apart: it takes "
           "other columns.";
  }
  if (was_still_improving(outcome.history)) {
    return "the loss was still falling in the last epoch: use more " + named(Setting::epochs) + ".";
  }
  if (went_on_without_the_held_out_rows(outcome)) {
    return "after epoch " + format_count(outcome.history.best_epoch) +
           " the loss kept falling on the training rows but not on the held-out rows: what it learns there "
           "does not hold for other rows. It takes more rows, or columns that say more about the target.";
  }
  const std::string on_training = score_text(outcome.training);
  if (has_learned(outcome.training)) {
    return "on the training rows it is better (" + on_training +
           "), so what it has learned there does not hold for other rows: it takes more rows, or columns "
           "that "
           "say more about the target.";
  }
  if (outcome.perceptron) {
    const bool is_proven = std::ranges::any_of(outcome.perceptron->units, [](const UnitSeparability& unit) {
      return unit.verdict == Separability::not_separable;
    });
    if (is_proven)
      return "no plane separates the training rows: train a network with hidden layers (" +
             set_to(Setting::model, "mlp") + ").";
  }
  const std::string nor = "nor is it on the training rows (" + on_training + "): ";
  if (facts.model == ModelType::rbf) return nor + "use more " + named(Setting::centres) + ".";
  return nor + "if it is with another " + named(Setting::seed) + ", this run ended in a local minimum.";
}

}  // namespace

std::optional<Message> note_on_poor_result(const TrainOutcome& outcome, const PoorResultFacts& facts) {
  if (!outcome.held_out || !outcome.baseline) return std::nullopt;
  // Another threshold gives accuracy away for something else.
  if (outcome.model.encoder.target.threshold != kUsualThreshold) return std::nullopt;
  const bool is_better = outcome.held_out->soft_labels && outcome.held_out->log_loss
                             ? outcome.held_out->log_loss < outcome.baseline->log_loss
                         : outcome.held_out->task == Task::regression && !outcome.held_out->is_of_quantiles()
                             ? outcome.held_out->rmse < outcome.baseline->rmse
                             : headline(*outcome.held_out).second > headline(*outcome.baseline).second;
  if (is_better) return std::nullopt;
  const std::uint64_t rows = outcome.held_out->rows;
  const std::string which = !outcome.members.empty() ? "on rows out of fold"
                            : rows < kFewHeldOut
                                ? "on the " + count_of(rows, "held-out row") + ", too few to be sure,"
                                : "on the held-out rows";
  return which + " this is no better than a constant prediction; " + reason_of(outcome, facts);
}

}  // namespace chainrule
