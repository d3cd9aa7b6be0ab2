// One step of gradient descent, worked sample by sample with the engine's own functions.
//
//   work_sample        forward and backward of one sample; every z, a, f', delta and gradient is copied out
//   reduce_gradients   dW, db over the samples: sum or mean, + lambda W
//   update             W_new = W - eta (dW + decay W), b_new = b - eta db
//
// The engine keeps W as [from][to], lectures print [to][from]: transposed() converts between the two. f' is
// the delta for dE/da = 1, so no activation is written a second time. Compute is the plain path: ordinary
// arithmetic in the order of the formulas, the same on every machine.
#include "chainrule/explain/worked_step.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/dense.h"
#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

constexpr Compute kPlain = {.path = KernelPath::plain, .pool = nullptr, .matrix_unit = {}};

// Where a dense layer's numbers start in the parameter array.
std::size_t offset_of(const WorkedNetwork& worked, std::size_t l) {
  std::size_t offset = 0;
  for (std::size_t i = 0; i < l + (worked.has_rbf() ? 1 : 0); ++i)
    offset += layer_parameters(worked.network.layers[i]).size();
  return offset;
}

// W, b and learnable activation parameters of dense layer l within an array as long as the parameters: the
// parameters themselves, or their gradient.
DenseParameters<const double> slice_of(const WorkedNetwork& worked, std::span<const double> parameters,
                                       std::size_t l) {
  return dense_parameters<const double>(worked.layer(l), parameters.subspan(offset_of(worked, l)));
}

// Only for networks with has_rbf(): their first layer is of radial basis functions.
RbfParameters<const double> rbf_of(const WorkedNetwork& worked, std::span<const double> parameters) {
  return rbf_parameters<const double>(std::get<Rbf>(worked.network.layers.front()), parameters);
}

// "layer 2, unit 3": counted from 1 in messages.
std::string place(std::size_t l, std::size_t unit) {
  return "layer " + std::to_string(l + 1) + ", unit " + std::to_string(unit + 1);
}

// Stops at the first number that is not finite, so the message names its origin.
void require_finite(const NumberList& numbers, std::string_view what, std::size_t l) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (std::isfinite(numbers[i])) continue;
    throw NonFiniteError({.what = std::string(what) + " is not finite",
                          .where = place(l, i),
                          .got = format_number(numbers[i]),
                          .advice = "smaller weights or inputs"});
  }
}

// Checks everything that work_step requires of its network, losses and samples, before anything is
// calculated.
void require_fit(const WorkedNetwork& worked) {
  for (std::size_t i = worked.has_rbf() ? 1 : 0; i < worked.network.layers.size(); ++i) {
    const Layer& layer = worked.network.layers[i];
    // A step is written out for these two kinds of layers; any other kind is refused by name.
    if (kind_of(layer) != LayerKind::dense) {
      throw StateError(
          {.what = "only dense layers, and radial basis functions before them, are worked by hand",
           .where = "layer " + std::to_string(i + 1),
           .got = std::string(name_of(kind_of(layer)))});
    }
  }
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    for (std::size_t i = 0; i < worked.units(l); ++i) {
      if (properties_of(worked.activation(l, i)).is_differentiable) continue;
      throw StateError(
          {.what = "threshold units have no gradient to work out",
           .where = place(l, i),
           .got = std::string(name_of(worked.activation(l, i))),
           .advice = "`chainrule lesson perceptron-rule` works through the rule by which they learn"});
    }
  }
  if (worked.layers() == 0) throw StateError({.what = "there is no dense layer"});
  validate(worked.network);
  validate(worked.loss, worked.network.output_activation());
  if (worked.parameters.size() != parameter_count(worked.network)) {
    throw StateError({.what = "the parameters do not fit the network",
                      .expected = count_of(parameter_count(worked.network), "number"),
                      .got = std::to_string(worked.parameters.size())});
  }
  if (worked.samples.empty()) {
    throw StateError({.what = "there is no sample", .expected = "at least one x with its t"});
  }
  if (worked.loss.reduction == Reduction::single && worked.samples.size() != 1) {
    throw StateError({.what = "the reduction \"single\" goes with one sample",
                      .expected = "1 sample, or the reduction sum or mean",
                      .got = count_of(worked.samples.size(), "sample")});
  }
  for (std::size_t n = 0; n < worked.samples.size(); ++n) {
    const auto require_size = [&](std::string_view name, std::size_t size, std::size_t expected,
                                  std::string_view of) {
      if (size == expected) return;
      throw StateError({.what = "the size of a sample does not match the network",
                        .where = "sample " + std::to_string(n + 1) + ", " + std::string(name),
                        .expected = count_of(expected, "number") + ", one for each " + std::string(of),
                        .got = std::to_string(size)});
    };
    require_size("x", worked.samples[n].x.size(), worked.network.inputs(), "input");
    require_size("t", worked.samples[n].t.size(), worked.network.outputs(), "output");
    validate_targets<double>(worked.loss, {worked.samples[n].t.data(), 1, worked.samples[n].t.size()});
  }
}

NumberList row_of(const Matrix<double>& matrix) {
  return {matrix.values().begin(), matrix.values().end()};
}

// [from][to] of the engine as [to][from] of the lectures.
NumberTable transposed(MatrixView<const double> w) {
  NumberTable table(w.columns, NumberList(w.rows));
  for (std::size_t from = 0; from < w.rows; ++from) {
    for (std::size_t to = 0; to < w.columns; ++to)
      table[to][from] = w(from, to);
  }
  return table;
}

// f'(z) of every unit: the delta that dE/da = 1 would give.
NumberList derivative_of(const Dense& layer, std::span<const double> learnable,
                         const LayerState<double>& state) {
  if (layer.activation == Activation::softmax) return {};
  Matrix<double> ones(1, layer.outputs), derivative(1, layer.outputs);
  std::fill(ones.values().begin(), ones.values().end(), 1.0);
  activation_delta<double>(kPlain, layer, learnable, state.z.view(), state.a.view(), ones.view(),
                           derivative.view());
  return row_of(derivative);
}

MatrixView<const double> row_view(const NumberList& numbers) {
  return {numbers.data(), 1, numbers.size()};
}

// Forward, then the loss of one sample without its share in the mean. Leaves z and a in the workspace. Unless
// `d_output` is empty, it receives the derivative, taken where the loss says (gradient_at in loss.h).
double loss_of_sample(const WorkedNetwork& worked, std::span<const double> parameters,
                      const WorkedSample& sample, Workspace<double>& workspace, MatrixView<double> d_output) {
  LossOptions one = worked.loss;
  one.reduction = Reduction::single;
  const MatrixView<const double> a =
      forward<double>(kPlain, worked.network, parameters, row_view(sample.x), Mode::train, {}, workspace);
  LossScratch<double> scratch;
  return evaluate_loss<double>(kPlain, one, workspace.layers.back().z.view(), a, row_view(sample.t), {},
                               d_output, scratch);
}

// What a step shows of the radial basis functions; `delta` is that of the first dense layer.
WorkedRbf work_rbf(const WorkedNetwork& worked, const WorkedSample& sample, MatrixView<const double> delta,
                   std::span<const double> gradient) {
  WorkedRbf rbf;
  for (std::size_t j = 0; j < worked.entering(); ++j) {
    double distance = 0;
    for (std::size_t k = 0; k < sample.x.size(); ++k) {
      const double difference = sample.x[k] - worked.centre(j, k);
      distance += difference * difference;
    }
    rbf.distance.push_back(distance);
  }
  Matrix<double> d_phi(1, worked.entering());
  input_gradient<double>(kPlain, delta, slice_of(worked, worked.parameters, 0).w, d_phi.view());
  rbf.d_phi = row_of(d_phi);
  const RbfParameters<const double> d = rbf_of(worked, gradient);
  rbf.d_centre = transposed(d.centre);
  rbf.d_width.assign(d.width.begin(), d.width.end());
  return rbf;
}

// Forward and backward of one sample, every number kept.
WorkedSampleStep work_sample(const WorkedNetwork& worked, const WorkedSample& sample) {
  WorkedSampleStep step;
  Workspace<double> workspace;
  Matrix<double> d_output(1, worked.network.outputs());
  step.loss = loss_of_sample(worked, worked.parameters, sample, workspace, d_output.view());
  const std::size_t front = worked.has_rbf() ? 1 : 0;
  const auto state_of = [&](std::size_t l) -> const LayerState<double>& {
    return workspace.layers[l + front];
  };
  step.entering = worked.has_rbf() ? row_of(workspace.layers[0].a) : sample.x;
  if (worked.has_rbf()) require_finite(step.entering, "a radial basis function", 0);
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    step.z.push_back(row_of(state_of(l).z));
    step.a.push_back(row_of(state_of(l).a));
    require_finite(step.z.back(), "a net input", l);
    require_finite(step.a.back(), "an output", l);
  }
  if (!std::isfinite(step.loss)) {
    throw NonFiniteError({.what = "the loss of a sample is not finite",
                          .where = "before the update",
                          .got = format_number(step.loss),
                          .advice = "smaller inputs, targets or weights"});
  }
  const GradientAt at = properties_of(worked.loss.kind).gradient_at;
  NumberList gradient(worked.parameters.size());
  backward<double>(kPlain, worked.network, worked.parameters, row_view(sample.x), d_output.view(), at,
                   workspace, gradient);
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    const Dense& layer = worked.layer(l);
    step.f_prime.push_back(
        derivative_of(layer, slice_of(worked, worked.parameters, l).activation, state_of(l)));
    step.delta.push_back(row_of(state_of(l).d_z));
    require_finite(step.delta.back(), "a delta", l);
    if (l + 1 < worked.layers()) {
      Matrix<double> d_a(1, layer.outputs);
      input_gradient<double>(kPlain, state_of(l + 1).d_z.view(), slice_of(worked, worked.parameters, l + 1).w,
                             d_a.view());
      step.d_a.push_back(row_of(d_a));
    } else {
      step.d_a.push_back(at == GradientAt::output ? row_of(d_output) : NumberList{});
    }
    const auto slice = slice_of(worked, gradient, l);
    step.dW.push_back(transposed(slice.w));
    step.db.emplace_back(slice.b.begin(), slice.b.end());
    step.d_parameter.emplace_back(slice.activation.begin(), slice.activation.end());
  }
  if (worked.has_rbf()) step.rbf = work_rbf(worked, sample, state_of(0).d_z.view(), gradient);
  return step;
}

// The sum of the samples as the loss reduces it.
double reduced(const WorkedNetwork& worked, double sum) {
  return worked.loss.reduction == Reduction::mean ? sum / static_cast<double>(worked.samples.size()) : sum;
}

// |W|^2 over all weights, biases left out.
double squared_weights(const WorkedNetwork& worked, std::span<const double> parameters) {
  double sum = 0;
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    const auto w = slice_of(worked, parameters, l).w;
    for (std::size_t from = 0; from < w.rows; ++from) {
      for (const double value : w.row_span(from))
        sum += value * value;
    }
  }
  return sum;
}

void add(NumberList& sum, const NumberList& values) {
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] += values[i];
}

// The gradients of all samples combined: summed, reduced, with lambda W added for the weights.
void reduce_gradients(const WorkedNetwork& worked, WorkedStep& step) {
  step.dW = step.samples[0].dW;
  step.db = step.samples[0].db;
  step.d_parameter = step.samples[0].d_parameter;
  step.d_centre = step.samples[0].rbf.d_centre;
  step.d_width = step.samples[0].rbf.d_width;
  for (std::size_t n = 1; n < step.samples.size(); ++n) {
    for (std::size_t j = 0; j < step.d_centre.size(); ++j)
      add(step.d_centre[j], step.samples[n].rbf.d_centre[j]);
    add(step.d_width, step.samples[n].rbf.d_width);
    for (std::size_t l = 0; l < worked.layers(); ++l) {
      for (std::size_t to = 0; to < step.dW[l].size(); ++to)
        add(step.dW[l][to], step.samples[n].dW[l][to]);
      add(step.db[l], step.samples[n].db[l]);
      add(step.d_parameter[l], step.samples[n].d_parameter[l]);
    }
  }
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    for (std::size_t to = 0; to < step.dW[l].size(); ++to) {
      for (std::size_t from = 0; from < step.dW[l][to].size(); ++from) {
        double& gradient = step.dW[l][to][from];
        gradient = reduced(worked, gradient);
        if (worked.lambda != 0) gradient += worked.lambda * worked.weight(l, to, from);
      }
    }
    for (double& gradient : step.db[l])
      gradient = reduced(worked, gradient);
    for (double& gradient : step.d_parameter[l])
      gradient = reduced(worked, gradient);
  }
  for (NumberList& gradients : step.d_centre) {
    for (double& gradient : gradients)
      gradient = reduced(worked, gradient);
  }
  for (double& gradient : step.d_width)
    gradient = reduced(worked, gradient);
}

// All new parameters from the old ones: no gradient uses a new weight.
void update(const WorkedNetwork& worked, WorkedStep& step) {
  step.parameters_new = worked.parameters;
  step.W_new = step.dW;
  step.b_new = step.db;
  step.parameter_new = step.d_parameter;
  step.centre_new = step.d_centre;
  step.width_new = step.d_width;
  if (worked.has_rbf()) {
    const RbfParameters<double> rbf =
        rbf_parameters<double>(std::get<Rbf>(worked.network.layers.front()), std::span(step.parameters_new));
    for (std::size_t j = 0; j < rbf.width.size(); ++j) {
      for (std::size_t k = 0; k < rbf.centre.rows; ++k)
        step.centre_new[j][k] = rbf.centre(k, j) -= worked.eta * step.d_centre[j][k];
      step.width_new[j] = rbf.width[j] -= worked.eta * step.d_width[j];
    }
  }
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    const auto slice = dense_parameters<double>(worked.layer(l),
                                                std::span(step.parameters_new).subspan(offset_of(worked, l)));
    for (std::size_t to = 0; to < step.dW[l].size(); ++to) {
      for (std::size_t from = 0; from < step.dW[l][to].size(); ++from) {
        double& weight = slice.w(from, to);
        double change = step.dW[l][to][from];
        if (worked.decay != 0) change += worked.decay * weight;
        weight -= worked.eta * change;
        step.W_new[l][to][from] = weight;
      }
    }
    for (std::size_t i = 0; i < slice.b.size(); ++i)
      step.b_new[l][i] = slice.b[i] -= worked.eta * step.db[l][i];
    for (std::size_t i = 0; i < slice.activation.size(); ++i)
      step.parameter_new[l][i] = slice.activation[i] -= worked.eta * step.d_parameter[l][i];
  }
}

}  // namespace

WorkedNetwork make_worked_network(const Network& network, NumberList parameters, const LossOptions& loss,
                                  std::vector<WorkedSample> samples) {
  WorkedNetwork worked{
      .network = {}, .parameters = std::move(parameters), .loss = loss, .samples = std::move(samples)};
  for (const Layer& layer : network.layers) {
    if (!layer_traits(layer).is_identity_in_prediction) worked.network.layers.push_back(layer);
  }
  worked.loss.reduction = worked.samples.size() == 1 ? Reduction::single : Reduction::mean;
  return worked;
}

bool WorkedNetwork::has_rbf() const {
  return !network.layers.empty() && kind_of(network.layers.front()) == LayerKind::rbf;
}

// A worked network has dense layers, above one of radial basis functions if has_rbf() (network_json).
const Dense& WorkedNetwork::layer(std::size_t l) const {
  return std::get<Dense>(network.layers[l + (has_rbf() ? 1 : 0)]);
}

double WorkedNetwork::centre(std::size_t unit, std::size_t input) const {
  return rbf_of(*this, parameters).centre(input, unit);
}

double WorkedNetwork::width(std::size_t unit) const {
  return rbf_of(*this, parameters).width[unit];
}

double WorkedNetwork::weight(std::size_t l, std::size_t to, std::size_t from) const {
  return slice_of(*this, parameters, l).w(from, to);
}

double WorkedNetwork::bias(std::size_t l, std::size_t unit) const {
  const std::span<const double> b = slice_of(*this, parameters, l).b;
  return b.empty() ? 0 : b[unit];
}

double WorkedNetwork::activation_parameter(std::size_t l, std::size_t unit) const {
  const std::span<const double> learnable = slice_of(*this, parameters, l).activation;
  if (!learnable.empty()) return learnable[unit];
  // A mixed layer's functions use their own default parameters.
  if (!layer(l).unit_activations.empty()) return properties_of(activation(l, unit)).default_parameter;
  return layer(l).activation_parameter;
}

Activation WorkedNetwork::activation(std::size_t l, std::size_t unit) const {
  return layer(l).unit_activations.empty() ? layer(l).activation : layer(l).unit_activations[unit];
}

bool delta_is_direct(const WorkedNetwork& worked) {
  return properties_of(worked.loss.kind).gradient_at == GradientAt::pre_activation;
}

double data_loss_of(const WorkedNetwork& worked, const NumberList& parameters) {
  Workspace<double> workspace;
  double sum = 0;
  for (const WorkedSample& sample : worked.samples)
    sum += loss_of_sample(worked, parameters, sample, workspace, {});
  return reduced(worked, sum);
}

WorkedStep work_step(const WorkedNetwork& worked) {
  require_fit(worked);
  WorkedStep step;
  double loss = 0;
  for (const WorkedSample& sample : worked.samples) {
    step.samples.push_back(work_sample(worked, sample));
    loss += step.samples.back().loss;
  }
  step.data_loss = reduced(worked, loss);
  step.total_loss = step.data_loss + 0.5 * worked.lambda * squared_weights(worked, worked.parameters);
  reduce_gradients(worked, step);
  update(worked, step);
  step.data_loss_after = data_loss_of(worked, step.parameters_new);
  step.total_loss_after =
      step.data_loss_after + 0.5 * worked.lambda * squared_weights(worked, step.parameters_new);
  if (!std::isfinite(step.total_loss_after)) {
    throw NonFiniteError({.what = "the loss after the update is not finite",
                          .got = format_number(step.total_loss_after),
                          .advice = "a smaller learning rate"});
  }
  return step;
}

}  // namespace chainrule
