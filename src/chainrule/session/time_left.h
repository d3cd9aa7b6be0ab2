// How long several networks that are trained side by side will still take, from the epochs so far.
//
// An epoch of a network costs as much time as it has parameters. The time per cost is that of the epochs so
// far, on all threads together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace chainrule {

class TimeLeft {
 public:
  // costs: of an epoch of each network.
  TimeLeft(std::vector<double> costs, std::uint64_t most_epochs);

  // A network has finished this epoch, counted from 1; one that resumes begins with a later one.
  void at_epoch(std::size_t network, std::uint64_t epoch);
  // A network is trained, after so many epochs.
  void end(std::size_t network, std::uint64_t epochs);

  // Seconds, if `elapsed` have passed: if no network stops before its last epoch.
  double at_most(double elapsed) const;
  // If each stops after as many epochs as those that have ended, on average; 0 if none has.
  double expected(double elapsed) const;

 private:
  struct State {
    double cost = 0;
    std::uint64_t first = 0, epoch = 0;  // 0: none is finished
    bool has_ended = false;
  };
  double after(double epochs, double elapsed) const;

  std::vector<State> networks_;
  std::uint64_t most_epochs_;
};

}  // namespace chainrule
