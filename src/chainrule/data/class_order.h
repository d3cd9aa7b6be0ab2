// Classes that have an order (low, medium, high; one to five stars): which values of the target they are.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/table.h"
#include "chainrule/data/task.h"

namespace chainrule {

// The task ordinal if an order is given, else `given`. Throws UsageError for an order of another task, of
// fewer than three classes, or that names one twice.
std::optional<Task> task_with_order(std::optional<Task> given, const std::vector<std::string>& order);

// The classes from the lowest to the highest, as the table spells them. Without `order` those of numbers,
// ascending. A class that no row has is kept, and noted. Throws DataError for a value that is not in the
// order, and UsageError for categories without an order.
std::vector<std::string> ordered_classes(const Table& table, std::size_t target,
                                         const std::vector<std::string>& order, std::vector<Message>& notes);

}  // namespace chainrule
