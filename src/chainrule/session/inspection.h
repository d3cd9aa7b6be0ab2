// Inspects tables and models without training: how a table is read, and whether gradients are correct.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chainrule/data/column_summary.h"
#include "chainrule/data/schema.h"
#include "chainrule/session/source.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/train/gradient_check.h"
#include "chainrule/train/gradient_health.h"
#include "chainrule/train/model.h"

namespace chainrule {

struct TableDescription {
  TableLayout layout;
  std::size_t rows = 0;
  std::vector<ColumnSummary> columns;
  std::optional<Schema> schema;               // roles and task, as training would choose them
  std::optional<ErrorReport> schema_problem;  // why there is none
  std::vector<Message> repairs;               // what a lenient reader repaired, in sentences
  std::vector<Message> notes;                 // guesses and observations made while the table was read
};

TableDescription describe_table(FileSystem& file_system, const DataSource& source,
                                const SchemaOptions& options);

// The gradient check of a model on at most `rows` rows of a table, in double with plain arithmetic. Throws
// StateError for a network of threshold units. Here and below, `repairs` receives sentences about what a
// lenient reader repaired.
GradientCheck check_model_gradient(FileSystem& file_system, const Model& model, const DataSource& data,
                                   std::size_t rows, const GradientCheckOptions& options,
                                   std::vector<Message>* repairs = nullptr);

// One backward pass of a model over at most `rows` rows of a table, evenly spread, in double, with dropout
// drawn as in the first step. Throws StateError for a network of threshold units.
GradientHealth inspect_gradients(FileSystem& file_system, const Compute& compute, const Model& model,
                                 const DataSource& data, std::size_t rows,
                                 std::vector<Message>* repairs = nullptr);

}  // namespace chainrule
