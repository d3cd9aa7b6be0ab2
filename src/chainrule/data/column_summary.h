// A column at a glance: the number of missing cells and of distinct values, the range of numbers, the most
// frequent categories, and whether the column looks like dates or an identifier.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "chainrule/data/table.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

// Distinct values are counted up to this number plus one.
inline constexpr std::size_t kDistinctLimit = 100000;

// One column as `data describe` shows it.
struct ColumnSummary {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  std::size_t missing = 0;
  std::size_t distinct = 0;                                           // exact up to 100,000
  double minimum = 0, maximum = 0, mean = 0, standard_deviation = 0;  // numeric, over the cells present
  std::vector<std::pair<std::string, std::size_t>> most_common;       // category: at most 5
  bool looks_like_date = false;        // cells such as 2024-01-31, 31/01/2024, 2024-01-31T12:00
  bool looks_like_identifier = false;  // every value once: a counter, or texts that all differ
  bool is_constant = false;            // at most one distinct value present
};

ColumnSummary summarise_column(const Column& column);
std::vector<ColumnSummary> summarise_table(const Table& table, ThreadPool* pool = nullptr);

// The number of cells per category, in the order of Column::words.
std::vector<std::size_t> count_words(const Column& column);

bool is_integer(double value);

}  // namespace chainrule
