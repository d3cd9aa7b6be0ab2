// From the options as given to a request that can be run: values that name several things (a share, a file or
// "none"), and fields that depend on more than one option.
#include "chainrule/commands/train_settings.h"

#include <algorithm>
#include <filesystem>

#include "chainrule/base/text.h"
#include "chainrule/commands/train_conflicts.h"
#include "chainrule/commands/train_resume.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/option_sources.h"

namespace chainrule::cli {
namespace {

void read_validation(TrainSettings& settings) {
  TrainRequest& request = settings.request;
  const std::string& text = settings.validation;
  constexpr std::string_view kLast = "last:";
  const bool is_last = text.starts_with(kLast);
  const std::optional<double> share = parse_double(is_last ? text.substr(kLast.size()) : text);
  if (text == "none") {
    request.validation_share = 0;
  } else if (share || is_last) {
    if (!share || !(*share > 0 && *share < 1)) {
      throw UsageError({.what = "not a share of the rows",
                        .setting = Setting::validation,
                        .expected = "a number between 0 and 1, last: and such a number, a file, or none",
                        .got = quoted(text),
                        .advice = "--validation 0.2 holds out a fifth of the rows"});
    }
    request.validation_share = *share;
    if (is_last) request.held_out_rows = HeldOutRows::last;
  } else {
    request.validation_share = 0;
    request.validation =
        DataSource{.path = text, .labels_path = settings.validation_labels, .read = request.data.read};
    if (!request.data.labels_path.empty() && settings.validation_labels.empty()) {
      throw UsageError({.what = "the labels for the --validation table are missing",
                        .setting = Setting::validation,
                        .advice = "add " + set_to_any(Setting::validation_labels, "FILE")});
    }
  }
}

void read_class_weights(TrainSettings& settings) {
  TrainRequest& request = settings.request;
  if (settings.class_weight.empty()) return;
  if (settings.class_weight == "balanced") {
    request.class_weighting = ClassWeighting::balanced;
    return;
  }
  request.class_weighting = ClassWeighting::given;
  for (const std::string& part : split_list(settings.class_weight)) {
    const std::size_t equals = part.rfind('=');
    const double weight = equals == std::string::npos
                              ? -1
                              : parse_double(trim(std::string_view(part).substr(equals + 1))).value_or(-1);
    if (!(weight >= 0) || weight > 1e9 || equals == 0) {
      throw UsageError(
          {.what = "not a class weight",
           .setting = Setting::class_weight,
           .expected = "balanced, or CLASS=WEIGHT with weights of at least 0: Gentoo=2,Adelie=0.5",
           .got = quoted(part),
           .advice = "join several with commas; " + set_to(Setting::class_weight, "balanced") +
                     " weighs classes by their rarity"});
    }
    request.class_weights[std::string(trim(std::string_view(part).substr(0, equals)))] = weight;
  }
}

// Settings that the effort chooses, unless they are given.
constexpr Setting kChosenByEffort[] = {
    Setting::members, Setting::hidden,          Setting::activation,      Setting::optimizer,
    Setting::epochs,  Setting::patience,        Setting::weight_decay,    Setting::max_words,
    Setting::loss,    Setting::label_smoothing, Setting::number_embedding};

void read_effort(const Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  if (settings.preset == Preset::textbook) {
    const bool is_of_environment = command.source_of(Setting::preset).starts_with(kFromEnvironment);
    if (!is_of_environment) command.refuse_if_set(Setting::effort, "--preset textbook chooses nothing");
    if (!command.is_set(Setting::effort)) return;
    settings.preset = Preset::none;
  }
  if (request.model != ModelType::mlp) {
    command.refuse_if_set(Setting::effort, "it belongs to --model mlp");
    return;
  }
  if (!request.effort) request.effort = Effort::standard;
  for (const Setting setting : kChosenByEffort)
    if (command.is_set(setting)) request.given.push_back(setting);
  if (request.activations.size() > 1 && !command.is_set(Setting::hidden)) {
    throw UsageError({.what = "several activations need as many hidden layers",
                      .setting = Setting::activation,
                      .expected = "one activation, or the units of each hidden layer, too",
                      .got = std::to_string(request.activations.size()) + " activations",
                      .advice = "add " + set_to_any(Setting::hidden, "N,N")});
  }
}

void read_costs(TrainSettings& settings) {
  if (settings.costs.empty()) return;
  if (settings.costs.size() != 2) {
    throw UsageError({.what = "there are two kinds of mistakes",
                      .setting = Setting::costs,
                      .expected = "two numbers: FALSE_POSITIVE,FALSE_NEGATIVE",
                      .got = count_of(settings.costs.size(), "number"),
                      .advice = set_to(Setting::costs, "1,5") +
                                " makes missing the second class five times as bad as a false alarm"});
  }
  settings.request.threshold.cost_of_false_yes = settings.costs[0];
  settings.request.threshold.cost_of_false_no = settings.costs[1];
}

}  // namespace

void finish_train_settings(const Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  read_effort(command, settings);
  read_validation(settings);
  if (command.is_set(Setting::validation)) request.small_tables = SmallTables::hold_out;
  read_class_weights(settings);
  // The ridge is the penalty of least squares.
  if (command.is_set(Setting::ridge) && !request.rbf.output_training)
    request.rbf.output_training = OutputTraining::closed_form;
  read_costs(settings);
  refuse_conflicting_options(command, settings);
  if (!request.data.labels_path.empty() && !request.schema.targets.empty()) {
    throw UsageError(
        {.what = "--target and --labels both say what to learn",
         .where = "chainrule train",
         .advice = "leave one out: --target for a column of DATA, --labels for a file of labels"});
  }
  if (request.activations.size() > 1 && request.activations.size() != request.hidden.size()) {
    throw UsageError({.what = "the number of activations is not the number of hidden layers",
                      .setting = Setting::activation,
                      .expected = "one, or " + count_of(request.hidden.size(), "activation"),
                      .got = std::to_string(request.activations.size()),
                      .advice = "give one activation for all of them"});
  }
  if (request.reduction == Reduction::single) {
    if (request.batch_size && *request.batch_size != 1) {
      throw UsageError({.what = "--reduction single is the loss of one row, but the batches have more",
                        .setting = Setting::batch_size,
                        .expected = "1",
                        .got = std::to_string(*request.batch_size),
                        .advice = "leave " + named(Setting::batch_size) + " out"});
    }
    request.batch_size = 1;
  }
  request.recorded_options = command.recorded();
  // A preset of the environment that an effort overrules is not an option of this training.
  const auto is_overruled = [&](std::string_view name) {
    return settings.preset == Preset::none && name == name_of(Setting::preset, Face::json);
  };
  std::erase_if(request.recorded_options, [&](const auto& option) { return is_overruled(option.first); });
  for (KeptOption& option : command.kept(per_run_options())) {
    if (is_overruled(std::string_view(option.name).substr(2))) continue;
    // A checkpoint holds text; a name in other bytes must be given again.
    if (std::ranges::all_of(option.values, is_valid_utf8))
      request.checkpoint.arguments.emplace_back(std::move(option.name), std::move(option.values));
  }
  // The validation rows shape the model, but the path of their file concerns only this machine.
  if (command.is_set(Setting::validation)) {
    const std::string value = request.validation
                                  ? std::filesystem::path(settings.validation).filename().string()
                                  : settings.validation;
    request.recorded_options.emplace_back("validation", value);
    std::sort(request.recorded_options.begin(), request.recorded_options.end());
  }
  if (settings.output == "-") {
    throw UsageError({.what = "a model cannot go to standard output",
                      .setting = Setting::output,
                      .advice = "name a file"});
  }
  if (settings.output.empty()) settings.output = default_model_path(request.data.path);
}

std::string default_model_path(const std::string& data_path) {
  std::filesystem::path name = std::filesystem::path(data_path).filename();
  if (name.extension() == ".gz") name = name.stem();
  // Files of images are called train-images-idx3-ubyte: no ending to drop.
  if (data_path == "-" || name.stem().empty()) name = "model";
  return name.stem().string() + ".safetensors";
}

}  // namespace chainrule::cli
