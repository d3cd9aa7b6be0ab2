// The losses: their names and properties, one row per loss. The formulas are in model/batch_loss.h.
//
// A new loss is one name in CHAINRULE_LOSSES, one row in the table, and its terms in loss_terms-inl.h, which
// does not compile without them.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

#include "chainrule/base/names.h"
#include "chainrule/tensor/activation.h"

#define CHAINRULE_LOSSES(X) \
  X(mean_squared_error)     \
  X(half_squared_error)     \
  X(squared_error)          \
  X(mean_absolute_error)    \
  X(huber)                  \
  X(quantile)               \
  X(poisson)                \
  X(binary_cross_entropy)   \
  X(softmax_cross_entropy)  \
  X(perceptron)

namespace chainrule {

#define CHAINRULE_ENUMERATOR(NAME) NAME,
enum class Loss { CHAINRULE_LOSSES(CHAINRULE_ENUMERATOR) };
#undef CHAINRULE_ENUMERATOR

// The variable of a loss's derivative: the output a, or the pre-activation z when that is the stable form
// (softmax with cross-entropy, logistic with binary cross-entropy) or the only one (sign).
enum class GradientAt { output, pre_activation };

// Where a loss has a kink: at an error of 0, or at one of +-delta (huber: there the curvature jumps).
enum class LossKink { none, at_target, at_delta };

struct LossProperties {
  GradientAt gradient_at = GradientAt::output;
  std::optional<Activation> needed_output = {};  // the only output activation it works with
  bool is_for_regression = true;
  bool is_for_classes = false;
  bool is_mean_over_outputs = false;  // divided by the number of outputs
  bool output_is_logarithm = false;   // the output is the logarithm of what is predicted
  LossKink kink = LossKink::none;
  double target_minimum = -std::numeric_limits<double>::infinity();  // the targets it can take
  double target_maximum = std::numeric_limits<double>::infinity();
};

struct LossRow : EnumName<Loss> {
  LossProperties properties;
};

// Words for the cross-entropy that suits the task, of which there are two here. Where the task is known they
// are understood (session/choose_network.h).
inline constexpr std::string_view kCrossEntropyWords =
    "cross_entropy cross_entropy_loss ce ce_loss xent log_loss nll nll_loss negative_log_likelihood softmax "
    "softmax_loss";

template <>
struct EnumNames<Loss> {
  static constexpr std::string_view kind = "loss";
  static constexpr LossRow table[] = {
      {{Loss::mean_squared_error, "mean_squared_error", "mean of (output - target)^2"},
       {.is_for_classes = true, .is_mean_over_outputs = true}},
      {{Loss::half_squared_error, "half_squared_error",
        "half the sum of (output - target)^2, as in textbooks"},
       {.is_for_classes = true}},
      {{Loss::squared_error, "squared_error", "the sum of (output - target)^2"}, {.is_for_classes = true}},
      {{Loss::mean_absolute_error, "mean_absolute_error", "mean of |output - target|"},
       {.is_mean_over_outputs = true, .kink = LossKink::at_target}},
      {{Loss::huber, "huber", "squared near the target, linear beyond delta"},
       {.is_mean_over_outputs = true, .kink = LossKink::at_delta}},
      {{Loss::quantile, "quantile", "the output estimates the chosen quantile"},
       {.is_mean_over_outputs = true, .kink = LossKink::at_target}},
      {{Loss::poisson, "poisson", "counts; the output is the logarithm of the expected count"},
       {.output_is_logarithm = true, .target_minimum = 0}},
      {{Loss::binary_cross_entropy, "binary_cross_entropy", "yes or no, with a logistic output"},
       {.gradient_at = GradientAt::pre_activation,
        .needed_output = Activation::logistic,
        .is_for_regression = false,
        .is_for_classes = true,
        .target_minimum = 0,
        .target_maximum = 1}},
      {{Loss::softmax_cross_entropy, "softmax_cross_entropy",
        "one of several classes, with a softmax output"},
       {.gradient_at = GradientAt::pre_activation,
        .needed_output = Activation::softmax,
        .is_for_regression = false,
        .is_for_classes = true,
        .target_minimum = 0,
        .target_maximum = 1}},
      {{Loss::perceptron, "perceptron", "how far outputs are on the wrong side, with sign units"},
       {.gradient_at = GradientAt::pre_activation,
        .needed_output = Activation::sign,
        .is_for_regression = false,
        .is_for_classes = true,
        .target_minimum = 0,
        .target_maximum = 1}},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"mse mse_loss l2 l2_loss mean_squared", "mean_squared_error"},
      {"half_sse", "half_squared_error"},
      {"sse sum_of_squares sum_squared_error", "squared_error"},
      {"mae mae_loss l1 l1_loss absolute_error", "mean_absolute_error"},
      {"huber_loss smooth_l1 smooth_l1_loss", "huber"},
      {"pinball pinball_loss quantile_loss", "quantile"},
      {"poisson_loss poisson_nll poisson_nll_loss", "poisson"},
      {"bce bce_loss bce_with_logits bce_with_logits_loss binary_log_loss sigmoid_cross_entropy",
       "binary_cross_entropy"},
      {"categorical_cross_entropy sparse_categorical_cross_entropy", "softmax_cross_entropy"},
      {"perceptron_loss", "perceptron"},
  };
  static constexpr EnumHint hints[] = {
      {kCrossEntropyWords,
       "did you mean \"binary_cross_entropy\" (yes or no) or \"softmax_cross_entropy\" (one of several "
       "classes)?"},
      {"rmse rmse_loss root_mean_squared_error", "the nearest is \"mean_squared_error\""},
      {"hinge hinge_loss", "the nearest is \"perceptron\""},
      {"mape mean_absolute_percentage_error", "the nearest is \"mean_absolute_error\""},
  };
};

#define CHAINRULE_ONE(NAME) +1  // NOLINT(bugprone-macro-parentheses): a sum of them
static_assert(is_complete_table<Loss>(0 CHAINRULE_LOSSES(CHAINRULE_ONE)));
static_assert(has_sound_synonyms<Loss>());
#undef CHAINRULE_ONE

constexpr const LossProperties& properties_of(Loss loss) {
  return EnumNames<Loss>::table[static_cast<std::size_t>(loss)].properties;
}

// False for perceptron, whose sign outputs have no derivative.
constexpr bool has_differentiable_output(Loss loss) {
  const std::optional<Activation> needed = properties_of(loss).needed_output;
  return !needed || properties_of(*needed).is_differentiable;
}

}  // namespace chainrule
