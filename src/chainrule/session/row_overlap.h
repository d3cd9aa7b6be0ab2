// Which rows of a data set also occur in another one, by hashes of the encoded rows: equal rows are those
// that the network cannot tell apart.
//
// A model keeps a sample of its training rows: the smallest hashes, at most kKeptHashes. Every row has the
// same chance of being in the sample, whatever the order of the rows. A row whose hash is not above the
// largest kept one was trained on if and only if its hash is kept; of other rows nothing is known (a bottom-k
// sketch; Cohen, "Size-estimation framework", 1997). If fewer different rows were trained on, every row can
// be checked. Hashes have 53 bits, so that a tensor of doubles holds them; a new row is mistaken for a
// training row with a probability of at most (training rows) / 2^53.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/dataset.h"
#include "chainrule/session/train_request.h"
#include "chainrule/session/training_plan.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/train/reasons.h"

namespace chainrule {

struct RowHashes {
  std::vector<std::uint64_t> inputs;  // of each row
  std::vector<std::uint64_t> rows;    // of inputs and targets
};

template <typename T>
RowHashes hash_rows(const Compute& compute, const DatasetView<T>& data);

struct Overlap {
  std::size_t rows = 0;          // of the second data set
  std::size_t equal = 0;         // of these, equal to a row of the first
  std::size_t equal_inputs = 0;  // of `rows`, with the inputs of a row of the first, whatever the target
};
Overlap overlap_of(const RowHashes& training, const RowHashes& others);

// The rows that have the same inputs as a row with another target: no network is right on all of them.
Contradictions find_contradictions(const RowHashes& hashes);

// Throws DataError if every row of a validation table is a training row, unless such rows are expected by
// chance (plan.rows_may_coincide); the training table itself is always refused. Otherwise returns notes on
// the validation rows that repeat training rows.
std::vector<Message> judge_overlap(const TrainRequest& request, const TrainingPlan& plan,
                                   const RowHashes& training, const RowHashes& held_out);

// --- what a model keeps ------------------------------------------------------------------------------------

inline constexpr std::size_t kKeptHashes = 4096;

// Different hashes, ascending, each below 2^53.
std::vector<std::uint64_t> kept_hashes(const RowHashes& training);

struct SeenRows {
  std::size_t rows = 0;     // of the data set
  std::size_t checked = 0;  // of these, those that the sample covers
  std::size_t seen = 0;     // of the checked ones, those that were trained on
};
// kept: the result of kept_hashes; empty if the model has none, as in format version 1.
SeenRows seen_rows(std::span<const std::uint64_t> kept, const RowHashes& hashes);

// A note on rows that were trained on. Empty if none was found.
std::vector<Message> notes_on(const SeenRows& seen);

}  // namespace chainrule
