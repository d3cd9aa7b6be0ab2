// Epochs without progress, counted as in scikit-learn, and what follows when there are too many.
//
// With tolerance t an epoch makes progress when
//   loss   <= lowest loss so far - t       (training loss, penalties included), or
//   score  >= highest score so far + t     (validation score; one that is not a number is no progress).
// After more than `epochs` epochs in a row without progress the learning rate is divided by `rate_divisor`
// and the count begins again at 0; without a divisor, or with a learning rate of at most `lowest_rate`,
// training ends.
//
// StoppingRule (train/early_stopping.h) is the library's own rule: it counts the epochs since the best one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "chainrule/train/history.h"

namespace chainrule {

enum class Watched { training_loss, validation_score };

struct NoProgressOptions {
  Watched watched = Watched::training_loss;
  double epochs = std::numeric_limits<double>::infinity();  // infinite: the rule is off
  double tolerance = 0;
  double rate_divisor = 0;  // 0: training ends at once
  double lowest_rate = 1e-6;
};

// What the rule knows about the epochs so far.
struct NoProgressMemory {
  double lowest_loss = std::numeric_limits<double>::infinity();
  double highest_score = -std::numeric_limits<double>::infinity();
  std::uint64_t epochs = 0;  // without progress, in a row
};

struct NoProgressVerdict {
  bool has_highest_score = false;
  bool ends_training = false;
};

// Takes one finished epoch. May divide the learning rate of the following epochs.
NoProgressVerdict watch_progress(const NoProgressOptions& options, const EpochReport& report,
                                 NoProgressMemory& memory, double& learning_rate);

}  // namespace chainrule
