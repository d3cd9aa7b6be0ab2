// Training on a table in memory, without files.
#pragma once

#include <utility>

#include "chainrule/session/training.h"

namespace chainrule::testing_support {

inline TrainOutcome train_in_memory(const TrainRequest& request, Table table) {
  return train_on_table(real_file_system(), {}, request, std::move(table), {});
}

}  // namespace chainrule::testing_support
