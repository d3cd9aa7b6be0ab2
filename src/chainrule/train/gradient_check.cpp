#include "chainrule/train/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

constexpr std::size_t kLanes = ForwardDerivative::kLanes;

void require_checkable(const Network& network, std::span<const double> parameters, const LossOptions& loss,
                       const Dataset<double>& data) {
  validate(network);
  validate(loss, network.output_activation());
  validate_targets<double>(loss, data.targets.view());
  if (parameters.size() == parameter_count(network)) return;
  throw StateError({.what = "the parameters do not fit the network",
                    .expected = std::to_string(parameter_count(network)),
                    .got = std::to_string(parameters.size())});
}

// The parameters beside the given ones: each times a factor of its own from 1/2 to 1. The widths of radial
// basis functions are divided by it, so that no function becomes so narrow that it is 0 everywhere.
std::vector<double> shrunk(std::span<const ParameterSegment> segments, std::span<const double> parameters) {
  std::vector<double> beside(parameters.begin(), parameters.end());
  const RandomKey key{.seed = 1, .purpose = RandomPurpose::generator};
  for (const ParameterSegment& segment : segments) {
    for (std::size_t i = segment.offset; i < segment.offset + segment.size(); ++i) {
      const double factor = 0.5 + 0.5 * random_uniform(key, i);
      beside[i] = segment.role == ParameterRole::width ? beside[i] / factor : beside[i] * factor;
    }
  }
  return beside;
}

// Evenly spread over the segment, those of one unit next to each other: they move the same numbers.
std::vector<ForwardDerivative::Parameter> chosen_parameters(const ParameterSegment& segment,
                                                            std::size_t max_parameters) {
  const std::size_t count = max_parameters == 0 ? segment.size() : std::min(max_parameters, segment.size());
  std::vector<ForwardDerivative::Parameter> chosen;
  for (std::size_t k = 0; k < count; ++k)
    chosen.push_back({.segment = &segment, .index = k * segment.size() / count});
  std::stable_sort(chosen.begin(), chosen.end(), [&](const auto& one, const auto& other) {
    return one.index % segment.columns < other.index % segment.columns;
  });
  return chosen;
}

void compare(std::size_t index, double backward, const DirectionalDerivative& forward, SegmentCheck& result) {
  const double difference = std::abs(backward - forward.value);
  const double error = difference == 0 ? 0 : difference / forward.size;  // infinite where no term is
  const bool is_first = result.worst_backward == 0 && result.worst_forward == 0;
  if (std::isnan(result.worst_error)) return;
  if (!is_first && !std::isnan(error) && error <= result.worst_error) return;
  result.worst_error = error;
  result.worst_index = index;
  result.worst_backward = backward;
  result.worst_forward = forward.value;
}

// Weight 0 for the rows at a kink; empty where there is nothing to leave out.
AlignedVector<double> weights_without(const std::vector<Kink>& kinks, const Dataset<double>& data) {
  AlignedVector<double> weights = data.row_weights;
  if (kinks.empty()) return weights;
  if (weights.empty()) weights.assign(data.rows(), 1.0);
  for (const Kink& kink : kinks)
    weights[kink.row] = 0;
  return weights;
}

std::size_t count_rows(const std::vector<Kink>& kinks) {
  std::vector<std::size_t> rows;
  for (const Kink& kink : kinks)
    rows.push_back(kink.row);
  std::sort(rows.begin(), rows.end());
  return static_cast<std::size_t>(std::unique(rows.begin(), rows.end()) - rows.begin());
}

// The check at one point: fills `results`, one per segment. False if every row is at a kink.
bool check_at(const ForwardDerivative& forward, std::span<const double> parameters,
              const Dataset<double>& data, std::span<const ParameterSegment> segments,
              std::size_t max_parameters, const GradientFunction& gradient_of,
              std::span<SegmentCheck> results) {
  if (count_rows(forward.kinks()) == data.rows()) return false;
  Dataset<double> rows = data;
  rows.row_weights = weights_without(forward.kinks(), data);
  std::vector<double> gradient(parameters.size());
  gradient_of(parameters, rows, gradient);
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const std::vector<ForwardDerivative::Parameter> chosen = chosen_parameters(segments[s], max_parameters);
    results[s].checked = chosen.size();
    for (std::size_t first = 0; first < chosen.size(); first += kLanes) {
      const auto some = std::span(chosen).subspan(first, std::min(kLanes, chosen.size() - first));
      const auto derivatives = forward.along(some, rows.row_weights);
      for (std::size_t k = 0; k < some.size(); ++k)
        compare(some[k].index, gradient[segments[s].offset + some[k].index], derivatives[k], results[s]);
    }
  }
  return true;
}

}  // namespace

GradientFunction backward_gradient(const Network& network, const LossOptions& loss) {
  return [&network, loss](std::span<const double> parameters, const Dataset<double>& data,
                          std::span<double> gradient) {
    const Compute compute{.path = KernelPath::plain};
    Workspace<double> workspace;
    LossScratch<double> scratch;
    Matrix<double> d_output(data.rows(), network.outputs());
    const MatrixView<const double> a = forward<double>(compute, network, parameters, data.inputs.view(),
                                                       Mode::train, {.seed = 1}, workspace);
    evaluate_loss<double>(compute, loss, workspace.layers.back().z.view(), a, data.targets.view(),
                          data.row_weights, d_output.view(), scratch);
    backward<double>(compute, network, parameters, data.inputs.view(), d_output.view(),
                     properties_of(loss.kind).gradient_at, workspace, gradient);
  };
}

GradientCheck check_gradient(const Network& network, std::span<const double> parameters,
                             const LossOptions& loss, const Dataset<double>& data,
                             const GradientCheckOptions& options, const GradientFunction& gradient) {
  require_checkable(network, parameters, loss, data);
  const std::vector<ParameterSegment> segments = parameter_segments(network);
  GradientCheck check{.rows = data.rows()};
  for (const ParameterSegment& segment : segments)
    check.segments.push_back({.name = segment.name});

  const ForwardDerivative here(network, parameters, loss, data);
  check.kinks = here.kinks();
  check.rows_at_kink = count_rows(check.kinks);
  check_at(here, parameters, data, segments, options.max_parameters, gradient, check.segments);
  const std::vector<double> beside = shrunk(segments, parameters);
  const ForwardDerivative there(network, beside, loss, data);
  if (there.is_finite())
    check_at(there, beside, data, segments, options.max_parameters, gradient, check.segments);

  for (const SegmentCheck& segment : check.segments) {
    check.checked += segment.checked;
    if (std::isnan(segment.worst_error) || segment.worst_error > check.worst_error)
      check.worst_error = segment.worst_error;
  }
  check.passed = check.checked > 0 && check.worst_error <= options.tolerance;
  return check;
}

GradientCheck check_gradient(const Network& network, std::span<const double> parameters,
                             const LossOptions& loss, const Dataset<double>& data,
                             const GradientCheckOptions& options) {
  require_checkable(network, parameters, loss, data);
  return check_gradient(network, parameters, loss, data, options, backward_gradient(network, loss));
}

}  // namespace chainrule
