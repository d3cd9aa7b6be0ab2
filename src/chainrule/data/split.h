// Chooses training and validation rows: a function of the seed alone.
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
// class index per row, or empty. With classes, each class is split by itself (stratified); classes with one
// row stay in training. Throws UsageError if fraction is not in (0, 1), DataError if rows < 2 or if every
// class has only one row.
Split split_rows(std::size_t rows, double fraction, std::span<const std::uint32_t> classes,
                 std::uint64_t seed);

}  // namespace chainrule
