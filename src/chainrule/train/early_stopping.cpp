#include "chainrule/train/early_stopping.h"

#include <cmath>

namespace chainrule {

std::optional<StopReason> StoppingRule::observe(const EpochReport& report, double elapsed_seconds) {
  const double watched = report.validation_loss.value_or(report.training_loss);
  const bool is_first = memory_.seen++ == 0;
  memory_.last_was_best = is_first || watched < memory_.best - options_.min_improvement;
  if (memory_.last_was_best) {
    memory_.best = watched;
    memory_.best_epoch = report.epoch;
  }
  const double change = std::abs(report.training_loss - memory_.previous);
  memory_.previous = report.training_loss;

  if (options_.error_goal > 0 && report.training_loss <= options_.error_goal) return StopReason::error_goal;
  if (options_.small_change > 0 && !is_first && change < options_.small_change)
    return StopReason::small_change;
  if (options_.patience > 0 && report.epoch - memory_.best_epoch >= options_.patience)
    return StopReason::no_improvement;
  if (report.epoch >= options_.epochs) return StopReason::iteration_limit;
  if (options_.time_budget_seconds > 0 && elapsed_seconds >= options_.time_budget_seconds) {
    return StopReason::time_budget;
  }
  return std::nullopt;
}

}  // namespace chainrule
