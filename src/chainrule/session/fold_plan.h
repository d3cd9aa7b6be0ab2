// Which rows a cross-validation trains on and which it holds out, fold by fold.
//
//   classes   each fold has its share of each class (data/folds.h)
//   groups    rows of one group, or equal rows, are in one fold (ties_of_rows in hold_out.h)
//   time      with a time column, or the last rows held out: the rows in their order are cut into folds + 1
//             blocks; fold i trains on the first i blocks and is scored on the next one (an expanding window)
//
// A class whose rows would all be held out at once cannot be scored: such rows are always trained on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/schema.h"
#include "chainrule/data/table.h"
#include "chainrule/session/hold_out.h"
#include "chainrule/session/train_request.h"
#include "chainrule/tensor/compute.h"

namespace chainrule {

struct FoldOptions {
  std::size_t folds = 5;
  std::size_t repeats = 1;  // the rows are dealt so often, each time with another seed
};

struct FoldRows {
  std::vector<std::uint32_t> training;  // ascending
  std::vector<std::uint32_t> held_out;  // ascending
};

struct FoldPlan {
  std::vector<FoldRows> folds;       // all of the first repeat, then all of the second, ...
  RowTies ties;                      // of all rows of the table
  std::vector<std::uint32_t> order;  // the rows in order of time; empty if there is none
  std::vector<Message> notes;

  // The mean of (rows held out) / (rows trained on).
  double test_ratio() const;
};

// Throws UsageError for fewer than 2 folds and for repeats in order of time, DataError for more folds than
// rows, groups or times, and if a class first occurs in rows that are held out by time.
FoldPlan plan_folds(const Compute& compute, const TrainRequest& request, const Table& table,
                    const Schema& schema, const FoldOptions& options);

// The seed of the dealing and of the trainings of a repeat; that of the first is the request's own.
std::uint64_t seed_of_repeat(std::uint64_t seed, std::size_t repeat);

// About `count` of the rows, at least one of each class, ascending: whole groups, each class with its share,
// or with an order the latest ones. A smaller part is contained in a larger one.
std::vector<std::uint32_t> part_of_rows(const FoldPlan& plan, std::span<const std::uint32_t> rows,
                                        std::size_t count, std::uint64_t seed);

}  // namespace chainrule
