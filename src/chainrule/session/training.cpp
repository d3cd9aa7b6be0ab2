// The stages of a training run (training.h), each a function, in this order:
//
//   prepare   prepare_training    the plan, and the tables with the rows to train and to validate on
//   encode    encode_rows         Dataset<T>: inputs [rows][features], targets [rows][outputs], row weights
//   train     train_model         parameters, history and notes, by the kind of model
//   score     score_model         metrics of the model and of the baseline
//   record    provenance_of       what the model file records about its training
//
// T is float or double, according to the precision; with bf16 products the numbers stay in float.
#include "chainrule/session/training.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/memory.h"
#include "chainrule/base/text.h"
#include "chainrule/session/checkpoints.h"
#include "chainrule/session/encode_rows.h"
#include "chainrule/session/front_plan.h"
#include "chainrule/session/importance.h"
#include "chainrule/session/mixture.h"
#include "chainrule/session/outlier_notes.h"
#include "chainrule/session/perceptron_words.h"
#include "chainrule/session/poor_result.h"
#include "chainrule/session/prepare_training.h"
#include "chainrule/session/rbf_training.h"
#include "chainrule/session/row_overlap.h"
#include "chainrule/session/scoring.h"
#include "chainrule/session/session.h"
#include "chainrule/session/settle_threshold.h"
#include "chainrule/session/worst_rows.h"

namespace chainrule {
namespace {

std::string file_name(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

// A file name may hold any bytes, but a model file holds only UTF-8.
std::string storable(const std::string& name) {
  if (is_valid_utf8(name)) return name;
  const std::string in_quotes = quoted(name);
  return in_quotes.substr(1, in_quotes.size() - 2);
}

TrainerOptions trainer_options(const TrainRequest& request, const TrainingPlan& plan) {
  return {.loss = plan.loss,
          .penalty = request.penalty,
          .optimizer = request.optimizer,
          .learning_rate = plan.learning_rate,
          .schedule = request.schedule,
          .stopping = request.stopping,
          .batch_size = plan.batch_size,
          .row_order = request.row_order,
          .clip_norm = request.clip_norm,
          .seed = request.seed,
          .products = plan.products,
          .on_divergence = request.on_divergence,
          .rate_factors = plan.rate_factors,
          .history_epochs = request.history_epochs};
}

// What every stage after the first reads.
struct Run {
  FileSystem& file_system;
  const Compute& compute;
  const TrainRequest& request;
  const TrainingPlan& plan;
  const SessionObserver& observer;
};

void add_notes(TrainOutcome& outcome, std::vector<Message> notes) {
  for (Message& note : notes)
    outcome.notes.push_back(std::move(note));
}

// Gradient descent on a multi-layer perceptron, which may resume from a checkpoint.
template <typename T>
History train_by_descent(const Run& run, const EncodedRows<T>& rows, Checkpoints<T>& checkpoints,
                         Parameters<T>& parameters) {
  const TrainRequest& request = run.request;
  const TrainingPlan& plan = run.plan;
  initialize_parameters<T>(plan.network, initializer_of(request, request.seed), parameters);
  set_front_parameters<T>(plan.front, parameters);
  return train<T>(run.compute, plan.network, trainer_options(request, plan), rows.training, rows.held_out(),
                  score_for<T>(plan.schema.task, rows.validation_weights, plan.loss.quantiles),
                  {.on_epoch = run.observer.on_epoch, .on_step = run.observer.on_step}, parameters,
                  checkpoints.hooks());
}

// Rosenblatt's rule on one layer of threshold units.
template <typename T>
PerceptronTraining train_by_perceptron_rule(const Run& run, const EncodedRows<T>& rows,
                                            Parameters<T>& parameters) {
  const TrainRequest& request = run.request;
  const TrainingPlan& plan = run.plan;
  const Initializer initializer =
      request.initializer == Initializer::automatic ? Initializer::small_random : request.initializer;
  initialize_parameters<T>(plan.network,
                           {.kind = initializer, .scale = request.initializer_scale, .seed = request.seed},
                           parameters);
  return train_perceptron<T>(
      run.compute, plan.network,
      {.variant = request.variant,
       .sign_of_zero = request.sign_of_zero,
       .learning_rate = plan.learning_rate,
       .epochs = request.stopping.epochs,
       .time_budget_seconds = request.stopping.time_budget_seconds,
       .row_order = request.row_order,
       .seed = request.seed,
       .read_at = read_answers_at(plan.network, plan.schema.task),
       .history_epochs = request.history_epochs},
      rows.training, rows.held_out(), score_for<T>(plan.schema.task, rows.validation_weights),
      {.on_epoch = run.observer.on_epoch, .on_step = run.observer.on_step}, parameters);
}

// Throws when the checkpoint to resume from belongs to another run. Empty without checkpoints, since hashing
// the data takes time.
template <typename T>
CheckpointDescription description_for_checkpoints(const Run& run, const EncodedRows<T>& rows) {
  const CheckpointRequest& request = run.request.checkpoint;
  if (request.directory.empty() && !request.resume_from) return {};
  return describe_training(run.request, run.plan, hash_of(rows.training),
                           rows.validation ? hash_of(*rows.validation) : "");
}

// Notes about the divergences after which training continued.
std::vector<Message> divergence_notes(const History& history) {
  // The divergence that ended training is the stop reason, not a note.
  const std::size_t last = history.stop_reason == StopReason::diverged ? 1 : 0;
  std::vector<Message> notes;
  for (std::size_t i = 0; i + last < history.divergences.size(); ++i) {
    const Divergence& divergence = history.divergences[i];
    notes.push_back("the numbers were no longer finite at " + divergence.report.where +
                    ": training went back to the last good weights, with the learning rate " +
                    format_significant(divergence.learning_rate / 2, 6) + " instead of " +
                    format_significant(divergence.learning_rate, 6) + ".");
  }
  return notes;
}

// A mixture's score out of fold, and the networks behind it (MixtureTraining::of_fold).
template <typename T>
struct OutOfFold {
  Scored scored;
  std::vector<JoinedNetwork<T>> networks;
};

// Trains by the method of the model. Returns the parameters; the history, the notes and, for radial basis
// functions and mixtures, the network go into the outcome. out_of_fold: the score of a mixture.
template <typename T>
Parameters<T> train_model(const Run& run, const EncodedRows<T>& rows, Checkpoints<T>& checkpoints,
                          TrainOutcome& outcome, std::optional<OutOfFold<T>>& out_of_fold) {
  const TrainRequest& request = run.request;
  const TrainingPlan& plan = run.plan;
  Parameters<T> parameters(plan.parameters);
  switch (request.model) {
    case ModelType::mlp:
      if (!plan.folds.empty()) {
        MixtureTraining<T> mixture = train_mixture<T>(
            run.compute, request, plan, trainer_options(request, plan), rows, run.observer, checkpoints);
        outcome.checkpoint = checkpoints.current_file();
        outcome.model.network = std::move(mixture.network);
        parameters = std::move(mixture.parameters);
        outcome.history = std::move(mixture.history);
        outcome.members = std::move(mixture.members);
        outcome.temperature = mixture.temperature;
        outcome.left_out = std::move(mixture.left_out);
        outcome.out_of_fold = mixture.losses;
        add_notes(outcome, std::move(mixture.notes));
        if (mixture.out_of_fold.outputs.rows() != 0 && !rows.validation) {
          out_of_fold.emplace();
          out_of_fold->scored =
              score_outputs<T>(outcome.model, mixture.out_of_fold.outputs, mixture.out_of_fold.loss,
                               rows.training, rows.training_weights);
          out_of_fold->networks = std::move(mixture.of_fold);
        }
        break;
      }
      outcome.history = train_by_descent<T>(run, rows, checkpoints, parameters);
      outcome.checkpoint = checkpoints.current_file();
      break;
    case ModelType::perceptron:
      outcome.perceptron = train_by_perceptron_rule<T>(run, rows, parameters);
      outcome.history = outcome.perceptron->history;
      add_notes(outcome,
                perceptron_notes(*outcome.perceptron, outcome.model.encoder.target, request.variant));
      break;
    case ModelType::rbf: {
      RbfTraining<T> fitted =
          train_rbf<T>(run.compute, request, trainer_options(request, plan), rows.training, rows.held_out(),
                       score_for<T>(plan.schema.task, rows.validation_weights), run.observer);
      outcome.model.network = std::move(fitted.network);
      parameters = std::move(fitted.parameters);
      outcome.history = std::move(fitted.history);
      add_notes(outcome, std::move(fitted.notes));
      break;
    }
  }
  add_notes(outcome, divergence_notes(outcome.history));
  if (request.model != ModelType::perceptron) {
    outcome.gradient_health = measure_gradient_health<T>(run.compute, outcome.model.network, parameters,
                                                         outcome.model.loss, rows.training);
    const UsedRemedies used = {.clip_norm = request.clip_norm,
                               .has_automatic_weights = request.initializer == Initializer::automatic};
    add_notes(outcome, gradient_notes(outcome.model.network, outcome.history, outcome.gradient_health, used));
  }
  return parameters;
}

// Metrics on the training rows and on the rows used to judge the model, and those of the baseline.
template <typename T>
void score_model(const Run& run, const EncodedRows<T>& rows, const Parameters<T>& parameters,
                 std::optional<OutOfFold<T>>& out_of_fold, TrainOutcome& outcome) {
  const Model& model = outcome.model;
  Scored scored =
      out_of_fold ? std::move(out_of_fold->scored)
                  : score_dataset<T>(run.compute, model, parameters, rows.judged(), rows.judged_weights());
  if (run.request.threshold.goal) {
    settle_threshold(run.request.threshold, rows.judged_weights(),
                     rows.validation || out_of_fold ? &scored : nullptr, outcome);
  }
  outcome.training =
      score_dataset<T>(run.compute, model, parameters, rows.training, rows.training_weights).metrics;
  outcome.baseline =
      baseline_metrics<T>(model, rows.training, rows.training_weights, rows.judged(), rows.judged_weights());
  if (rows.validation || out_of_fold) {
    outcome.held_out = scored.metrics;
    if (!scored.metrics.is_of_quantiles())
      outcome.model.residuals = residuals_of(scored.truth.view(), scored.predicted.view());
  }
  if (outcome.reasons) outcome.reasons->worst_rows = worst_rows(model, scored);
  outcome.truth = std::move(scored.truth);
  outcome.predicted = std::move(scored.predicted);
}

// Where the rows are that judge the model.
struct RowPlaces {
  std::vector<std::uint32_t> rows;  // of their table
  RowLines lines;
  std::string file;
};

RowPlaces places_of_judged(const TrainRequest& request, const PreparedTables& tables) {
  RowPlaces places{.rows = tables.split.validation.empty() ? tables.split.training : tables.split.validation,
                   .lines = tables.table.lines,
                   .file = file_name(request.data.path)};
  if (tables.validation_table) {
    places.lines = tables.validation_table->lines;
    places.file = request.validation ? file_name(request.validation->path) : "";
  }
  return places;
}

void place_worst_rows(const RowPlaces& places, Reasons& reasons) {
  for (WorstRow& worst : reasons.worst_rows) {
    worst.row = places.rows[worst.row];
    if (worst.row < places.lines.size()) worst.line = places.lines[worst.row];
  }
  reasons.worst_rows_file = places.file;
}

// On the rows that judge the model; those of a mixture by the members that were not trained on them.
template <typename T>
Importance importance_of_columns(const Run& run, const EncodedRows<T>& rows, const Parameters<T>& parameters,
                                 const std::optional<OutOfFold<T>>& out_of_fold, const Model& model) {
  const std::uint64_t seed = run.request.seed;
  if (!out_of_fold) {
    return measure_importance<T>(run.compute, model, std::span<const T>(parameters), rows.judged(),
                                 rows.judged_weights(), seed);
  }
  std::vector<RowsOfNetwork<T>> networks;
  for (const JoinedNetwork<T>& one : out_of_fold->networks)
    networks.push_back({.network = &one.network, .parameters = one.parameters});
  for (std::uint32_t row = 0; row < run.plan.folds.size(); ++row)
    networks[run.plan.folds[row]].rows.push_back(row);
  return measure_importance<T>(run.compute, model, std::span<const RowsOfNetwork<T>>(networks), rows.training,
                               rows.training_weights, seed);
}

// Of all networks that are part of the model.
std::uint64_t epochs_of(const TrainOutcome& outcome) {
  if (outcome.members.empty()) return outcome.history.epochs_run();
  std::uint64_t epochs = 0;
  for (const MemberReport& member : outcome.members)
    epochs += member.epochs;
  return epochs;
}

std::vector<std::pair<std::string, double>> recorded_metrics(const Metrics& metrics) {
  if (metrics.is_of_quantiles()) {
    std::vector<std::pair<std::string, double>> recorded = {
        {"d2_pinball", metrics.d2_pinball}, {"loss", metrics.loss}, {"pinball_loss", metrics.pinball_loss}};
    for (const QuantileMetrics& one : metrics.per_quantile)
      recorded.emplace_back("coverage " + format_number(one.quantile), one.coverage);
    std::ranges::sort(recorded);
    return recorded;
  }
  if (metrics.task == Task::regression) {
    return {{"loss", metrics.loss}, {"mae", metrics.mae}, {"r2", metrics.r2}, {"rmse", metrics.rmse}};
  }
  return {{"accuracy", metrics.accuracy},
          {"balanced_accuracy", metrics.balanced_accuracy},
          {"loss", metrics.loss},
          {"macro_f1", metrics.macro_f1}};
}

// What the model file records about its training.
template <typename T>
Provenance provenance_of(const Run& run, const Dataset<T>& training, const RowHashes& hashes,
                         const TrainOutcome& outcome) {
  Provenance provenance{.version = std::string(version()),
                        .data_name = storable(file_name(run.request.data.path)),
                        .data_hash = hash_of(training),
                        .training_rows = run.plan.training_rows,
                        .validation_rows = run.plan.validation_rows,
                        .seed = run.request.seed,
                        .epochs = epochs_of(outcome),
                        .best_epoch = outcome.members.empty() ? outcome.history.best_epoch : 0,
                        .stop_reason = std::string(name_of(outcome.history.stop_reason)),
                        .options = recorded_options(run.request),
                        .row_hashes = kept_hashes(hashes),
                        .mixture = {outcome.members, outcome.temperature, outcome.left_out}};
  if (outcome.held_out) provenance.held_out = recorded_metrics(*outcome.held_out);
  return provenance;
}

// The stages after prepare_training, with numbers of type T: encode, train, score, record.
template <typename T>
TrainOutcome train_prepared(const Run& run, PreparedTables tables) {
  const auto start = std::chrono::steady_clock::now();
  const TrainingPlan& plan = run.plan;
  // Field by field: if a copy in a nested initialiser throws, GCC 12 destroys fields not yet constructed.
  TrainOutcome outcome;
  outcome.model.network = plan.network;
  outcome.model.encoder = plan.encoder;
  outcome.model.schema = plan.schema;
  outcome.model.loss = plan.loss;
  outcome.notes = plan.notes;
  outcome.batch_size = plan.batch_size;

  RowPlaces places;
  if (run.request.reasons == MeasureReasons::yes) {
    outcome.reasons.emplace();
    places = places_of_judged(run.request, tables);
  }
  const EncodedRows<T> rows = encode_rows<T>(run.compute, run.request, plan.encoder, std::move(tables));
  const RowHashes hashes = hash_rows<T>(run.compute, rows.training);
  if (rows.validation) {
    add_notes(outcome, judge_overlap(run.request, plan, hashes, hash_rows<T>(run.compute, *rows.validation)));
  }
  add_notes(outcome, held_out_far_notes(rows.validation_report));
  give_back_free_memory();

  // A checkpoint of another run is refused here, before anything is reported.
  Checkpoints<T> checkpoints(run.file_system, run.request.checkpoint,
                             description_for_checkpoints<T>(run, rows), run.observer);
  // The members of a mixture have rows of their own: each looks for itself.
  if (plan.folds.empty())
    checkpoints.require_fitting(plan.network, trainer_options(run.request, plan), rows.training.rows());
  if (run.observer.on_plan) run.observer.on_plan(plan);
  std::optional<OutOfFold<T>> out_of_fold;
  Parameters<T> parameters = train_model<T>(run, rows, checkpoints, outcome, out_of_fold);

  score_model<T>(run, rows, parameters, out_of_fold, outcome);
  // Equal inputs with other probabilities do not contradict each other.
  const Contradictions contradictions =
      run.plan.schema.soft_labels ? Contradictions() : find_contradictions(hashes);
  const PoorResultFacts facts{.model = run.request.model, .contradictions = contradictions.rows};
  if (std::optional<Message> note = note_on_poor_result(outcome, facts))
    outcome.notes.push_back(std::move(*note));

  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (outcome.reasons) {
    place_worst_rows(places, *outcome.reasons);
    outcome.reasons->contradictions = contradictions;
    // Whoever stops training waits for the model.
    const bool is_stopped = outcome.history.stop_reason == StopReason::asked_to_stop;
    if (!is_stopped) {
      outcome.reasons->importance =
          importance_of_columns<T>(run, rows, parameters, out_of_fold, outcome.model);
    }
  }
  outcome.model.provenance = provenance_of<T>(run, rows.training, hashes, outcome);
  outcome.model.parameters = std::move(parameters);
  return outcome;
}

// Chooses the type of the numbers.
TrainOutcome run_in_precision(FileSystem& file_system, const Compute& compute, PreparedTraining prepared,
                              const SessionObserver& observer) {
  TrainingPlan& plan = prepared.plan;
  TrainRequest& request = prepared.request;
  settle_precision(compute, request, plan);
  const Run run{
      .file_system = file_system, .compute = compute, .request = request, .plan = plan, .observer = observer};
  return request.precision == Precision::float64 ? train_prepared<double>(run, std::move(prepared.tables))
                                                 : train_prepared<float>(run, std::move(prepared.tables));
}

}  // namespace

TrainOutcome train_on_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                            const SessionObserver& observer) {
  prepare_checkpoints(file_system, request);
  refuse_misfits(request);
  Table table = load_table_to_train(file_system, compute, request);
  return run_in_precision(file_system, compute,
                          prepare_training(file_system, compute, request, std::move(table)), observer);
}

TrainOutcome train_on_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                            Table table, const SessionObserver& observer) {
  prepare_checkpoints(file_system, request);
  refuse_misfits(request);
  return run_in_precision(file_system, compute,
                          prepare_training(file_system, compute, request, std::move(table)), observer);
}

}  // namespace chainrule
