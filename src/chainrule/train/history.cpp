#include "chainrule/train/history.h"

#include <algorithm>
#include <utility>

namespace chainrule {
namespace {

// The least power of two that leaves at most `most` of the epochs 1, 1 + stride, 1 + 2 stride, ... up to
// last.
std::uint64_t stride_of(std::uint64_t last, std::size_t most) {
  std::uint64_t stride = 1;
  while ((last - 1) / stride + 1 > most)
    stride *= 2;
  return stride;
}

}  // namespace

void add_epoch(EpochReport report, std::uint64_t best_before, std::size_t most, History& history) {
  std::vector<EpochReport>& epochs = history.epochs;
  const std::uint64_t last = report.epoch, best = report.is_best ? last : best_before;
  epochs.push_back(std::move(report));
  if (most == 0 || last <= most) return;
  const std::uint64_t stride = stride_of(last, most);
  const auto is_dropped = [&](const EpochReport& epoch) {
    return (epoch.epoch - 1) % stride != 0 && epoch.epoch != best && epoch.epoch != last;
  };
  if (stride != stride_of(last - 1, most)) {
    std::erase_if(epochs, is_dropped);
    return;
  }
  // Otherwise only the epoch that was last and the one that was best can be dropped.
  for (const std::uint64_t epoch : {last - 1, best_before}) {
    const auto place = std::ranges::lower_bound(epochs, epoch, {}, &EpochReport::epoch);
    if (place != epochs.end() && place->epoch == epoch && is_dropped(*place)) epochs.erase(place);
  }
}

void forget_epochs_after(std::uint64_t epoch, History& history) {
  std::erase_if(history.epochs, [epoch](const EpochReport& report) { return report.epoch > epoch; });
}

}  // namespace chainrule
