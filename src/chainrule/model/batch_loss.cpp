#include "chainrule/model/batch_loss.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/kernels.h"
#include "chainrule/tensor/loss_kernels.h"

namespace chainrule {
namespace {

// The factor of every row's loss and derivative, besides its weight.
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

void require_range(std::string_view what, double value, bool holds, std::string_view expected) {
  if (holds && std::isfinite(value)) return;
  throw StateError({.what = std::string(what) + " is out of range",
                    .expected = std::string(expected),
                    .got = format_number(value)});
}

void validate_quantiles(const LossOptions& loss) {
  for (const double quantile : loss.quantiles) {
    require_range("a quantile", quantile, quantile > 0 && quantile < 1, "a number between 0 and 1");
  }
  const auto unsorted = std::ranges::adjacent_find(loss.quantiles, std::greater_equal<>());
  if (unsorted != loss.quantiles.end()) {
    throw StateError({.what = "the quantiles are not sorted",
                      .expected = "each once, ascending",
                      .got = format_number(*unsorted) + " before " + format_number(*(unsorted + 1))});
  }
  if (!loss.quantiles.empty() && loss.kind != Loss::quantile) {
    throw StateError({.what = "quantiles are given for another loss",
                      .expected = std::string(name_of(Loss::quantile)),
                      .got = std::string(name_of(loss.kind))});
  }
}

}  // namespace

void validate(const LossOptions& loss, Activation output_activation) {
  const Activation needed = properties_of(loss.kind).needed_output.value_or(output_activation);
  if (output_activation != needed) {
    throw StateError(
        {.what = std::string(name_of(loss.kind)) + " needs a " + std::string(name_of(needed)) + " output",
         .setting = Setting::output_activation,
         .expected = std::string(name_of(needed)),
         .got = std::string(name_of(output_activation)),
         .advice = "leave the output activation out: it follows from the loss"});
  }
  require_range("the delta of huber", loss.huber_delta, loss.huber_delta > 0, "a number above 0");
  require_range("the quantile", loss.quantile, loss.quantile > 0 && loss.quantile < 1,
                "a number between 0 and 1");
  validate_quantiles(loss);
  require_range("label smoothing", loss.label_smoothing,
                loss.label_smoothing >= 0 && loss.label_smoothing < 1, "at least 0 and below 1");
}

template <typename T>
void validate_targets(const LossOptions& loss, MatrixView<const T> targets) {
  const double least = properties_of(loss.kind).target_minimum;
  const double most = properties_of(loss.kind).target_maximum;
  if (!std::isfinite(least) && !std::isfinite(most)) return;
  for (std::size_t r = 0; r < targets.rows; ++r) {
    for (std::size_t j = 0; j < targets.columns; ++j) {
      const T t = targets(r, j);
      if (static_cast<double>(t) >= least && static_cast<double>(t) <= most) continue;
      throw DataError({.what = "a target that " + std::string(name_of(loss.kind)) + " cannot take",
                       .where = "row " + std::to_string(r + 1) + ", output " + std::to_string(j + 1),
                       .expected = std::isfinite(most) ? "a number from " + format_number(least) + " to " +
                                                             format_number(most)
                                                       : "a number of at least " + format_number(least),
                       .got = format_number(t),
                       .advice = "correct the target, or use another " + named(Setting::loss)});
    }
  }
}

template <typename T>
void prepare_loss(const LossOptions& loss, std::size_t rows, std::span<const T> row_weights,
                  LossScratch<T>& scratch) {
  if (loss.reduction == Reduction::single && rows != 1) {
    throw StateError({.what = "the reduction \"single\" takes one row at a time",
                      .expected = "a batch of 1",
                      .got = std::to_string(rows),
                      .advice = "use a batch size of 1, or the reduction sum or mean"});
  }
  scratch.row_losses.resize(rows);
  scratch.scale = reduction_scale(loss.reduction, rows, row_weights);
  if (row_weights.empty()) {
    scratch.factors.assign(1, static_cast<T>(scratch.scale));
    return;
  }
  scratch.factors.resize(rows);
  for (std::size_t r = 0; r < rows; ++r)
    scratch.factors[r] = static_cast<T>(static_cast<double>(row_weights[r]) * scratch.scale);
}

template <typename T>
void evaluate_loss_rows(const Compute& compute, const LossOptions& loss, MatrixView<const T> z,
                        MatrixView<const T> a, MatrixView<const T> targets, RowBlock rows,
                        MatrixView<T> d_output, LossScratch<T>& scratch) {
  const std::span<const T> factors(scratch.factors);
  loss_rows<T>(compute, {.kind = loss.kind,
                         .huber_delta = loss.huber_delta,
                         .quantile = loss.quantile,
                         .quantiles = loss.quantiles,
                         .label_smoothing = loss.label_smoothing,
                         .z = z.row_block(rows),
                         .a = a.row_block(rows),
                         .targets = targets.row_block(rows),
                         .factors = factors.size() == 1 ? factors : factors.subspan(rows.first, rows.count),
                         .d_output = d_output.data == nullptr ? d_output : d_output.row_block(rows),
                         .row_losses = std::span(scratch.row_losses).subspan(rows.first, rows.count)});
}

template <typename T>
double joined_loss(std::span<const T> row_weights, LossScratch<T>& scratch) {
  for (std::size_t r = 0; r < row_weights.size(); ++r)
    scratch.row_losses[r] *= static_cast<double>(row_weights[r]);
  return block_tree_sum(scratch.row_losses) * scratch.scale;
}

template <typename T>
double evaluate_loss(const Compute& compute, const LossOptions& loss, MatrixView<const T> z,
                     MatrixView<const T> a, MatrixView<const T> targets, std::span<const T> row_weights,
                     MatrixView<T> d_output, LossScratch<T>& scratch) {
  prepare_loss<T>(loss, a.rows, row_weights, scratch);
  evaluate_loss_rows<T>(compute, loss, z, a, targets, {0, a.rows}, d_output, scratch);
  return joined_loss<T>(row_weights, scratch);
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template void validate_targets<T>(const LossOptions&, MatrixView<const T>);                            \
  template double evaluate_loss<T>(const Compute&, const LossOptions&, MatrixView<const T>,              \
                                   MatrixView<const T>, MatrixView<const T>, std::span<const T>,         \
                                   MatrixView<T>, LossScratch<T>&);                                      \
  template void prepare_loss<T>(const LossOptions&, std::size_t, std::span<const T>, LossScratch<T>&);   \
  template void evaluate_loss_rows<T>(const Compute&, const LossOptions&, MatrixView<const T>,           \
                                      MatrixView<const T>, MatrixView<const T>, RowBlock, MatrixView<T>, \
                                      LossScratch<T>&);                                                  \
  template double joined_loss<T>(std::span<const T>, LossScratch<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
