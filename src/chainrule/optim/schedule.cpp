#include "chainrule/optim/schedule.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

constexpr double kPi = 3.14159265358979323846;

double shape_at(const ScheduleOptions& options, double epoch, double epochs, const PlateauState& plateau) {
  switch (options.kind) {
    case ScheduleKind::constant:
    case ScheduleKind::warm_up:
      return 1;
    case ScheduleKind::step:
      return math::power(options.decay, std::floor(epoch / options.period));
    case ScheduleKind::exponential:
      return math::power(options.decay, epoch);
    case ScheduleKind::cosine: {
      const double length = epochs - options.warm_up;
      const double progress = length > 0 ? std::clamp((epoch - options.warm_up) / length, 0.0, 1.0) : 0;
      return options.floor + (1 - options.floor) * 0.5 * (1 + math::cos(kPi * progress));
    }
    case ScheduleKind::plateau:
      return math::power(options.decay, static_cast<double>(plateau.reductions));
  }
  return 1;
}

void require(bool holds, std::string_view what, std::string_view expected, double got) {
  if (holds) return;
  throw UsageError({.what = std::string(what) + " is out of range",
                    .expected = std::string(expected),
                    .got = format_number(got)});
}

}  // namespace

ScheduleOptions with_defaults(ScheduleOptions options, std::size_t epochs) {
  if (options.decay == 0) options.decay = default_decay(options.kind);
  if (options.kind == ScheduleKind::warm_up && options.warm_up == 0) {
    options.warm_up = std::max(1.0, static_cast<double>(epochs) / 20);
  }
  return options;
}

void validate_learning_rate(double learning_rate) {
  require(learning_rate > 0 && std::isfinite(learning_rate), "the learning rate", "a finite number above 0",
          learning_rate);
}

void validate(const ScheduleOptions& options) {
  require(options.decay >= 0 && options.decay <= 1, "the decay", "a number above 0 and at most 1",
          options.decay);
  require(options.period > 0 && std::isfinite(options.period), "the period", "a number of epochs above 0",
          options.period);
  require(options.warm_up >= 0 && std::isfinite(options.warm_up), "the warm-up",
          "a number of epochs, 0 or more", options.warm_up);
  require(options.floor >= 0 && options.floor <= 1, "the floor", "a share from 0 to 1", options.floor);
}

void observe_epoch(const ScheduleOptions& options, double watched_loss, PlateauState& state) {
  if (state.epochs_seen == 0 || watched_loss < state.best) {
    state.best = watched_loss;
    state.epochs_since_best = 0;
  } else if (++state.epochs_since_best >= options.patience) {
    ++state.reductions;
    state.epochs_since_best = 0;
  }
  ++state.epochs_seen;
}

double learning_rate_at(double learning_rate, const ScheduleOptions& options, std::size_t step,
                        std::size_t steps_per_epoch, std::size_t epochs, const PlateauState& plateau) {
  const double steps = static_cast<double>(steps_per_epoch);
  const double epoch = static_cast<double>(step) / steps;
  const double decays_by_epoch = options.kind == ScheduleKind::exponential ? std::floor(epoch) : epoch;
  const double rate =
      learning_rate * shape_at(options, decays_by_epoch, static_cast<double>(epochs), plateau);
  if (epoch >= options.warm_up) return rate;
  return rate * std::min(1.0, (epoch + 1 / steps) / options.warm_up);
}

}  // namespace chainrule
