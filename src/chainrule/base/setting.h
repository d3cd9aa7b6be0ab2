// The settings that users can change, and the name of each on every face of chainrule.
//
// The library refers to settings; only its faces know their names. An error about Setting::batch_size reads
// --batch-size on the command line, .batch_size in a C++ program and batch_size in Python. The table is in
// setting.cpp; docs/names.md shows it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace chainrule {

// The ways to use chainrule. json: the keys of a model file's options, of `train --json` and of files for
// --config.
enum class Face { command_line, cpp, json, python };

enum class Setting {
  // the table
  data,
  target,
  ignore,
  keep,
  labels,
  missing_target,
  column,
  delimiter,
  header,
  decimal,
  thousands,
  strip,
  missing,
  not_missing,
  skip,
  skip_last,
  comment,
  quote,
  escape,
  lenient,
  class_names,
  class_order,
  soft_labels,
  scaling,
  outliers,
  max_words,
  weight_column,
  validation,
  validation_labels,
  group,
  time,
  // the network
  model,
  task,
  members,
  effort,
  preset,
  hidden,
  number_embedding,
  word_embedding,
  input_scaling,
  parametrization,
  activation,
  activation_parameter,
  output_activation,
  swish_beta,
  dropout,
  initializer,
  initializer_scale,
  // the perceptron rule
  variant,
  sign_of_zero,
  // radial basis functions
  centres,
  centre_choice,
  widths,
  width_factor,
  width,
  output_training,
  ridge,
  fine_tune,
  // the loss
  loss,
  reduction,
  huber_delta,
  quantile,
  quantiles,
  threshold,
  optimise,
  costs,
  label_smoothing,
  class_weight,
  l1,
  l2,
  weight_decay,
  // the optimizer
  optimizer,
  learning_rate,
  find_learning_rate,
  momentum,
  beta1,
  beta2,
  rho,
  epsilon,
  schedule,
  decay,
  period,
  warm_up,
  floor,
  plateau_patience,
  batch_size,
  row_order,
  clip_norm,
  // the end of training
  epochs,
  patience,
  min_improvement,
  small_change,
  error_goal,
  time_budget,
  on_divergence,
  // checkpoints
  checkpoint,
  every,
  resume,
  // one run
  seed,
  precision,
  matrix_unit,
  threads,
  vector,
  output,
  report,
  // predictions
  top,
  probabilities,
  passthrough,
  strict,
  interval,
  // benchmarks
  layers,
  rows,
  // derivations and graphs
  member,
  example,
  parameter,
  notation,
  all,
  dot,
};

// A row of the table. An empty name: this face does not have the setting.
struct SettingNames {
  Setting setting;
  std::string_view meaning;  // the concept in a few words
  std::string_view key;      // batch-size; the command line puts two dashes before it
  std::string_view cpp;      // .batch_size, of TrainRequest unless it names another type
  std::string_view python;   // batch_size, of an estimator, its fit, read_table or explain
  // The form with a value in place of @. Empty: NAME = @ in C++, NAME=@ in Python, NAME @ elsewhere.
  std::string_view cpp_with_value = {};
  std::string_view python_with_value = {};
  std::string_view command_with_value = {};
};

// In the order of the enumeration.
std::span<const SettingNames> setting_table();
const SettingNames& names_of(Setting setting);

// --batch-size, .batch_size, batch-size or batch_size; "" if the face does not have the setting.
std::string name_of(Setting setting, Face face);
// The setting that has this name on the face; null if none has.
const Setting* setting_named(std::string_view name, Face face);

// What a setting is set to, as a message shows it.
struct SettingValue {
  enum class Kind {
    none,
    word,         // one of the setting's own words, or a number: all, leaky_relu, 0.5
    text,         // what the user wrote: the name of a column, a word in a cell
    placeholder,  // COLUMN, WORD, DIR: for the user to fill in
    numeric,      // the name of a column, which Setting::column is to read as numbers
  };
  Kind kind = Kind::none;
  std::string text = {};

  bool operator==(const SettingValue&) const = default;
};

// Who reads a message: the users of a face and, on the command line, of one command. A command has some of
// the options only; `elsewhere` says which command has one that is not at hand, "" for those that are.
struct Reader {
  Reader(Face its_face) : face(its_face) {}
  Reader(Face its_face, std::function<std::string(Setting)> where)
      : face(its_face), elsewhere(std::move(where)) {}

  Face face;
  std::function<std::string(Setting)> elsewhere = {};
};

// Whether a user of this face can set it (to this value).
bool is_settable(Setting setting, const SettingValue& value, Face face);
// --keep age, .schema.kept = {"age"}, keep=["age"]. If the face does not have the setting: its plain words.
std::string assignment(Setting setting, const SettingValue& value, Face face);
// With the command in front that has the option, where that is another one: train --keep age.
std::string assignment(Setting setting, const SettingValue& value, const Reader& reader);
// Whether the reader can set it (to this value) without changing to another command.
bool is_at_hand(Setting setting, const SettingValue& value, const Reader& reader);

}  // namespace chainrule
