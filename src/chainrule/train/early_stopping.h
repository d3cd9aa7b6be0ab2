// Early stopping, and the other rules that end training.
//
// With E_n the watched error of epoch n (validation loss, or training loss without validation rows) and E*
// the lowest so far, epoch n improves when E_n < E* - min_improvement. Training ends when
//
//   no_improvement    `patience` epochs have passed since the last improvement      early stopping
//   small_change      |L_n - L_(n-1)| < small_change, L the training loss
//   error_goal        L_n <= error_goal
//   iteration_limit   n >= epochs
//   time_budget       the time is used up
//
// A limit of 0 is off. no_progress.h has scikit-learn's rule.
//
// Source: Prechelt, "Early stopping - but when?", Neural Networks: Tricks of the Trade, 1998.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "chainrule/train/history.h"

namespace chainrule {

struct StoppingOptions {
  std::size_t epochs = 200;    // iteration limit, >= 1
  std::size_t patience = 0;    // epochs without a better validation loss (training loss without validation)
  double min_improvement = 0;  // the smallest decrease that counts
  double small_change = 0;     // training loss changed by less than this
  double error_goal = 0;       // training loss at or below this
  double time_budget_seconds = 0;  // seconds of training, 0: no limit; the current epoch is cut short
};

// What a StoppingRule knows about the epochs so far: plain numbers, which checkpoints store.
struct StoppingMemory {
  double best = 0;      // the watched error of the best epoch
  double previous = 0;  // the training loss of the last one
  std::uint64_t best_epoch = 0;
  std::uint64_t seen = 0;  // epochs
  bool last_was_best = false;
};

// Watches the epochs and remembers the best.
class StoppingRule {
 public:
  explicit StoppingRule(const StoppingOptions& options) : options_(options) {}

  // Takes one finished epoch; returns the reason if training ends now. elapsed_seconds: since training began.
  std::optional<StopReason> observe(const EpochReport& report, double elapsed_seconds);
  bool last_was_best() const { return memory_.last_was_best; }
  std::uint64_t best_epoch() const { return memory_.best_epoch; }

  const StoppingMemory& memory() const { return memory_; }
  void remember(const StoppingMemory& memory) { memory_ = memory; }

 private:
  StoppingOptions options_;
  StoppingMemory memory_;
};

}  // namespace chainrule
