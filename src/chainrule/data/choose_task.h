// Chooses the task from the target columns:
//
//   one target    of categories: binary (two) or classes
//                 of integers with exactly two values, or with at most 20 values and ten times as many
//                 rows: binary or classes
//                 of other numbers: regression
//   several       all of two values (0 and 1, or two categories): multi_label
//                 all of numbers: regression
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/column_summary.h"
#include "chainrule/data/table.h"
#include "chainrule/data/task.h"

namespace chainrule {

// What is known about one target column.
struct TargetFacts {
  std::size_t place = 0;
  const Column* column = nullptr;
  const ColumnSummary* summary = nullptr;
  std::size_t present = 0;
  bool integers = false;  // numeric, and every value present is an integer
  bool yes_or_no = false;

  bool numeric() const { return column->kind == ColumnKind::numeric; }
};

// Throws DataError for a target without two different values.
TargetFacts examine_target(const Table& table, std::size_t place, const ColumnSummary& summary);

// Returns the given task after checking it against the targets, or chooses one and adds a note. Throws
// DataError if the targets do not fit the task, or fit no task together. Also adds a note on a target that
// looks odd for its task.
Task choose_task(const Table& table, std::span<const TargetFacts> targets, std::optional<Task> given,
                 std::vector<Message>& notes);

}  // namespace chainrule
