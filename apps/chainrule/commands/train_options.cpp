#include "chainrule/commands/train_options.h"

#include <algorithm>
#include <filesystem>
#include <span>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/text.h"
#include "chainrule/session/checkpoints.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

constexpr Limits kShare{.minimum = 0, .maximum = 1, .ends = Limits::Ends::maximum_excluded};
constexpr Limits kInside{.minimum = 0, .maximum = 1, .ends = Limits::Ends::excluded};
constexpr Limits kDecay{.minimum = 0, .maximum = 1, .ends = Limits::Ends::minimum_excluded};

void add_data_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.heading("The table");
  command.option({.names = "--target",
                  .value = "NAME",
                  .help = "the column to learn; several: a,b",
                  .shown_default = "the last column"},
                 to_list(request.schema.targets));
  command.option({.names = "--ignore", .value = "NAME", .help = "columns to leave out: a,b"},
                 to_list(request.schema.ignored));
  command.option(
      {.names = "--keep", .value = "NAME", .help = "columns to use although they look like identifiers: a,b"},
      to_list(request.schema.kept));
  add_labels_option(command, request.data.labels_path);
  add_missing_target_option(command, request.data);
  add_column_option(command, request.data.read);
  add_reading_options(command, request.data.read);
  add_lenient_option(command, request.data.read);
  command.option({.names = "--class-names",
                  .value = "A,B",
                  .help = "names for the classes, in the order of their values in the data"},
                 to_list(request.encoder.class_names));
  command.option({.names = "--scaling",
                  .value = "WORD",
                  .help = "how numbers are scaled",
                  .shown_default = "standard; bytes for pictures"},
                 to_word(request.encoder.scaling));
  command.option(
      {.names = "--max-words", .value = "N", .help = "a category with more different words is left out"},
      to_count(request.schema.max_words));
  command.option(
      {.names = "--weight-column", .value = "NAME", .help = "a column that says how much each row counts"},
      to_text(request.weight_column));
  command.option({.names = "--validation",
                  .value = "SHARE|FILE",
                  .help = "what to test on: a share of the rows, a table of its own, or none",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.validation));
  command.option({.names = "--validation-labels",
                  .value = "FILE",
                  .help = "the answers to the table of --validation",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.validation_labels));
}

template <typename E, typename Fits>
std::vector<std::string> words_where(Fits&& fits) {
  std::vector<std::string> words;
  for (const EnumName<E>& entry : enum_table<E>()) {
    if (fits(entry.value)) words.emplace_back(entry.word);
  }
  return words;
}

bool is_trainable(Activation activation) {
  return properties_of(activation).is_differentiable;
}

std::string optimizers_using(Hyperparameter option) {
  return join(words_where<Optimizer>([&](Optimizer kind) { return uses(kind, option); }), ", ");
}

void add_network_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.heading("The network");
  command.option({.names = "--model", .value = "WORD", .help = "what kind"}, to_word(request.model));
  command.option({.names = "--task", .value = "WORD", .help = "what to learn", .shown_default = "found"},
                 to_word(request.schema.task));
  command.option({.names = "--hidden", .value = "N,N", .help = "units of each hidden layer, or none"},
                 to_counts(request.hidden, "none"));
  command.option({.names = "--activation",
                  .value = "WORD",
                  .help = "of the hidden layers; one for all, or one each: a,b"},
                 {.apply =
                      [&request](const Given& given) {
                        request.activations.clear();
                        for (const std::string& word : split_list(given.once())) {
                          request.activations.push_back(parse_name<Activation>(word));
                        }
                      },
                  .shown_default = std::string(name_of(request.activations.front())),
                  .words = words_where<Activation>(is_trainable_by_unit)});
  command.option({.names = "--activation-parameter",
                  .value = "X",
                  .help = "slope of leaky_relu and prelu, alpha of elu, beta of swish",
                  .shown_default = "the function's own"},
                 to_number(request.activation_parameter));
  command.option(
      {.names = "--output-activation",
       .value = "WORD",
       .help = "of the last layer",
       .shown_default = "by task and loss"},
      {.apply = [&request](
                    const Given& given) { request.output_activation = parse_name<Activation>(given.once()); },
       .words = words_where<Activation>(is_trainable)});
  command.option({.names = "--swish-beta", .value = "WORD", .help = "is swish's beta learned"},
                 to_choice<ParameterUse>(request.swish_beta, {{"fixed", ParameterUse::fixed},
                                                              {"learnable", ParameterUse::learnable}}));
  command.option({.names = "--dropout", .value = "SHARE", .help = "of hidden units silenced in each step"},
                 to_number(request.dropout, kShare));
  command.option({.names = "--initializer", .value = "WORD", .help = "first values of the weights"},
                 to_word(request.initializer));
  command.option({.names = "--initializer-scale", .value = "X", .help = "of small_random and constant"},
                 to_number(request.initializer_scale));
  command.option({.names = "--variant", .value = "WORD", .help = "of the perceptron: which weights are kept"},
                 to_word(request.variant));
  command.option({.names = "--sign-of-zero",
                  .value = "WORD",
                  .help = "what the perceptron rule takes a net input of exactly 0 for"},
                 to_word(request.sign_of_zero));
}

void add_rbf_options(Command& command, TrainSettings& settings) {
  RbfRequest& rbf = settings.request.rbf;
  command.heading("Radial basis functions (--model rbf)");
  command.option(
      {.names = "--centres",
       .value = "N",
       .help = "radial basis functions",
       .shown_default = "40, or a third of the rows where that is fewer"},
      {.apply = [&rbf](const Given& given) { rbf.fitting.centres = parse_count(given.once(), 1); }});
  command.option({.names = "--centre-choice", .value = "WORD", .help = "where they stand"},
                 to_word(rbf.fitting.centre_choice));
  command.option({.names = "--widths",
                  .value = "WORD",
                  .help = "how wide they are",
                  .shown_default = "nearest_neighbour; for orthogonal_least_squares common"},
                 to_word(rbf.fitting.widths));
  command.option({.names = "--width-factor", .value = "X", .help = "of nearest_neighbour and common"},
                 to_number(rbf.fitting.width_factor, kPositive));
  command.option(
      {.names = "--width", .value = "X", .help = "of --widths fixed, in units of the scaled inputs"},
      to_number(rbf.fitting.width, kPositive));
  command.option(
      {.names = "--output-training", .value = "WORD", .help = "how the weights above them are found"},
      to_word(rbf.output_training));
  command.option({.names = "--ridge", .value = "X", .help = "closed_form: penalty on the sum of w^2"},
                 to_number(rbf.fitting.ridge, kNotNegative));
  command.option({.names = "--fine-tune",
                  .value = "EPOCHS",
                  .help = "of descent on centres, widths and weights together; 0: none"},
                 to_count(rbf.fine_tune, 0));
}

void add_loss_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.heading("The loss");
  command.option(
      {.names = "--loss", .value = "WORD", .help = "what training makes small", .shown_default = "by task"},
      to_word(request.loss));
  command.option(
      {.names = "--reduction", .value = "WORD", .help = "how the losses of a batch's rows are joined"},
      to_word(request.reduction));
  command.option({.names = "--huber-delta", .value = "X", .help = "where huber becomes linear"},
                 to_number(request.huber_delta, kPositive));
  command.option(
      {.names = "--quantile", .value = "X", .help = "the quantile to predict, with --loss quantile"},
      to_number(request.quantile, kInside));
  command.option(
      {.names = "--label-smoothing", .value = "X", .help = "how far targets move towards all classes alike"},
      to_number(request.label_smoothing, kShare));
  command.option({.names = "--class-weight",
                  .value = "WEIGHTS",
                  .help = "balanced, or how much the rows of a class count: Gentoo=2,Adelie=0.5",
                  .shown_default = "all alike"},
                 to_text(settings.class_weight));
  command.option({.names = "--l1", .value = "X", .help = "penalty on the sum of |w|"},
                 to_number(request.penalty.l1, kNotNegative));
  command.option({.names = "--l2", .value = "X", .help = "penalty on half the sum of w^2"},
                 to_number(request.penalty.l2, kNotNegative));
  command.option({.names = "--weight-decay",
                  .value = "X",
                  .help = "weights shrink by this share of the learning rate each step"},
                 to_number(request.optimizer.weight_decay, kNotNegative));
}

void add_optimizer_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.heading("The way down");
  command.option({.names = "--optimizer", .value = "WORD", .help = "rule of the updates"},
                 to_word(request.optimizer.kind));
  command.option({.names = "--learning-rate",
                  .value = "X",
                  .help = "length of a step",
                  .shown_default = "the rule's usual one"},
                 to_number(request.learning_rate, kPositive));
  command.option({.names = "--momentum", .value = "X", .help = optimizers_using(&OptimizerOptions::momentum)},
                 to_number(request.optimizer.momentum, kShare));
  command.option({.names = "--beta1",
                  .value = "X",
                  .help = optimizers_using(&OptimizerOptions::beta1) + ": memory of gradients"},
                 to_number(request.optimizer.beta1, kShare));
  command.option({.names = "--beta2",
                  .value = "X",
                  .help = optimizers_using(&OptimizerOptions::beta2) + ": memory of squared gradients"},
                 to_number(request.optimizer.beta2, kShare));
  command.option({.names = "--rho",
                  .value = "X",
                  .help = optimizers_using(&OptimizerOptions::rho) + ": memory of squared gradients"},
                 to_number(request.optimizer.rho, kShare));
  command.option({.names = "--epsilon",
                  .value = "X",
                  .help = optimizers_using(&OptimizerOptions::epsilon) + ": keeps divisions finite"},
                 to_number(request.optimizer.epsilon, kPositive));
  command.option({.names = "--schedule", .value = "WORD", .help = "how the learning rate changes"},
                 to_word(request.schedule.kind));
  command.option({.names = "--decay",
                  .value = "X",
                  .help = "factor of step, exponential, plateau",
                  .shown_default = "0.5, 0.95, 0.5"},
                 to_number(request.schedule.decay, kDecay));
  command.option({.names = "--period", .value = "EPOCHS", .help = "of step"},
                 to_number(request.schedule.period, kPositive));
  command.option({.names = "--warm-up",
                  .value = "EPOCHS",
                  .help = "the learning rate rises this long, with any schedule"},
                 to_number(request.schedule.warm_up, kNotNegative));
  command.option(
      {.names = "--floor", .value = "SHARE", .help = "of the learning rate left at the end of cosine"},
      to_number(request.schedule.floor, kShare));
  command.option(
      {.names = "--plateau-patience", .value = "EPOCHS", .help = "without improvement, then plateau acts"},
      to_count(request.schedule.patience));
  command.option({.names = "--batch-size",
                  .value = "N",
                  .help = "rows a step, or all",
                  .shown_default = "32; from 5,000 rows on 128"},
                 {.apply = [&request](const Given& given) {
                   request.batch_size = given.once() == "all" ? 0 : parse_count(given.once(), 1);
                 }});
  command.option(
      {.names = "--row-order", .value = "WORD", .help = "of the rows within an epoch"},
      to_choice<RowOrder>(request.row_order, {{"shuffled", RowOrder::shuffled}, {"given", RowOrder::given}}));
  command.option({.names = "--clip-norm", .value = "X", .help = "longest gradient; 0: any length"},
                 to_number(request.clip_norm, kNotNegative));
}

void add_stopping_options(Command& command, TrainSettings& settings) {
  StoppingOptions& stopping = settings.request.stopping;
  command.heading("The end");
  command.option({.names = "--epochs", .value = "N", .help = "passes over the rows, at most"},
                 to_count(stopping.epochs));
  command.option({.names = "--patience",
                  .value = "EPOCHS",
                  .help = "without improvement, then the best weights are taken; 0: no end"},
                 to_count(stopping.patience, 0));
  command.option({.names = "--min-improvement", .value = "X", .help = "what counts as one"},
                 to_number(stopping.min_improvement, kNotNegative));
  command.option({.names = "--small-change",
                  .value = "X",
                  .help = "end when the error changes less from epoch to epoch; 0: never"},
                 to_number(stopping.small_change, kNotNegative));
  command.option(
      {.names = "--error-goal", .value = "X", .help = "end when the training loss is this low; 0: never"},
      to_number(stopping.error_goal, kNotNegative));
  // Of one run: the model says that it was used up (stop_reason), and one that was not is the same without
  // it.
  command.option({.names = "--time-budget",
                  .value = "TIME",
                  .help = "end after 30s, 5m, 1h",
                  .shown_default = "none",
                  .recorded = Recorded::nowhere},
                 to_seconds(stopping.time_budget_seconds));
  command.option(
      {.names = "--on-divergence",
       .value = "WORD",
       .help = "when numbers are no longer finite: end with the best weights so far, or go back to "
               "the last good ones with half the learning rate"},
      to_word(settings.request.on_divergence));
}

// "10": epochs; "5m", "1h30m": time. Whole numbers; times have a unit.
void read_every(const std::string& given, CheckpointRequest& checkpoint) {
  constexpr double kMostSeconds = 100'000 * 3600.0;
  const std::string_view text = trim(given);
  const UsageError refusal({.what = "not a time or a number of epochs",
                            .expected = "a time such as 30s, 5m or 1h, or a number of epochs such as 10",
                            .got = quoted(given),
                            .advice = "whole numbers above 0, and at most 100000h"});
  if (text.empty() || text.find_first_not_of("0123456789hms") != std::string_view::npos) throw refusal;
  if (text.find_first_of("hms") == std::string_view::npos) {
    const std::optional<std::int64_t> epochs = parse_integer(text);
    if (!epochs || *epochs < 1) throw refusal;
    checkpoint.every_epochs = static_cast<std::size_t>(*epochs);
    return;
  }
  double seconds = 0;
  try {
    seconds = parse_seconds(text);
  } catch (const UsageError&) {
    throw refusal;
  }
  // "1h30": of what?
  if (std::string_view("hms").find(text.back()) == std::string_view::npos || seconds > kMostSeconds)
    throw refusal;
  checkpoint.every_epochs = 0;
  checkpoint.every_seconds = seconds;
}

void add_checkpoint_options(Command& command, TrainSettings& settings) {
  command.heading("Checkpoints");
  command.option({.names = "--checkpoint",
                  .value = "DIR",
                  .help = "keep where training is in this directory, to go on from after an interruption",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.request.checkpoint.directory));
  command.option(
      {.names = "--every",
       .value = "TIME|N",
       .help = "how often: 30s, 5m, 1h, or a number of epochs; and whenever training ends early",
       .shown_default = "5m",
       .recorded = Recorded::nowhere},
      {.apply = [&settings](const Given& given) { read_every(given.once(), settings.request.checkpoint); }});
  command.option(
      {.names = "--resume",
       .value = "DIR",
       .help = "go on from the checkpoint in this directory; options and DATA are taken from it. With "
               "--checkpoint DIR too, training starts where there is none yet",
       .completion = Completion::file,
       .recorded = Recorded::nowhere},
      to_text(settings.resume));
}

void add_run_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.heading("This run");
  // The seed has a place of its own in the model's provenance.
  command.option({.names = "--seed",
                  .value = "N",
                  .help = "start of all random numbers; the same seed gives the same model",
                  .recorded = Recorded::nowhere,
                  .environment = "CHAINRULE_SEED"},
                 to_seed(request.seed));
  command.option({.names = "--precision",
                  .value = "WORD",
                  .help = "of the numbers; bf16: of the products, by a matrix unit",
                  .environment = "CHAINRULE_PRECISION"},
                 to_word(request.precision));
  add_matrix_unit_option(command, settings.compute);
  add_compute_options(command, settings.compute);
  command.config_file();
  command.heading("Options");
  command.option({.names = "-o,--output",
                  .value = "FILE",
                  .help = "where the model goes",
                  .shown_default = "DATA's name with .safetensors, in this folder",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.output));
  command.option({.names = "--report",
                  .value = "FILE.html",
                  .help = "a page with curves, confusion matrix, network and options",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.report));
  command.flag("--json", "the result as one JSON document", settings.json);
  command.flag("--quiet", "no progress and no notes", settings.quiet);
}

// An option that means something only with some values of another.
struct Belongs {
  std::string_view option;
  bool fits;
  std::string reason;
};

// "it belongs to --optimizer rmsprop, adam and adamw": the words for which `fits` holds.
template <typename E, typename Fits>
std::string belongs_to(std::string_view option, Fits&& fits) {
  const std::vector<std::string> words = words_where<E>(fits);
  const std::size_t last = words.size() - 1;
  const std::string front = join(std::span(words).first(last), ", ");
  return "it belongs to " + std::string(option) + " " + (last == 0 ? "" : front + " and ") + words[last];
}

// What shapes a network of dense layers, and what steers gradient descent.
constexpr std::string_view kNetworkOptions[] = {
    "--hidden", "--activation", "--activation-parameter", "--output-activation", "--swish-beta", "--dropout"};
constexpr std::string_view kCheckpointOptions[] = {"--checkpoint", "--every", "--resume"};
constexpr std::string_view kDescentOptions[] = {"--reduction",
                                                "--l1",
                                                "--l2",
                                                "--weight-decay",
                                                "--optimizer",
                                                "--momentum",
                                                "--beta1",
                                                "--beta2",
                                                "--rho",
                                                "--epsilon",
                                                "--schedule",
                                                "--decay",
                                                "--period",
                                                "--warm-up",
                                                "--floor",
                                                "--patience",
                                                "--batch-size",
                                                "--clip-norm",
                                                "--plateau-patience",
                                                "--min-improvement",
                                                "--small-change",
                                                "--on-divergence"};

void refuse_each(const Command& command, std::span<const std::string_view> options,
                 const std::string& reason) {
  for (const std::string_view option : options)
    command.refuse_if_set(option, reason);
}

// The perceptron rule has one layer, one loss, one kind of step and one row at a time.
void refuse_options_of_networks(const Command& command) {
  const std::string reason = "it belongs to --model mlp; the perceptron rule has no use for it";
  refuse_each(command, kNetworkOptions, reason);
  refuse_each(command, kDescentOptions, reason);
  refuse_each(command, kCheckpointOptions, reason);
  constexpr std::string_view kOthers[] = {
      "--loss",         "--huber-delta",   "--quantile",  "--label-smoothing",
      "--class-weight", "--weight-column", "--error-goal"};
  refuse_each(command, kOthers, reason);
}

// What belongs to --model rbf, and what does not belong to it.
void refuse_options_of_other_models(const Command& command, const TrainRequest& request) {
  const auto refuse = [&](std::initializer_list<std::string_view> options, const std::string& reason) {
    for (const std::string_view option : options)
      command.refuse_if_set(option, reason);
  };
  if (request.model != ModelType::rbf) {
    refuse({"--centres", "--centre-choice", "--widths", "--width-factor", "--width", "--output-training",
            "--ridge", "--fine-tune"},
           "it belongs to --model rbf");
    return;
  }
  refuse_each(command, kNetworkOptions, "it belongs to --model mlp");
  refuse_each(command, kCheckpointOptions, "it belongs to --model mlp");
  refuse({"--initializer", "--initializer-scale"}, "it belongs to --model mlp");
  refuse({"--loss", "--huber-delta", "--quantile"},
         "with --model rbf the loss follows from --output-training");
  const RbfRequest& rbf = request.rbf;
  const bool is_greedy = rbf.fitting.centre_choice == CentreChoice::orthogonal_least_squares;
  const bool is_fixed = rbf.fitting.widths == WidthChoice::fixed;
  if (!is_fixed) refuse({"--width"}, "it belongs to --widths fixed");
  if (is_fixed) refuse({"--width-factor"}, "it belongs to --widths nearest_neighbour and common");
  const bool by_descent = rbf.output_training == OutputTraining::softmax;
  if (by_descent) {
    refuse({"--ridge"}, "it belongs to --output-training closed_form; --l2 is the penalty of softmax");
  } else {
    refuse({"--label-smoothing"}, "it belongs to --output-training softmax");
    refuse({"--epochs"}, "in closed form there are none; --fine-tune EPOCHS is what follows it");
  }
  if (by_descent || rbf.fine_tune > 0) return;
  const std::string reason =
      "the output weights are solved for at once; it belongs to --output-training softmax and --fine-tune";
  refuse_each(command, kDescentOptions, reason);
  refuse({"--learning-rate", "--row-order", "--time-budget"}, reason);
  if (!is_greedy) {
    refuse(
        {"--error-goal"},
        "it belongs to --centre-choice orthogonal_least_squares, --output-training softmax and --fine-tune");
  }
}

void refuse_useless_options(const Command& command, const TrainSettings& settings) {
  const TrainRequest& request = settings.request;
  const ScheduleKind schedule = request.schedule.kind;
  const bool is_perceptron = request.model == ModelType::perceptron;
  if (is_perceptron) refuse_options_of_networks(command);
  const bool has_hidden = !request.hidden.empty();
  const auto of_optimizer = [&](std::string_view option, Hyperparameter number) -> Belongs {
    return {option, uses(request.optimizer.kind, number),
            belongs_to<Optimizer>("--optimizer", [&](Optimizer kind) { return uses(kind, number); })};
  };
  const bool scaled =
      uses_scale(request.initializer) || (is_perceptron && request.initializer == Initializer::automatic);
  const bool has_swish = std::find(request.activations.begin(), request.activations.end(),
                                   Activation::swish) != request.activations.end();
  const Belongs table[] = {
      {"--variant", is_perceptron, "it belongs to --model perceptron"},
      {"--sign-of-zero", is_perceptron, "it belongs to --model perceptron"},
      {"--activation", has_hidden, "there is no hidden layer"},
      {"--activation-parameter", has_hidden, "there is no hidden layer"},
      {"--dropout", has_hidden, "there is no hidden layer"},
      {"--swish-beta", has_hidden && has_swish, "no hidden layer uses swish"},
      {"--initializer-scale", scaled, belongs_to<Initializer>("--initializer", uses_scale)},
      {"--huber-delta", request.loss == Loss::huber, "it belongs to --loss huber"},
      {"--quantile", request.loss == Loss::quantile, "it belongs to --loss quantile"},
      of_optimizer("--momentum", &OptimizerOptions::momentum),
      of_optimizer("--beta1", &OptimizerOptions::beta1),
      of_optimizer("--beta2", &OptimizerOptions::beta2),
      of_optimizer("--rho", &OptimizerOptions::rho),
      of_optimizer("--epsilon", &OptimizerOptions::epsilon),
      {"--decay", default_decay(schedule) != 0,
       belongs_to<ScheduleKind>("--schedule", [](ScheduleKind kind) { return default_decay(kind) != 0; })},
      {"--period", schedule == ScheduleKind::step, "it belongs to --schedule step"},
      {"--floor", schedule == ScheduleKind::cosine, "it belongs to --schedule cosine"},
      {"--plateau-patience", schedule == ScheduleKind::plateau, "it belongs to --schedule plateau"},
      {"--matrix-unit", request.precision == Precision::bf16, "it belongs to --precision bf16"},
      {"--min-improvement", request.stopping.patience > 0, "--patience is 0"},
      {"--validation-labels", request.validation.has_value(), "it belongs to --validation FILE"},
      {"--every", !request.checkpoint.directory.empty(), "it belongs to --checkpoint"},
  };
  for (const Belongs& entry : table) {
    if (!entry.fits) command.refuse_if_set(entry.option, entry.reason);
  }
}

void read_validation(TrainSettings& settings) {
  TrainRequest& request = settings.request;
  const std::string& text = settings.validation;
  if (text == "none") {
    request.validation_share = 0;
  } else if (const std::optional<double> share = parse_double(text)) {
    if (!(*share > 0 && *share < 1)) {
      throw UsageError({.what = "no share of the rows",
                        .where = "--validation",
                        .expected = "a number between 0 and 1, a file, or none",
                        .got = quoted(text),
                        .advice = "--validation 0.2 tests on a fifth of the rows"});
    }
    request.validation_share = *share;
  } else {
    request.validation_share = 0;
    request.validation =
        DataSource{.path = text, .labels_path = settings.validation_labels, .read = request.data.read};
    if (!request.data.labels_path.empty() && settings.validation_labels.empty()) {
      throw UsageError({.what = "the answers to the table of --validation are missing",
                        .where = "--validation",
                        .advice = "add --validation-labels FILE"});
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
          {.what = "no class weight",
           .where = "--class-weight",
           .expected = "balanced, or CLASS=WEIGHT with weights of at least 0: Gentoo=2,Adelie=0.5",
           .got = quoted(part)});
    }
    request.class_weights[std::string(trim(std::string_view(part).substr(0, equals)))] = weight;
  }
}

}  // namespace

void add_train_options(Command& command, TrainSettings& settings) {
  command.positional("DATA", "the table: CSV or TSV (also .gz), IDX, NPY, or - for standard input",
                     settings.request.data.path);
  add_data_options(command, settings);
  add_network_options(command, settings);
  add_rbf_options(command, settings);
  add_loss_options(command, settings);
  add_optimizer_options(command, settings);
  add_stopping_options(command, settings);
  add_checkpoint_options(command, settings);
  add_run_options(command, settings);
}

// What belongs to one run and not to the training: where it runs, how long, and what it is told to do with
// checkpoints.
constexpr std::string_view kOfOneRun[] = {"--checkpoint", "--resume", "--every", "--config",     "--threads",
                                          "--vector",     "--json",   "--quiet", "--time-budget"};

std::string lock_path(const std::string& directory) {
  return (std::filesystem::path(directory) / "checkpoint.lock").string();
}

void hold_directory(FileSystem& file_system, TrainSettings& settings, const std::string& directory) {
  if (settings.directory_lock) return;
  require_no_file_at(file_system, directory);
  file_system.make_directory(directory);
  auto lock = std::make_unique<FileLock>(lock_path(directory));
  if (lock->state() == FileLock::State::taken) {
    const std::string process =
        lock->holder() == 0 ? "" : " (process " + std::to_string(lock->holder()) + ")";
    throw UsageError({.what = "another training is using this directory" + process,
                      .where = directory,
                      .advice = "wait until it has ended, or name another --checkpoint directory"});
  }
  if (lock->state() == FileLock::State::held) {
    remove_temporaries_of(file_system, checkpoint_path(directory));
    settings.request.checkpoint.may_write = [held = lock.get()] { return held->is_still_there(); };
  }
  settings.directory_lock = std::move(lock);
}

// A directory that can only be read can be gone on from, with the next checkpoints elsewhere.
void hold_directory_to_resume(FileSystem& file_system, TrainSettings& settings,
                              const std::string& directory) {
  try {
    hold_directory(file_system, settings, directory);
  } catch (const DataError& error) {
    ErrorReport report = error.report();
    report.advice = "to go on from it and write the next checkpoints elsewhere: chainrule train --resume " +
                    shell_word(directory) + " --checkpoint DIR";
    throw DataError(std::move(report));
  }
}

// Without DATA there is nothing to start with; perhaps the user wants to go on.
void suggest_resume(FileSystem& file_system, const Command& command) {
  const std::vector<std::string> checkpoint = command.values_of("--checkpoint");
  if (command.is_set("DATA") || checkpoint.empty()) return;
  if (file_system.status(checkpoint_path(checkpoint.front())).kind == FileKind::missing) return;
  throw UsageError({.what = "DATA is missing: the table to learn from",
                    .where = "chainrule train",
                    .advice = "to go on from the checkpoint in this directory: chainrule train --resume " +
                              shell_word(checkpoint.front())});
}

// What standard input held is gone, and what it holds now is something else.
void refuse_standard_input_of_old(const Command& command, const KeptOptions& kept,
                                  const std::string& directory) {
  for (const KeptOption& option : kept.options) {
    if (option.values != std::vector<std::string>{"-"} || command.is_set(option.name)) continue;
    const bool is_data = option.name == "DATA";
    throw UsageError(
        {.what = "the training read this from standard input, which is not kept",
         .where = option.name,
         .got = "-",
         .advice = "give the same table again, in a file or as standard input: chainrule train " +
                   std::string(is_data ? "" : option.name + " ") + "FILE --resume " + shell_word(directory)});
  }
}

std::optional<KeptOptions> options_of_checkpoint(FileSystem& file_system, const Command& command,
                                                 TrainSettings& settings) {
  const std::vector<std::string> resume = command.values_of("--resume");
  if (resume.empty()) {
    suggest_resume(file_system, command);
    return std::nullopt;
  }
  const std::string directory = Given{"--resume", resume}.once();
  if (directory.empty())
    throw UsageError({.what = "an empty value", .where = "--resume", .advice = "name a directory"});
  require_no_file_at(file_system, directory);
  const std::vector<std::string> checkpoint = command.values_of("--checkpoint");
  const bool may_be_missing = !checkpoint.empty() && checkpoint.front() == directory;
  // Before it is read, so that it is the last one. One that is only read needs no lock: it is replaced as a
  // whole.
  const bool is_written = checkpoint.empty() || may_be_missing;
  if (is_written && file_system.status(directory).kind == FileKind::directory)
    hold_directory_to_resume(file_system, settings, directory);
  if (may_be_missing && file_system.status(checkpoint_path(directory)).kind == FileKind::missing)
    return std::nullopt;
  auto read = std::make_shared<const Checkpoint>(load_checkpoint(file_system, directory));
  KeptOptions kept{.options = {}, .of_one_run = kOfOneRun};
  for (const auto& [name, values] : read->description.arguments) {
    if (values.empty()) {
      throw ModelFileError({.what = "the checkpoint names an option without a value",
                            .where = checkpoint_path(directory),
                            .got = name});
    }
    // Chainrule does not write these: a file that has them wants to choose the directory, or files of
    // options.
    if (std::ranges::find(kOfOneRun, name) != std::end(kOfOneRun)) {
      throw ModelFileError({.what = "the checkpoint names an option that is not the training's",
                            .where = checkpoint_path(directory),
                            .got = name,
                            .advice = "the file was written or changed by another program: do not use it"});
    }
    kept.options.push_back({.name = name, .values = values});
  }
  refuse_standard_input_of_old(command, kept, directory);
  // A model without a name of its own is called after DATA.
  const bool names_output =
      std::ranges::find(kept.options, "--output", &KeptOption::name) != kept.options.end();
  settings.output_is_of_checkpoint = !command.is_set("--output") && (names_output || !command.is_set("DATA"));
  settings.report_is_of_checkpoint = !command.is_set("--report");
  if (checkpoint.empty()) kept.options.push_back({.name = "--checkpoint", .values = {directory}});
  settings.request.checkpoint.resume_from = std::move(read);
  return kept;
}

void finish_train_settings(const Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  read_validation(settings);
  read_class_weights(settings);
  refuse_options_of_other_models(command, request);
  refuse_useless_options(command, settings);
  if (!request.data.labels_path.empty() && !request.schema.targets.empty()) {
    throw UsageError(
        {.what = "--target and --labels both say what to learn",
         .where = "chainrule train",
         .advice = "leave one out: --target for a column of DATA, --labels for a file of answers"});
  }
  if (request.activations.size() > 1 && request.activations.size() != request.hidden.size()) {
    throw UsageError({.what = "another number of activations than of hidden layers",
                      .where = "--activation",
                      .expected = "one, or " + count_of(request.hidden.size(), "activation"),
                      .got = std::to_string(request.activations.size())});
  }
  if (request.reduction == Reduction::single) {
    if (request.batch_size && *request.batch_size != 1) {
      throw UsageError({.what = "--reduction single is the loss of one row, the batches have more",
                        .where = "--batch-size",
                        .expected = "1"});
    }
    request.batch_size = 1;
  }
  request.recorded_options = command.recorded();
  for (KeptOption& option : command.kept(kOfOneRun)) {
    // A checkpoint holds text; a name in other bytes has to be given again.
    if (std::ranges::all_of(option.values, is_valid_utf8))
      request.checkpoint.arguments.emplace_back(std::move(option.name), std::move(option.values));
  }
  // What is held out shapes the model, but the path of a file is this machine's business.
  if (command.is_set("--validation")) {
    const std::string value = request.validation
                                  ? std::filesystem::path(settings.validation).filename().string()
                                  : settings.validation;
    request.recorded_options.emplace_back("validation", value);
    std::sort(request.recorded_options.begin(), request.recorded_options.end());
  }
  if (settings.output == "-") {
    throw UsageError(
        {.what = "a model cannot go to standard output", .where = "--output", .advice = "name a file"});
  }
  if (settings.output.empty()) settings.output = default_model_path(request.data.path);
}

std::string default_model_path(const std::string& data_path) {
  std::filesystem::path name = std::filesystem::path(data_path).filename();
  if (name.extension() == ".gz") name = name.stem();
  // Pictures are called train-images-idx3-ubyte: no ending to drop.
  if (data_path == "-" || name.stem().empty()) name = "model";
  return name.stem().string() + ".safetensors";
}

}  // namespace chainrule::cli
