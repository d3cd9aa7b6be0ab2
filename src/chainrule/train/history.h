// What happened during training, epoch by epoch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/names.h"

namespace chainrule {

// The results of a backward pass in one layer with parameters.
struct LayerGradient {
  std::size_t layer = 0;  // index into Network::layers
  std::size_t units = 0;
  double gradient_norm = 0;         // length of dLoss/d(parameters of the layer)
  std::optional<double> delta_rms;  // of dLoss/dz over rows and units, if the layer has a z
};

struct EpochReport {
  std::uint64_t epoch = 0;   // counted from 1
  std::uint64_t epochs = 0;  // the limit
  double training_loss = 0;  // mean over the epoch's batches, penalties included
  std::optional<double> validation_loss;
  std::optional<double> validation_score;    // accuracy or r2
  double learning_rate = 0;                  // of the epoch's last step
  double gradient_norm = 0;                  // of the epoch's last step, before clipping
  std::vector<LayerGradient> layers;         // the same, layer by layer
  std::optional<std::uint64_t> corrections;  // of the perceptron rule in this epoch
  double seconds = 0;                        // of this epoch
  double rows_per_second = 0;
  double seconds_left = 0;  // estimated from the epochs so far
  bool is_best = false;
};

enum class StopReason {
  iteration_limit,
  small_change,
  error_goal,
  no_improvement,
  time_budget,
  asked_to_stop,
  all_right,
  not_separable,
  closed_form,
  converged,
  diverged,
};

template <>
struct EnumNames<StopReason> {
  static constexpr std::string_view kind = "stop reason";
  static constexpr EnumName<StopReason> table[] = {
      {StopReason::iteration_limit, "iteration_limit", "all epochs were run"},
      {StopReason::small_change, "small_change", "the error changed too little between two epochs"},
      {StopReason::error_goal, "error_goal", "the error fell below the goal"},
      {StopReason::no_improvement, "no_improvement", "the validation loss stopped improving"},
      {StopReason::time_budget, "time_budget", "the time budget was used up"},
      {StopReason::asked_to_stop, "asked_to_stop", "stopped on request"},
      {StopReason::all_right, "all_right", "every training row was classified correctly for a whole epoch"},
      {StopReason::not_separable, "not_separable", "it is proven that no hyperplane separates the rows"},
      {StopReason::closed_form, "closed_form", "the output weights were computed in closed form"},
      {StopReason::converged, "converged", "no further step lowers the training loss"},
      {StopReason::diverged, "diverged", "the numbers were no longer finite"},
  };
};

// Numbers that were no longer finite: where they were found, before any parameter was changed by them.
struct Divergence {
  std::uint64_t epoch = 0;   // counted from 1
  double learning_rate = 0;  // of the schedule, before it is halved
  ErrorReport report;        // what, where, what to try
};

struct History {
  std::vector<EpochReport> epochs;        // ascending; not all of them in a long run (add_epoch)
  std::vector<Divergence> divergences;    // the last one ended training if stop_reason is diverged
  std::vector<LayerGradient> first_step;  // of the initial weights, before the first update
  StopReason stop_reason = StopReason::iteration_limit;
  std::uint64_t best_epoch = 0;  // whose parameters are kept, counted from 1; 0: the last epoch's

  // The number of epochs that were run; the last one is always kept.
  std::uint64_t epochs_run() const { return epochs.empty() ? 0 : epochs.back().epoch; }
};

// Of a longer run, this many epochs are kept in checkpoints, reports and outcomes, beside the best and the
// last one: more than a plot is wide in pixels.
inline constexpr std::size_t kMostEpochsKept = 2000;

// Adds the report of the next epoch. Of a run longer than `most` epochs (0: no limit), history keeps the
// first, the last, the best one and every second, fourth, eighth, ... of the others, at most `most` of them.
// Which ones depends on the reports alone, so that a resumed run keeps the same. `best_before`: the best
// epoch so far, or 0.
void add_epoch(EpochReport report, std::uint64_t best_before, std::size_t most, History& history);
// For a run that goes back.
void forget_epochs_after(std::uint64_t epoch, History& history);

}  // namespace chainrule
