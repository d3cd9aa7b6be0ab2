// Station 6: the learning rate of each step.
//
// With rate r, fractional epoch e, warm-up length u and total length E (epochs):
//   constant     r
//   step         r decay^floor(e / period)
//   exponential  r decay^floor(e)
//   cosine       r (floor + (1 - floor) (1 + cos(pi (e - u) / (E - u))) / 2)
//   warm_up      r, after the warm-up
//   plateau      r decay^k, k = number of times the watched loss did not fall for `patience` epochs
// During the first u epochs every schedule rises linearly: its value times min(1, (e + 1/steps) / u).
#pragma once

#include <cstddef>

#include "chainrule/base/names.h"

namespace chainrule {

enum class ScheduleKind { constant, step, exponential, cosine, warm_up, plateau };

struct ScheduleRow : EnumName<ScheduleKind> {
  double decay = 0;  // the default; 0: the schedule has no decay
};

template <>
struct EnumNames<ScheduleKind> {
  static constexpr std::string_view kind = "schedule";
  static constexpr ScheduleRow table[] = {
      {{ScheduleKind::constant, "constant", "the same rate throughout"}},
      {{ScheduleKind::step, "step", "times decay every `period` epochs"}, 0.5},
      {{ScheduleKind::exponential, "exponential", "times decay each epoch"}, 0.95},
      {{ScheduleKind::cosine, "cosine", "half a cosine wave down to `floor`"}},
      {{ScheduleKind::warm_up, "warm_up", "a linear rise, then constant"}},
      {{ScheduleKind::plateau, "plateau", "times decay when the validation loss stops falling"}, 0.5},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"none fixed", "constant"},
      {"step_decay step_lr", "step"},
      {"exponential_decay exponential_lr", "exponential"},
      {"cosine_annealing cosine_annealing_lr cosine_decay", "cosine"},
      {"linear_warm_up", "warm_up"},
      {"reduce_on_plateau reduce_lr_on_plateau", "plateau"},
  };
};
static_assert(is_complete_table<ScheduleKind>(std::size_t(ScheduleKind::plateau) + 1));
static_assert(has_sound_synonyms<ScheduleKind>());

constexpr double default_decay(ScheduleKind kind) {
  return EnumNames<ScheduleKind>::table[static_cast<std::size_t>(kind)].decay;
}

struct ScheduleOptions {
  ScheduleKind kind = ScheduleKind::constant;
  double decay = 0;          // 0: default_decay
  double period = 10;        // step: epochs
  double warm_up = 0;        // epochs; warm_up with 0 takes a twentieth of all epochs, at least 1
  double floor = 0;          // cosine: share of the rate left at the end
  std::size_t patience = 5;  // plateau: epochs
};

// Replaces values left at 0 by the defaults of the kind.
ScheduleOptions with_defaults(ScheduleOptions options, std::size_t epochs);

// Throws UsageError when a value is out of range (decay outside (0, 1], ...).
void validate(const ScheduleOptions& options);
// Throws UsageError unless the rate is finite and above 0.
void validate_learning_rate(double learning_rate);

// The state of the plateau schedule.
struct PlateauState {
  double best = 0;
  std::size_t epochs_since_best = 0;
  std::size_t reductions = 0;
  std::size_t epochs_seen = 0;
};

// Called once per epoch with the watched loss (validation if there is one, else training).
void observe_epoch(const ScheduleOptions& options, double watched_loss, PlateauState& state);

// learning_rate is r; step counts updates from 0; steps_per_epoch >= 1. options as returned by with_defaults.
double learning_rate_at(double learning_rate, const ScheduleOptions& options, std::size_t step,
                        std::size_t steps_per_epoch, std::size_t epochs, const PlateauState& plateau);

}  // namespace chainrule
