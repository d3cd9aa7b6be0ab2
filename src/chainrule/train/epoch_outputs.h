// What a network said about the validation rows after some of its epochs: what it would have predicted if
// training had ended there.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chainrule/tensor/matrix.h"

namespace chainrule {

// Which epochs are recorded: 1 to 2n, then n in each doubling; with n = 8 these are 18, 20 ... 32, 36, 40 ...
// 64, 72 ... Each epoch is within 1/(2n) of itself of one of them.
class RecordedEpochs {
 public:
  // per_doubling: n, a power of two.
  explicit RecordedEpochs(std::size_t per_doubling);

  bool contains(std::uint64_t epoch) const;
  // How many of the epochs 1 ... last.
  std::size_t count(std::uint64_t last) const;
  // The one nearest to `epoch` of those up to `last`, at least 1; of two, the earlier one.
  std::uint64_t nearest(std::uint64_t epoch, std::uint64_t last) const;

 private:
  std::uint64_t per_doubling_;
};

template <typename T>
struct EpochOutputs {
  std::size_t per_doubling = 8;
  AlignedVector<T> values;  // [recorded epochs][validation rows][outputs], before the activation
};

}  // namespace chainrule
