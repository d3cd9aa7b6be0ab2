#include "chainrule/session/time_left.h"

#include <algorithm>

namespace chainrule {

TimeLeft::TimeLeft(std::vector<double> costs, std::uint64_t most_epochs) : most_epochs_(most_epochs) {
  for (const double cost : costs)
    networks_.push_back({.cost = cost});
}

void TimeLeft::at_epoch(std::size_t network, std::uint64_t epoch) {
  State& state = networks_[network];
  if (state.first == 0) state.first = epoch;
  state.epoch = epoch;
}

void TimeLeft::end(std::size_t network, std::uint64_t epochs) {
  networks_[network].epoch = epochs;
  networks_[network].has_ended = true;
}

double TimeLeft::at_most(double elapsed) const {
  return after(static_cast<double>(most_epochs_), elapsed);
}

double TimeLeft::expected(double elapsed) const {
  double epochs = 0, ended = 0;
  for (const State& state : networks_) {
    if (!state.has_ended) continue;
    epochs += static_cast<double>(state.epoch);
    ++ended;
  }
  return ended == 0 ? 0 : after(epochs / ended, elapsed);
}

// If every network ends after so many epochs.
double TimeLeft::after(double epochs, double elapsed) const {
  double done = 0, left = 0;
  for (const State& state : networks_) {
    // After a divergence a network may go back to an epoch before its first one.
    if (state.first != 0 && state.epoch >= state.first)
      done += state.cost * static_cast<double>(state.epoch - state.first + 1);
    if (!state.has_ended) left += state.cost * std::max(0.0, epochs - static_cast<double>(state.epoch));
  }
  return done == 0 ? 0 : elapsed / done * left;
}

}  // namespace chainrule
