// Search holds the results and runs the missing ones of a level side by side; Clock says how long the search
// may take, so that enough is left for the trainings after it. tune() goes through the stages: split, search,
// choose, score on the rows that took no part, train on all rows.
#include "chainrule/session/tuning.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <tuple>

#include "chainrule/base/error.h"
#include "chainrule/base/hash.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr std::size_t kBracket = 9, kReduction = 3, kMostLevels = 3;
constexpr std::size_t kFewestRowsToHoldOut = 100, kFewestGroupsToHoldOut = 10;
constexpr std::size_t kPartsHeldOutOfOne = 5;  // a fifth is held out

using Key = std::tuple<std::size_t, std::size_t, std::size_t>;  // trial, epochs, fold

// The rows that take no part in the search, if there are enough; else all rows do.
struct SearchRows {
  SharedTable table;
  std::optional<FoldRows> split;  // of the whole table: search and held out
};

SearchRows split_search_rows(const Compute& compute, const TuningRequest& request, const SharedTable& shared,
                             std::vector<Message>& notes) {
  SearchRows rows;
  rows.table.schema = shared.schema;
  const std::size_t groups =
      count_groups(ties_of_rows(compute, request.base, shared.table, shared.schema), shared.table.rows());
  const std::size_t fewest =
      request.base.group_column.empty() ? kFewestRowsToHoldOut : kFewestGroupsToHoldOut;
  if (shared.table.rows() < kFewestRowsToHoldOut || groups < fewest) {
    notes.push_back("too few rows to hold some out from the search (fewer than " +
                    count_of(fewest, request.base.group_column.empty() ? "different row" : "group") +
                    "): the score on the folds is too good, because they chose the settings.");
    rows.table.table = shared.table;
    return rows;
  }
  const bool is_in_order =
      !request.base.time_column.empty() || request.base.held_out_rows == HeldOutRows::last;
  FoldPlan plan = plan_folds(compute, request.base, shared.table, shared.schema,
                             {.folds = kPartsHeldOutOfOne - (is_in_order ? 1 : 0)});
  rows.split = std::move(is_in_order ? plan.folds.back() : plan.folds.front());
  rows.table.table = rows_of_table(shared.table, rows.split->training);
  return rows;
}

// How much time is left, for the search and in all.
class Clock {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  // later_work: rows of the trainings after the search, in rows of a training of the search.
  Clock(Moment start, double budget, double later_work)
      : start_(start), budget_(budget), later_work_(later_work), at_search_(left()) {}

  bool is_limited() const { return budget_ > 0; }
  double left() const {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
    return budget_ - since.count();
  }
  // What is left for the search, given the longest training of all epochs, and what of it was no epoch.
  double left_to_search() const {
    const double needed = 1.3 * later_work_ * longest_ + time_to_finish();
    const double reserve =
        longest_ == 0 ? 0.5 * at_search_ : std::clamp(needed, 0.03 * at_search_, 0.6 * at_search_);
    return left() - reserve;
  }
  // For reading, encoding, scoring and writing around the epochs of the model's training.
  double time_to_finish() const { return 0.02 * budget_ + 0.02 + 1.5 * later_work_ * longest_other_; }
  void learn(double seconds, double other_seconds) {
    longest_ = std::max(longest_, seconds);
    longest_other_ = std::max(longest_other_, other_seconds);
  }
  double longest() const { return longest_; }

 private:
  Moment start_;
  double budget_, later_work_, at_search_;
  double longest_ = 0, longest_other_ = 0;
};

// Of a trial whose folds all have a score at so many epochs.
std::optional<TrialSummary> summary_at(std::span<const TrialResult> results, std::size_t trial,
                                       std::size_t epochs, std::size_t folds) {
  TrialSummary summary{.trial = trial, .options = {}, .epochs = epochs};
  std::size_t found = 0;
  for (const TrialResult& result : results) {
    if (result.trial != trial || result.epochs != epochs || !result.score) continue;
    summary.options = result.options;
    summary.score += *result.score / static_cast<double>(folds);
    summary.loss += result.loss / static_cast<double>(folds);
    ++found;
  }
  return found == folds ? std::optional(summary) : std::nullopt;
}

// Higher score first; then lower loss, then the earlier trial.
bool is_better(const TrialSummary& a, const TrialSummary& b) {
  return std::tuple(-a.score, a.loss, a.trial) < std::tuple(-b.score, b.loss, b.trial);
}

class Search {
 public:
  Search(FileSystem& file_system, const Compute& compute, const TuningRequest& request,
         const SharedTable& table, const FoldPlan& plan, Clock& clock, const TuningObserver& observer)
      : file_system_(file_system),
        compute_(compute),
        request_(request),
        table_(table),
        plan_(plan),
        clock_(clock),
        observer_(observer) {
    for (const TrialResult& result : request.earlier)
      results_.emplace(Key{result.trial, result.epochs, result.fold}, result);
    const std::size_t most = request.base.stopping.epochs;
    std::size_t levels = 1;
    for (std::size_t reduced = most;
         request.base.model == ModelType::mlp && levels < kMostLevels && (reduced /= kReduction) >= 1;)
      ++levels;
    for (std::size_t divisor = 1; levels > 0; --levels, divisor *= kReduction)
      epochs_.insert(epochs_.begin(), (most + divisor / 2) / divisor);
  }

  // Trains the trials of each bracket until there are enough, or the time is over.
  void run(TuningOutcome& outcome) {
    std::vector<TrialOptions> drawn;
    for (std::size_t first = 0; first < request_.trials && !is_over_; first += kBracket) {
      const std::size_t wanted = std::min(request_.trials, first + kBracket);
      if (drawn.size() < wanted)
        drawn = draw_trials(request_.space, request_.base.seed, std::min(request_.trials, 2 * wanted));
      std::vector<std::size_t> trials;
      for (std::size_t trial = first; trial < std::min(wanted, drawn.size()); ++trial) {
        trials.push_back(trial + 1);
        options_.emplace(trial + 1, drawn[trial]);
      }
      run_bracket(trials, first == 0);
      outcome.is_exhausted = drawn.size() < wanted;
      if (outcome.is_exhausted) break;
    }
    if (request_.trials == 0 || request_.space.empty()) run_bracket({}, true);
  }

  bool is_stopped() const { return is_stopped_; }
  const std::exception_ptr& first_error() const { return first_error_; }
  std::vector<TrialResult> results() const {
    std::vector<TrialResult> all;
    for (const auto& [key, result] : results_)
      all.push_back(result);
    return all;
  }

 private:
  void run_bracket(std::vector<std::size_t> trials, bool has_given) {
    for (const std::size_t epochs : epochs_) {
      std::vector<std::size_t> all = trials;
      if (has_given) all.insert(all.begin(), 0);
      run_level(all, epochs);
      if (is_over_) return;
      keep_best(trials, epochs);
    }
  }

  // The best third of the trials, by their results at so many epochs.
  void keep_best(std::vector<std::size_t>& trials, std::size_t epochs) const {
    const std::vector<TrialResult> all = results();
    std::vector<TrialSummary> ranked;
    for (const std::size_t trial : trials) {
      if (std::optional<TrialSummary> summary = summary_at(all, trial, epochs, request_.folds))
        ranked.push_back(std::move(*summary));
    }
    std::ranges::stable_sort(ranked, is_better);
    ranked.resize(std::min(ranked.size(), (trials.size() + kReduction - 1) / kReduction));
    trials.clear();
    for (const TrialSummary& summary : ranked)
      trials.push_back(summary.trial);
    std::ranges::sort(trials);
  }

  void run_level(const std::vector<std::size_t>& trials, std::size_t epochs) {
    std::vector<Key> missing;
    for (const std::size_t trial : trials) {
      for (std::size_t fold = 0; fold < request_.folds; ++fold) {
        if (!results_.contains({trial, epochs, fold})) missing.emplace_back(trial, epochs, fold);
      }
    }
    // Options that contradict each other are refused before the first training.
    for (const std::size_t trial : trials) {
      if (requests_.contains(trial)) continue;
      TrialOptions& options = options_[trial];
      requests_.emplace(trial, trial == 0 ? request_.base : request_.request_of(options));
    }
    run_trainings(compute_, table_.table, missing.size(),
                  [&](std::size_t i, const Compute& compute) { run_one(missing[i], compute); });
  }

  void run_one(const Key& key, const Compute& compute) {
    const auto& [trial, epochs, fold] = key;
    TrainRequest request = requests_.at(trial);
    request.stopping.epochs = epochs;
    {
      const std::lock_guard lock(mutex_);
      if (is_asked_to_stop()) is_over_ = is_stopped_ = true;
      const double left = clock_.is_limited() ? clock_.left_to_search() : 1;
      if (left <= 0) is_over_ = true;
      if (is_over_) return;
      if (clock_.is_limited()) request.stopping.time_budget_seconds = left;
    }
    TrialResult result;
    result.trial = trial;
    result.fold = fold;
    result.epochs = epochs;
    result.seed = request.seed;
    result.options = options_.at(trial);
    SessionObserver watcher;
    watcher.on_step = [this](const StepReport&) {
      return is_asked_to_stop() ? Continue::stop : Continue::yes;
    };
    watcher.is_asked_to_stop = [this] { return is_asked_to_stop(); };
    double other_seconds = 0;
    std::exception_ptr error;
    try {
      const FoldScore score =
          train_and_score(file_system_, compute, table_, plan_.folds[fold], request, watcher);
      if (score.stop_reason == StopReason::time_budget || score.stop_reason == StopReason::asked_to_stop) {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        is_stopped_ = is_stopped_ || score.stop_reason == StopReason::asked_to_stop;
        return;  // not a result: the clock, or the user, ended it
      }
      result.score = headline(score.metrics).second;
      result.loss = score.metrics.loss;
      result.seconds = score.seconds;
      other_seconds = score.other_seconds;
    } catch (const Error& failure) {
      result.failure = failure.report().what.text();
      error = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (error && !first_error_) first_error_ = error;
    const double share = static_cast<double>(epochs_.back()) / static_cast<double>(epochs);
    clock_.learn(result.seconds * std::min(share, 2.0), other_seconds);
    results_.emplace(key, result);
    if (observer_.on_result) observer_.on_result(result, results());
  }

  bool is_asked_to_stop() const { return observer_.is_asked_to_stop && observer_.is_asked_to_stop(); }

  FileSystem& file_system_;
  const Compute& compute_;
  const TuningRequest& request_;
  const SharedTable& table_;
  const FoldPlan& plan_;
  Clock& clock_;
  const TuningObserver& observer_;
  std::vector<std::size_t> epochs_;  // of the levels, ascending
  std::map<std::size_t, TrialOptions> options_ = {{0, {}}};
  std::map<std::size_t, TrainRequest> requests_;
  std::mutex mutex_;  // of what follows, and of the clock
  std::map<Key, TrialResult> results_;
  bool is_over_ = false, is_stopped_ = false;
  std::exception_ptr first_error_;
};

[[noreturn]] void throw_without_trial(const TuningRequest& request, const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
  throw UsageError(
      {.what = "the time is too short for one trial: no training on the folds was finished",
       .setting = Setting::time_budget,
       .expected = "time for " + count_of(request.folds + 2, "training") + " at least",
       .got = format_significant(request.time_budget_seconds, 3) + " s",
       .advice = "allow more time, or use fewer epochs (" + set_to(Setting::epochs, "50") + ")"});
}

}  // namespace

bool TrialResult::operator==(const TrialResult& other) const {
  return std::tie(trial, fold, epochs, seed, options, score, loss, failure) ==
         std::tie(other.trial, other.fold, other.epochs, other.seed, other.options, other.score, other.loss,
                  other.failure);
}

std::optional<TrialSummary> best_trial(std::span<const TrialResult> results, std::size_t folds) {
  std::set<std::pair<std::size_t, std::size_t>, std::greater<>> trained;  // epochs, trial
  for (const TrialResult& result : results)
    trained.emplace(result.epochs, result.trial);
  std::optional<TrialSummary> best;
  for (const auto& [epochs, trial] : trained) {
    if (best && epochs < best->epochs) break;
    std::optional<TrialSummary> summary = summary_at(results, trial, epochs, folds);
    if (!summary) continue;
    if (!best || is_better(*summary, *best)) best = std::move(summary);
  }
  return best;
}

std::string hash_of_search(const TuningRequest& request, const SharedTable& shared,
                           std::span<const std::pair<std::string, std::string>> fixed_options) {
  std::string text = shared.hash() + "\n" + format_count(request.base.seed) + "\n" +
                     format_count(request.folds) + "\n" + format_count(request.base.stopping.epochs) + "\n";
  for (const auto& [name, value] : fixed_options)
    text += name + "=" + value + "\n";
  for (const SearchDimension& dimension : request.space)
    text += dimension_text(dimension) + "\n";
  Hash hash;
  hash.add_all<std::uint64_t>(std::vector<std::uint64_t>(text.begin(), text.end()));
  return hash.text();
}

TuningOutcome tune(FileSystem& file_system, const Compute& compute, const TuningRequest& request,
                   const SharedTable& shared, const TuningObserver& observer) {
  TuningOutcome outcome;
  outcome.notes = shared.notes;
  const SearchRows rows = split_search_rows(compute, request, shared, outcome.notes);
  outcome.search_rows = rows.table.table.rows();
  const FoldPlan plan =
      plan_folds(compute, request.base, rows.table.table, rows.table.schema, {.folds = request.folds});
  outcome.notes.insert(outcome.notes.end(), plan.notes.begin(), plan.notes.end());
  const double fold_rows = static_cast<double>(plan.folds.back().training.size());
  const double later_rows = static_cast<double>(shared.table.rows() + (rows.split ? outcome.search_rows : 0));
  Clock clock(request.start, request.time_budget_seconds, later_rows / fold_rows);
  if (observer.on_stage) {
    observer.on_stage(
        "searching on " + count_of(outcome.search_rows, "row") + " in " + count_of(request.folds, "fold") +
        (rows.split ? "; " + count_of(rows.split->held_out.size(), "row") + " take no part" : std::string()));
  }
  Search search(file_system, compute, request, rows.table, plan, clock, observer);
  search.run(outcome);
  outcome.results = search.results();
  std::set<std::size_t> trials;
  for (const TrialResult& result : outcome.results) {
    if (result.trial != 0) trials.insert(result.trial);
    outcome.failures += result.score ? 0 : 1;
  }
  outcome.trials = trials.size();
  if (search.is_stopped()) return outcome;
  const std::optional<TrialSummary> best = best_trial(outcome.results, request.folds);
  if (!best) throw_without_trial(request, search.first_error());
  outcome.best = *best;
  outcome.as_given = summary_at(outcome.results, 0, best->epochs, request.folds);
  TrialOptions options = best->options;
  outcome.request = best->trial == 0 ? request.base : request.request_of(options);

  SessionObserver watcher;
  watcher.on_step = [&](const StepReport&) {
    return observer.is_asked_to_stop && observer.is_asked_to_stop() ? Continue::stop : Continue::yes;
  };
  // A training after the search gets a share of the time that is left.
  const auto within_time = [&](TrainRequest limited, double share) {
    if (clock.is_limited())
      limited.stopping.time_budget_seconds = std::max((clock.left() - clock.time_to_finish()) * share, 1e-3);
    return limited;
  };
  if (rows.split) {
    if (observer.on_stage) observer.on_stage("scoring the best settings on the rows that took no part");
    outcome.held_out = train_and_score(file_system, compute, shared, *rows.split,
                                       within_time(outcome.request, 0.35), watcher);
    const bool has_time = !clock.is_limited() || clock.left() > 4 * clock.longest() * later_rows / fold_rows;
    if (best->trial != 0 && has_time) {
      outcome.held_out_as_given =
          train_and_score(file_system, compute, shared, *rows.split, within_time(request.base, 0.3), watcher);
    }
  }
  if (observer.on_stage) observer.on_stage("training with the best settings on all rows");
  TrainOutcome model =
      train_on_table(file_system, compute, within_time(outcome.request, 1), shared.table, watcher);
  if (model.history.stop_reason != StopReason::asked_to_stop) outcome.model = std::move(model);
  return outcome;
}

}  // namespace chainrule
