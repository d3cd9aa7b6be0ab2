// Tuning: searches settings by random search with successive halving, and trains a model with the best.
//
// Part of the rows (a fifth, if there are 100 or more) takes no part in the search. The others are dealt to
// folds. Trial 0 has the settings as given; trials 1, 2, ... draw theirs at random (search_space.h). Nine
// trials at a time are trained for a ninth of the epochs on each fold; the best third of them for a third of
// the epochs; the best of those for all epochs, and trial 0 with each. The trial with the best mean score
// over the folds, of those trained for the most epochs, is chosen. It is scored once on the rows that took no
// part (its score on the folds is too good, because they chose it), and then trained on all rows.
//
// A result is one training: (trial, fold, epochs) with the options and the seed, and its score. The choice is
// a pure function of the results, and each result of its training: a search that is interrupted and resumed
// with its earlier results ends like one that was not, and so does one on another number of threads. With a
// time budget the clock decides how many trials there are, and nothing else.
//
// Source: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization",
// AISTATS 2016.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/session/fold_training.h"
#include "chainrule/session/search_space.h"

namespace chainrule {

struct TrialResult {
  std::size_t trial = 0;
  std::size_t fold = 0;
  std::size_t epochs = 0;  // at most
  std::uint64_t seed = 1;
  TrialOptions options;
  std::optional<double> score;  // headline() on the fold; empty: the training failed
  double loss = 0;
  std::string failure;  // why
  double seconds = 0;

  // Everything but the seconds.
  bool operator==(const TrialResult& other) const;
};

struct TuningRequest {
  TrainRequest base;  // trial 0
  std::vector<SearchDimension> space;
  // The request with these options. Removes those that have no effect beside the others; throws UsageError.
  std::function<TrainRequest(TrialOptions&)> request_of;
  std::size_t trials = 27;  // beside trial 0
  std::size_t folds = 3;
  // The whole of it, reading the table included, counted from `start`; 0: no limit.
  double time_budget_seconds = 0;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::vector<TrialResult> earlier;  // of an interrupted search
};

struct TuningObserver {
  // A training is over. `results`: all so far, sorted. Called on any thread, one call at a time.
  std::function<void(const TrialResult& last, const std::vector<TrialResult>& results)> on_result;
  std::function<void(const Message&)> on_stage;  // what happens next, in a sentence
  std::function<bool()> is_asked_to_stop;        // during the search and the last training
};

struct TrialSummary {
  std::size_t trial = 0;
  TrialOptions options;
  std::size_t epochs = 0;
  double score = 0, loss = 0;  // means over the folds
};

struct TuningOutcome {
  TrialSummary best;
  std::optional<TrialSummary> as_given;  // trial 0, trained for as many epochs
  std::size_t trials = 0;                // with a result, trial 0 not counted
  std::size_t failures = 0;              // trainings that failed
  std::size_t search_rows = 0;
  // On the rows that took no part in the search; empty if there are too few rows, or no time was left.
  std::optional<FoldScore> held_out, held_out_as_given;
  std::optional<TrainOutcome> model;  // trained on all rows; empty if it was asked to stop
  TrainRequest request;               // that of the model
  bool is_exhausted = false;          // the space has no more trials
  std::vector<TrialResult> results;
  std::vector<Message> notes;
};

// Throws DataError, and UsageError, also if the time is too short for one trial. If every training of the
// search fails, what the first one threw.
TuningOutcome tune(FileSystem& file_system, const Compute& compute, const TuningRequest& request,
                   const SharedTable& shared, const TuningObserver& observer = {});

// The best trial: of those with a score on all folds at the most epochs that any trial reached, the one with
// the highest mean score; of equal ones that with the lowest loss, then the first. Empty: no trial is
// complete.
std::optional<TrialSummary> best_trial(std::span<const TrialResult> results, std::size_t folds);

// What a search depends on: its results belong to no search with another hash.
std::string hash_of_search(const TuningRequest& request, const SharedTable& shared,
                           std::span<const std::pair<std::string, std::string>> fixed_options);

}  // namespace chainrule
