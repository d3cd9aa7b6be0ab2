// Options of `train` that would have no effect together with the others are refused: the user meant something
// else.
//
// Three groups belong to a kind of model (the perceptron rule and radial basis functions take few of an MLP's
// options); the rest depends on the value of one other option and is a table.
#include "chainrule/commands/train_conflicts.h"

#include <algorithm>
#include <span>

#include "chainrule/base/text.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

// An option that means something only with some values of another.
struct Belongs {
  Setting option;
  bool fits;
  std::string reason;
};

// "it belongs to --optimizer rmsprop, adam and adamw": the words for which `fits` holds.
template <typename E, typename Fits>
std::string belongs_to(Setting option, Fits&& fits) {
  const std::vector<std::string> words = words_where<E>(fits);
  const std::size_t last = words.size() - 1;
  const std::string front = join(std::span(words).first(last), ", ");
  return "it belongs to " + option_name(option) + " " + (last == 0 ? "" : front + " and ") + words[last];
}

// Options that shape a network of dense layers, of checkpoints, and of gradient descent.
constexpr Setting kNetworkOptions[] = {Setting::members,           Setting::hidden,
                                       Setting::activation,        Setting::activation_parameter,
                                       Setting::output_activation, Setting::swish_beta,
                                       Setting::dropout,           Setting::number_embedding,
                                       Setting::word_embedding,    Setting::input_scaling,
                                       Setting::parametrization};
constexpr Setting kCheckpointOptions[] = {Setting::checkpoint, Setting::every, Setting::resume};
constexpr Setting kDescentOptions[] = {Setting::reduction,
                                       Setting::l1,
                                       Setting::l2,
                                       Setting::weight_decay,
                                       Setting::optimizer,
                                       Setting::momentum,
                                       Setting::beta1,
                                       Setting::beta2,
                                       Setting::rho,
                                       Setting::epsilon,
                                       Setting::schedule,
                                       Setting::decay,
                                       Setting::period,
                                       Setting::warm_up,
                                       Setting::floor,
                                       Setting::patience,
                                       Setting::batch_size,
                                       Setting::clip_norm,
                                       Setting::plateau_patience,
                                       Setting::min_improvement,
                                       Setting::small_change,
                                       Setting::on_divergence};

// What an optimizer that needs all rows has no use for. Its batch is all rows.
constexpr Setting kStepOptions[] = {Setting::learning_rate, Setting::weight_decay,     Setting::schedule,
                                    Setting::decay,         Setting::period,           Setting::warm_up,
                                    Setting::floor,         Setting::plateau_patience, Setting::row_order,
                                    Setting::clip_norm,     Setting::on_divergence};

void refuse_each(const Command& command, std::span<const Setting> options, const std::string& reason) {
  for (const Setting option : options)
    command.refuse_if_set(option, reason);
}

// The perceptron rule has one layer, one loss, one kind of step and one row at a time.
void refuse_options_of_networks(const Command& command) {
  const std::string reason = "it belongs to --model mlp; the perceptron rule has no use for it";
  refuse_each(command, kNetworkOptions, reason);
  refuse_each(command, kDescentOptions, reason);
  refuse_each(command, kCheckpointOptions, reason);
  constexpr Setting kOthers[] = {Setting::loss,
                                 Setting::huber_delta,
                                 Setting::quantile,
                                 Setting::quantiles,
                                 Setting::label_smoothing,
                                 Setting::class_weight,
                                 Setting::weight_column,
                                 Setting::error_goal,
                                 Setting::threshold,
                                 Setting::optimise,
                                 Setting::costs};
  refuse_each(command, kOthers, reason);
}

// Options of --model rbf, and options that it does not have.
void refuse_options_of_other_models(const Command& command, const TrainRequest& request) {
  const auto refuse = [&](std::initializer_list<Setting> options, const std::string& reason) {
    for (const Setting option : options)
      command.refuse_if_set(option, reason);
  };
  if (request.model != ModelType::rbf) {
    refuse({Setting::centres, Setting::centre_choice, Setting::widths, Setting::width_factor, Setting::width,
            Setting::output_training, Setting::ridge, Setting::fine_tune},
           "it belongs to --model rbf");
    return;
  }
  refuse_each(command, kNetworkOptions, "it belongs to --model mlp");
  refuse_each(command, kCheckpointOptions, "it belongs to --model mlp");
  refuse({Setting::initializer, Setting::initializer_scale}, "it belongs to --model mlp");
  refuse({Setting::loss, Setting::huber_delta, Setting::quantile, Setting::quantiles},
         "with --model rbf the loss follows from --output-training");
  const RbfRequest& rbf = request.rbf;
  const bool is_greedy = rbf.fitting.centre_choice == CentreChoice::orthogonal_least_squares;
  const bool is_fixed = rbf.fitting.widths == WidthChoice::fixed;
  if (!is_fixed) refuse({Setting::width}, "it belongs to --widths fixed");
  if (is_fixed) refuse({Setting::width_factor}, "it belongs to --widths nearest_neighbour and common");
  if (rbf.output_training == OutputTraining::softmax)
    refuse({Setting::ridge}, "it belongs to --output-training closed_form; --l2 is the penalty of softmax");
  if (rbf.output_training != OutputTraining::closed_form) return;
  refuse({Setting::label_smoothing}, "it belongs to --output-training softmax");
  refuse({Setting::epochs},
         "in closed form there are none; --fine-tune EPOCHS adds some of gradient descent");
  if (rbf.fine_tune.value_or(0) > 0) return;
  const std::string reason =
      "the output weights are solved for at once; it belongs to --output-training softmax and --fine-tune";
  refuse_each(command, kDescentOptions, reason);
  refuse({Setting::learning_rate, Setting::row_order, Setting::time_budget}, reason);
  if (!is_greedy) {
    refuse(
        {Setting::error_goal},
        "it belongs to --centre-choice orthogonal_least_squares, --output-training softmax and --fine-tune");
  }
}

}  // namespace

void refuse_conflicting_options(const Command& command, const TrainSettings& settings) {
  const TrainRequest& request = settings.request;
  refuse_options_of_other_models(command, request);
  const ScheduleKind schedule = request.schedule.kind;
  const bool is_perceptron = request.model == ModelType::perceptron;
  if (is_perceptron) refuse_options_of_networks(command);
  if (properties_of(request.optimizer.kind).needs_all_rows) {
    const std::string reason = belongs_to<Optimizer>(
        Setting::optimizer, [](Optimizer kind) { return !properties_of(kind).needs_all_rows; });
    refuse_each(command, kStepOptions, reason);
    refuse_each(command, kCheckpointOptions, reason);
  }
  const bool has_hidden = !request.hidden.empty();
  const auto of_optimizer = [&](Setting option, Hyperparameter number) -> Belongs {
    return {option, uses(request.optimizer.kind, number),
            belongs_to<Optimizer>(Setting::optimizer, [&](Optimizer kind) { return uses(kind, number); })};
  };
  const bool scaled =
      uses_scale(request.initializer) || (is_perceptron && request.initializer == Initializer::automatic);
  const bool has_swish = std::find(request.activations.begin(), request.activations.end(),
                                   Activation::swish) != request.activations.end();
  const auto has_parameter = [](Activation activation) {
    return properties_of(activation).parameter != ParameterUse::none;
  };
  const Belongs table[] = {
      {Setting::variant, is_perceptron, "it belongs to --model perceptron"},
      {Setting::sign_of_zero, is_perceptron, "it belongs to --model perceptron"},
      {Setting::activation, has_hidden, "there is no hidden layer"},
      {Setting::activation_parameter, has_hidden, "there is no hidden layer"},
      {Setting::activation_parameter, !has_hidden || std::ranges::any_of(request.activations, has_parameter),
       belongs_to<Activation>(Setting::activation, has_parameter)},
      {Setting::dropout, has_hidden, "there is no hidden layer"},
      {Setting::input_scaling, has_hidden, "there is no hidden layer"},
      {Setting::word_embedding, has_hidden, "there is no hidden layer"},
      {Setting::swish_beta, has_hidden && has_swish, "no hidden layer uses swish"},
      {Setting::initializer_scale, scaled, belongs_to<Initializer>(Setting::initializer, uses_scale)},
      {Setting::huber_delta, request.loss == Loss::huber, "it belongs to --loss huber"},
      {Setting::quantile, request.loss == Loss::quantile, "it belongs to --loss quantile"},
      {Setting::quantile, request.quantiles.empty(), "--quantiles gives all of them"},
      {Setting::optimise, !request.threshold.given, "--threshold gives the threshold itself"},
      {Setting::costs, request.threshold.goal == ThresholdGoal::cost, "it belongs to --optimise cost"},
      of_optimizer(Setting::momentum, &OptimizerOptions::momentum),
      of_optimizer(Setting::beta1, &OptimizerOptions::beta1),
      of_optimizer(Setting::beta2, &OptimizerOptions::beta2),
      of_optimizer(Setting::rho, &OptimizerOptions::rho),
      of_optimizer(Setting::epsilon, &OptimizerOptions::epsilon),
      {Setting::decay, default_decay(schedule) != 0,
       belongs_to<ScheduleKind>(Setting::schedule,
                                [](ScheduleKind kind) { return default_decay(kind) != 0; })},
      {Setting::period, schedule == ScheduleKind::step, "it belongs to --schedule step"},
      {Setting::floor, schedule == ScheduleKind::cosine, "it belongs to --schedule cosine"},
      {Setting::plateau_patience, schedule == ScheduleKind::plateau, "it belongs to --schedule plateau"},
      {Setting::matrix_unit, request.precision == Precision::bf16, "it belongs to --precision bf16"},
      {Setting::min_improvement, request.stopping.patience > 0, "--patience is 0"},
      {Setting::validation_labels, request.validation.has_value(), "it belongs to --validation FILE"},
      {Setting::every, !request.checkpoint.directory.empty(), "it belongs to --checkpoint"},
  };
  for (const Belongs& entry : table) {
    if (!entry.fits) command.refuse_if_set(entry.option, entry.reason);
  }
}

}  // namespace chainrule::cli
