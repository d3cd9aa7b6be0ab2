// Input columns that hold the target in another form: the same values, other names for the same classes, or
// the same number in another unit. A network then learns to copy, and its score is meaningless.
#pragma once

#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/schema.h"
#include "chainrule/data/table.h"

namespace chainrule {

// Adds a note for each such input (at most three are named), in tables of at least 20 rows:
//   a target of classes    each value of the column belongs to one class, and each class to one value
//   a target of numbers    target = a + b column, to nine digits of the target's spread
void note_target_copies(const Table& table, const Schema& schema, std::vector<Message>& notes);

}  // namespace chainrule
