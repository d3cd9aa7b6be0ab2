// From a raw table to a trained model, in five stages:
//
//   prepare   prepare_training.h   roles, validation rows, encoder, loss, network, step size: the plan
//   encode    encode_rows.h        tables become matrices of numbers
//   train     train/, or rbf_training.h, or train/perceptron_trainer.h
//   score     scoring.h            metrics on training and validation rows, and of the baseline
//   record    Provenance           what the model file records about its training
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/session/train_request.h"
#include "chainrule/session/training_plan.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/train/gradient_health.h"
#include "chainrule/train/history.h"
#include "chainrule/train/member_report.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"
#include "chainrule/train/perceptron_trainer.h"
#include "chainrule/train/reasons.h"
#include "chainrule/train/threshold.h"
#include "chainrule/train/trainer.h"

namespace chainrule {

struct MemberProgress {
  std::size_t done = 0, members = 0;
  std::uint64_t epochs = 0;  // of the one that is done
  // An estimate for the others, if they stop after as many epochs as those that are done, on average.
  double seconds_left = 0;
};

struct SessionObserver {
  std::function<void(const TrainingPlan&)> on_plan;
  std::function<Continue(const EpochReport&)> on_epoch;
  std::function<Continue(const StepReport&)> on_step;
  // A member of a mixture is trained. Called on any thread, one call at a time.
  std::function<void(const MemberProgress&)> on_member;
  // Called once, after the first seconds of a mixture: how long its training will take from then on if no
  // member stops early. On any thread, one call at a time.
  std::function<void(double most_seconds)> on_estimate;
  // Asked while there are no steps to report: as the centres of radial basis functions are chosen, and, by
  // several threads at once, as the members of a mixture are trained.
  std::function<bool()> is_asked_to_stop;
  // Reports trouble that does not end training: a checkpoint that could not be written. Called on any thread,
  // one call at a time.
  std::function<void(const Error&)> on_trouble;
};

// Losses for rows that the members of a mixture were not trained on. These rows also chose the weights of
// the vote.
struct VoteLosses {
  double vote = 0;
  // Of the plain members alone, with a temperature of their own; nothing if they are the only kind.
  std::optional<double> plain;
};

struct TrainOutcome {
  Model model;
  History history;
  GradientHealth gradient_health;   // of the trained network, on training rows; empty for a perceptron
  std::optional<Metrics> held_out;  // on the validation rows
  Metrics training;                 // on the training rows
  // always predicts the majority class, the mean or the quantiles of the training rows; on the rows of
  // `held_out`, or else of `training`
  std::optional<Metrics> baseline;
  std::optional<PerceptronTraining> perceptron;  // what the perceptron rule found; its history is above
  std::optional<ChosenThreshold> threshold;      // if the request has a goal for it; the model has it, too
  std::vector<Message> notes;                    // decisions and their reasons, in sentences
  // For plots of a regression, in the target's units: the validation rows, or the training rows if there are
  // none.
  Matrix<double> truth;               // [rows][targets]
  Matrix<double> predicted;           // [rows][targets or quantiles]
  std::vector<MemberReport> members;  // of a mixture; then `held_out` is out of fold, over all training rows
  double temperature = 1;             // by which their mean is divided
  std::vector<MemberKind> left_out;   // of members that were trained, but have no share of the vote
  VoteLosses out_of_fold;             // of a mixture
  // If the request asks for them: of the rows of `held_out`, or else of the training rows; importance not if
  // training was stopped.
  std::optional<Reasons> reasons;
  std::size_t batch_size = 0;
  double seconds = 0;
  std::string checkpoint;  // the file that holds the state at the end; "" if there is none

  // Whether the epoch whose weights are kept was chosen on the held-out rows.
  bool has_chosen_epoch() const {
    return held_out && members.empty() && !perceptron && history.best_epoch != 0 && history.epochs.size() > 1;
  }
};

// Throws DataError, UsageError, StateError. If descent diverges, the outcome holds the best finite model and
// the reason (History::stop_reason); if the perceptron rule does, NonFiniteError is thrown.
TrainOutcome train_on_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                            const SessionObserver& observer);

// The same for a table in memory: equal cells, options and seed give the same model as a table from a file.
// Of request.data, only missing_target, the words for missing cells and the path are used; the model records
// the path as the name of its data.
TrainOutcome train_on_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                            Table table, const SessionObserver& observer);

}  // namespace chainrule
