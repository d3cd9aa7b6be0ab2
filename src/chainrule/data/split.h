// Which rows train, and which are kept back. A function of the seed only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace chainrule {

struct Split {
  std::vector<std::uint32_t> training;    // ascending
  std::vector<std::uint32_t> validation;  // ascending
};

// `fraction` of `rows` (rounded, at least 1, leaving at least 1) are held out at random.
// `classes`: one class index a row, or empty. With classes each class is split by itself (stratified),
// classes of one row stay in training. Throws UsageError when fraction is not in (0, 1), DataError when rows
// < 2 or when every class has one row only.
Split split_rows(std::size_t rows, double fraction, std::span<const std::uint32_t> classes,
                 std::uint64_t seed);

}  // namespace chainrule
