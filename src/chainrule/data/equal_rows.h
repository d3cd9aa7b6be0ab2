// Which rows of a table are equal, found by a 64-bit hash of their cells.
//
// Two different rows have the same hash with a probability of 2^-64, so among n rows some two are taken for
// equal by mistake with a probability of about n^2 / 2^65: 3e-8 for a million rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/table.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

// A hash of each row's cells in these columns (indices into the table). Missing cells are equal, as are -0
// and 0.
std::vector<std::uint64_t> row_hashes(const Table& table, std::span<const std::size_t> columns,
                                      ThreadPool* pool = nullptr);

// For each hash the position of the first equal one.
std::vector<std::uint32_t> first_equals(std::span<const std::uint64_t> hashes);

// The number of rows that repeat an earlier one: entries of first_equals that differ from their position.
std::size_t count_repeats(std::span<const std::uint32_t> firsts);

// Whether equal rows are to be expected by chance: these columns hold only categories, whole numbers, and
// numbers with at most ten values, and the table has more than a quarter as many rows as these cells have
// combinations. Then equal rows are independent observations; in other tables they are copies.
bool rows_may_coincide(const Table& table, std::span<const std::size_t> columns);

}  // namespace chainrule
