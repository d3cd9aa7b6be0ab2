// The categories of a column that have too few rows for a feature of their own.
//
// If there are more than `most`, the `most` - 1 most frequent (of equally frequent ones, the first by text)
// keep a feature each; the rest, and categories not seen in training, share one more: "other". A column with
// at least nine tenths as many categories as cells is free text or names its rows: even its most frequent
// categories reveal little about other rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/column_summary.h"
#include "chainrule/data/table.h"

namespace chainrule {

struct FrequentWords {
  std::vector<std::string> words;  // sorted by text
  std::size_t rare_words = 0;      // number of the others
  std::size_t rare_cells = 0;
};

// The frequent categories of these rows. most: 0 means all.
FrequentWords frequent_words(const Column& column, std::span<const std::uint32_t> rows, std::size_t most);

// How many features the categories of a column are worth: one for each that at least two cells hold, and one
// for the rest, if there is one. At most 1,000, or what keeps the features of a table with so many such
// columns below 20 million cells.
std::size_t taught_words(const Column& column, std::size_t columns_with_many);

// Whether there are at least nine tenths as many categories as cells that are not missing.
bool almost_all_differ(const ColumnSummary& summary, std::size_t rows);

}  // namespace chainrule
