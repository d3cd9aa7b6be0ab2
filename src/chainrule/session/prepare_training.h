// The first stage of a training run: from a table to a plan. Decides roles, validation rows, encoder, loss,
// network and step size, and refuses what cannot work.
#pragma once

#include <optional>

#include "chainrule/base/file_system.h"
#include "chainrule/data/split.h"
#include "chainrule/data/table.h"
#include "chainrule/session/train_request.h"
#include "chainrule/session/training_plan.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

struct PreparedTables {
  Table table;
  std::optional<Table> validation_table;
  Split split;  // rows of `table`; with a validation table, split.validation holds rows of that table
};

struct PreparedTraining {
  PreparedTables tables;
  TrainingPlan plan;
  TrainRequest request;  // with the settings that its effort chose (effort.h)
};

// Throws UsageError for everything that can be refused before a table is read.
void refuse_misfits(const TrainRequest& request);

// Reads the table of the request. Throws DataError.
Table load_table_to_train(FileSystem& file_system, const Compute& compute, const TrainRequest& request);

// Settles roles and task, with their notes. Leaves out rows of weight 0, and rows without a target if the
// request says so. Throws DataError.
void settle_schema(const Compute& compute, const TrainRequest& request, Table& table, TrainingPlan& plan);

// Also reads the validation table, if the request names one. Throws DataError, UsageError.
PreparedTraining prepare_training(FileSystem& file_system, const Compute& compute,
                                  const TrainRequest& request, Table whole_table);

// Settles whether products are in bf16. It becomes float32 if the machine or the network does not allow it: a
// note names the obstacle, and the model does not record the requested precision.
void settle_precision(const Compute& compute, TrainRequest& request, TrainingPlan& plan);

}  // namespace chainrule
