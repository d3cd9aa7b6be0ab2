#include "chainrule/train/epoch_outputs.h"

#include <algorithm>
#include <bit>

#include "chainrule/base/error.h"

namespace chainrule {

RecordedEpochs::RecordedEpochs(std::size_t per_doubling) : per_doubling_(per_doubling) {
  if (std::has_single_bit(per_doubling)) return;
  throw UsageError({.what = "the recorded epochs of a doubling are not a power of two",
                    .expected = "1, 2, 4, 8 ...",
                    .got = std::to_string(per_doubling)});
}

bool RecordedEpochs::contains(std::uint64_t epoch) const {
  if (epoch <= 2 * per_doubling_) return epoch != 0;
  return epoch % (std::bit_floor(epoch) / per_doubling_) == 0;
}

std::size_t RecordedEpochs::count(std::uint64_t last) const {
  std::size_t count = 0;
  for (std::uint64_t epoch = 1; epoch <= last; ++epoch)
    count += contains(epoch) ? 1 : 0;
  return count;
}

std::uint64_t RecordedEpochs::nearest(std::uint64_t epoch, std::uint64_t last) const {
  std::uint64_t below = std::clamp<std::uint64_t>(epoch, 1, last);
  while (!contains(below))
    --below;
  std::uint64_t above = std::max(epoch, below);
  while (above <= last && !contains(above))
    ++above;
  return above <= last && above - epoch < epoch - below ? above : below;
}

}  // namespace chainrule
