#include "chainrule/session/vote.h"

#include <limits>
#include <span>

#include "chainrule/model/batch_loss.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/math_functions.h"
#include "chainrule/tensor/softmax.h"

namespace chainrule {
namespace {

constexpr int kGreedyRounds = 20;

// Judges outputs by their loss.
template <typename T>
class OutputJudge {
 public:
  OutputJudge(const Compute& compute, const LossOptions& loss, Activation activation,
              MatrixView<const T> targets, std::span<const T> row_weights)
      : compute_(compute), loss_(loss), activation_(activation), targets_(targets), weights_(row_weights) {}

  // Outputs from sums before the activation.
  Matrix<T> outputs_of(const Matrix<T>& z) const {
    Matrix<T> a(z.rows(), z.columns());
    if (activation_ == Activation::softmax) {
      softmax_rows<T>(compute_, z.view(), a.view());
    } else {
      const T parameter = static_cast<T>(properties_of(activation_).default_parameter);
      activate<T>(compute_, activation_, std::span(&parameter, 1), z.view(), a.view());
    }
    return a;
  }
  double loss_of(const Matrix<T>& z) {
    return loss_of_vote<T>(compute_, loss_, z.view(), outputs_of(z).view(), targets_, weights_);
  }
  // Whether z / T are the outputs of a network, too, and T changes how sure it is of its classes.
  bool has_temperature() const {
    return loss_.kind == Loss::softmax_cross_entropy || loss_.kind == Loss::binary_cross_entropy;
  }

 private:
  const Compute& compute_;
  const LossOptions& loss_;
  Activation activation_;
  MatrixView<const T> targets_;
  std::span<const T> weights_;
};

// sum / divisor
template <typename T>
Matrix<T> quotient(const Matrix<T>& sum, double divisor) {
  Matrix<T> result(sum.rows(), sum.columns());
  const T factor = static_cast<T>(1 / divisor);
  for (std::size_t i = 0; i < sum.values().size(); ++i)
    result.values()[i] = sum.values()[i] * factor;
  return result;
}

template <typename T>
void add_to(Matrix<T>& sum, const Matrix<T>& term) {
  for (std::size_t i = 0; i < sum.values().size(); ++i)
    sum.values()[i] += term.values()[i];
}

// How often each kind is chosen, and the mean of their outputs.
template <typename T>
struct Choice {
  std::vector<std::size_t> times;
  Matrix<T> z;
};

template <typename T>
Choice<T> choose_greedily(const std::vector<Matrix<T>>& z_of_kind, OutputJudge<T>& judge) {
  Choice<T> best{.times = std::vector<std::size_t>(z_of_kind.size(), 0)};
  if (z_of_kind.size() == 1) return {.times = {1}, .z = z_of_kind.front()};
  std::vector<std::size_t> times = best.times;
  Matrix<T> sum(z_of_kind.front().rows(), z_of_kind.front().columns());
  double lowest = std::numeric_limits<double>::infinity();
  for (int round = 1; round <= kGreedyRounds; ++round) {
    std::size_t chosen = 0;
    double loss_of_chosen = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < z_of_kind.size(); ++k) {
      Matrix<T> with = sum;
      add_to(with, z_of_kind[k]);
      const double loss = judge.loss_of(quotient(with, round));
      if (loss < loss_of_chosen) loss_of_chosen = loss, chosen = k;
    }
    add_to(sum, z_of_kind[chosen]);
    ++times[chosen];
    if (loss_of_chosen < lowest) {
      lowest = loss_of_chosen;
      best = {.times = times, .z = quotient(sum, round)};
    }
  }
  return best;
}

// The T with the lowest loss of z / T, by golden section on log T; 1 if it does not lower the loss.
template <typename T>
double choose_temperature(const Matrix<T>& z, OutputJudge<T>& judge) {
  if (!judge.has_temperature()) return 1;
  const auto loss_at = [&](double logarithm) { return judge.loss_of(quotient(z, math::exp(logarithm))); };
  constexpr double kGolden = 0.6180339887498949;  // (sqrt(5) - 1) / 2
  // Where all rows are right, the loss falls without end as T does: a few rows do not prove certainty.
  double low = math::log(0.5), high = math::log(4.0);
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  double loss_a = loss_at(a), loss_b = loss_at(b);
  for (int i = 0; i < 30; ++i) {
    if (loss_a <= loss_b) {
      high = b, b = a, loss_b = loss_a;
      a = high - kGolden * (high - low), loss_a = loss_at(a);
    } else {
      low = a, a = b, loss_a = loss_b;
      b = low + kGolden * (high - low), loss_b = loss_at(b);
    }
  }
  const double found = (low + high) / 2;
  return loss_at(found) < judge.loss_of(z) ? math::exp(found) : 1;
}

}  // namespace

template <typename T>
double loss_of_vote(const Compute& compute, LossOptions loss, MatrixView<const T> z,
                    MatrixView<const T> outputs, MatrixView<const T> targets,
                    std::span<const T> row_weights) {
  loss.label_smoothing = 0;
  loss.reduction = Reduction::mean;
  LossScratch<T> scratch;
  return evaluate_loss<T>(compute, loss, z, outputs, targets, row_weights, {}, scratch);
}

template <typename T>
Vote<T> choose_vote(const Compute& compute, const LossOptions& loss, Activation activation,
                    MatrixView<const T> targets, std::span<const T> row_weights,
                    const std::vector<Matrix<T>>& z_of_kind) {
  OutputJudge<T> judge(compute, loss, activation, targets, row_weights);
  Choice<T> choice = choose_greedily(z_of_kind, judge);
  Vote<T> vote{.times = std::move(choice.times), .temperature = choose_temperature(choice.z, judge)};
  vote.z = quotient(choice.z, vote.temperature);
  vote.outputs = judge.outputs_of(vote.z);
  vote.loss = judge.loss_of(vote.z);
  if (z_of_kind.size() > 1) {
    const Matrix<T>& first = z_of_kind.front();
    vote.loss_of_first = judge.loss_of(quotient(first, choose_temperature(first, judge)));
  }
  return vote;
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template double loss_of_vote<T>(const Compute&, LossOptions, MatrixView<const T>, MatrixView<const T>, \
                                  MatrixView<const T>, std::span<const T>);                              \
  template Vote<T> choose_vote<T>(const Compute&, const LossOptions&, Activation, MatrixView<const T>,   \
                                  std::span<const T>, const std::vector<Matrix<T>>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
