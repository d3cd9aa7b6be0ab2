// A training request: the table and its roles, the network, the loss and how it is minimised. An empty
// optional is inferred from the table (choose_network.h, prepare_training.h).
//
// A request without an effort trains exactly what it says; by default one network with the hidden layers 64
// and 32, as in `chainrule train --preset textbook`. With an effort (effort.h) the settings that are not in
// `given` are chosen for the table; the command line's default is Effort::standard.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/data/fit_encoder.h"
#include "chainrule/data/schema.h"
#include "chainrule/io/checkpoint_file.h"
#include "chainrule/model/front_layers.h"
#include "chainrule/model/initializer.h"
#include "chainrule/session/source.h"
#include "chainrule/train/model.h"
#include "chainrule/train/perceptron_trainer.h"
#include "chainrule/train/rbf_fitting.h"
#include "chainrule/train/reasons.h"
#include "chainrule/train/threshold.h"
#include "chainrule/train/trainer.h"

namespace chainrule {

enum class ModelType { mlp, perceptron, rbf };

template <>
struct EnumNames<ModelType> {
  static constexpr std::string_view kind = "model type";
  static constexpr EnumName<ModelType> table[] = {
      {ModelType::mlp, "mlp", "a multi-layer perceptron, trained by descent"},
      {ModelType::perceptron, "perceptron", "one layer of threshold units, trained by the perceptron rule"},
      {ModelType::rbf, "rbf",
       "a network of radial basis functions, fitted and then, for classes, trained by descent"},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"neural_network network nn ann dnn feed_forward multilayer_perceptron", "mlp"},
      {"rosenblatt single_layer_perceptron", "perceptron"},
      {"rbfn rbf_network radial_basis radial_basis_function radial_basis_functions", "rbf"},
  };
  static constexpr EnumHint hints[] = {
      {"linear linear_regression logistic logistic_regression",
       "did you mean \"mlp\", without hidden layers?"},
  };
};
static_assert(has_sound_synonyms<ModelType>());

enum class OutputTraining { closed_form, softmax };

template <>
struct EnumNames<OutputTraining> {
  static constexpr std::string_view kind = "training of the output layer";
  static constexpr EnumName<OutputTraining> table[] = {
      {OutputTraining::closed_form, "closed_form", "least squares with a ridge"},
      {OutputTraining::softmax, "softmax", "cross-entropy by descent, for classes and labels"},
  };
};

// Only for ModelType::rbf.
struct RbfRequest {
  // Its seed and its error_goal are ignored: those of the request and of `stopping` apply. An error goal that
  // ends the choice of centres does not also end descent.
  RbfFittingOptions fitting;
  // Empty: softmax for classes and labels where rows are held out, else closed_form.
  std::optional<OutputTraining> output_training;
  // Epochs of descent on the whole network afterwards. Empty: `stopping.epochs` after a softmax where rows
  // are held out, which choose the best one; else none.
  std::optional<std::size_t> fine_tune;
};

// How much work the choice of settings may cost.
enum class Effort { quick, standard, thorough };

template <>
struct EnumNames<Effort> {
  static constexpr std::string_view kind = "effort";
  static constexpr EnumName<Effort> table[] = {
      {Effort::quick, "quick", "one network, in about the time of a textbook training"},
      {Effort::standard, "standard", "several networks that vote, in seconds"},
      {Effort::thorough, "thorough", "more of them, trained for longer, in minutes"},
  };
};

// Which rows of the table a share holds out.
enum class HeldOutRows { random, last };
// Whether the default share also holds out rows of a table of fewer than 20 rows that are all different, such
// as a truth table. Any other share does.
enum class SmallTables { train_on_all, hold_out };

inline constexpr double kUsualValidationShare = 0.2;

enum class ClassWeighting { none, balanced, given };

// Only for ModelType::mlp. train/training_progress.h says what a checkpoint is.
struct CheckpointRequest {
  std::string directory;         // made if it is missing; "": no checkpoints
  double every_seconds = 300;    // a checkpoint is written at the first step after this time,
  std::size_t every_epochs = 0;  // or, above 0, after this many epochs; and always at the end of training
  // Where to resume; the rest of the request must be that of the run that wrote the checkpoint.
  std::shared_ptr<const Checkpoint> resume_from;
  // The arguments of the command, for CheckpointDescription.
  std::vector<std::pair<std::string, std::vector<std::string>>> arguments;
  // Called before each checkpoint: does this run still own the directory? If empty, it does.
  std::function<bool()> may_write = {};
};

struct TrainRequest {
  ModelType model = ModelType::mlp;
  std::optional<Effort> effort;  // empty: the settings are those below
  std::vector<Setting> given;    // with an effort: the settings that it leaves as they are below
  DataSource data;
  SchemaOptions schema;
  EncoderOptions encoder;

  // Validation rows: a share of the table, a separate table, or none (share 0).
  double validation_share = kUsualValidationShare;
  std::optional<DataSource> validation;
  HeldOutRows held_out_rows = HeldOutRows::random;
  SmallTables small_tables = SmallTables::train_on_all;
  std::string group_column;  // rows of one group are on one side; not an input. "": none
  std::string time_column;   // the latest rows are held out; "": none

  // Above 1, for ModelType::mlp: so many folds of a mixture of networks (mixture.h), in which every row is
  // trained on and no share is held out by default.
  std::size_t members = 1;

  RbfRequest rbf;

  // Layers in front of the first hidden one (front_plan.h), only for ModelType::mlp.
  NumberEmbedding number_embedding = NumberEmbedding::none;
  // Values that stand for a word of a column with more than nine words; 0: an input for each word.
  std::size_t word_embedding = 0;
  InputScaling input_scaling = InputScaling::none;
  Parametrization parametrization = Parametrization::standard;

  std::vector<std::size_t> hidden = {64, 32};                // empty: no hidden layer
  std::vector<Activation> activations = {Activation::relu};  // one for all hidden layers, or one per layer
  std::optional<double> activation_parameter;                // slope, alpha or beta of the hidden layers
  std::optional<Activation> output_activation;               // empty: follows from task and loss
  ParameterUse swish_beta = ParameterUse::fixed;
  double dropout = 0;
  Initializer initializer = Initializer::automatic;
  double initializer_scale = 0.1;

  std::optional<Loss> loss;    // empty: follows from the task
  bool cross_entropy = false;  // `loss` is empty and the chosen loss must be a cross-entropy
  Reduction reduction = Reduction::mean;
  double huber_delta = 1;
  double quantile = 0.5;
  // Above 0 and below 1: one network predicts all of them, of one number, by the loss quantile (quantiles.h).
  std::vector<double> quantiles = {};
  double label_smoothing = 0;
  PenaltyOptions penalty;
  ClassWeighting class_weighting = ClassWeighting::none;
  std::map<std::string, double> class_weights;  // given: class name -> weight; others 1
  std::string weight_column;                    // sample weights; not an input. "": none
  // Of a binary task: the probability from which class 1 is predicted, or what it is chosen for afterwards.
  ThresholdRequest threshold;

  // Only for ModelType::perceptron, which also uses initializer (automatic: small_random), learning_rate,
  // row_order, and the epochs and time budget of `stopping`.
  PerceptronVariant variant = PerceptronVariant::plain;
  SignOfZero sign_of_zero = SignOfZero::plus;

  OptimizerOptions optimizer;
  std::optional<double> learning_rate;  // empty: the optimizer's usual one; ten times that for ModelType::rbf
  ScheduleOptions schedule;
  std::optional<std::size_t> batch_size;  // empty: 32, for 5,000 rows and more 128; 0: all rows
  RowOrder row_order = RowOrder::shuffled;
  double clip_norm = 0;
  StoppingOptions stopping = {.epochs = 200, .patience = 20};
  OnDivergence on_divergence = OnDivergence::stop;
  CheckpointRequest checkpoint;
  std::size_t history_epochs = kMostEpochsKept;  // epochs that the history keeps (add_epoch); 0: all

  // bf16 is for ModelType::mlp. Without a matrix unit (compute.matrix_unit), or without a layer that is
  // large enough, it becomes float32, with a note.
  Precision precision = Precision::float32;
  std::uint64_t seed = 1;
  std::vector<std::pair<std::string, std::string>> recorded_options;  // into the model's provenance
  MeasureReasons reasons = MeasureReasons::no;                        // yes: fills TrainOutcome::reasons
};

}  // namespace chainrule
