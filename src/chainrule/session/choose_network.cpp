// choose_loss and choose_network, and the refusals of what does not fit the task or the model. The table of
// the choices is in the header.
#include "chainrule/session/choose_network.h"

#include <string>
#include <variant>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/session/quantiles.h"

namespace chainrule {
namespace {

constexpr std::string_view kCrossEntropy = "cross_entropy";

Loss default_loss(Task task) {
  switch (task) {
    case Task::binary:
    case Task::ordinal:
    case Task::multi_label:
      return Loss::binary_cross_entropy;
    case Task::classes:
      return Loss::softmax_cross_entropy;
    case Task::regression:
      break;
  }
  return Loss::mean_squared_error;
}

// The loss of a network of radial basis functions follows from output_training; request.loss is for the
// others.
LossOptions choose_rbf_loss(const TrainRequest& request, Task task, bool has_held_out_rows) {
  if (request.loss || request.cross_entropy) {
    throw UsageError(
        {.what = "the loss of a network of radial basis functions follows from how its output is trained",
         .setting = Setting::loss,
         .expected = join(names_of_all<OutputTraining>(), " or ") + " as the output training",
         .got = "the loss " + std::string(request.loss ? name_of(*request.loss) : kCrossEntropy),
         .advice = "leave the loss out"});
  }
  const OutputTraining output_training = request.rbf.output_training.value_or(
      has_held_out_rows && task != Task::regression ? OutputTraining::softmax : OutputTraining::closed_form);
  const bool by_descent = output_training == OutputTraining::softmax;
  if (by_descent && task == Task::regression) {
    throw UsageError(
        {.what = "a softmax output needs classes or labels",
         .setting = Setting::output_training,
         .expected = "the output training closed_form",
         .got = "task regression",
         .advice = "leave " + named(Setting::output_training) + " out" +
                   where_settable(", or learn classes (" + set_to(Setting::task, "classes") + ")")});
  }
  if (request.label_smoothing != 0 && !by_descent) {
    throw UsageError({.what = "label smoothing needs the output training softmax",
                      .setting = Setting::label_smoothing,
                      .got = std::string(name_of(output_training)),
                      .advice = "leave " + named(Setting::label_smoothing) + " out"});
  }
  return {.kind = by_descent ? default_loss(task) : Loss::mean_squared_error,
          .reduction = request.reduction,
          .label_smoothing = request.label_smoothing};
}

Activation default_output(Task task, Loss loss) {
  if (task == Task::regression) return Activation::identity;
  return properties_of(loss).needed_output.value_or(Activation::logistic);
}

// Softmax makes a row's outputs add up to 1: the only output of a row would always be 1.
void refuse_softmax_without_classes(Activation output, const TargetEncoding& target) {
  const bool has_probabilities = target.task == Task::classes || target.task == Task::multi_label;
  if (output != Activation::softmax || (has_probabilities && target.outputs() > 1)) return;
  throw UsageError({.what = "a softmax output gives the probabilities of several classes",
                    .setting = Setting::output_activation,
                    .expected = std::string(target.task == Task::regression ? "identity" : "logistic"),
                    .got = "softmax for the task " + std::string(name_of(target.task)),
                    .advice = "leave " + named(Setting::output_activation) + " out"});
}

void set_activation_parameter(Network& network, double parameter) {
  bool any = false;
  for (std::size_t i = 0; i + 1 < network.layers.size(); ++i) {
    // make_mlp makes dense and dropout layers, and only dense ones have an activation.
    auto* const dense = std::get_if<Dense>(&network.layers[i]);
    if (dense == nullptr || properties_of(dense->activation).parameter == ParameterUse::none) continue;
    dense->activation_parameter = parameter;
    any = true;
  }
  if (any) return;
  throw UsageError({.what = "no hidden layer has an activation with a parameter",
                    .setting = Setting::activation_parameter,
                    .expected = "leaky_relu, prelu, elu or swish",
                    .got = format_number(parameter),
                    .advice = "leave it out, or choose such an activation"});
}

void refuse_threshold_units(Activation activation) {
  if (properties_of(activation).is_differentiable) return;
  throw UsageError(
      {.what = "a network of " + std::string(name_of(activation)) + " units has no gradient to train with",
       .got = std::string(name_of(activation)),
       .advice = "use logistic or tanh, the smooth forms of step and sign"});
}

}  // namespace

void set_loss(TrainRequest& request, std::string_view word) {
  request.loss = find_by_name<Loss>(word);
  request.cross_entropy = !request.loss && is_among(word, kCrossEntropyWords);
  if (!request.loss && !request.cross_entropy) request.loss = parse_name<Loss>(word);
}

LossOptions choose_loss(const TrainRequest& request, Task task, bool has_held_out_rows) {
  if (request.model == ModelType::rbf) return choose_rbf_loss(request, task, has_held_out_rows);
  if (request.model == ModelType::perceptron) {
    if (task == Task::ordinal) {
      throw UsageError({.what = "a perceptron has no probabilities, which ordered classes are predicted by",
                        .setting = Setting::model,
                        .got = "task " + std::string(name_of(task)),
                        .advice = "leave " + named(Setting::class_order) + " out, or use " +
                                  set_to(Setting::model, "mlp")});
    }
    if (task != Task::regression) return {.kind = Loss::perceptron};
    throw UsageError({.what = "a perceptron answers yes or no, but the target is a number",
                      .setting = Setting::model,
                      .expected = "a target of classes or labels",
                      .got = "task regression",
                      .advice = "train a network for numbers (" + set_to(Setting::model, "mlp") +
                                "), or, if the numbers stand for classes, say so (" +
                                set_to(Setting::task, "classes") + ")"});
  }
  if (request.loss == Loss::perceptron) {
    throw UsageError({.what = "the perceptron loss belongs to a perceptron",
                      .setting = Setting::loss,
                      .got = "model " + std::string(name_of(request.model)),
                      .advice = "use " + set_to(Setting::model, "perceptron") + ", and leave the loss out"});
  }
  const Loss usual = request.quantiles.empty() ? default_loss(task) : Loss::quantile;
  const LossOptions loss{.kind = request.loss.value_or(usual),
                         .reduction = request.reduction,
                         .huber_delta = request.huber_delta,
                         .quantile = request.quantile,
                         .quantiles = wanted_quantiles(request),
                         .label_smoothing = request.label_smoothing};
  if (loss.label_smoothing != 0 && task == Task::regression) {
    throw UsageError({.what = "label smoothing needs classes or labels",
                      .setting = Setting::label_smoothing,
                      .got = "task regression",
                      .advice = "leave " + named(Setting::label_smoothing) + " out"});
  }
  const bool fits = task == Task::regression
                        ? properties_of(loss.kind).is_for_regression
                        : properties_of(loss.kind).is_for_classes &&
                              !(loss.kind == Loss::softmax_cross_entropy && task != Task::classes);
  if (!fits || (request.cross_entropy && task == Task::regression)) {
    throw UsageError({.what = "the loss does not fit the task",
                      .setting = Setting::loss,
                      .expected = std::string(name_of(default_loss(task))) + " or another loss for " +
                                  std::string(name_of(task)),
                      .got = std::string(fits ? kCrossEntropy : name_of(loss.kind)),
                      .advice = task == Task::regression ? "leave the loss out, or learn classes (" +
                                                               set_to(Setting::task, "classes") + ")"
                                                         : "leave the loss out, or learn an amount (" +
                                                               set_to(Setting::task, "regression") + ")"});
  }
  return loss;
}

OutputTraining output_training_of(const LossOptions& loss) {
  return loss.kind == Loss::mean_squared_error ? OutputTraining::closed_form : OutputTraining::softmax;
}

Network choose_network(const TrainRequest& request, const Encoder& encoder, const LossOptions& loss,
                       std::size_t training_rows) {
  if (request.model == ModelType::perceptron) {
    return make_mlp({.inputs = encoder.features(),
                     .outputs = encoder.target.outputs(),
                     .output_activation = Activation::sign});
  }
  if (request.model == ModelType::rbf) {
    validate(request.rbf.fitting, training_rows);
    const bool by_descent = output_training_of(loss) == OutputTraining::softmax;
    return make_rbf_network({.inputs = encoder.features(),
                             .units = wanted_centres(request.rbf.fitting, training_rows),
                             .outputs = encoder.target.outputs(),
                             .output_activation = by_descent ? default_output(encoder.target.task, loss.kind)
                                                             : Activation::identity});
  }
  const Activation output =
      request.output_activation.value_or(default_output(encoder.target.task, loss.kind));
  for (const Activation activation : request.activations)
    refuse_threshold_units(activation);
  refuse_threshold_units(output);
  refuse_softmax_without_classes(output, encoder.target);
  if (request.dropout < 0 || request.dropout >= 1) {
    throw UsageError({.what = "the dropout rate is out of range",
                      .expected = "at least 0 and below 1",
                      .got = format_number(request.dropout)});
  }
  Network network = make_mlp(
      {.inputs = encoder.features(),
       .hidden = request.hidden,
       .outputs = encoder.target.outputs(),
       .hidden_activations = request.hidden.empty() ? std::vector{Activation::relu} : request.activations,
       .output_activation = output,
       .swish_beta = request.swish_beta,
       .dropout = request.dropout});
  if (request.activation_parameter) set_activation_parameter(network, *request.activation_parameter);
  validate(network);
  validate(loss, output);
  return network;
}

}  // namespace chainrule
