// Deals rows to folds for cross-validation: each fold is held out once, and all others are trained on.
//
// The groups of rows that stay together are taken in random order, larger ones first. With n_fc rows of class
// c in fold f, a group with g_c rows of class c goes to the fold with the smallest
//
//   sum over c of g_c n_fc,
//
// and of those to the fold with the fewest rows. Classes and sizes are thus as even as the groups allow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace chainrule {

// The fold of each row, below `folds`. groups: one number per row, below the number of rows, equal for rows
// that stay together; empty: each row is alone. classes: one class per row, or empty. The same seed gives the
// same folds. Throws DataError if there are fewer groups than folds, UsageError for fewer than 2 folds.
std::vector<std::uint32_t> deal_folds(std::size_t rows, std::size_t folds,
                                      std::span<const std::uint32_t> groups,
                                      std::span<const std::uint32_t> classes, std::uint64_t seed);

}  // namespace chainrule
