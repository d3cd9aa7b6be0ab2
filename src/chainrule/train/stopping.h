// When training ends. Each rule is off at its zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "chainrule/train/history.h"

namespace chainrule {

struct StoppingOptions {
  std::size_t epochs = 200;    // iteration limit, >= 1
  std::size_t patience = 0;    // epochs without a better validation loss (training loss without validation)
  double min_improvement = 0;  // how much better counts as better
  double small_change = 0;     // |error now - error before| below this
  double error_goal = 0;       // training loss at or below this
  double time_budget_seconds = 0;  // the epoch under way is cut short
};

// Watches the epochs and remembers the best. Plain numbers: copy it to save it.
class StoppingRule {
 public:
  explicit StoppingRule(const StoppingOptions& options) : options_(options) {}

  // Takes in one finished epoch; says whether training ends now. elapsed_seconds: since training began.
  std::optional<StopReason> observe(const EpochReport& report, double elapsed_seconds);
  bool last_was_best() const { return last_was_best_; }
  std::uint64_t best_epoch() const { return best_epoch_; }

 private:
  StoppingOptions options_;
  double best_ = 0;
  double previous_ = 0;
  std::uint64_t best_epoch_ = 0;
  std::uint64_t seen_ = 0;
  bool last_was_best_ = false;
};

}  // namespace chainrule
