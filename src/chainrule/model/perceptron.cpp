// The perceptron rule in plain loops (perceptron.h has the equations), for all units at once:
//
//   W_j += eta (d_j - o_j) X    learn
//   epochs of it                train_perceptron
//   R^2 |w*|^2 / gamma^2        convergence_bound
//
// train_perceptron keeps the weights after every epoch. When two of them are equal the run is periodic: it
// stops and counts the corrections between the two, which prove that no hyperplane separates the samples
// (separability.h).
//
// Source: Rosenblatt 1958; the bound: Novikoff 1962.
#include "chainrule/model/perceptron.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

void require_inputs(const Perceptron& perceptron, std::size_t given) {
  if (perceptron.weights.columns() > 0 && given == perceptron.inputs()) return;
  throw StateError({.what = "the inputs do not fit the perceptron",
                    .expected = perceptron.weights.columns() == 0 ? "a perceptron with units"
                                                                  : count_of(perceptron.inputs(), "input"),
                    .got = std::to_string(given)});
}

void check_training(const Perceptron& start, MatrixView<const double> inputs,
                    MatrixView<const double> desired, const PerceptronOptions& options) {
  require_inputs(start, inputs.columns);
  if (inputs.rows == 0 || desired.rows != inputs.rows || desired.columns != start.units()) {
    throw StateError({.what = "the samples do not fit the perceptron",
                      .expected = "at least one sample, each with " + count_of(start.units(), "target"),
                      .got = count_of(inputs.rows, "sample") + ", " + count_of(desired.rows, "row") + " of " +
                             count_of(desired.columns, "target")});
  }
  if (!(options.learning_rate > 0 && options.learning_rate <= 1)) {
    throw StateError({.what = "the learning rate of the perceptron rule is out of range",
                      .expected = "above 0, at most 1",
                      .got = format_number(options.learning_rate)});
  }
  if (options.epochs == 0) {
    throw StateError({.what = "training needs at least one epoch", .expected = "1 or more", .got = "0"});
  }
  const double no = start.code == OutputCode::binary ? 0 : -1;
  for (std::size_t r = 0; r < desired.rows; ++r) {
    for (std::size_t j = 0; j < desired.columns; ++j) {
      if (desired(r, j) == no || desired(r, j) == 1) continue;
      throw StateError({.what = "a threshold unit cannot reach this target",
                        .where = "sample " + std::to_string(r + 1) + ", unit " + std::to_string(j + 1),
                        .expected = start.code == OutputCode::binary ? "0 or 1" : "-1 or +1",
                        .got = format_number(desired(r, j))});
    }
  }
}

}  // namespace

double threshold_output(double net, OutputCode code, SignOfZero sign_of_zero) {
  double sign = net > 0 ? 1 : -1;
  if (net == 0) sign = sign_of_zero == SignOfZero::plus ? 1 : sign_of_zero == SignOfZero::minus ? -1 : 0;
  return code == OutputCode::binary ? (sign + 1) / 2 : sign;
}

Perceptron make_perceptron(std::size_t inputs, std::size_t units) {
  return {.weights = Matrix<double>(units, inputs + 1)};
}

Perceptron random_perceptron(std::size_t inputs, std::size_t units, double scale, std::uint64_t seed) {
  Perceptron perceptron = make_perceptron(inputs, units);
  const RandomKey key{.seed = seed, .purpose = RandomPurpose::initial_weights};
  std::uint64_t draw = 0;
  for (double& weight : perceptron.weights.values()) {
    do {
      weight = scale * (2 * random_uniform(key, draw++) - 1);
    } while (weight == 0 && scale != 0);
  }
  return perceptron;
}

double pre_activation(const Perceptron& perceptron, std::size_t unit, std::span<const double> x) {
  require_inputs(perceptron, x.size());
  const std::span<const double> w = perceptron.unit(unit);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    sum += w[i + 1] * x[i];
  return sum - w[0];
}

double augmented_pre_activation(const Perceptron& perceptron, std::size_t unit, std::span<const double> x) {
  require_inputs(perceptron, x.size());
  const std::span<const double> w = perceptron.unit(unit);
  double sum = w[0] * -1;
  for (std::size_t i = 0; i < x.size(); ++i)
    sum += w[i + 1] * x[i];
  return sum;
}

std::vector<double> outputs_of(const Perceptron& perceptron, std::span<const double> x) {
  std::vector<double> o;
  for (std::size_t j = 0; j < perceptron.units(); ++j)
    o.push_back(threshold_output(augmented_pre_activation(perceptron, j, x), perceptron.code,
                                 perceptron.sign_of_zero));
  return o;
}

Hyperplane hyperplane_of(const Perceptron& perceptron, std::size_t unit) {
  const std::span<const double> w = perceptron.unit(unit);
  return {.normal = {w.begin() + 1, w.end()}, .threshold = w[0]};
}

bool PerceptronStep::is_correction() const {
  return std::any_of(error.begin(), error.end(), [](double e) { return e != 0; });
}

PerceptronStep learn(Perceptron& perceptron, std::span<const double> x, std::span<const double> desired,
                     double learning_rate) {
  require_inputs(perceptron, x.size());
  if (desired.size() != perceptron.units()) {
    throw StateError({.what = "the targets do not fit the perceptron",
                      .expected = count_of(perceptron.units(), "target"),
                      .got = std::to_string(desired.size())});
  }
  PerceptronStep step{.desired = {desired.begin(), desired.end()}};
  for (std::size_t j = 0; j < perceptron.units(); ++j) {
    step.net.push_back(augmented_pre_activation(perceptron, j, x));
    step.output.push_back(threshold_output(step.net[j], perceptron.code, perceptron.sign_of_zero));
    step.error.push_back(desired[j] - step.output[j]);
    double* w = perceptron.weights.row(j);
    const double size = learning_rate * step.error[j];
    if (size == 0) continue;
    w[0] += size * -1;
    for (std::size_t i = 0; i < x.size(); ++i)
      w[i + 1] += size * x[i];
  }
  step.weights = perceptron.weights;
  return step;
}

PerceptronRun train_perceptron(Perceptron start, MatrixView<const double> inputs,
                               MatrixView<const double> desired, const PerceptronOptions& options) {
  check_training(start, inputs, desired, options);
  PerceptronRun run{.perceptron = std::move(start)};
  // The weights after each epoch, beginning with the start; and the corrections of each epoch.
  std::vector<Matrix<double>> weights_after = {run.perceptron.weights};
  std::vector<Matrix<double>> counts_of_epoch = {Matrix<double>(run.perceptron.units(), inputs.rows)};
  while (run.epochs < options.epochs) {
    ++run.epochs;
    Matrix<double> counts(run.perceptron.units(), inputs.rows);
    bool is_right = true;
    for (std::size_t sample = 0; sample < inputs.rows; ++sample) {
      PerceptronStep step =
          learn(run.perceptron, inputs.row_span(sample), desired.row_span(sample), options.learning_rate);
      step.t = run.presentations++;
      step.epoch = run.epochs;
      step.sample = sample;
      for (std::size_t j = 0; j < step.net.size(); ++j) {
        counts(j, sample) = std::abs(step.error[j]);
        run.met_zero_net = run.met_zero_net || step.net[j] == 0;
      }
      if (step.is_correction()) {
        is_right = false;
        ++run.corrections;
        run.last_correction = step.t;
      }
      if (options.trace == Trace::keep) run.steps.push_back(std::move(step));
    }
    if (is_right) {
      run.converged = true;
      return run;
    }
    const auto same = std::find(weights_after.begin(), weights_after.end(), run.perceptron.weights);
    if (same != weights_after.end()) {
      const auto first = static_cast<std::size_t>(same - weights_after.begin());
      for (std::size_t e = first + 1; e < counts_of_epoch.size(); ++e) {
        for (std::size_t i = 0; i < counts.values().size(); ++i)
          counts.values()[i] += counts_of_epoch[e].values()[i];
      }
      run.cycle = WeightCycle{.first_epoch = first, .repeat_epoch = run.epochs, .counts = std::move(counts)};
      return run;
    }
    weights_after.push_back(run.perceptron.weights);
    counts_of_epoch.push_back(std::move(counts));
  }
  return run;
}

std::vector<int> sides_of(MatrixView<const double> desired, std::size_t unit, OutputCode code) {
  const double middle = code == OutputCode::binary ? 0.5 : 0;
  std::vector<int> sides;
  for (std::size_t r = 0; r < desired.rows; ++r)
    sides.push_back(desired(r, unit) > middle ? 1 : -1);
  return sides;
}

ConvergenceBound convergence_bound(std::span<const double> separator, MatrixView<const double> inputs,
                                   std::span<const int> sides, SignOfZero sign_of_zero) {
  if (inputs.rows == 0 || separator.size() != inputs.columns + 1 || sides.size() != inputs.rows) {
    throw StateError(
        {.what = "separator, samples and sides do not fit",
         .expected = "a threshold and " + count_of(inputs.columns, "weight") + ", and " +
                     count_of(inputs.rows, "side"),
         .got = count_of(separator.size(), "number") + " and " + count_of(sides.size(), "side")});
  }
  ConvergenceBound bound{.gamma = std::numeric_limits<double>::infinity()};
  for (std::size_t r = 0; r < inputs.rows; ++r) {
    double net = -separator[0], square = 1;
    for (std::size_t i = 0; i < inputs.columns; ++i) {
      net += separator[i + 1] * inputs(r, i);
      square += inputs(r, i) * inputs(r, i);
    }
    bound.gamma = std::min(bound.gamma, sides[r] * net);
    bound.radius_squared = std::max(bound.radius_squared, square);
  }
  if (!(bound.gamma > 0)) {
    throw StateError({.what = "the weights do not separate the samples, so they bound nothing",
                      .expected = "d (W . X) above 0 for each sample",
                      .got = "smallest " + format_significant(bound.gamma, 6),
                      .advice = "give weights that separate them: those at the end of a run that converged"});
  }
  for (const double w : separator)
    bound.norm_squared += w * w;
  bound.corrections = bound.radius_squared * bound.norm_squared / (bound.gamma * bound.gamma);
  if (sign_of_zero == SignOfZero::zero) bound.corrections *= 4;
  return bound;
}

}  // namespace chainrule
