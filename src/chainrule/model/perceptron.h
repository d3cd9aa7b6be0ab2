// The single-layer perceptron (Rosenblatt 1958): m threshold units side by side, and their learning rule.
//
//   net_j = sum_i w_ij x_i - T_j,   o_j = sgn(net_j)
//   with x_0 = -1 and w_0j = T_j, X = (-1, x_1, ..., x_n), W_j = (T_j, w_1j, ..., w_nj):   o_j = sgn(W_j . X)
//   rule       W_j(t+1) = W_j(t) + eta (d_j - o_j) X,  0 < eta <= 1                            (2.15), (2.17)
//   training   all samples in turn, repeatedly, until a whole epoch needs no correction
// W_j, with its threshold, is all that unit j learns.
//
// Convergence: if w* separates the samples with d (w* . X) >= gamma and |X| <= R, then starting from W(0) =
// 0, with corrections of one size, there are at most R^2 |w*|^2 / gamma^2 of them. With sgn(0) = 0 a
// correction at net 0 is half as large, which makes the bound 4 times as large.
//
// Source: the lectures on the single-layer perceptron, equations (2.15) and (2.17). This is the rule as
// written, in plain loops of double, for lessons and tests; train/perceptron_trainer trains on tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/model/hyperplane.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// The value of sgn at exactly 0.
enum class SignOfZero { minus, zero, plus };

template <>
struct EnumNames<SignOfZero> {
  static constexpr std::string_view kind = "sign of zero";
  static constexpr EnumName<SignOfZero> table[] = {
      {SignOfZero::minus, "minus", "sgn(0) = -1"},
      {SignOfZero::zero, "zero", "sgn(0) = 0: never right, corrected by half"},
      {SignOfZero::plus, "plus", "sgn(0) = +1"},
  };
};

// The two outputs of a unit: -1 and +1 by sgn, 0 and 1 by the step.
enum class OutputCode { bipolar, binary };

template <>
struct EnumNames<OutputCode> {
  static constexpr std::string_view kind = "output code";
  static constexpr EnumName<OutputCode> table[] = {
      {OutputCode::bipolar, "bipolar", "-1 and +1, sgn"},
      {OutputCode::binary, "binary", "0 and 1, step"},
  };
};

// sgn, or for the binary code the step (sgn + 1) / 2, whose value at 0 is 0, 1/2 or 1.
double threshold_output(double net, OutputCode code, SignOfZero sign_of_zero);

struct Perceptron {
  Matrix<double> weights;  // [units][1 + inputs], the threshold first
  OutputCode code = OutputCode::bipolar;
  SignOfZero sign_of_zero = SignOfZero::plus;

  std::size_t inputs() const { return weights.columns() - 1; }
  std::size_t units() const { return weights.rows(); }
  std::span<const double> unit(std::size_t j) const { return {weights.row(j), weights.columns()}; }
  bool operator==(const Perceptron&) const = default;
};

// All weights 0: the lectures forbid it as a start, the theorems require it.
Perceptron make_perceptron(std::size_t inputs, std::size_t units);
// Uniform in [-scale, scale) without 0: small numbers, as the procedure asks for.
Perceptron random_perceptron(std::size_t inputs, std::size_t units, double scale, std::uint64_t seed);

// sum_i w_i x_i - T. This and the functions below throw StateError when x does not have one number per input.
double pre_activation(const Perceptron& perceptron, std::size_t unit, std::span<const double> x);
// The same as W . X with X = (-1, x): a sum in another order, so equal up to rounding.
double augmented_pre_activation(const Perceptron& perceptron, std::size_t unit, std::span<const double> x);
std::vector<double> outputs_of(const Perceptron& perceptron, std::span<const double> x);
Hyperplane hyperplane_of(const Perceptron& perceptron, std::size_t unit);

// One presentation of a sample: the outputs, and the correction by the rule.
struct PerceptronStep {
  std::uint64_t t = 0;      // from 0
  std::uint64_t epoch = 0;  // from 1
  std::size_t sample = 0;   // from 0
  std::vector<double> net;  // one per unit, like all below
  std::vector<double> output;
  std::vector<double> desired;
  std::vector<double> error;  // d - o
  Matrix<double> weights;     // after the step, [units][1 + inputs]
  bool is_correction() const;
};

// W += eta (d - o) X for all units at once, `desired` in the perceptron's code. The caller sets t, epoch and
// sample.
PerceptronStep learn(Perceptron& perceptron, std::span<const double> x, std::span<const double> desired,
                     double learning_rate);

enum class Trace { leave_out, keep };

struct PerceptronOptions {
  double learning_rate = 0.1;
  std::uint64_t epochs = 1000;  // at most
  Trace trace = Trace::keep;
};

// The weights recurred: they are the same after two epochs, so what happened in between repeats forever.
struct WeightCycle {
  std::uint64_t first_epoch = 0;   // 0: the start
  std::uint64_t repeat_epoch = 0;  // the weights after it are those after first_epoch
  Matrix<double> counts;           // [units][samples]: sum of |d - o| over the epochs between
  std::uint64_t period() const { return repeat_epoch - first_epoch; }
};

struct PerceptronRun {
  Perceptron perceptron;  // at the end
  bool converged = false;
  std::uint64_t epochs = 0;  // including the one without corrections
  std::uint64_t presentations = 0;
  std::uint64_t corrections = 0;                 // presentations that changed a weight
  std::optional<std::uint64_t> last_correction;  // its t
  bool met_zero_net = false;                     // so that sgn(0) mattered
  std::optional<WeightCycle> cycle;              // ends the run
  std::vector<PerceptronStep> steps;             // with Trace::keep
};

// Steps (1) to (5) of the lectures: samples in the order of the rows, until an epoch needs no correction, the
// weights repeat, or the epochs are used up. inputs [samples][n], desired [samples][units] in the code of
// `start`. Throws StateError for shapes that do not fit, a learning rate outside (0, 1] and targets of
// another code.
PerceptronRun train_perceptron(Perceptron start, MatrixView<const double> inputs,
                               MatrixView<const double> desired, const PerceptronOptions& options);

// +1 or -1 for each sample of one unit.
std::vector<int> sides_of(MatrixView<const double> desired, std::size_t unit, OutputCode code);

struct ConvergenceBound {
  double gamma = 0;           // smallest d (w* . X)
  double radius_squared = 0;  // largest |X|^2
  double norm_squared = 0;    // |w*|^2
  double corrections = 0;     // at most, from weights 0: R^2 |w*|^2 / gamma^2, 4 times that for sgn(0) = 0
};

// separator = (T, w_1, ..., w_n). Throws StateError when it does not separate the samples: then there is no
// bound.
ConvergenceBound convergence_bound(std::span<const double> separator, MatrixView<const double> inputs,
                                   std::span<const int> sides, SignOfZero sign_of_zero = SignOfZero::plus);

}  // namespace chainrule
