#include "chainrule/model/loss.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

bool is_mean_over_outputs(Loss loss) {
  return loss == Loss::mean_squared_error || loss == Loss::mean_absolute_error || loss == Loss::huber ||
         loss == Loss::quantile;
}

// The loss of one output and its derivative, for the losses that are sums of terms in e = a - t.
struct Term {
  double value;
  double derivative;
};

Term error_term(const LossOptions& loss, double e) {
  switch (loss.kind) {
    case Loss::mean_squared_error:
      return {e * e, 2 * e};
    case Loss::half_squared_error:
      return {0.5 * e * e, e};
    case Loss::squared_error:
      return {e * e, 2 * e};
    case Loss::mean_absolute_error:
      return {std::abs(e), e > 0 ? 1.0 : e < 0 ? -1.0 : 0.0};
    case Loss::huber: {
      const double size = std::abs(e), delta = loss.huber_delta;
      if (size <= delta) return {0.5 * e * e, e};
      return {delta * (size - 0.5 * delta), e > 0 ? delta : -delta};
    }
    case Loss::quantile: {
      const double q = loss.quantile;
      return {std::max(-q * e, (1 - q) * e), e > 0 ? 1 - q : e < 0 ? -q : 0.0};
    }
    default:
      return {0, 0};
  }
}

// What every row's loss and derivative are multiplied with, besides its weight.
template <typename T>
double reduction_scale(Reduction reduction, std::size_t rows, std::span<const T> weights) {
  if (reduction != Reduction::mean) return 1;
  double total = static_cast<double>(rows);
  if (!weights.empty()) {
    total = 0;
    for (const T weight : weights)
      total += static_cast<double>(weight);
  }
  return total > 0 ? 1 / total : 0;
}

template <typename T>
void error_losses(const LossOptions& loss, MatrixView<const T> a, MatrixView<const T> targets,
                  std::span<const T> weights, double scale, MatrixView<T> d_output,
                  std::vector<double>& row_losses) {
  const double share = is_mean_over_outputs(loss.kind) ? 1 / static_cast<double>(a.columns) : 1;
  for (std::size_t r = 0; r < a.rows; ++r) {
    const double weight = weights.empty() ? 1 : static_cast<double>(weights[r]);
    const double factor = share * weight * scale;
    double sum = 0;
    for (std::size_t j = 0; j < a.columns; ++j) {
      const Term term = error_term(loss, static_cast<double>(a(r, j)) - static_cast<double>(targets(r, j)));
      sum += term.value;
      if (d_output.data != nullptr) d_output(r, j) = static_cast<T>(term.derivative * factor);
    }
    row_losses[r] = share * sum;
  }
}

template <typename T>
void poisson_losses(const Compute& compute, MatrixView<const T> a, MatrixView<const T> targets,
                    std::span<const T> weights, double scale, MatrixView<T> d_output,
                    LossScratch<T>& scratch) {
  for (std::size_t r = 0; r < a.rows; ++r)
    exponential<T>(compute, a.row_span(r), {scratch.values.row(r), a.columns});
  for (std::size_t r = 0; r < a.rows; ++r) {
    const double factor = (weights.empty() ? 1 : static_cast<double>(weights[r])) * scale;
    double sum = 0;
    for (std::size_t j = 0; j < a.columns; ++j) {
      const double rate = scratch.values(r, j), t = targets(r, j);
      sum += rate - t * static_cast<double>(a(r, j));
      if (d_output.data != nullptr) d_output(r, j) = static_cast<T>((rate - t) * factor);
    }
    scratch.row_losses[r] = sum;
  }
}

template <typename T>
void binary_losses(const Compute& compute, const LossOptions& loss, MatrixView<const T> z,
                   MatrixView<const T> a, MatrixView<const T> targets, std::span<const T> weights,
                   double scale, MatrixView<T> d_output, LossScratch<T>& scratch) {
  activate<T>(compute, Activation::softplus, {}, z, scratch.values.view());
  const double smoothing = loss.label_smoothing;
  for (std::size_t r = 0; r < z.rows; ++r) {
    const double factor = (weights.empty() ? 1 : static_cast<double>(weights[r])) * scale;
    double sum = 0;
    for (std::size_t j = 0; j < z.columns; ++j) {
      const double s = (1 - smoothing) * static_cast<double>(targets(r, j)) + smoothing / 2;
      sum += static_cast<double>(scratch.values(r, j)) - s * static_cast<double>(z(r, j));
      if (d_output.data != nullptr)
        d_output(r, j) = static_cast<T>((static_cast<double>(a(r, j)) - s) * factor);
    }
    scratch.row_losses[r] = sum;
  }
}

template <typename T>
void perceptron_losses(MatrixView<const T> z, MatrixView<const T> targets, std::span<const T> weights,
                       double scale, MatrixView<T> d_output, std::vector<double>& row_losses) {
  for (std::size_t r = 0; r < z.rows; ++r) {
    const double factor = (weights.empty() ? 1 : static_cast<double>(weights[r])) * scale;
    double sum = 0;
    for (std::size_t j = 0; j < z.columns; ++j) {
      const double d = 2 * static_cast<double>(targets(r, j)) - 1;
      const double wrong_by = -d * static_cast<double>(z(r, j));
      sum += std::max(0.0, wrong_by);
      if (d_output.data != nullptr) d_output(r, j) = wrong_by > 0 ? static_cast<T>(-d * factor) : T(0);
    }
    row_losses[r] = sum;
  }
}

// log(sum exp z) = z_m - log(a_m) at the largest output m, where a_m >= 1/outputs never underflows: one
// logarithm a row.
template <typename T>
void softmax_losses(const Compute& compute, const LossOptions& loss, MatrixView<const T> z,
                    MatrixView<const T> a, MatrixView<const T> targets, std::span<const T> weights,
                    double scale, MatrixView<T> d_output, LossScratch<T>& scratch) {
  const std::size_t outputs = z.columns;
  scratch.row_terms.resize(2 * z.rows);
  const std::span<T> largest_z(scratch.row_terms.data(), z.rows);
  const std::span<T> log_a(scratch.row_terms.data() + z.rows, z.rows);
  for (std::size_t r = 0; r < z.rows; ++r) {
    const T* row = z.row(r);
    const std::size_t m = static_cast<std::size_t>(std::max_element(row, row + outputs) - row);
    largest_z[r] = row[m];
    log_a[r] = a(r, m);
  }
  logarithm<T>(compute, log_a, log_a);
  const double smoothing = loss.label_smoothing, floor = smoothing / static_cast<double>(outputs);
  for (std::size_t r = 0; r < z.rows; ++r) {
    const double factor = (weights.empty() ? 1 : static_cast<double>(weights[r])) * scale;
    const double log_sum = static_cast<double>(largest_z[r]) - static_cast<double>(log_a[r]);
    double total = 0, sum = 0;
    for (std::size_t j = 0; j < outputs; ++j) {
      const double s = (1 - smoothing) * static_cast<double>(targets(r, j)) + floor;
      if (s == 0) continue;
      total += s;
      sum += s * (log_sum - static_cast<double>(z(r, j)));
    }
    scratch.row_losses[r] = sum;
    if (d_output.data == nullptr) continue;
    for (std::size_t j = 0; j < outputs; ++j) {
      const double s = (1 - smoothing) * static_cast<double>(targets(r, j)) + floor;
      d_output(r, j) = static_cast<T>((total * static_cast<double>(a(r, j)) - s) * factor);
    }
  }
}

void require_range(std::string_view what, double value, bool holds, std::string_view expected) {
  if (holds && std::isfinite(value)) return;
  throw StateError({.what = std::string(what) + " is out of range",
                    .expected = std::string(expected),
                    .got = format_number(value)});
}

}  // namespace

GradientAt gradient_place(Loss loss) {
  return loss == Loss::binary_cross_entropy || loss == Loss::softmax_cross_entropy || loss == Loss::perceptron
             ? GradientAt::net_input
             : GradientAt::output;
}

void validate(const LossOptions& loss, Activation output_activation) {
  const auto need = [&](Activation needed) {
    if (output_activation == needed) return;
    throw StateError(
        {.what = std::string(name_of(loss.kind)) + " needs a " + std::string(name_of(needed)) + " output",
         .expected = std::string(name_of(needed)),
         .got = std::string(name_of(output_activation)),
         .advice = "leave the output activation out: it follows from the loss"});
  };
  if (loss.kind == Loss::binary_cross_entropy) need(Activation::logistic);
  if (loss.kind == Loss::softmax_cross_entropy) need(Activation::softmax);
  if (loss.kind == Loss::perceptron) need(Activation::sign);
  require_range("the delta of huber", loss.huber_delta, loss.huber_delta > 0, "a number above 0");
  require_range("the quantile", loss.quantile, loss.quantile > 0 && loss.quantile < 1,
                "a number between 0 and 1");
  require_range("label smoothing", loss.label_smoothing,
                loss.label_smoothing >= 0 && loss.label_smoothing < 1, "at least 0 and below 1");
}

template <typename T>
void validate_targets(const LossOptions& loss, MatrixView<const T> targets) {
  const bool is_of_classes = gradient_place(loss.kind) == GradientAt::net_input;
  if (!is_of_classes && loss.kind != Loss::poisson) return;
  for (std::size_t r = 0; r < targets.rows; ++r) {
    for (std::size_t j = 0; j < targets.columns; ++j) {
      const T t = targets(r, j);
      if (t >= 0 && (!is_of_classes || t <= 1)) continue;
      throw DataError({.what = "a target that " + std::string(name_of(loss.kind)) + " cannot take",
                       .where = "row " + std::to_string(r + 1) + ", output " + std::to_string(j + 1),
                       .expected = is_of_classes ? "a number from 0 to 1" : "a number of at least 0",
                       .got = format_number(t)});
    }
  }
}

template <typename T>
double evaluate_loss(const Compute& compute, const LossOptions& loss, MatrixView<const T> z,
                     MatrixView<const T> a, MatrixView<const T> targets, std::span<const T> row_weights,
                     MatrixView<T> d_output, LossScratch<T>& scratch) {
  assert(a.rows == targets.rows && a.columns == targets.columns);
  if (loss.reduction == Reduction::single && a.rows != 1) {
    throw StateError({.what = "the reduction \"single\" takes one row at a time",
                      .expected = "a batch of 1",
                      .got = std::to_string(a.rows),
                      .advice = "use a batch size of 1, or the reduction sum or mean"});
  }
  scratch.row_losses.resize(a.rows);
  scratch.values.resize(a.rows, a.columns);
  const double scale = reduction_scale(loss.reduction, a.rows, row_weights);
  switch (loss.kind) {
    case Loss::poisson:
      poisson_losses(compute, a, targets, row_weights, scale, d_output, scratch);
      break;
    case Loss::binary_cross_entropy:
      binary_losses(compute, loss, z, a, targets, row_weights, scale, d_output, scratch);
      break;
    case Loss::softmax_cross_entropy:
      softmax_losses(compute, loss, z, a, targets, row_weights, scale, d_output, scratch);
      break;
    case Loss::perceptron:
      perceptron_losses(z, targets, row_weights, scale, d_output, scratch.row_losses);
      break;
    default:
      error_losses(loss, a, targets, row_weights, scale, d_output, scratch.row_losses);
      break;
  }
  if (!row_weights.empty()) {
    for (std::size_t r = 0; r < a.rows; ++r)
      scratch.row_losses[r] *= static_cast<double>(row_weights[r]);
  }
  return block_tree_sum(scratch.row_losses) * scale;
}

#define CHAINRULE_INSTANTIATE(T)                                                                 \
  template void validate_targets<T>(const LossOptions&, MatrixView<const T>);                    \
  template double evaluate_loss<T>(const Compute&, const LossOptions&, MatrixView<const T>,      \
                                   MatrixView<const T>, MatrixView<const T>, std::span<const T>, \
                                   MatrixView<T>, LossScratch<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
