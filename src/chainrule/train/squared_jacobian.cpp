#include "chainrule/train/squared_jacobian.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

// The second derivative of the loss of a row by one of its outputs; empty when it is not a squared error.
std::optional<double> second_derivative(Loss loss, std::size_t outputs) {
  if (loss == Loss::mean_squared_error) return 2 / static_cast<double>(outputs);
  if (loss == Loss::half_squared_error) return 1;
  if (loss == Loss::squared_error) return 2;
  return std::nullopt;
}

double squared_error_factor(Loss loss, std::size_t outputs) {
  if (const std::optional<double> factor = second_derivative(loss, outputs)) return *factor;
  throw UsageError({.what = "Levenberg-Marquardt minimises squared errors",
                    .setting = Setting::loss,
                    .expected = "mean_squared_error, half_squared_error or squared_error",
                    .got = std::string(name_of(loss)),
                    .advice = "use " + set_to(Setting::optimizer, "lbfgs") + ", or " +
                              set_to(Setting::loss, "mean_squared_error")});
}

}  // namespace

template <typename T>
SquaredJacobianSum<T>::SquaredJacobianSum(const Compute& compute, const Network& network,
                                          const FullBatchOptions& options, DatasetView<T> data)
    : compute_(compute),
      network_(network),
      data_(data),
      l2_(penalty_of_batch<T>(options.penalty, data.rows(), data.row_weights).l2),
      weights_(weight_ranges(network)),
      factor_(squared_error_factor(options.loss.kind, network.outputs())) {
  prepare_loss<T>(options.loss, data.rows(), data.row_weights, loss_);
}

template <typename T>
void SquaredJacobianSum<T>::evaluate(std::span<const T> parameters, MatrixView<double> hessian) {
  const std::size_t n = parameters.size(), outputs = network_.outputs();
  jacobian_.resize(kJacobianRows, n);
  piece_.resize(n, n);
  gradient_.resize(n);
  for (std::size_t i = 0; i < n; ++i)
    std::fill_n(hessian.row(i), n, 0.0);
  const Compute alone{.path = compute_.path};
  Matrix<T> one(1, outputs);
  std::size_t filled = 0;
  for (std::size_t r = 0; r < data_.rows(); ++r) {
    const double weight =
        static_cast<double>(loss_.factors.size() == 1 ? loss_.factors[0] : loss_.factors[r]);
    if (weight == 0) continue;
    const double root = std::sqrt(weight * factor_);
    const MatrixView<const T> x = data_.inputs.row_block(r, 1);
    forward<T>(alone, network_, parameters, x, Mode::train, {}, workspace_);
    for (std::size_t k = 0; k < outputs; ++k) {
      std::fill_n(one.row(0), outputs, T{});
      one(0, k) = 1;
      backward<T>(alone, network_, parameters, x, one.view(), GradientAt::output, workspace_, gradient_);
      for (std::size_t i = 0; i < n; ++i)
        jacobian_(filled, i) = root * static_cast<double>(gradient_[i]);
      if (++filled < kJacobianRows) continue;
      add_piece(filled, hessian);
      filled = 0;
    }
  }
  if (filled > 0) add_piece(filled, hessian);
  for (const ParameterRange& range : weights_) {
    for (std::size_t i = range.offset; i < range.offset + range.size; ++i)
      hessian(i, i) += l2_;
  }
}

template <typename T>
void SquaredJacobianSum<T>::add_piece(std::size_t rows, MatrixView<double> hessian) {
  const MatrixView<const double> j = jacobian_.view().row_block(0, rows);
  outer_product_sum<double>(compute_, j, j, piece_.view());
  for (std::size_t i = 0; i < hessian.rows; ++i) {
    for (std::size_t k = 0; k <= i; ++k)
      hessian(i, k) += piece_(i, k);
  }
}

template class SquaredJacobianSum<float>;
template class SquaredJacobianSum<double>;

}  // namespace chainrule
