#include "chainrule/session/fold_training.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include "chainrule/base/hash.h"
#include "chainrule/data/equal_rows.h"
#include "chainrule/session/prediction.h"

namespace chainrule {
namespace {

constexpr std::size_t kMostCellsSideBySide = 4'000'000;

bool has_constant_column(const Matrix<double>& truth) {
  for (std::size_t c = 0; c < truth.columns(); ++c) {
    std::size_t row = 1;
    while (row < truth.rows() && truth(row, c) == truth(0, c))
      ++row;
    if (row >= truth.rows()) return true;
  }
  return false;
}

// The accuracy of always predicting the majority class of the training rows.
double majority_accuracy(const Metrics& training, const Metrics& held_out) {
  if (training.per_class.empty() || training.task == Task::multi_label) return 0;
  const auto majority = std::ranges::max_element(training.per_class, {}, &ClassMetrics::support);
  const auto place = static_cast<std::size_t>(majority - training.per_class.begin());
  return held_out.per_class[place].support / held_out.total();
}

// Folds use the columns of the split, whether there are validation rows inside of a fold or not.
void refuse_misfits_of_folds(TrainRequest request) {
  request.validation.reset();
  if (request.validation_share == 0) request.validation_share = kUsualValidationShare;
  refuse_misfits(request);
}

}  // namespace

std::string SharedTable::hash() const {
  std::vector<std::size_t> places(table.columns.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  Hash hash;
  hash.add_all<std::uint64_t>(row_hashes(table, places));
  return hash.text();
}

SharedTable share_table(const Compute& compute, const TrainRequest& request, Table table) {
  refuse_misfits_of_folds(request);
  SharedTable shared;
  shared.table = std::move(table);
  TrainingPlan plan;
  settle_schema(compute, request, shared.table, plan);
  shared.schema = std::move(plan.schema);
  shared.notes = std::move(plan.notes);
  return shared;
}

SharedTable read_shared_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request) {
  refuse_misfits_of_folds(request);
  return share_table(compute, request, load_table_to_train(file_system, compute, request));
}

TrainRequest request_for_part(const SharedTable& shared, const TrainRequest& request) {
  TrainRequest part = request;
  part.schema.targets.clear();
  for (const SchemaColumn& column : shared.schema.columns) {
    if (column.role == ColumnRole::target) part.schema.targets.push_back(column.name);
  }
  if (!shared.schema.soft_labels) part.schema.task = shared.schema.task;
  part.schema.class_order = shared.schema.class_order;
  part.checkpoint = {};
  if (!request.validation && request.validation_share != 0) return part;
  // Without validation rows to choose, these columns have done their work; they are no inputs.
  const auto leave_out = [&](std::string& column) {
    const bool is_kept = std::ranges::find(part.schema.kept, column) != part.schema.kept.end();
    if (!column.empty() && !is_kept) part.schema.ignored.push_back(column);
    column.clear();
  };
  leave_out(part.group_column);
  leave_out(part.time_column);
  return part;
}

Table rows_of_table(const Table& table, std::span<const std::uint32_t> rows) {
  std::vector<char> is_kept(table.rows(), 0);
  for (const std::uint32_t row : rows)
    is_kept[row] = 1;
  Table part = table;
  drop_rows(part, is_kept);
  part.notes.clear();
  return part;
}

FoldScore train_and_score(FileSystem& file_system, const Compute& compute, const SharedTable& shared,
                          const FoldRows& rows, const TrainRequest& request,
                          const SessionObserver& observer) {
  const auto start = std::chrono::steady_clock::now();
  const TrainRequest part = request_for_part(shared, request);
  const TrainOutcome outcome =
      train_on_table(file_system, compute, part, rows_of_table(shared.table, rows.training), observer);
  Evaluation evaluation =
      evaluate_table(compute, outcome.model, rows_of_table(shared.table, rows.held_out), part.weight_column);
  FoldScore score;
  score.training_rows = rows.training.size();
  score.held_out_rows = rows.held_out.size();
  score.metrics = std::move(evaluation.metrics);
  score.baseline = majority_accuracy(outcome.training, score.metrics);
  score.has_r2 = score.metrics.task == Task::regression && !has_constant_column(evaluation.truth);
  score.truth = std::move(evaluation.truth);
  score.predicted = std::move(evaluation.predicted);
  score.epochs = outcome.history.epochs_run();
  score.stop_reason = outcome.history.stop_reason;
  score.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  score.other_seconds = score.seconds;
  for (const EpochReport& epoch : outcome.history.epochs)
    score.other_seconds -= epoch.seconds;
  return score;
}

void run_trainings(const Compute& compute, const Table& table, std::size_t count,
                   const std::function<void(std::size_t, const Compute&)>& train) {
  if (table.rows() * table.columns.size() > kMostCellsSideBySide) {
    for (std::size_t i = 0; i < count; ++i)
      train(i, compute);
    return;
  }
  const Compute alone = {.path = compute.path, .matrix_unit = compute.matrix_unit};
  run_tasks(compute.pool, count, [&](std::size_t i) { train(i, alone); });
}

}  // namespace chainrule
