// Rows dealt to several tables at random, each stratum in the same proportion if asked.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace chainrule::cli {

// Which part (0, 1, ...) each row goes to; `fractions.size()` for rows that are left out, when the fractions
// sum to less than 1. `strata`: one number per row, or empty; each stratum is dealt separately. Part k of n
// rows ends at row floor(n (f_0 + ... + f_k) + 1/2) of the shuffled order. A function of the seed only.
std::vector<std::size_t> deal_rows(std::size_t rows, std::span<const double> fractions,
                                   std::span<const std::uint32_t> strata, std::uint64_t seed);

// The same for whole groups: rows with the same number in `groups` go to one part, that which then differs
// least from its share in each stratum.
std::vector<std::size_t> deal_groups(std::span<const std::uint32_t> groups, std::span<const double> fractions,
                                     std::span<const std::uint32_t> strata, std::uint64_t seed);

}  // namespace chainrule::cli
