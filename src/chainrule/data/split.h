// Chooses training and validation rows at random; the same seed gives the same rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace chainrule {

struct Split {
  std::vector<std::uint32_t> training;    // ascending
  std::vector<std::uint32_t> validation;  // ascending
};

// Holds out a `fraction` of the rows at random (rounded, at least 1, leaving at least 1). `classes`: one
// class index per row, or empty. With classes, each class is split separately (stratified); classes with one
// row stay in training. Throws UsageError if fraction is not in (0, 1), DataError if rows < 2 or if every
// class has only one row.
Split split_rows(std::size_t rows, double fraction, std::span<const std::uint32_t> classes,
                 std::uint64_t seed);

// The number of rows that split_rows holds out, with its errors for fraction and rows.
std::uint64_t held_out_rows(std::size_t rows, double fraction);
// The number of rows to hold out from each class; they add up to `held_out` (split.cpp).
std::vector<std::uint64_t> stratified_quotas(std::span<const std::uint64_t> class_rows, std::uint64_t rows,
                                             std::uint64_t held_out);

}  // namespace chainrule
