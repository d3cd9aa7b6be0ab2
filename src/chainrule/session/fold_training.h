// Trains on some rows of a table and scores the model on others: the step that cross-validation and tuning
// repeat.
//
// The table is read once. Columns keep the kinds with which it was read, and the task is decided on the whole
// table; everything else (roles, encoder, validation rows for early stopping, network) follows from the
// training rows of the fold alone, as `train_on_table` does it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "chainrule/base/file_system.h"
#include "chainrule/session/fold_plan.h"
#include "chainrule/session/training.h"

namespace chainrule {

struct SharedTable {
  Table table;
  Schema schema;
  std::vector<Message> notes;  // on how it was read

  // Of all cells; different tables, or tables read in another way, have different hashes.
  std::string hash() const;
};

// Reads the table of the request as train_on_table does. Throws DataError, UsageError.
SharedTable read_shared_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request);
SharedTable share_table(const Compute& compute, const TrainRequest& request, Table table);

struct FoldScore {
  std::size_t repeat = 0, fold = 0;  // counted from 0
  std::size_t training_rows = 0, held_out_rows = 0;
  Metrics metrics;                  // on the rows held out
  double baseline = 0;              // accuracy of the majority class of the training rows; 0 for other tasks
  bool has_r2 = false;              // a regression whose targets are not all equal
  Matrix<double> truth, predicted;  // regression: [rows][targets]
  std::uint64_t epochs = 0;
  StopReason stop_reason = StopReason::iteration_limit;
  double seconds = 0;        // training and scoring
  double other_seconds = 0;  // of these, outside of epochs
};

// Throws like train_on_table and evaluate_table.
FoldScore train_and_score(FileSystem& file_system, const Compute& compute, const SharedTable& shared,
                          const FoldRows& rows, const TrainRequest& request,
                          const SessionObserver& observer = {});

// The rows of a table, in this order, which is ascending.
Table rows_of_table(const Table& table, std::span<const std::uint32_t> rows);

// The request for a part of the table: with its targets and its task.
TrainRequest request_for_part(const SharedTable& shared, const TrainRequest& request);

// Calls train(i, compute) for each i < count: side by side, each on one thread, or, for a table of more than
// four million cells, whose copies would take much memory, one after the other on all threads. The numbers
// are the same.
void run_trainings(const Compute& compute, const Table& table, std::size_t count,
                   const std::function<void(std::size_t, const Compute&)>& train);

}  // namespace chainrule
