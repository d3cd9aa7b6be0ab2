// Which rows of the table are held out when the request asks for a share of them:
//
//   random   a stratified draw (split.h). Equal rows stay on one side (equal_rows.h, group_split.h) unless
//            such rows are to be expected by chance. If there are fewer than 20 different rows, none is held
//            out by default: each row of a truth table holds information that no other row has, however
//            often the table repeats it.
//   group    whole groups (group_split.h)
//   time     the latest rows (time_split.h)
//   last     the last rows of the table
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/session/prepare_training.h"

namespace chainrule {

// Throws UsageError for settings of the split that exclude each other.
void refuse_split_misfits(const TrainRequest& request);

// Fills tables.split from request.validation_share, which is above 0, and adds notes to the plan. Throws
// DataError, UsageError.
void hold_out_share(const Compute& compute, const TrainRequest& request, PreparedTables& tables,
                    TrainingPlan& plan);

// With fewer different rows, none is held out by default.
inline constexpr std::size_t kFewRows = 20;

// Whether the request leaves the choice of held-out rows to the program.
bool holds_out_by_default(const TrainRequest& request);

// Deals the training rows to the folds of a mixture (plan.folds), in the groups of the request, or so that
// equal rows are in one fold. One network is trained, and plan.folds stays empty, if there are fewer than 20
// different rows, or fewer than 2 groups.
void deal_to_folds(const Compute& compute, const TrainRequest& request, const PreparedTables& tables,
                   TrainingPlan& plan);

// What keeps rows together, and what is spread evenly, when they are dealt to folds.
struct RowTies {
  // One number per row, below the number of rows, equal for rows that stay together: those with the same
  // value in the group column (a row without one is alone), or else equal rows, unless they are to be
  // expected by chance. Empty: each row is alone.
  std::vector<std::uint32_t> groups;
  std::vector<std::uint32_t> classes;  // one per row; empty for a task without classes
};
RowTies ties_of_rows(const Compute& compute, const TrainRequest& request, const Table& table,
                     const Schema& schema);
// Those of some rows; the groups are numbered again.
RowTies ties_among(const RowTies& ties, std::span<const std::uint32_t> rows);
std::size_t count_groups(const RowTies& ties, std::size_t rows);

// The columns that are inputs of the schema, as indices into the table.
std::vector<std::size_t> input_places(const Table& table, const Schema& schema);

}  // namespace chainrule
