// Rows dealt out to several tables, at random, each kind of row in the same proportion where asked.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace chainrule::cli {

// Which part (0, 1, ...) each row goes to; `fractions.size()` for rows that go nowhere, when the fractions
// sum to less than 1. `strata`: one number a row, or empty; each stratum is dealt out by itself. Part k of n
// rows ends at row floor(n (f_0 + ... + f_k) + 1/2) of the shuffled order. A function of the seed only.
std::vector<std::size_t> deal_rows(std::size_t rows, std::span<const double> fractions,
                                   std::span<const std::uint32_t> strata, std::uint64_t seed);

}  // namespace chainrule::cli
