// The values of a target column as classes: which ones exist, in which order, and which one a cell holds.
//
// Order: by value if all are numbers, else by bytes. A cell and a class are equal by text, or by value if
// both are numbers ("1" is "1.0", -0 is 0, but 007 is not 7), or by truth value ("TRUE" is "true"): see
// word_spelling.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"

namespace chainrule {

void sort_class_values(std::vector<std::string>& values);

// Distinct values of some rows as text, in class order. Throws DataError at the first missing cell.
std::vector<std::string> class_values_of(const Table& table, std::size_t place,
                                         std::span<const std::uint32_t> rows);

// Whether all values are numbers, and no two are equal.
bool are_distinct_numbers(std::span<const std::string> values);

// The first ten in quotes, for messages.
std::string class_list(std::span<const std::string> values);

// The class of each row. A cell may also hold the name that the user chose for a class (`names`, one for each
// value), unless it is a value. Throws DataError at the first cell that is missing or is not a known class.
std::vector<std::uint32_t> classes_of(const Table& table, std::size_t place,
                                      std::span<const std::uint32_t> rows,
                                      std::span<const std::string> values,
                                      std::span<const std::string> names = {});

// multi_label: the no and the yes value of label `label`.
std::span<const std::string> label_values(const TargetEncoding& target, std::size_t label);
// multi_label: whether the table has two categories for the label, not 0 and 1.
bool has_category_values(const TargetEncoding& target, std::size_t label);
// The name of a class; of a label with its yes value, where that is a category: "mood=well".
std::string class_text(const TargetEncoding& target, std::size_t i);

[[noreturn]] void refuse_missing_target(const Table& table, std::size_t row, std::size_t place);

}  // namespace chainrule
