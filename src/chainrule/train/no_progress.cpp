#include "chainrule/train/no_progress.h"

#include <algorithm>

namespace chainrule {

NoProgressVerdict watch_progress(const NoProgressOptions& options, const EpochReport& report,
                                 NoProgressMemory& memory, double& learning_rate) {
  NoProgressVerdict verdict;
  bool is_progress = false;
  if (report.validation_score) {
    is_progress = *report.validation_score >= memory.highest_score + options.tolerance;
    verdict.has_highest_score = *report.validation_score > memory.highest_score;
    if (verdict.has_highest_score) memory.highest_score = *report.validation_score;
  }
  if (options.watched == Watched::training_loss) {
    is_progress = report.training_loss <= memory.lowest_loss - options.tolerance;
    memory.lowest_loss = std::min(memory.lowest_loss, report.training_loss);
  }
  memory.epochs = is_progress ? 0 : memory.epochs + 1;
  if (static_cast<double>(memory.epochs) <= options.epochs) return verdict;
  if (options.rate_divisor > 0 && learning_rate > options.lowest_rate) {
    learning_rate /= options.rate_divisor;
    memory.epochs = 0;
  } else {
    verdict.ends_training = true;
  }
  return verdict;
}

}  // namespace chainrule
