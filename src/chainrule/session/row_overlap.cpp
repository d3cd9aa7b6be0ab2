#include "chainrule/session/row_overlap.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/hash.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr std::size_t kRowsAtOnce = 4096;
constexpr int kUnusedBits = 11;  // 64 - 53

std::vector<std::uint64_t> sorted(std::span<const std::uint64_t> hashes) {
  std::vector<std::uint64_t> copy(hashes.begin(), hashes.end());
  std::ranges::sort(copy);
  return copy;
}

std::size_t count_in(const std::vector<std::uint64_t>& sorted_hashes, std::span<const std::uint64_t> hashes) {
  return static_cast<std::size_t>(std::ranges::count_if(
      hashes, [&](std::uint64_t hash) { return std::ranges::binary_search(sorted_hashes, hash); }));
}

}  // namespace

template <typename T>
RowHashes hash_rows(const Compute& compute, const DatasetView<T>& data) {
  RowHashes hashes;
  hashes.inputs.resize(data.rows());
  hashes.rows.resize(data.rows());
  run_tasks(compute.pool, (data.rows() + kRowsAtOnce - 1) / kRowsAtOnce, [&](std::size_t block) {
    const std::size_t first = block * kRowsAtOnce, end = std::min(first + kRowsAtOnce, data.rows());
    for (std::size_t row = first; row < end; ++row) {
      Hash hash;
      for (const T value : data.inputs.row_span(row))
        hash.add(value + T(0));  // -0 is 0
      hashes.inputs[row] = hash.value();
      for (const T value : data.targets.row_span(row))
        hash.add(value + T(0));
      hashes.rows[row] = hash.value();
    }
  });
  return hashes;
}

Overlap overlap_of(const RowHashes& training, const RowHashes& others) {
  return {.rows = others.rows.size(),
          .equal = count_in(sorted(training.rows), others.rows),
          .equal_inputs = count_in(sorted(training.inputs), others.inputs)};
}

Contradictions find_contradictions(const RowHashes& hashes) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> rows(hashes.rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r)
    rows[r] = {hashes.inputs[r], hashes.rows[r]};
  std::ranges::sort(rows);
  Contradictions found{.all_rows = rows.size()};
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin, most = 0;
    while (end < rows.size() && rows[end].first == rows[begin].first) {
      const std::size_t first = end;
      while (end < rows.size() && rows[end] == rows[first])
        ++end;
      most = std::max(most, end - first);
    }
    if (most != end - begin) found.rows += end - begin;
    found.most_right += most;
    begin = end;
  }
  return found;
}

std::vector<Message> judge_overlap(const TrainRequest& request, const TrainingPlan& plan,
                                   const RowHashes& training, const RowHashes& held_out) {
  const Overlap overlap = overlap_of(training, held_out);
  const std::string of_rows =
      " of the " + count_of(overlap.rows, request.validation ? "validation row" : "held-out row");
  const bool is_all = overlap.rows > 0 && overlap.equal == overlap.rows;
  if (request.validation && is_all &&
      (!plan.rows_may_coincide || sorted(training.rows) == sorted(held_out.rows))) {
    throw DataError({.what = "the validation rows are training rows, so their score would say nothing",
                     .where = request.validation->path,
                     .expected = "rows that are not in the training table",
                     .got = overlap.rows == 1
                                ? "1 row, which is a training row"
                                : count_of(overlap.rows, "row") + ", all equal to training rows",
                     .advice = "give a table of other rows, or hold out a share of the training table (" +
                               set_to(Setting::validation, "0.2") + ")"});
  }
  std::vector<Message> notes;
  if (overlap.equal > 0) {
    notes.push_back(format_count(overlap.equal) + of_rows + (overlap.equal == 1 ? " repeats" : " repeat") +
                    " a training row: the score is partly one on known rows" +
                    (plan.rows_may_coincide ? " (columns of few values coincide by chance)." : "."));
  }
  if (const std::size_t others = overlap.equal_inputs - overlap.equal; others > 0) {
    notes.push_back(format_count(others) + of_rows + (others == 1 ? " has" : " have") +
                    " the inputs of a training row with another target.");
  }
  return notes;
}

std::vector<std::uint64_t> kept_hashes(const RowHashes& training) {
  std::vector<std::uint64_t> kept = training.rows;
  for (std::uint64_t& hash : kept)
    hash >>= kUnusedBits;
  std::ranges::sort(kept);
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  kept.resize(std::min(kept.size(), kKeptHashes));
  return kept;
}

SeenRows seen_rows(std::span<const std::uint64_t> kept, const RowHashes& hashes) {
  SeenRows seen{.rows = hashes.rows.size()};
  if (kept.empty()) return seen;
  const bool is_sample = kept.size() >= kKeptHashes;
  for (const std::uint64_t whole : hashes.rows) {
    const std::uint64_t hash = whole >> kUnusedBits;
    if (is_sample && hash > kept.back()) continue;
    ++seen.checked;
    seen.seen += std::ranges::binary_search(kept, hash) ? 1 : 0;
  }
  return seen;
}

std::vector<Message> notes_on(const SeenRows& seen) {
  if (seen.seen == 0) return {};
  std::string text;
  if (seen.checked == seen.rows) {
    text = seen.seen == seen.rows && seen.rows > 1
               ? "all " + count_of(seen.rows, "row")
               : format_count(seen.seen) + " of the " + count_of(seen.rows, "row");
    text += seen.seen == 1 ? " is a row" : " are rows";
  } else {
    const double share = static_cast<double>(seen.seen) / static_cast<double>(seen.checked);
    const auto estimate = static_cast<std::uint64_t>(std::llround(share * static_cast<double>(seen.rows)));
    text = "about " + format_count(estimate) + " of the " + count_of(seen.rows, "row") + " (" +
           format_count(seen.seen) + " of the " + format_count(seen.checked) +
           " that the model can check) are rows";
  }
  return {text + " that the model was trained on: expect it to do worse on new rows."};
}

template RowHashes hash_rows<float>(const Compute&, const DatasetView<float>&);
template RowHashes hash_rows<double>(const Compute&, const DatasetView<double>&);

}  // namespace chainrule
