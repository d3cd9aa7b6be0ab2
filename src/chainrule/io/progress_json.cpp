// {"state": {...}, "stopping": {...}, "epoch", "batches_done", ..., "good": null or {...}}. Nothing is stored
// that follows from other parts of the checkpoint, and check_counters compares what is stored with the rest.
//
// Every structure without arrays is taken apart by a structured binding (io/history_table says why).
#include "chainrule/io/progress_json.h"

#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/names.h"

namespace chainrule {

namespace {

// --- progress -> JSON --------------------------------------------------------------------------------------

JsonTree to_json(const StoppingMemory& memory) {
  const auto& [best, previous, best_epoch, seen, last_was_best] = memory;
  return JsonTree::empty_object()
      .with("best", best)
      .with("previous", previous)
      .with("best_epoch", best_epoch)
      .with("seen", seen)
      .with("last_was_best", std::uint64_t{last_was_best});
}

template <typename T>
JsonTree to_json(const TrainState<T>& state) {
  const auto& [best, epochs_since_best, reductions, epochs_seen] = state.plateau;
  return JsonTree::empty_object()
      .with("step", state.step)
      .with("updates", state.optimizer.updates)
      .with("plateau", JsonTree::empty_object()
                           .with("best", best)
                           .with("epochs_since_best", epochs_since_best)
                           .with("reductions", reductions)
                           .with("epochs_seen", epochs_seen));
}

JsonTree to_json(const Divergence& divergence) {
  const auto& [epoch, learning_rate, report] = divergence;
  JsonTree texts = JsonTree::empty_list();
  // A checkpoint keeps the command line's words, as it keeps its options.
  const ErrorText words = text_of(report, Face::command_line);
  for (const std::string* text : {&words.what, &words.where, &words.expected, &words.got, &words.advice})
    texts.add(*text);
  return JsonTree::empty_object()
      .with("epoch", epoch)
      .with("learning_rate", learning_rate)
      .with("report", std::move(texts));
}

// --- JSON -> progress --------------------------------------------------------------------------------------

template <typename T>
TrainState<T> train_state_from(const JsonValue& value) {
  value.require_members({"step", "updates", "plateau"});
  TrainState<T> state;
  state.step = value.member("step").count();
  state.optimizer.updates = value.member("updates").count();
  const JsonValue plateau = value.member("plateau");
  plateau.require_members({"best", "epochs_since_best", "reductions", "epochs_seen"});
  state.plateau = {.best = plateau.member("best").number(),
                   .epochs_since_best = plateau.member("epochs_since_best").count(),
                   .reductions = plateau.member("reductions").count(),
                   .epochs_seen = plateau.member("epochs_seen").count()};
  return state;
}

StoppingMemory stopping_from(const JsonValue& value) {
  value.require_members({"best", "previous", "best_epoch", "seen", "last_was_best"});
  return {.best = value.member("best").number(),
          .previous = value.member("previous").number(),
          .best_epoch = value.member("best_epoch").count(),
          .seen = value.member("seen").count(),
          .last_was_best = value.member("last_was_best").count(1) == 1};
}

Divergence divergence_from(const JsonValue& value) {
  value.require_members({"epoch", "learning_rate", "report"});
  const std::vector<std::string> report = value.member("report").texts();
  if (report.size() != 5) value.refuse("the checkpoint holds a list of the wrong length", "five texts", "");
  return {.epoch = value.member("epoch").count(),
          .learning_rate = value.member("learning_rate").number(),
          .report = {.what = report[0],
                     .where = report[1],
                     .expected = report[2],
                     .got = report[3],
                     .advice = report[4]}};
}

// Valid after `epochs` epochs: each was seen, and at least the first improved on everything before it.
bool fits(const StoppingMemory& stopping, std::uint64_t epochs) {
  return stopping.seen == epochs && stopping.best_epoch <= epochs &&
         (stopping.best_epoch > 0) == (epochs > 0);
}

}  // namespace

template <typename T>
JsonTree to_json(const TrainingProgress<T>& progress) {
  const auto& [state, best, good, first_loss, stopping, history, epoch, batches_done, loss_sum, weight_sum,
               rate_factor, seconds, ended, outputs] = progress;
  JsonTree divergences = JsonTree::empty_list();
  for (const Divergence& divergence : history.divergences)
    divergences.add(to_json(divergence));
  JsonTree good_json;
  if (!good.state.parameters.empty()) {
    good_json = JsonTree::empty_object()
                    .with("state", to_json(good.state))
                    .with("stopping", to_json(good.stopping))
                    .with("epochs", good.epochs);
  }
  return JsonTree::empty_object()
      .with("state", to_json(state))
      .with("first_loss", first_loss)
      .with("stopping", to_json(stopping))
      .with("divergences", std::move(divergences))
      .with("epoch", epoch)
      .with("epochs", history.epochs.empty() ? 0 : history.epochs.back().epochs)
      .with("batches_done", batches_done)
      .with("loss_sum", loss_sum)
      .with("weight_sum", weight_sum)
      .with("rate_factor", rate_factor)
      .with("seconds", seconds)
      .with("ended", ended ? JsonTree(name_of(*ended)) : JsonTree())
      .with("good", std::move(good_json));
}

template <typename T>
ProgressCounters<T> progress_from(const JsonValue& value) {
  value.require_members({"state", "first_loss", "stopping", "divergences", "epoch", "epochs", "batches_done",
                         "loss_sum", "weight_sum", "rate_factor", "seconds", "ended", "good"});
  ProgressCounters<T> counters{.progress = {}, .epochs = value.member("epochs").count(), .has_good = false};
  TrainingProgress<T>& progress = counters.progress;
  progress.state = train_state_from<T>(value.member("state"));
  if (const JsonValue good = value.member("good"); !good.is_null()) {
    good.require_members({"state", "stopping", "epochs"});
    counters.has_good = true;
    progress.good = {.state = train_state_from<T>(good.member("state")),
                     .stopping = stopping_from(good.member("stopping")),
                     .epochs = good.member("epochs").count()};
  }
  progress.first_loss = value.member("first_loss").number();
  progress.stopping = stopping_from(value.member("stopping"));
  for (const JsonValue divergence : value.member("divergences").elements())
    progress.history.divergences.push_back(divergence_from(divergence));
  progress.epoch = value.member("epoch").count();
  progress.batches_done = value.member("batches_done").count();
  progress.loss_sum = value.member("loss_sum").number();
  progress.weight_sum = value.member("weight_sum").number();
  progress.rate_factor = value.member("rate_factor").number();
  progress.seconds = value.member("seconds").number();
  if (const JsonValue ended = value.member("ended"); !ended.is_null()) {
    progress.ended = ended.word<StopReason>();
    progress.history.stop_reason = *progress.ended;
  }
  return counters;
}

template <typename T>
void check_counters(const ProgressCounters<T>& counters, const JsonValue& value) {
  const TrainingProgress<T>& progress = counters.progress;
  const std::uint64_t epochs = progress.history.epochs_run();
  const bool fit_each_other = fits(progress.stopping, epochs) && progress.epoch == epochs + 1 &&
                              (!counters.has_good || fits(progress.good.stopping, progress.good.epochs)) &&
                              progress.rate_factor > 0 && progress.rate_factor <= 1 &&
                              progress.seconds >= 0 && progress.weight_sum >= 0;
  if (!fit_each_other) value.refuse("the counters of the checkpoint contradict each other", "", "");
}

#define CHAINRULE_INSTANTIATE(T)                                   \
  template JsonTree to_json<T>(const TrainingProgress<T>&);        \
  template ProgressCounters<T> progress_from<T>(const JsonValue&); \
  template void check_counters<T>(const ProgressCounters<T>&, const JsonValue&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
