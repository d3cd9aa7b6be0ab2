#include "chainrule/train/gradient_check.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

// The loss as a function of the parameters, with the side of every kink on which the calculation was.
class LossFunction {
 public:
  LossFunction(const Network& network, const LossOptions& loss, const Dataset<double>& data)
      : network_(network), loss_(loss), data_(data), d_output_(data.rows(), network.outputs()) {}

  double operator()(std::span<const double> parameters) {
    const MatrixView<const double> a = forward<double>(compute_, network_, parameters, data_.inputs.view(),
                                                       Mode::train, {.seed = 1}, workspace_);
    return evaluate_loss<double>(compute_, loss_, workspace_.layers.back().z.view(), a, data_.targets.view(),
                                 data_.row_weights, d_output_.view(), scratch_);
  }

  // For the parameters of the last call.
  void gradient(std::span<const double> parameters, std::span<double> gradient) {
    backward<double>(compute_, network_, parameters, data_.inputs.view(), d_output_.view(),
                     properties_of(loss_.kind).gradient_at, workspace_, gradient);
  }

  // One sign for each pre-activation of a unit with a kink, and for each error of a loss with one.
  std::vector<signed char> sides() const {
    std::vector<signed char> sides;
    const auto side_of = [](double value) { return static_cast<signed char>((value > 0) - (value < 0)); };
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      const Matrix<double>& z = workspace_.layers[i].z;
      for (std::size_t j = 0; j < layer_outputs(network_.layers[i]); ++j) {
        const std::optional<Activation> f = layer_activation(network_.layers[i], j);
        if (!f) continue;
        for (const double kink : properties_of(*f).kinks) {
          for (std::size_t r = 0; r < z.rows(); ++r)
            sides.push_back(side_of(z(r, j) - kink));
        }
      }
    }
    const LossKink kink = properties_of(loss_.kind).kink;
    if (kink != LossKink::none) {
      const Matrix<double>& a = workspace_.layers.back().a;
      for (std::size_t r = 0; r < a.rows(); ++r) {
        for (std::size_t j = 0; j < a.columns(); ++j) {
          const double e = a(r, j) - data_.targets(r, j);
          sides.push_back(side_of(kink == LossKink::at_target ? e : std::abs(e) - loss_.huber_delta));
        }
      }
    }
    return sides;
  }

 private:
  const Compute compute_{.path = KernelPath::plain};
  const Network& network_;
  const LossOptions& loss_;
  const Dataset<double>& data_;
  Workspace<double> workspace_;
  LossScratch<double> scratch_;
  Matrix<double> d_output_;
};

// Central differences with steps h and 2h, combined so that the h^2 error cancels: (8 (f1 - f-1) - (f2 -
// f-2)) / 12h. Empty when a kink lies within reach.
struct Difference {
  double value = 0;
  bool crosses_kink = false;
};

Difference differentiate(LossFunction& loss, std::vector<double>& parameters, std::size_t i, double h,
                         const std::vector<signed char>& sides) {
  const double centre = parameters[i];
  double values[4];
  const double reach[4] = {1, -1, 2, -2};
  bool crosses_kink = false;
  for (int k = 0; k < 4; ++k) {
    parameters[i] = centre + reach[k] * h;
    values[k] = loss(parameters);
    crosses_kink = crosses_kink || loss.sides() != sides;
  }
  parameters[i] = centre;
  return {(8 * (values[0] - values[1]) - (values[2] - values[3])) / (12 * h), crosses_kink};
}

// The distance over which a parameter changes the loss: for a radial basis function only its width matters.
double length_scale(const Network& network, const ParameterSegment& segment, std::span<const double> w,
                    std::size_t index) {
  if (segment.role == ParameterRole::width) return std::abs(w[segment.offset + index]);
  if (segment.role == ParameterRole::centre) {
    const std::size_t units = layer_outputs(network.layers[segment.layer]);
    return std::abs(w[segment.offset + segment.size() + index % units]);  // the widths follow the centres
  }
  return std::max(1.0, std::abs(w[segment.offset + index]));
}

}  // namespace

GradientCheck check_gradient(const Network& network, std::span<const double> parameters,
                             const LossOptions& loss, const Dataset<double>& data,
                             const GradientCheckOptions& options) {
  validate(network);
  validate(loss, network.output_activation());
  validate_targets<double>(loss, data.targets.view());
  if (parameters.size() != parameter_count(network)) {
    throw StateError({.what = "the parameters do not fit the network",
                      .expected = std::to_string(parameter_count(network)),
                      .got = std::to_string(parameters.size())});
  }
  std::vector<double> w(parameters.begin(), parameters.end());
  std::vector<double> gradient(w.size());
  LossFunction loss_function(network, loss, data);
  loss_function(w);
  const std::vector<signed char> sides = loss_function.sides();
  loss_function.gradient(w, gradient);

  double largest = 0;
  for (const double g : gradient)
    largest = std::max(largest, std::abs(g));
  const double floor = std::max(1e-3 * largest, 1e-12);

  GradientCheck check;
  for (const ParameterSegment& segment : parameter_segments(network)) {
    SegmentCheck result{.name = segment.name};
    const std::size_t limit = options.max_parameters == 0 ? segment.size() : options.max_parameters;
    const std::size_t count = std::min(limit, segment.size());
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t index = k * segment.size() / count;  // evenly spread
      const std::size_t i = segment.offset + index;
      const double h = options.step > 0 ? options.step : 1e-3 * length_scale(network, segment, w, index);
      const Difference difference = differentiate(loss_function, w, i, h, sides);
      if (difference.crosses_kink) {
        ++result.at_kink;
        continue;
      }
      ++result.checked;
      const double scale = std::max({std::abs(gradient[i]), std::abs(difference.value), floor});
      const double error = std::abs(gradient[i] - difference.value) / scale;
      if (error > result.worst_error || std::isnan(error) || result.checked == 1) {
        result.worst_error = error;
        result.worst_index = index;
        result.worst_backward = gradient[i];
        result.worst_difference = difference.value;
      }
    }
    check.checked += result.checked;
    check.at_kink += result.at_kink;
    if (std::isnan(result.worst_error) || result.worst_error > check.worst_error) {
      check.worst_error = result.worst_error;
    }
    check.segments.push_back(std::move(result));
  }
  check.passed = check.checked > 0 && check.worst_error <= options.tolerance;
  return check;
}

}  // namespace chainrule
