// Forward mode through dense, dropout and rbf layers: first the values of every layer and the derivatives of
// their functions at one point (evaluate), then the motion of each layer along some parameters (seed,
// propagate). forward_derivative.h has the equations.
#include "chainrule/train/forward_derivative.h"

#include <algorithm>
#include <cmath>

#include "chainrule/train/dual_functions.h"

namespace chainrule {
namespace {

// The part of what a factor is rounded from that counts as a size of its own. A hundred thousand times the
// rounding of a double at the usual tolerance of 1e-10: 1e-3 * 1e-10 = 450 roundings.
constexpr double kRounding = 1e-3;
// So close to a kink, relative to its terms, two ways to add up z may end on two sides of it.
constexpr double kNearKink = 1e-12;

double square(double x) {
  return x * x;
}

double hypotenuse(double x, double y) {
  return std::sqrt(x * x + y * y);
}

// The activation of one unit and its parameter.
struct UnitFunction {
  Activation activation;
  double parameter;

  double steepest_slope() const {
    const ActivationProperties& f = properties_of(activation);
    const double steepest = std::max(std::abs(f.derivative_minimum), std::abs(f.derivative_maximum));
    return has_parameter(activation) ? std::max(steepest, std::abs(parameter)) : steepest;
  }
};

UnitFunction function_of(const Dense& layer, std::span<const double> slice, std::size_t unit) {
  const Activation activation =
      layer.unit_activations.empty() ? layer.activation : layer.unit_activations[unit];
  const std::span<const double> learnable = dense_parameters<const double>(layer, slice).activation;
  if (!learnable.empty()) return {activation, learnable[unit]};
  return {activation, layer.unit_activations.empty() ? layer.activation_parameter
                                                     : properties_of(activation).default_parameter};
}

bool all_finite(const Matrix<double>& matrix) {
  return std::all_of(matrix.values().begin(), matrix.values().end(),
                     [](double x) { return std::isfinite(x); });
}

}  // namespace

ForwardDerivative::ForwardDerivative(const Network& network, std::span<const double> parameters,
                                     const LossOptions& loss, const Dataset<double>& data)
    : network_(network), parameters_(parameters), loss_(loss), data_(data), layers_(network.layers.size()) {
  input_size_ = data.inputs;
  for (double& size : input_size_.values())
    size = std::abs(size);
  std::size_t offset = 0;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    offsets_.push_back(offset);
    offset += layer_parameters(network.layers[l]).size();
    LayerValues& values = layers_[l];
    for (Matrix<double>* matrix :
         {&values.z, &values.a, &values.z_size, &values.a_size, &values.slope, &values.slope_size,
          &values.parameter_slope, &values.parameter_slope_size, &values.moves})
      *matrix = Matrix<double>(data.rows(), layer_outputs(network.layers[l]));
    std::visit([&](const auto& layer) { evaluate(layer, l); }, network.layers[l]);
    is_finite_ = is_finite_ && all_finite(values.a) && all_finite(values.slope);
  }
  reads_z_ = properties_of(loss.kind).gradient_at == GradientAt::pre_activation ||
             network.output_activation() == Activation::softmax;
  d_output_ = Matrix<double>(data.rows(), network.outputs());
  d_output_size_ = d_output_;
  for (std::size_t r = 0; r < data.rows(); ++r)
    reads_z_ ? evaluate_loss_by_z(r) : evaluate_loss(r);
  is_finite_ = is_finite_ && all_finite(d_output_);
}

ForwardDerivative::Below ForwardDerivative::below(std::size_t layer) const {
  if (layer == 0) return {data_.inputs, input_size_, nullptr};
  const LayerValues& values = layers_[layer - 1];
  return {values.a, values.a_size, &values.moves};
}

std::span<const double> ForwardDerivative::slice(std::size_t layer) const {
  return parameters_.subspan(offsets_[layer], layer_parameters(network_.layers[layer]).size());
}

// --- values ------------------------------------------------------------------------------------------------

void ForwardDerivative::evaluate(const Dense& layer, std::size_t index) {
  const DenseParameters<const double> p = dense_parameters<const double>(layer, slice(index));
  const Below in = below(index);
  LayerValues& values = layers_[index];
  for (std::size_t r = 0; r < data_.rows(); ++r) {
    for (std::size_t j = 0; j < layer.outputs; ++j) {
      double z = p.b.empty() ? 0 : p.b[j];
      double squares = square(z);
      bool moves = !p.b.empty();
      for (std::size_t i = 0; i < layer.inputs; ++i) {
        z += in.x(r, i) * p.w(i, j);
        squares += square(in.size(r, i) * p.w(i, j));
        moves = moves || in.x(r, i) != 0 || (in.moves != nullptr && (*in.moves)(r, i) != 0 && p.w(i, j) != 0);
      }
      values.z(r, j) = z;
      values.z_size(r, j) = std::sqrt(squares);
      values.moves(r, j) = moves;
      evaluate_unit(layer, index, r, j);
    }
    if (layer.activation != Activation::softmax || !layer.unit_activations.empty()) continue;
    std::vector<Dual> z(layer.outputs), a(layer.outputs);
    for (std::size_t j = 0; j < layer.outputs; ++j)
      z[j].value = values.z(r, j);
    softmax_of_duals(z, a);
    for (std::size_t j = 0; j < layer.outputs; ++j)
      values.a(r, j) = values.a_size(r, j) = a[j].value;
  }
}

void ForwardDerivative::evaluate_unit(const Dense& layer, std::size_t index, std::size_t row,
                                      std::size_t unit) {
  LayerValues& values = layers_[index];
  const double z = values.z(row, unit), z_size = values.z_size(row, unit);
  const UnitFunction f = function_of(layer, slice(index), unit);
  const Dual by_z = activation_of_dual(f.activation, {z, 1}, {f.parameter, 0});
  const Dual by_parameter = activation_of_dual(f.activation, {z, 0}, {f.parameter, 1});
  const double steepest = f.steepest_slope();
  values.a(row, unit) = by_z.value;
  values.a_size(row, unit) = hypotenuse(by_z.value, steepest * z_size);
  values.slope(row, unit) = by_z.slope;
  values.slope_size(row, unit) = std::abs(by_z.slope) + kRounding * steepest * (1 + z_size);
  values.parameter_slope(row, unit) = by_parameter.slope;
  values.parameter_slope_size(row, unit) = std::abs(by_parameter.slope) + kRounding * z_size * (1 + z_size);

  const bool z_moves = values.moves(row, unit) != 0;
  bool at_kink = false;
  for (const double kink : properties_of(f.activation).kinks)
    at_kink = at_kink || std::abs(z - kink) <= kNearKink * (z_size + std::abs(kink));
  if (z_moves && at_kink && properties_of(f.activation).is_differentiable)
    kinks_.push_back({.row = row, .layer = index, .unit = unit});
  values.moves(row, unit) = (z_moves && (at_kink || by_z.slope != 0)) || by_parameter.slope != 0;
}

// The mask is drawn as in the first training step: it is data here, not a function.
void ForwardDerivative::evaluate(const Dropout& layer, std::size_t index) {
  const Below in = below(index);
  LayerValues& values = layers_[index];
  Matrix<double> ones(data_.rows(), layer.units);
  std::fill(ones.values().begin(), ones.values().end(), 1.0);
  const Compute compute{.path = KernelPath::plain};
  LayerState<double> drawn;
  prepare_forward<double>(layer, data_.rows(), Mode::train, drawn);
  forward<double>(layer,
                  {.compute = compute, .rows = {0, data_.rows()}, .layer = index, .dropout = {.seed = 1}}, {},
                  ones.view(), drawn);
  for (std::size_t r = 0; r < data_.rows(); ++r) {
    for (std::size_t j = 0; j < layer.units; ++j) {
      const double m = drawn.a(r, j);
      values.slope(r, j) = values.slope_size(r, j) = m;
      values.a(r, j) = m * in.x(r, j);
      values.a_size(r, j) = m * in.size(r, j);
      values.moves(r, j) = m != 0 && in.moves != nullptr && (*in.moves)(r, j) != 0;
    }
  }
}

void ForwardDerivative::evaluate(const Rbf& layer, std::size_t index) {
  const auto [centre, width] = rbf_parameters<const double>(layer, slice(index));
  const Below in = below(index);
  LayerValues& values = layers_[index];
  for (std::size_t r = 0; r < data_.rows(); ++r) {
    for (std::size_t j = 0; j < layer.units; ++j) {
      double distance = 0, terms = 0;
      for (std::size_t k = 0; k < layer.inputs; ++k) {
        distance += square(in.x(r, k) - centre(k, j));
        terms += square(in.size(r, k)) + square(centre(k, j));
      }
      const double factor = 1 / (2 * square(width[j]));
      values.z(r, j) = -distance * factor;
      values.z_size(r, j) = terms * factor;
      const Dual phi = exp(Dual{values.z(r, j), 1});
      values.a(r, j) = values.slope(r, j) = phi.value;
      values.slope_size(r, j) = phi.slope * (1 + kRounding * (1 + values.z_size(r, j)));
      values.a_size(r, j) = phi.value * (1 + values.z_size(r, j));
      values.moves(r, j) = phi.value != 0;
    }
  }
}

// --- the loss ----------------------------------------------------------------------------------------------

void ForwardDerivative::find_loss_kink(std::size_t row, std::size_t unit) {
  const LossKink kink = properties_of(loss_.kind).kink;
  if (kink == LossKink::none || layers_.back().moves(row, unit) == 0) return;
  const double a = layers_.back().a(row, unit), t = data_.targets(row, unit);
  const double distance =
      kink == LossKink::at_target ? std::abs(a - t) : std::abs(std::abs(a - t) - loss_.huber_delta);
  const double terms =
      layers_.back().a_size(row, unit) + std::abs(t) + (kink == LossKink::at_target ? 0 : loss_.huber_delta);
  if (distance <= kNearKink * terms) kinks_.push_back({.row = row, .unit = unit});
}

// A loss of the outputs a, which adds up over them: dL/da_j from a_j alone.
void ForwardDerivative::evaluate_loss(std::size_t row) {
  const LossProperties& loss = properties_of(loss_.kind);
  const std::size_t outputs = network_.outputs();
  const double share = loss.is_mean_over_outputs ? 1 / static_cast<double>(outputs) : 1;
  for (std::size_t j = 0; j < outputs; ++j) {
    const double a = layers_.back().a(row, j), a_size = layers_.back().a_size(row, j);
    const double t = data_.targets(row, j);
    const Dual z{layers_.back().z(row, j), 0}, output{a, 1};
    const double derivative = loss_of_duals(loss_, {&z, 1}, {&output, 1}, {&t, 1}, outputs, j).slope;
    // What the derivative is rounded from: a - t or exp(a) - t.
    const double terms = loss.output_is_logarithm ? std::exp(a) * (1 + a_size) + std::abs(t)
                                                  : 2 * share * (a_size + std::abs(t));
    d_output_(row, j) = derivative;
    d_output_size_(row, j) = std::abs(derivative) + kRounding * terms;
    find_loss_kink(row, j);
  }
}

// A loss of the pre-activations z: a cross-entropy, or any loss of softmax outputs, each of which depends on
// every z.
void ForwardDerivative::evaluate_loss_by_z(std::size_t row) {
  const std::size_t outputs = network_.outputs();
  const bool is_softmax = network_.output_activation() == Activation::softmax;
  const LayerValues& last = layers_.back();
  std::vector<Dual> z(outputs), a(outputs);
  double widest = 0;
  for (std::size_t j = 0; j < outputs; ++j) {
    z[j].value = last.z(row, j);
    a[j].value = last.a(row, j);
    widest = std::max(widest, last.z_size(row, j));
  }
  const std::span<const double> targets(data_.targets.row(row), outputs);
  for (std::size_t j = 0; j < outputs; ++j) {
    double derivative = 0;
    if (is_softmax) {
      z[j].slope = 1;
      softmax_of_duals(z, a);
      derivative = loss_of_duals(loss_, z, a, targets, outputs).slope;
      z[j].slope = 0;
    } else {
      const Dual one{z[j].value, 1};
      derivative = loss_of_duals(loss_, {&one, 1}, {&a[j], 1}, targets.subspan(j, 1), outputs, j).slope;
    }
    // What it is rounded from: a - t, where a = f(z) is rounded with z.
    const double p = last.a(row, j);
    const double terms = std::abs(p) + std::abs(targets[j]) + 2 * std::abs(p * (1 - p)) * widest;
    d_output_(row, j) = derivative;
    d_output_size_(row, j) = std::abs(derivative) + kRounding * terms;
    find_loss_kink(row, j);
  }
}

// --- motion ------------------------------------------------------------------------------------------------

ForwardDerivative::Motion ForwardDerivative::motionless(std::size_t index) const {
  const std::size_t numbers = data_.rows() * layer_outputs(network_.layers[index]);
  return {.slope = std::vector<Lanes>(numbers), .square = std::vector<Lanes>(numbers)};
}

// da = f'(z) dz
void ForwardDerivative::apply_slope(std::size_t index, Motion& motion) const {
  const std::span<const double> slopes = layers_[index].slope.values();
  const std::span<const double> sizes = layers_[index].slope_size.values();
  for (std::size_t i = 0; i < motion.slope.size(); ++i) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      motion.slope[i][k] *= slopes[i];
      motion.square[i][k] *= square(sizes[i]);
    }
  }
}

ForwardDerivative::Motion ForwardDerivative::seed(const Dense& layer, std::size_t index,
                                                  std::span<const Parameter> parameters) const {
  Motion motion = motionless(index);
  const Below in = below(index);
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const ParameterSegment& segment = *parameters[k].segment;
    const std::size_t i = parameters[k].index / segment.columns, j = parameters[k].index % segment.columns;
    for (std::size_t r = 0; r < data_.rows(); ++r) {
      const bool is_weight = segment.role == ParameterRole::weight;
      if (!is_weight && segment.role != ParameterRole::bias) continue;
      motion.slope[r * layer.outputs + j][k] = is_weight ? in.x(r, i) : 1;
      motion.square[r * layer.outputs + j][k] =
          is_weight ? square(std::abs(in.x(r, i)) + kRounding * in.size(r, i)) : 1;
    }
  }
  if (is_read_at_z(index)) return motion;
  apply_slope(index, motion);
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    if (parameters[k].segment->role != ParameterRole::activation) continue;
    const std::size_t j = parameters[k].index;
    for (std::size_t r = 0; r < data_.rows(); ++r) {
      motion.slope[r * layer.outputs + j][k] = layers_[index].parameter_slope(r, j);
      motion.square[r * layer.outputs + j][k] = square(layers_[index].parameter_slope_size(r, j));
    }
  }
  return motion;
}

ForwardDerivative::Motion ForwardDerivative::propagate(const Dense& layer, std::size_t index,
                                                       const Motion& in) const {
  Motion motion = motionless(index);
  const MatrixView<const double> w = dense_parameters<const double>(layer, slice(index)).w;
  const auto is_zero = [](double x) { return x == 0; };
  for (std::size_t r = 0; r < data_.rows(); ++r) {
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      const Lanes& slope = in.slope[r * layer.inputs + i];
      const Lanes& squares = in.square[r * layer.inputs + i];
      if (std::all_of(squares.begin(), squares.end(), is_zero)) continue;  // it does not move
      for (std::size_t j = 0; j < layer.outputs; ++j) {
        Lanes& out = motion.slope[r * layer.outputs + j];
        Lanes& out_squares = motion.square[r * layer.outputs + j];
        const double weight = w(i, j);
        for (std::size_t k = 0; k < kLanes; ++k) {
          out[k] += weight * slope[k];
          out_squares[k] += weight * weight * squares[k];
        }
      }
    }
  }
  if (!is_read_at_z(index)) apply_slope(index, motion);
  return motion;
}

ForwardDerivative::Motion ForwardDerivative::seed(const Dropout&, std::size_t index,
                                                  std::span<const Parameter>) const {
  return motionless(index);  // it has no parameters
}

ForwardDerivative::Motion ForwardDerivative::propagate(const Dropout&, std::size_t index,
                                                       const Motion& in) const {
  Motion motion = in;
  apply_slope(index, motion);
  return motion;
}

ForwardDerivative::Motion ForwardDerivative::seed(const Rbf& layer, std::size_t index,
                                                  std::span<const Parameter> parameters) const {
  Motion motion = motionless(index);
  const auto [centre, width] = rbf_parameters<const double>(layer, slice(index));
  const Below in = below(index);
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const ParameterSegment& segment = *parameters[k].segment;
    const std::size_t i = parameters[k].index / segment.columns, j = parameters[k].index % segment.columns;
    const double s = width[j];
    for (std::size_t r = 0; r < data_.rows(); ++r) {
      double dz = 0, size = 0;
      if (segment.role == ParameterRole::centre) {
        const double x = in.x(r, i), c = centre(i, j);
        dz = (x - c) / square(s);
        size = (std::abs(x - c) + kRounding * (in.size(r, i) + std::abs(c))) / square(s);
      } else {
        dz = -2 * layers_[index].z(r, j) / s;  // d / s^3
        size = 2 * (std::abs(layers_[index].z(r, j)) + kRounding * layers_[index].z_size(r, j)) / std::abs(s);
      }
      motion.slope[r * layer.units + j][k] = dz;
      motion.square[r * layer.units + j][k] = square(size);
    }
  }
  apply_slope(index, motion);
  return motion;
}

ForwardDerivative::Motion ForwardDerivative::propagate(const Rbf& layer, std::size_t index,
                                                       const Motion& in) const {
  Motion motion = motionless(index);
  const auto [centre, width] = rbf_parameters<const double>(layer, slice(index));
  const Below from = below(index);
  for (std::size_t r = 0; r < data_.rows(); ++r) {
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      const Lanes& slope = in.slope[r * layer.inputs + i];
      const Lanes& squares = in.square[r * layer.inputs + i];
      for (std::size_t j = 0; j < layer.units; ++j) {
        const double x = from.x(r, i), c = centre(i, j), s2 = square(width[j]);
        const double factor = (c - x) / s2;
        const double size = (std::abs(c - x) + kRounding * (from.size(r, i) + std::abs(c))) / s2;
        for (std::size_t k = 0; k < kLanes; ++k) {
          motion.slope[r * layer.units + j][k] += factor * slope[k];
          motion.square[r * layer.units + j][k] += square(size) * squares[k];
        }
      }
    }
  }
  apply_slope(index, motion);
  return motion;
}

std::array<DirectionalDerivative, ForwardDerivative::kLanes> ForwardDerivative::along(
    std::span<const Parameter> parameters, std::span<const double> row_weights) const {
  const std::size_t first = parameters.front().segment->layer;
  Motion motion =
      std::visit([&](const auto& layer) { return seed(layer, first, parameters); }, network_.layers[first]);
  for (std::size_t l = first + 1; l < layers_.size(); ++l)
    motion = std::visit([&](const auto& layer) { return propagate(layer, l, motion); }, network_.layers[l]);

  std::array<DirectionalDerivative, kLanes> derivatives;
  const std::size_t outputs = network_.outputs();
  double weights = 0;
  for (std::size_t r = 0; r < data_.rows(); ++r) {
    const double weight = row_weights.empty() ? 1 : row_weights[r];
    weights += weight;
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      double slope = 0, squares = 0;
      for (std::size_t j = 0; j < outputs; ++j) {
        slope += d_output_(r, j) * motion.slope[r * outputs + j][k];
        squares += square(d_output_size_(r, j)) * motion.square[r * outputs + j][k];
      }
      derivatives[k].value += weight * slope;
      derivatives[k].size += weight * std::sqrt(squares);
    }
  }
  if (loss_.reduction == Reduction::mean) {
    const double scale = weights > 0 ? 1 / weights : 0;
    for (DirectionalDerivative& derivative : derivatives)
      derivative = {.value = derivative.value * scale, .size = derivative.size * scale};
  }
  return derivatives;
}

}  // namespace chainrule
