// Soft labels: target columns that hold probabilities instead of classes, such as the shares of the votes of
// several annotators, or the predictions of another model.
//
//   several columns  the classes are the columns; in each row the probabilities add up to 1 (within 0.001,
//                    for rounded ones; they are divided by their sum)
//   one column       the probability of yes: two classes, "not NAME" and "NAME"
//
// The loss is the cross-entropy -sum t ln p of the targets t and the predictions p.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/schema.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// The task of these targets. Throws UsageError for options that do not fit soft labels, and DataError for
// targets that are not probabilities; rows without a target are not looked at.
Task task_of_soft_labels(const Table& table, std::span<const std::size_t> targets,
                         const SchemaOptions& options);

// "not NAME" and "NAME" for one column.
std::vector<std::string> soft_class_names(const std::vector<std::string>& columns);

// The probabilities [rows][columns]. Throws DataError, with its place, for a cell that is missing or not a
// number from 0 to 1, and for a row that does not add up to 1.
template <typename T>
void encode_soft_labels(const Table& table, std::span<const std::size_t> targets,
                        std::span<const std::uint32_t> rows, MatrixView<T> probabilities);

}  // namespace chainrule
