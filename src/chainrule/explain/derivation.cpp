// The order of a derivation's sections, and its head: the network, its functions, its conventions.
#include "chainrule/explain/derivation.h"

#include <cmath>
#include <span>
#include <string>

#include "chainrule/base/text.h"
#include "chainrule/explain/deriver.h"

namespace chainrule {
namespace {

// With more units neighbours of one function are named together.
constexpr std::size_t kUnitsOneByOne = 12;

// "relu, tanh", or of a wide layer "1 to 30 identity, 31 to 150 saturating_linear".
std::string unit_functions(std::span<const Activation> units) {
  std::string words;
  for (std::size_t first = 0; first < units.size();) {
    std::size_t end = first + 1;
    while (units.size() > kUnitsOneByOne && end < units.size() && units[end] == units[first])
      ++end;
    if (first != 0) words += ", ";
    if (units.size() > kUnitsOneByOne) {
      words += std::to_string(first + 1);
      words += end == first + 1 ? " " : " to " + std::to_string(end) + " ";
    }
    words += name_of(units[first]);
    first = end;
  }
  return words;
}

}  // namespace

bool follows(double from_printed, double result) {
  return std::isfinite(from_printed) && std::fabs(from_printed - result) <= 0.01 * std::fabs(result);
}

double Deriver::shown(double x) const {
  return parse_double(value(x).text).value_or(x);
}

Formula Deriver::difference(double x, double y) const {
  const int digits = follows(shown(x) - shown(y), x - y) ? options_.digits : kAllDigits;
  return minus(factor(number(x, digits)), factor(number(y, digits)));
}

void Deriver::add_matrix(DerivationSection& section, Formula name, const NumberTable& numbers) const {
  const std::size_t columns = numbers.empty() ? 0 : numbers.front().size();
  const std::size_t size = numbers.size() * columns;
  if (options_.most_numbers == 0 || size <= options_.most_numbers) {
    add(section, {std::move(name), matrix(numbers, options_.digits)});
    return;
  }
  section.remarks.push_back(formula_text(name) + " has " + format_count(numbers.size()) + " × " +
                            format_count(columns) + " = " + format_count(size) + " numbers.");
  section.numbers_left_out += size;
}

// The network in one line, its functions with their derivatives, and the peculiarities of the document.
std::vector<std::string> Deriver::remarks() const {
  std::vector<std::string> result;
  std::string sizes = std::to_string(worked_.network.inputs());
  if (worked_.has_rbf()) sizes += "-" + std::to_string(worked_.entering());
  for (std::size_t l = 0; l < worked_.layers(); ++l)
    sizes += "-" + std::to_string(worked_.units(l));
  result.push_back("Network " + sizes + ", loss " + std::string(name_of(worked_.loss.kind)) + ", " +
                   count_of(worked_.samples.size(), "sample") + ", learning rate " +
                   format_number(worked_.eta) + ".");
  if (worked_.has_rbf())
    result.push_back("First " + count_of(worked_.entering(), "radial basis function") +
                     ": φ = exp(-d/(2 s²)), d the squared distance of x from the centre c, s the width.");
  for (std::size_t l = 0; l < worked_.layers(); ++l) {
    std::string words = "Layer " + std::to_string(l + 1) + " of weights: ";
    const Dense& layer = worked_.layer(l);
    if (layer.unit_activations.empty()) {
      const ActivationProperties& f = properties_of(layer.activation);
      words += std::string(name_of(layer.activation)) + ", " + std::string(f.formula);
      if (!f.derivative_formula.empty()) words += ", " + std::string(f.derivative_formula);
      if (layer.parameter_use == ParameterUse::fixed)
        words += ", with " + format_number(layer.activation_parameter);
    } else {
      words += "one function per unit: " + unit_functions(layer.unit_activations);
    }
    result.push_back(words + ".");
  }
  if (symbols_.has_thresholds())
    result.push_back("Biases are thresholds with the input -1 and the index 0; delta is -∂E/∂net.");
  if (options_.notation == Notation::s002)
    result.push_back("The document gives neither δ nor an update rule; η is the usual learning rate.");
  if (worked_.decay != 0)
    result.push_back("The update also decays the weights: W - η(δnᵀ + " + format_number(worked_.decay) +
                     " W). The loss does not include this term.");
  return result;
}

// The old parameters: centres and widths, then W and b layer by layer.
DerivationSection Deriver::network_section() const {
  DerivationSection section{.title = "The network"};
  if (worked_.has_rbf()) {
    NumberTable centres(worked_.entering());
    NumberList widths;
    for (std::size_t j = 0; j < worked_.entering(); ++j) {
      for (std::size_t k = 0; k < worked_.network.inputs(); ++k)
        centres[j].push_back(worked_.centre(j, k));
      widths.push_back(worked_.width(j));
    }
    add_matrix(section, symbol("c"), centres);
    add(section, {symbol("s"), vector(widths)});
  }
  for (std::size_t l = 0; l < worked_.layers(); ++l) {
    NumberTable weights(worked_.units(l));
    NumberList b;
    for (std::size_t to = 0; to < worked_.units(l); ++to) {
      for (std::size_t from = 0; from < worked_.layer(l).inputs; ++from)
        weights[to].push_back(worked_.weight(l, to, from));
      b.push_back(worked_.bias(l, to));
    }
    add_matrix(section, symbols_.weight_matrix(l), oriented(weights));
    if (has_bias(l)) add(section, {symbols_.bias_vector(l), vector(biases(std::move(b)))});
  }
  return section;
}

// Sample by sample forwards and backwards, then once for all samples: the sum, the update, the loss
// afterwards. For a single parameter, the tables of the others are left out.
Derivation Deriver::derive() {
  Derivation derivation;
  derivation.title = "One step of gradient descent";
  if (options_.parameter) derivation.title += " for " + formula_text(symbols_.of(*options_.parameter));
  derivation.remarks = remarks();
  if (!options_.parameter) add(derivation, network_section());
  for (std::size_t n = 0; n < step_.samples.size(); ++n) {
    const std::string of = step_.samples.size() == 1 ? "" : ", sample " + std::to_string(n + 1);
    add(derivation, forward_section(n, "Forward pass" + of));
    add(derivation, loss_section(n, "Loss" + of));
    add(derivation, output_delta_section(n, "Output layer, backwards" + of));
    if (worked_.layers() > 1) add(derivation, hidden_delta_section(n, "Hidden layers, backwards" + of));
    add(derivation, gradient_section(n, "Gradients by the chain rule" + of));
    if (worked_.has_rbf() && !options_.parameter)
      add(derivation, rbf_gradient_section(n, "Centres and widths, backwards" + of));
  }
  add(derivation, total_section());
  add(derivation, update_section());
  if (!options_.parameter) add(derivation, result_section());
  add(derivation, after_section());
  return derivation;
}

Derivation derive(const WorkedNetwork& worked, const WorkedStep& step, const DerivationOptions& options) {
  return Deriver(worked, step, options).derive();
}

}  // namespace chainrule
