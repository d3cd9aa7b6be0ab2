// From a raw table to a trained model, by five stations: prepare (prepare_training.h), encode
// (encode_rows.h), train, score (scoring.h), record.
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
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"
#include "chainrule/train/perceptron_trainer.h"
#include "chainrule/train/trainer.h"

namespace chainrule {

struct SessionObserver {
  std::function<void(const TrainingPlan&)> on_plan;
  std::function<Continue(const EpochReport&)> on_epoch;
  std::function<Continue(const StepReport&)> on_step;
  // Asked where there are no steps: while the centres of radial basis functions are chosen.
  std::function<bool()> is_asked_to_stop;
  // Something that does not end training: a checkpoint that could not be written.
  std::function<void(const Error&)> on_trouble;
};

struct TrainOutcome {
  Model model;
  History history;
  GradientHealth gradient_health;   // of the trained network, on training rows; empty for a perceptron
  std::optional<Metrics> held_out;  // on the validation rows
  Metrics training;                 // on the training rows
  std::optional<Metrics>
      baseline;  // of always answering the commonest class or the mean, on the rows of `held_out`
  std::optional<PerceptronTraining> perceptron;  // what the perceptron rule found out; its history is above
  std::vector<Message> notes;                    // what was decided and why, sentences
  // For pictures of a regression, in the target's units: held-out rows, or training rows when there are none.
  Matrix<double> truth;      // [rows][targets]
  Matrix<double> predicted;  // [rows][targets]
  std::size_t batch_size = 0;
  double seconds = 0;
  std::string checkpoint;  // the file that holds where this run ended; "" when there is none
};

// Throws DataError, UsageError, StateError. Divergence of descent is an outcome (History::stop_reason), with
// the best finite model; of the perceptron rule it is a NonFiniteError.
TrainOutcome train_on_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                            const SessionObserver& observer);

// The same for a table that is in memory: equal cells, options and seed give the same model as the file they
// were read from. Of request.data the words for missing cells and missing_target count; its path is the name
// the model remembers.
TrainOutcome train_on_table(FileSystem& file_system, const Compute& compute, const TrainRequest& request,
                            Table table, const SessionObserver& observer);

}  // namespace chainrule
