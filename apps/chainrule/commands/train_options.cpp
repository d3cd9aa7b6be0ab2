// The options of `train`, theme by theme: each is a name, a line of help and the field of the TrainRequest
// that it fills. train_conflicts.cpp has what may not be combined, train_resume.cpp what a checkpoint adds.
#include "chainrule/commands/train_options.h"

#include "chainrule/base/text.h"
#include "chainrule/session/choose_network.h"
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
  command.option({.setting = Setting::target,
                  .value = "NAME",
                  .help = "the column to learn; several: a,b",
                  .shown_default = "the last column"},
                 to_list(request.schema.targets));
  command.option({.setting = Setting::ignore, .value = "NAME", .help = "columns to leave out: a,b"},
                 to_list(request.schema.ignored));
  command.option({.setting = Setting::keep,
                  .value = "NAME",
                  .help = "columns to use even if they look like identifiers: a,b"},
                 to_list(request.schema.kept));
  add_labels_option(command, request.data.labels_path);
  add_missing_target_option(command, request.data);
  add_column_option(command, request.data.read);
  add_reading_options(command, request.data.read);
  add_lenient_option(command, request.data.read);
  command.option({.setting = Setting::class_names,
                  .value = "A,B",
                  .help = "names for the classes, in the order of their values in the data"},
                 to_list(request.encoder.class_names));
  command.option({.setting = Setting::class_order,
                  .value = "A,B,C",
                  .help = "the classes have this order, from the lowest to the highest: low,medium,high"},
                 to_list(request.schema.class_order));
  command.flag(
      option_name(Setting::soft_labels),
      "the targets hold the probabilities of the classes: --target p_cat,p_dog,p_bird; one alone holds "
      "that of yes",
      request.schema.soft_labels);
  command.option({.setting = Setting::scaling,
                  .value = "WORD",
                  .help = "how numbers are scaled",
                  .shown_default = "standard; bytes for images"},
                 to_word(request.encoder.scaling));
  command.option({.setting = Setting::outliers,
                  .value = "WORD",
                  .help = "a number far outside the range of the training rows: take it as it is, or as the "
                          "nearest of that range"},
                 to_word(request.encoder.outliers));
  command.option({.setting = Setting::max_words,
                  .value = "N",
                  .help = "of a column with more categories, the rare ones become one",
                  .shown_default = "by the rows with an effort: up to 1,000; 100 without one"},
                 to_count(request.schema.max_words));
  command.option(
      {.setting = Setting::weight_column, .value = "NAME", .help = "the column with the weight of each row"},
      to_text(request.weight_column));
  command.option({.setting = Setting::validation,
                  .value = "SHARE|FILE",
                  .help = "validation rows: a share of the rows at random (0.2), the last rows (last:0.2), a "
                          "separate table, or none",
                  .shown_default = "0.2 for one network; of several, each row is held out from some",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.validation));
  command.option({.setting = Setting::validation_labels,
                  .value = "FILE",
                  .help = "the labels for the --validation table",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.validation_labels));
  command.option({.setting = Setting::group,
                  .value = "NAME",
                  .help = "rows with the same value in this column are all trained on or all held out"},
                 to_text(request.group_column));
  command.option({.setting = Setting::time,
                  .value = "NAME",
                  .help = "hold out the latest rows by this column of numbers or dates (2024-01-31)"},
                 to_text(request.time_column));
}

bool is_trainable(Activation activation) {
  return properties_of(activation).is_differentiable;
}

std::string optimizers_using(Hyperparameter option) {
  return join(words_where<Optimizer>([&](Optimizer kind) { return uses(kind, option); }), ", ");
}

// The default of a setting that an effort chooses, and its value without one.
std::string by_effort(const std::string& otherwise) {
  return "by the effort; " + otherwise + " without one";
}

void add_effort_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.option({.setting = Setting::effort,
                  .value = "WORD",
                  .help = "how much work may go into choosing and training networks; settings that you give "
                          "stay as they are",
                  .shown_default = std::string(name_of(Effort::standard))},
                 to_word(request.effort));
  command.option({.setting = Setting::preset,
                  .value = "WORD",
                  .help = "textbook: one network with the hidden layers 64,32 and relu, trained by adam",
                  .environment = "CHAINRULE_PRESET"},
                 to_choice<Preset>(settings.preset, {{"textbook", Preset::textbook}}));
  command.option({.setting = Setting::members,
                  .value = "N",
                  .help = "networks of each kind that vote, each trained on all but one Nth of the rows; 1: "
                          "one network",
                  .shown_default = "by the effort and the number of rows"},
                 to_count(request.members, 1));
}

// Layers in front of the network, and how the weights learn.
void add_front_options(Command& command, TrainRequest& request) {
  command.option({.setting = Setting::number_embedding,
                  .value = "WORD",
                  .help = "columns in front of the network for each number"},
                 to_word(request.number_embedding));
  command.option({.setting = Setting::word_embedding,
                  .value = "N",
                  .help = "learned values for a word of a column of more than 9; 0: an input for each word"},
                 to_count(request.word_embedding, 0));
  command.option({.setting = Setting::input_scaling,
                  .value = "WORD",
                  .help = "whether a factor of each input is learned"},
                 to_word(request.input_scaling));
  command.option({.setting = Setting::parametrization,
                  .value = "WORD",
                  .help = "how weights start, and how fast those of each layer learn"},
                 to_word(request.parametrization));
}

void add_network_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.heading("The network");
  command.option({.setting = Setting::model, .value = "WORD", .help = "kind of model"},
                 to_word(request.model));
  command.option(
      {.setting = Setting::task, .value = "WORD", .help = "what to learn", .shown_default = "detected"},
      to_word(request.schema.task));
  add_effort_options(command, settings);
  command.option({.setting = Setting::hidden,
                  .value = "N,N",
                  .help = "units of each hidden layer, or none",
                  .shown_default = by_effort("64,32")},
                 to_counts(request.hidden, "none"));
  add_front_options(command, request);
  command.option({.setting = Setting::activation,
                  .value = "WORD",
                  .help = "of the hidden layers, one for all or one for each (a,b)"},
                 {.apply =
                      [&request](const Given& given) {
                        request.activations.clear();
                        for (const std::string& word : split_list(given.once())) {
                          request.activations.push_back(parse_name<Activation>(word));
                        }
                      },
                  .shown_default = by_effort(std::string(name_of(request.activations.front()))),
                  .words = words_where<Activation>(is_trainable_by_unit),
                  .canonical =
                      [](const std::string& given) {
                        std::vector<std::string> names;
                        for (const std::string& word : split_list(given))
                          names.push_back(canonical_name<Activation>(word));
                        return join(names, ",");
                      }});
  command.option({.setting = Setting::activation_parameter,
                  .value = "X",
                  .help = "slope of leaky_relu and prelu, alpha of elu, beta of swish",
                  .shown_default = "the function's own"},
                 to_number(request.activation_parameter));
  command.option(
      {.setting = Setting::output_activation,
       .value = "WORD",
       .help = "of the output layer",
       .shown_default = "by task and loss"},
      {.apply = [&request](
                    const Given& given) { request.output_activation = parse_name<Activation>(given.once()); },
       .words = words_where<Activation>(is_trainable),
       .canonical = canonical_name<Activation>});
  command.option({.setting = Setting::swish_beta, .value = "WORD", .help = "whether swish's beta is learned"},
                 to_choice<ParameterUse>(request.swish_beta, {{"fixed", ParameterUse::fixed},
                                                              {"learnable", ParameterUse::learnable}}));
  command.option(
      {.setting = Setting::dropout, .value = "SHARE", .help = "of hidden units dropped in each step"},
      to_number(request.dropout, kShare));
  command.option({.setting = Setting::initializer, .value = "WORD", .help = "initial weights"},
                 to_word(request.initializer));
  command.option(
      {.setting = Setting::initializer_scale, .value = "X", .help = "scale of small_random and constant"},
      to_number(request.initializer_scale));
  command.option(
      {.setting = Setting::variant, .value = "WORD", .help = "of the perceptron: which weights are kept"},
      to_word(request.variant));
  command.option({.setting = Setting::sign_of_zero,
                  .value = "WORD",
                  .help = "of the perceptron: how a pre-activation of exactly 0 counts"},
                 to_word(request.sign_of_zero));
}

void add_rbf_options(Command& command, TrainSettings& settings) {
  RbfRequest& rbf = settings.request.rbf;
  command.heading("Radial basis functions (--model rbf)");
  command.option(
      {.setting = Setting::centres,
       .value = "N",
       .help = "number of radial basis functions",
       .shown_default = "40, or a third of the rows if that is fewer"},
      {.apply = [&rbf](const Given& given) { rbf.fitting.centres = parse_count(given.once(), 1); }});
  command.option({.setting = Setting::centre_choice, .value = "WORD", .help = "how the centres are chosen"},
                 to_word(rbf.fitting.centre_choice));
  command.option({.setting = Setting::widths,
                  .value = "WORD",
                  .help = "how the widths are chosen",
                  .shown_default = "nearest_neighbour; common with orthogonal_least_squares"},
                 to_word(rbf.fitting.widths));
  command.option(
      {.setting = Setting::width_factor, .value = "X", .help = "factor of nearest_neighbour and common"},
      to_number(rbf.fitting.width_factor, kPositive));
  command.option(
      {.setting = Setting::width, .value = "X", .help = "for --widths fixed, in units of the scaled inputs"},
      to_number(rbf.fitting.width, kPositive));
  command.option({.setting = Setting::output_training,
                  .value = "WORD",
                  .help = "how the output weights are found",
                  .shown_default = "closed_form; softmax for classes with held-out rows"},
                 to_word(rbf.output_training));
  command.option({.setting = Setting::ridge, .value = "X", .help = "closed_form: penalty on the sum of w^2"},
                 to_number(rbf.fitting.ridge, kNotNegative));
  command.option({.setting = Setting::fine_tune,
                  .value = "EPOCHS",
                  .help = "of gradient descent on centres, widths and weights together; 0: none",
                  .shown_default = "--epochs after softmax with held-out rows, else 0"},
                 {.apply = [&rbf](const Given& given) { rbf.fine_tune = parse_count(given.once(), 0); }});
}

void add_loss_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.heading("The loss");
  command.option({.setting = Setting::loss,
                  .value = "WORD",
                  .help = "what training minimises; cross_entropy: the one of the task",
                  .shown_default = "by task"},
                 {.apply = [&request](const Given& given) { set_loss(request, given.once()); },
                  .words = names_of_all<Loss>(),
                  .canonical =
                      [&request](const std::string&) {
                        return request.loss ? std::string(name_of(*request.loss)) : "cross_entropy";
                      }});
  command.option({.setting = Setting::reduction,
                  .value = "WORD",
                  .help = "how the losses of a batch's rows are combined"},
                 to_word(request.reduction));
  command.option({.setting = Setting::huber_delta, .value = "X", .help = "where huber becomes linear"},
                 to_number(request.huber_delta, kPositive));
  command.option(
      {.setting = Setting::quantile, .value = "X", .help = "the quantile to predict, with --loss quantile"},
      to_number(request.quantile, kInside));
  command.option({.setting = Setting::quantiles,
                  .value = "LIST",
                  .help = "predict these quantiles of one number, which never cross: 0.1,0.5,0.9"},
                 to_numbers(request.quantiles, kInside));
  command.option({.setting = Setting::label_smoothing,
                  .value = "X",
                  .help = "how far targets move towards equal probabilities"},
                 to_number(request.label_smoothing, kShare));
  command.option({.setting = Setting::class_weight,
                  .value = "WEIGHTS",
                  .help = "balanced, or a weight for each class: Gentoo=2,Adelie=0.5",
                  .shown_default = "all equal"},
                 to_text(settings.class_weight));
  command.option({.setting = Setting::threshold,
                  .value = "P",
                  .help = "of two classes: predict the second from this probability on",
                  .shown_default = "0.5"},
                 to_number(request.threshold.given, kInside));
  command.option({.setting = Setting::optimise,
                  .value = "WORD",
                  .help = "choose the threshold on the held-out rows for this score"},
                 to_word(request.threshold.goal));
  command.option({.setting = Setting::costs,
                  .value = "X,Y",
                  .help = "of --optimise cost: one wrong prediction of the second class, one of the first",
                  .shown_default = "1,1"},
                 to_numbers(settings.costs, kNotNegative));
  command.option({.setting = Setting::l1, .value = "X", .help = "penalty on the sum of |w|"},
                 to_number(request.penalty.l1, kNotNegative));
  command.option({.setting = Setting::l2, .value = "X", .help = "penalty on half the sum of w^2"},
                 to_number(request.penalty.l2, kNotNegative));
  command.option({.setting = Setting::weight_decay,
                  .value = "X",
                  .help = "weights shrink by this share of the learning rate each step"},
                 to_number(request.optimizer.weight_decay, kNotNegative));
}

void add_optimizer_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.heading("The optimizer");
  command.option({.setting = Setting::optimizer,
                  .value = "WORD",
                  .help = "the update rule",
                  .shown_default = by_effort(std::string(name_of(request.optimizer.kind)))},
                 to_word(request.optimizer.kind));
  command.option({.setting = Setting::learning_rate,
                  .value = "X",
                  .help = "step size",
                  .shown_default = "the optimizer's usual one; 10 times that with --model rbf"},
                 to_number(request.learning_rate, kPositive));
  command.option(
      {.setting = Setting::momentum, .value = "X", .help = optimizers_using(&OptimizerOptions::momentum)},
      to_number(request.optimizer.momentum, kShare));
  command.option({.setting = Setting::beta1,
                  .value = "X",
                  .help = optimizers_using(&OptimizerOptions::beta1) + ": decay of the mean gradient"},
                 to_number(request.optimizer.beta1, kShare));
  command.option(
      {.setting = Setting::beta2,
       .value = "X",
       .help = optimizers_using(&OptimizerOptions::beta2) + ": decay of the mean squared gradient"},
      to_number(request.optimizer.beta2, kShare));
  command.option({.setting = Setting::rho,
                  .value = "X",
                  .help = optimizers_using(&OptimizerOptions::rho) + ": decay of the mean squared gradient"},
                 to_number(request.optimizer.rho, kShare));
  command.option({.setting = Setting::epsilon,
                  .value = "X",
                  .help = optimizers_using(&OptimizerOptions::epsilon) + ": keeps divisions finite"},
                 to_number(request.optimizer.epsilon, kPositive));
  command.option({.setting = Setting::schedule, .value = "WORD", .help = "how the learning rate changes"},
                 to_word(request.schedule.kind));
  command.option({.setting = Setting::decay,
                  .value = "X",
                  .help = "factor of step, exponential, plateau",
                  .shown_default = "0.5, 0.95, 0.5"},
                 to_number(request.schedule.decay, kDecay));
  command.option({.setting = Setting::period, .value = "EPOCHS", .help = "period of step"},
                 to_number(request.schedule.period, kPositive));
  command.option({.setting = Setting::warm_up,
                  .value = "EPOCHS",
                  .help = "the learning rate rises for this long, with any schedule"},
                 to_number(request.schedule.warm_up, kNotNegative));
  command.option(
      {.setting = Setting::floor, .value = "SHARE", .help = "of the learning rate left at the end of cosine"},
      to_number(request.schedule.floor, kShare));
  command.option({.setting = Setting::plateau_patience,
                  .value = "EPOCHS",
                  .help = "without improvement before plateau lowers the rate"},
                 to_count(request.schedule.patience));
  command.option({.setting = Setting::batch_size,
                  .value = "N",
                  .help = "rows per step, or all",
                  .shown_default = "32; 128 from 5,000 rows; all for optimizers that need them"},
                 {.apply = [&request](const Given& given) {
                   request.batch_size = given.once() == "all" ? 0 : parse_count(given.once(), 1);
                 }});
  command.option(
      {.setting = Setting::row_order, .value = "WORD", .help = "order of the rows in an epoch"},
      to_choice<RowOrder>(request.row_order, {{"shuffled", RowOrder::shuffled}, {"given", RowOrder::given}}));
  command.option({.setting = Setting::clip_norm, .value = "X", .help = "maximum gradient norm; 0: no limit"},
                 to_number(request.clip_norm, kNotNegative));
}

void add_stopping_options(Command& command, TrainSettings& settings) {
  StoppingOptions& stopping = settings.request.stopping;
  command.heading("When to stop");
  command.option({.setting = Setting::epochs,
                  .value = "N",
                  .help = "maximum number of passes over the rows",
                  .shown_default = by_effort(std::to_string(stopping.epochs))},
                 to_count(stopping.epochs));
  command.option({.setting = Setting::patience,
                  .value = "EPOCHS",
                  .help = "without improvement before training stops with the best weights; 0: never",
                  .shown_default = by_effort(std::to_string(stopping.patience))},
                 to_count(stopping.patience, 0));
  command.option({.setting = Setting::min_improvement,
                  .value = "X",
                  .help = "smallest change that counts as an improvement"},
                 to_number(stopping.min_improvement, kNotNegative));
  command.option({.setting = Setting::small_change,
                  .value = "X",
                  .help = "stop when the error changes by less from epoch to epoch; 0: never"},
                 to_number(stopping.small_change, kNotNegative));
  command.option({.setting = Setting::error_goal,
                  .value = "X",
                  .help = "stop when the training loss is this low; 0: never"},
                 to_number(stopping.error_goal, kNotNegative));
  command.option({.setting = Setting::on_divergence,
                  .value = "WORD",
                  .help = "when numbers are no longer finite: stop with the best weights so far, or return "
                          "to the last good ones with half the learning rate"},
                 to_word(settings.request.on_divergence));
}

void add_time_budget_option(Command& command, TrainSettings& settings) {
  // Not recorded: the model reports a budget that ended it (stop_reason); any other changes nothing.
  command.option({.setting = Setting::time_budget,
                  .value = "TIME",
                  .help = "stop after 30s, 5m, 1h",
                  .shown_default = "none",
                  .recorded = Recorded::nowhere},
                 to_seconds(settings.request.stopping.time_budget_seconds));
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
  command.option({.setting = Setting::checkpoint,
                  .value = "DIR",
                  .help = "save the state of training in this directory, to resume after an interruption",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.request.checkpoint.directory));
  command.option(
      {.setting = Setting::every,
       .value = "TIME|N",
       .help = "how often: 30s, 5m, 1h, or a number of epochs; also when training ends early",
       .shown_default = "5m",
       .recorded = Recorded::nowhere},
      {.apply = [&settings](const Given& given) { read_every(given.once(), settings.request.checkpoint); }});
  command.option({.setting = Setting::resume,
                  .value = "DIR",
                  .help = "resume from the checkpoint in this directory, with its options and DATA. With "
                          "--checkpoint DIR too, training starts if there is none yet",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.resume));
}

void add_output_options(Command& command, TrainSettings& settings) {
  command.heading("Options");
  command.option({.setting = Setting::output,
                  .names = "-o",
                  .value = "FILE",
                  .help = "where to write the model",
                  .shown_default = "DATA's name with .safetensors, in the current folder",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.output));
  command.option({.setting = Setting::report,
                  .value = "FILE.html",
                  .help = "a page with curves, mistakes, the importance of columns, network and options",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings.report));
  command.flag("--json", "the result as one JSON document", settings.json);
  command.flag("--quiet", "no progress and no notes", settings.quiet);
}

}  // namespace

void add_training_options(Command& command, TrainSettings& settings) {
  command.positional("DATA",
                     "the table: CSV, TSV, JSON records, ARFF, LIBSVM, FANN, IDX or NPY (also .gz, .xz, "
                     ".zst), or - for standard input",
                     settings.request.data.path);
  add_data_options(command, settings);
  add_network_options(command, settings);
  add_rbf_options(command, settings);
  add_loss_options(command, settings);
  add_optimizer_options(command, settings);
  add_stopping_options(command, settings);
}

void add_machine_options(Command& command, TrainSettings& settings) {
  TrainRequest& request = settings.request;
  command.heading("This run");
  // The provenance of a model has a separate field for the seed.
  command.option({.setting = Setting::seed,
                  .value = "N",
                  .help = "seed of all random numbers; the same seed gives the same model",
                  .recorded = Recorded::nowhere,
                  .environment = "CHAINRULE_SEED"},
                 to_seed(request.seed));
  command.option({.setting = Setting::precision,
                  .value = "WORD",
                  .help = "of the numbers; bf16: of the products, on a matrix unit",
                  .environment = "CHAINRULE_PRECISION"},
                 to_word(request.precision));
  add_matrix_unit_option(command, settings.compute);
  add_compute_options(command, settings.compute);
  command.config_file();
}

void add_train_options(Command& command, TrainSettings& settings) {
  add_training_options(command, settings);
  add_time_budget_option(command, settings);
  command.flag(option_name(Setting::find_learning_rate),
               "instead of training: measure the loss while the learning rate grows, and suggest a rate; "
               "writes no model",
               settings.finds_learning_rate);
  add_checkpoint_options(command, settings);
  add_machine_options(command, settings);
  add_output_options(command, settings);
}

}  // namespace chainrule::cli
