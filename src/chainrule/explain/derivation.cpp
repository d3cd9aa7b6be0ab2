#include "chainrule/explain/derivation.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// f and f' as the lectures write them, in z and a = f(z); "" where the derivative has no short form in them.
struct ActivationWords {
  Activation activation;
  std::string_view value, derivative;
};
constexpr ActivationWords kActivationWords[] = {
    {Activation::identity, "f(z) = z", "f' = 1"},
    {Activation::logistic, "f(z) = 1/(1 + exp(-z))", "f' = f (1 - f)"},
    {Activation::tanh, "f(z) = tanh(z)", "f' = 1 - f²"},
    {Activation::bipolar_sigmoid, "f(z) = (1 - exp(-z))/(1 + exp(-z))", "f' = ½ (1 - f²)"},
    {Activation::relu, "f(z) = max(0, z)", "f' = 1 for z > 0, else 0"},
    {Activation::leaky_relu, "f(z) = max(0, z) + slope min(0, z)", "f' = 1 for z > 0, else slope"},
    {Activation::prelu, "f(z) = max(0, z) + slope min(0, z)", "f' = 1 for z > 0, else slope"},
    {Activation::elu, "f(z) = z for z > 0, else alpha (exp(z) - 1)", "f' = 1 for z > 0, else alpha exp(z)"},
    {Activation::selu, "f(z) = scale elu(z)", ""},
    {Activation::softplus, "f(z) = log(1 + exp(z))", "f' = 1/(1 + exp(-z))"},
    {Activation::swish, "f(z) = z/(1 + exp(-beta z))", ""},
    {Activation::gelu, "f(z) = z Phi(z)", ""},
    {Activation::mish, "f(z) = z tanh(log(1 + exp(z)))", ""},
    {Activation::softmax, "f(z)_i = exp(z_i)/Σ_j exp(z_j)",
     "∂f_i/∂z_j = f_i (1 for i = j, else 0) - f_i f_j"},
};

const ActivationWords& words_of(Activation activation) {
  for (const ActivationWords& words : kActivationWords) {
    if (words.activation == activation) return words;
  }
  return kActivationWords[0];  // threshold units have no derivation: work_step refuses them
}

// One step as a document writes it. Each function adds equations to one section.
class Deriver {
 public:
  Deriver(const WorkedNetwork& worked, const WorkedStep& step, const DerivationOptions& options)
      : worked_(worked), step_(step), options_(options), symbols_(options.notation, worked) {}

  Derivation derive() {
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

 private:
  static void add(Derivation& derivation, DerivationSection section) {
    if (!section.equations.empty() || !section.remarks.empty())
      derivation.sections.push_back(std::move(section));
  }

  void add(DerivationSection& section, std::vector<Formula> sides) const {
    if (options_.most_equations != 0 && section.equations.size() >= options_.most_equations) {
      ++section.left_out;
    } else {
      section.equations.push_back({std::move(sides)});
    }
  }

  Formula value(double x) const { return number(x, options_.digits); }
  std::string formatted(double x) const { return formula_text(value(x)); }
  static Formula negative(Formula formula) { return tight({sign("-"), std::move(formula)}); }
  static Formula times(Formula a, Formula b) { return joined({std::move(a), std::move(b)}, "·"); }
  static Formula minus(Formula a, Formula b) { return joined({std::move(a), std::move(b)}, "-"); }
  static Formula side_by_side(Formula a, Formula b) { return row({std::move(a), std::move(b)}); }

  // --- which units and parameters are shown ----------------------------------------------------------------

  bool is_shown(const ParameterPlace& place) const {
    return !options_.parameter || *options_.parameter == place;
  }
  // Whether the gradient of the chosen parameter needs delta of this unit.
  bool needs_delta(std::size_t l, std::size_t unit) const {
    if (!options_.parameter) return true;
    return l > options_.parameter->layer ||
           (l == options_.parameter->layer && unit == options_.parameter->to);
  }
  bool needs_forward(std::size_t l, std::size_t unit) const {
    if (!options_.parameter) return true;
    return needs_delta(l, unit) || l < options_.parameter->layer;
  }

  double below(std::size_t n, std::size_t l, std::size_t unit) const {
    return l == 0 ? step_.samples[n].entering[unit] : step_.samples[n].a[l - 1][unit];
  }
  bool has_bias(std::size_t l) const { return worked_.layer(l).bias == BiasUse::present; }
  bool is_last(std::size_t l) const { return l + 1 == worked_.layers(); }
  bool is_softmax(std::size_t l) const { return worked_.layer(l).activation == Activation::softmax; }
  double share() const {
    return worked_.loss.reduction == Reduction::mean ? 1.0 / static_cast<double>(worked_.samples.size())
                                                     : 1.0;
  }
  // The deltas of document 003's program have 1/N in them.
  double delta_scale() const { return symbols_.is_row_code() ? share() : symbols_.delta_sign(); }
  double delta(std::size_t n, std::size_t l, std::size_t unit) const {
    return delta_scale() * step_.samples[n].delta[l][unit];
  }
  // What document 003's program derives is the mean, sample by sample.
  std::string derived_loss_note() const {
    return symbols_.is_row_code() && share() != 1 ? "each delta has the 1/N of the mean in it" : "";
  }

  std::vector<std::string> remarks() const {
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
        const ActivationWords& f = words_of(layer.activation);
        words += std::string(name_of(layer.activation)) + ", " + std::string(f.value);
        if (!f.derivative.empty()) words += ", " + std::string(f.derivative);
        if (layer.parameter_use == ParameterUse::fixed)
          words += ", with " + format_number(layer.activation_parameter);
      } else {
        words += "one function a unit:";
        for (std::size_t i = 0; i < layer.outputs; ++i)
          words += (i == 0 ? " " : ", ") + std::string(name_of(layer.unit_activations[i]));
      }
      result.push_back(words + ".");
    }
    if (symbols_.has_thresholds())
      result.push_back("Biases are thresholds with the input -1 and the index 0; delta is -∂E/∂net.");
    if (options_.notation == Notation::s002)
      result.push_back("The document writes neither δ nor a rule of update; η is the usual rate.");
    if (worked_.decay != 0)
      result.push_back(
          "The update also takes " + format_number(worked_.decay) +
          " times the weight, as the rule W - η(δnᵀ + W) does with 1; the loss does not know of it.");
    return result;
  }

  // --- sections ----------------------------------------------------------------------------------------------

  std::vector<NumberList> oriented(const NumberTable& to_from) const {
    if (!symbols_.prints_from_first() || to_from.empty()) return to_from;
    std::vector<NumberList> rows(to_from[0].size(), NumberList(to_from.size()));
    for (std::size_t to = 0; to < to_from.size(); ++to) {
      for (std::size_t from = 0; from < to_from[to].size(); ++from)
        rows[from][to] = to_from[to][from];
    }
    return rows;
  }
  Formula vector(const NumberList& numbers) const {
    return symbols_.is_row_code() ? matrix({numbers}, options_.digits)
                                  : column_vector(numbers, options_.digits);
  }
  // Biases as the notation prints them: thresholds are their negatives.
  double bias_sign() const { return symbols_.has_thresholds() ? -1 : 1; }
  NumberList biases(NumberList numbers) const {
    for (double& b : numbers)
      b *= bias_sign();
    return numbers;
  }

  DerivationSection network_section() const {
    DerivationSection section{.title = "The network"};
    if (worked_.has_rbf()) {
      NumberTable centres(worked_.entering());
      NumberList widths;
      for (std::size_t j = 0; j < worked_.entering(); ++j) {
        for (std::size_t k = 0; k < worked_.network.inputs(); ++k)
          centres[j].push_back(worked_.centre(j, k));
        widths.push_back(worked_.width(j));
      }
      add(section, {symbol("c"), matrix(centres, options_.digits)});
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
      add(section, {symbols_.weight_matrix(l), matrix(oriented(weights), options_.digits)});
      if (has_bias(l)) add(section, {symbols_.bias_vector(l), vector(biases(std::move(b)))});
    }
    return section;
  }

  void add_forward(std::size_t n, std::size_t l, std::size_t unit, DerivationSection& section) const {
    const WorkedSampleStep& sample = step_.samples[n];
    std::vector<Formula> terms, numbers;
    for (std::size_t from = 0; from < worked_.layer(l).inputs; ++from) {
      Formula w = symbols_.weight(l, unit, from), x = symbols_.below(l, from);
      Formula w_value = factor(value(worked_.weight(l, unit, from))),
              x_value = factor(value(below(n, l, from)));
      if (symbols_.is_row_code()) {
        std::swap(w, x);
        std::swap(w_value, x_value);
      }
      terms.push_back(side_by_side(std::move(w), std::move(x)));
      numbers.push_back(times(std::move(w_value), std::move(x_value)));
    }
    if (has_bias(l)) {
      const double b = worked_.bias(l, unit);
      if (symbols_.has_thresholds()) {
        terms.push_back(times(symbols_.bias(l, unit), parentheses(number(-1, 1))));
        numbers.push_back(times(factor(value(-b)), parentheses(number(-1, 1))));
      } else {
        terms.push_back(symbols_.bias(l, unit));
        numbers.push_back(factor(value(b)));
      }
    }
    add(section,
        {symbols_.net(l, unit), sum(std::move(terms)), sum(std::move(numbers)), value(sample.z[l][unit])});
    if (is_softmax(l)) return;
    add(section, {symbols_.output(l, unit), call("f", symbols_.net(l, unit)),
                  call("f", value(sample.z[l][unit])), value(sample.a[l][unit])});
    if (is_last(l) && delta_is_direct(worked_)) return;
    std::vector<Formula> sides = {call("f'", symbols_.net(l, unit))};
    const Formula a = symbols_.output(l, unit), a_value = value(sample.a[l][unit]);
    switch (worked_.activation(l, unit)) {
      case Activation::logistic:
        sides.push_back(times(a, parentheses(minus(number(1, 1), a))));
        sides.push_back(times(a_value, parentheses(minus(number(1, 1), a_value))));
        break;
      case Activation::tanh:
        sides.push_back(minus(number(1, 1), square(a)));
        sides.push_back(minus(number(1, 1), square(factor(a_value))));
        break;
      case Activation::bipolar_sigmoid:
        sides.push_back(times(symbol("½"), parentheses(minus(number(1, 1), square(a)))));
        sides.push_back(times(symbol("½"), parentheses(minus(number(1, 1), square(factor(a_value))))));
        break;
      default:
        break;
    }
    sides.push_back(value(sample.f_prime[l][unit]));
    add(section, std::move(sides));
  }

  void add_rbf_forward(std::size_t n, std::size_t j, DerivationSection& section) const {
    const NumberList& x = worked_.samples[n].x;
    std::vector<Formula> terms, numbers;
    for (std::size_t k = 0; k < x.size(); ++k) {
      terms.push_back(square(parentheses(minus(symbols_.input(k), symbols_.centre(j, k)))));
      numbers.push_back(square(parentheses(minus(factor(value(x[k])), factor(value(worked_.centre(j, k)))))));
    }
    const double distance = step_.samples[n].rbf.distance[j];
    const Formula d = symbols_.of_rbf("d", j), s = symbols_.of_rbf("s", j);
    add(section, {d, sum(std::move(terms)), sum(std::move(numbers)), value(distance)});
    const auto exponential = [&](Formula above, Formula width) {
      return call("exp",
                  negative(fraction(std::move(above), side_by_side(number(2, 1), square(std::move(width))))));
    };
    add(section, {symbols_.of_rbf("φ", j), exponential(d, s),
                  exponential(value(distance), parentheses(value(worked_.width(j)))),
                  value(step_.samples[n].entering[j])});
  }

  // Backwards through the radial basis functions: dE/dphi, then every coordinate of the centres and every width.
  DerivationSection rbf_gradient_section(std::size_t n, std::string title) const {
    DerivationSection section{.title = std::move(title)};
    const WorkedRbf& rbf = step_.samples[n].rbf;
    const double inside = symbols_.is_row_code() ? share() : 1;
    for (std::size_t j = 0; j < worked_.entering(); ++j) {
      std::vector<Formula> terms, numbers;
      for (std::size_t i = 0; i < worked_.units(0); ++i) {
        const Formula d = symbols_.delta(0, i);
        terms.push_back(
            side_by_side(symbols_.delta_sign() < 0 ? parentheses(negative(d)) : d, symbols_.weight(0, i, j)));
        numbers.push_back(times(factor(value(inside * step_.samples[n].delta[0][i])),
                                factor(value(worked_.weight(0, i, j)))));
      }
      const Formula phi = symbols_.of_rbf("φ", j), d_phi = partial(symbols_.loss(), phi),
                    s = symbols_.of_rbf("s", j);
      const Formula phi_value = value(step_.samples[n].entering[j]),
                    d_phi_value = factor(value(inside * rbf.d_phi[j]));
      const Formula s_value = parentheses(value(worked_.width(j)));
      add(section, {d_phi, sum(std::move(terms)), sum(std::move(numbers)), value(inside * rbf.d_phi[j])});
      for (std::size_t k = 0; k < worked_.network.inputs(); ++k) {
        const Formula c = symbols_.centre(j, k);
        const Formula difference =
            minus(factor(value(worked_.samples[n].x[k])), factor(value(worked_.centre(j, k))));
        add(section, {partial(symbols_.loss(), c),
                      joined({d_phi, phi, fraction(minus(symbols_.input(k), c), square(s))}, "·"),
                      joined({d_phi_value, phi_value, fraction(difference, square(s_value))}, "·"),
                      value(inside * rbf.d_centre[j][k])});
      }
      const auto cube = [](const Formula& base) { return times(square(base), base); };
      add(section,
          {partial(symbols_.loss(), s), joined({d_phi, phi, fraction(symbols_.of_rbf("d", j), cube(s))}, "·"),
           joined({d_phi_value, phi_value, fraction(value(rbf.distance[j]), cube(s_value))}, "·"),
           value(inside * rbf.d_width[j])});
    }
    return section;
  }

  void add_rbf_update(DerivationSection& section) const {
    const auto add_one = [&](const Formula& parameter, double before, double gradient, double after) {
      add(section, {symbols_.updated(parameter),
                    minus(parameter, side_by_side(symbols_.rate(), partial(risk(), parameter))),
                    minus(factor(value(before)), times(factor(value(worked_.eta)), factor(value(gradient)))),
                    value(after)});
    };
    for (std::size_t j = 0; j < worked_.entering(); ++j) {
      for (std::size_t k = 0; k < worked_.network.inputs(); ++k)
        add_one(symbols_.centre(j, k), worked_.centre(j, k), step_.d_centre[j][k], step_.centre_new[j][k]);
      add_one(symbols_.of_rbf("s", j), worked_.width(j), step_.d_width[j], step_.width_new[j]);
    }
  }

  void add_softmax(std::size_t n, std::size_t l, DerivationSection& section) const {
    const WorkedSampleStep& sample = step_.samples[n];
    const auto exponential = [](Formula of) { return call("exp", std::move(of)); };
    std::vector<Formula> terms, numbers;
    for (std::size_t i = 0; i < worked_.units(l); ++i) {
      terms.push_back(exponential(symbols_.net(l, i)));
      numbers.push_back(exponential(value(sample.z[l][i])));
    }
    for (std::size_t i = 0; i < worked_.units(l); ++i) {
      if (!needs_forward(l, i)) continue;
      add(section, {symbols_.output(l, i), fraction(terms[i], sum(terms)), fraction(numbers[i], sum(numbers)),
                    value(sample.a[l][i])});
    }
  }

  DerivationSection forward_section(std::size_t n, std::string title) const {
    DerivationSection section{.title = std::move(title)};
    for (std::size_t j = 0; j < worked_.network.inputs(); ++j)
      add(section, {symbols_.input(j), value(worked_.samples[n].x[j])});
    for (std::size_t j = 0; worked_.has_rbf() && j < worked_.entering(); ++j)
      add_rbf_forward(n, j, section);
    for (std::size_t l = 0; l < worked_.layers(); ++l) {
      for (std::size_t unit = 0; unit < worked_.units(l); ++unit) {
        if (needs_forward(l, unit) || is_softmax(l)) add_forward(n, l, unit, section);
      }
      if (is_softmax(l)) add_softmax(n, l, section);
    }
    return section;
  }

  DerivationSection loss_section(std::size_t n, std::string title) const {
    DerivationSection section{.title = std::move(title)};
    const std::size_t l = worked_.layers() - 1;
    const NumberList& a = step_.samples[n].a[l];
    const NumberList& t = worked_.samples[n].t;
    std::vector<Formula> sides = {symbols_.loss()};
    const auto squared_errors = [&](const auto& error) {
      std::vector<Formula> terms;
      for (std::size_t i = 0; i < a.size(); ++i) {
        terms.push_back(square(parentheses(error(i))));
      }
      return sum(std::move(terms));
    };
    const auto with_front = [&](Formula squares) {
      if (worked_.loss.kind == Loss::squared_error) return squares;
      const Formula front = worked_.loss.kind == Loss::half_squared_error
                                ? fraction(number(1, 1), number(2, 1))
                                : fraction(number(1, 1), number(static_cast<double>(a.size()), 6));
      return side_by_side(front, a.size() > 1 ? parentheses(std::move(squares)) : std::move(squares));
    };
    const bool is_squared = worked_.loss.kind == Loss::half_squared_error ||
                            worked_.loss.kind == Loss::squared_error ||
                            worked_.loss.kind == Loss::mean_squared_error;
    if (is_squared) {
      sides.push_back(with_front(
          squared_errors([&](std::size_t i) { return minus(symbols_.target(i), symbols_.output(l, i)); })));
      sides.push_back(with_front(
          squared_errors([&](std::size_t i) { return minus(factor(value(t[i])), factor(value(a[i]))); })));
    } else if (worked_.loss.kind == Loss::softmax_cross_entropy && worked_.loss.label_smoothing == 0) {
      std::vector<Formula> terms, numbers;
      for (std::size_t i = 0; i < a.size(); ++i) {
        const auto logarithm = [](Formula of) { return call("log", std::move(of)); };
        terms.push_back(side_by_side(symbols_.target(i), logarithm(symbols_.output(l, i))));
        numbers.push_back(times(factor(value(t[i])), logarithm(value(a[i]))));
      }
      sides.push_back(negative(parentheses(sum(std::move(terms)))));
      sides.push_back(negative(parentheses(sum(std::move(numbers)))));
    } else {
      section.remarks.push_back(std::string(name_of(worked_.loss.kind)) + ": " + loss_words());
    }
    sides.push_back(value(step_.samples[n].loss));
    add(section, std::move(sides));
    return section;
  }

  std::string loss_words() const {
    for (const EnumName<Loss>& entry : enum_table<Loss>()) {
      if (entry.value == worked_.loss.kind) return std::string(entry.description);
    }
    return {};
  }

  double target_sum(std::size_t n) const {
    double sum = 0;
    for (const double t : worked_.samples[n].t)
      sum += t;
    // A distribution of decimals sums to 1 but for rounding.
    return std::fabs(sum - 1) < 1e-12 ? 1 : sum;
  }

  DerivationSection output_delta_section(std::size_t n, std::string title) const {
    DerivationSection section{.title = std::move(title)};
    const std::size_t l = worked_.layers() - 1;
    const WorkedSampleStep& sample = step_.samples[n];
    if (delta_is_direct(worked_)) {
      section.remarks.push_back(is_softmax(l) && target_sum(n) != 1
                                    ? "The targets do not sum to 1: the derivative at the net input is the "
                                      "output times their sum, minus the target."
                                    : "The loss and the last function belong together: the derivative at the "
                                      "net input is the output minus "
                                      "the target.");
      if (!derived_loss_note().empty())
        section.remarks.push_back("As in the document's program, " + derived_loss_note() + ".");
    }
    for (std::size_t i = 0; i < worked_.units(l); ++i) {
      if (!needs_delta(l, i)) continue;
      const Formula d = symbols_.delta(l, i), a = symbols_.output(l, i), t = symbols_.target(i);
      const Formula a_value = factor(value(sample.a[l][i])), t_value = factor(value(worked_.samples[n].t[i]));
      const bool is_half = worked_.loss.kind == Loss::half_squared_error;
      if (delta_is_direct(worked_)) {
        const bool is_plain = worked_.loss.label_smoothing == 0;
        std::vector<Formula> sides = {d};
        const double share_of_target = target_sum(n);
        if (is_plain && is_softmax(l) && share_of_target != 1) {
          // Targets that are no distribution: dE/dz_i = (sum of t) a_i - t_i.
          const double sign = symbols_.delta_sign();
          std::vector<Formula> targets;
          for (std::size_t j = 0; j < worked_.units(l); ++j)
            targets.push_back(symbols_.target(j));
          const auto scaled = [&](Formula difference) {
            difference = sign < 0 ? negative(parentheses(std::move(difference))) : std::move(difference);
            if (!symbols_.is_row_code() || share() == 1) return difference;
            return fraction(std::move(difference), number(static_cast<double>(worked_.samples.size()), 6));
          };
          sides.push_back(scaled(minus(times(parentheses(sum(std::move(targets))), a), t)));
          sides.push_back(scaled(minus(times(factor(value(share_of_target)), a_value), t_value)));
          sides.push_back(value(delta(n, l, i)));
          add(section, std::move(sides));
          continue;
        }
        if (is_plain && symbols_.is_row_code() && share() != 1) {
          const Formula count = number(static_cast<double>(worked_.samples.size()), 6);
          sides.push_back(fraction(minus(a, t), symbol("N")));
          sides.push_back(fraction(minus(a_value, t_value), count));
        } else if (is_plain && symbols_.delta_sign() < 0) {
          sides.push_back(minus(t, a));
          sides.push_back(minus(t_value, a_value));
        } else if (is_plain) {
          sides.push_back(minus(a, t));
          sides.push_back(minus(a_value, t_value));
        }
        sides.push_back(value(delta(n, l, i)));
        add(section, std::move(sides));
        continue;
      }
      const Formula d_a = partial(symbols_.loss(), a);
      if (is_half) {
        add(section, {d_a, negative(parentheses(minus(t, a))), negative(parentheses(minus(t_value, a_value))),
                      value(sample.d_a[l][i])});
      } else {
        add(section, {d_a, value(sample.d_a[l][i])});
      }
      if (is_softmax(l)) {
        std::vector<Formula> terms;
        for (std::size_t j = 0; j < worked_.units(l); ++j)
          terms.push_back(
              side_by_side(partial(symbols_.loss(), symbols_.output(l, j)), symbols_.output(l, j)));
        add(section, {d, side_by_side(a, parentheses(minus(d_a, parentheses(sum(std::move(terms)))))),
                      value(delta(n, l, i))});
        continue;
      }
      const Formula f_prime = call("f'", symbols_.net(l, i));
      const bool is_negative = symbols_.delta_sign() < 0;
      std::vector<Formula> sides = {d};
      sides.push_back(is_negative ? negative(times(d_a, f_prime)) : times(d_a, f_prime));
      sides.push_back(times(factor(value(symbols_.delta_sign() * sample.d_a[l][i])),
                            factor(value(sample.f_prime[l][i]))));
      sides.push_back(value(delta(n, l, i)));
      add(section, std::move(sides));
    }
    return section;
  }

  DerivationSection hidden_delta_section(std::size_t n, std::string title) const {
    DerivationSection section{.title = std::move(title)};
    const WorkedSampleStep& sample = step_.samples[n];
    for (std::size_t l = worked_.layers() - 1; l-- > 0;) {
      for (std::size_t j = 0; j < worked_.units(l); ++j) {
        if (!needs_delta(l, j)) continue;
        std::vector<Formula> terms, numbers;
        double back = 0;
        for (std::size_t k = 0; k < worked_.units(l + 1); ++k) {
          const double w = worked_.weight(l + 1, k, j);
          terms.push_back(side_by_side(symbols_.delta(l + 1, k), symbols_.weight(l + 1, k, j)));
          numbers.push_back(times(factor(value(delta(n, l + 1, k))), factor(value(w))));
          back += delta(n, l + 1, k) * w;
        }
        const Formula f_prime = call("f'", symbols_.net(l, j));
        add(section,
            {symbols_.delta(l, j), times(parentheses(sum(std::move(terms))), f_prime),
             times(parentheses(sum(std::move(numbers))), factor(value(sample.f_prime[l][j]))),
             times(factor(value(back)), factor(value(sample.f_prime[l][j]))), value(delta(n, l, j))});
      }
    }
    return section;
  }

  // Of one parameter for one sample, as a product of the chain rule's factors.
  void add_gradient(std::size_t n, const ParameterPlace& place, DerivationSection& section) const {
    const WorkedSampleStep& sample = step_.samples[n];
    const std::size_t l = place.layer, i = place.to;
    const bool is_threshold = !place.from && symbols_.has_thresholds();
    const Formula parameter = symbols_.of(place), net = symbols_.net(l, i), a = symbols_.output(l, i),
                  E = symbols_.loss();
    const double input = place.from ? below(n, l, *place.from) : is_threshold ? -1 : 1;
    const double d_z = delta_scale() * symbols_.delta_sign() * sample.delta[l][i];
    std::vector<Formula> sides = {partial(E, parameter)};
    const bool has_factors = !sample.d_a[l].empty() && !sample.f_prime[l].empty();
    sides.push_back(has_factors ? joined({partial(E, a), partial(a, net), partial(net, parameter)}, "·")
                                : times(partial(E, net), partial(net, parameter)));
    const Formula input_symbol = place.from ? symbols_.below(l, *place.from) : number(input, 1);
    const Formula d = symbols_.delta_sign() < 0 ? negative(symbols_.delta(l, i)) : symbols_.delta(l, i);
    // 002 has no letter for delta: it is ∂C/∂z, and already written.
    if (options_.notation != Notation::s002) sides.push_back(times(d, factor(input_symbol)));
    sides.push_back(has_factors
                        ? joined({factor(value(delta_scale() * symbols_.delta_sign() * sample.d_a[l][i])),
                                  factor(value(sample.f_prime[l][i])), factor(value(input))},
                                 "·")
                        : times(factor(value(d_z)), factor(value(input))));
    sides.push_back(value(d_z * input));
    add(section, std::move(sides));
  }

  DerivationSection gradient_section(std::size_t n, std::string title) const {
    DerivationSection section{.title = std::move(title)};
    for_each_place([&](const ParameterPlace& place) { add_gradient(n, place, section); });
    return section;
  }

  // All shown parameters, from the last layer back, as the documents go.
  template <typename Visit>
  void for_each_place(Visit&& visit) const {
    for (std::size_t l = worked_.layers(); l-- > 0;) {
      for (std::size_t to = 0; to < worked_.units(l); ++to) {
        for (std::size_t from = 0; from < worked_.layer(l).inputs; ++from) {
          if (is_shown({l, to, from})) visit(ParameterPlace{l, to, from});
        }
        if (has_bias(l) && is_shown({l, to, std::nullopt})) visit(ParameterPlace{l, to, std::nullopt});
      }
    }
  }

  // Values in the notation's sign: a threshold is the negative of a bias.
  double sign_of(const ParameterPlace& place) const { return place.from ? 1 : bias_sign(); }
  double sample_gradient(std::size_t n, const ParameterPlace& place) const {
    const WorkedSampleStep& sample = step_.samples[n];
    return sign_of(place) * (symbols_.is_row_code() ? share() : 1) *
           (place.from ? sample.dW[place.layer][place.to][*place.from] : sample.db[place.layer][place.to]);
  }
  double total_gradient(const ParameterPlace& place) const {
    return sign_of(place) *
           (place.from ? step_.dW[place.layer][place.to][*place.from] : step_.db[place.layer][place.to]);
  }
  double old_value(const ParameterPlace& place) const {
    return sign_of(place) * (place.from ? worked_.weight(place.layer, place.to, *place.from)
                                        : worked_.bias(place.layer, place.to));
  }
  double new_value(const ParameterPlace& place) const {
    return sign_of(place) * (place.from ? step_.W_new[place.layer][place.to][*place.from]
                                        : step_.b_new[place.layer][place.to]);
  }

  Formula risk() const { return worked_.lambda != 0 ? symbol("R") : symbols_.total(); }

  DerivationSection total_section() const {
    const bool is_one = step_.samples.size() == 1;
    if (is_one && worked_.lambda == 0) return {};
    DerivationSection section{.title = is_one ? "With the penalty" : "All samples together"};
    const bool is_mean = worked_.loss.reduction == Reduction::mean;
    if (!is_one)
      section.remarks.push_back(is_mean ? "The mean over the samples." : "The sum over the samples.");
    if (worked_.lambda != 0) {
      section.remarks.push_back("R = " + formula_text(symbols_.total()) + " + λ/2 ‖W‖² with λ = " +
                                format_number(worked_.lambda) + "; biases are not penalised.");
    }
    std::vector<Formula> losses;
    for (const WorkedSampleStep& sample : step_.samples)
      losses.push_back(value(sample.loss));
    const auto reduced = [&](Formula terms) {
      if (is_one) return terms;
      return is_mean ? fraction(std::move(terms), number(static_cast<double>(step_.samples.size()), 6))
                     : terms;
    };
    std::vector<Formula> sides = {risk()};
    Formula mean = reduced(sum(std::move(losses)));
    if (worked_.lambda != 0) mean = joined({std::move(mean), value(step_.total_loss - step_.data_loss)}, "+");
    sides.push_back(std::move(mean));
    sides.push_back(value(step_.total_loss));
    add(section, std::move(sides));
    for_each_place([&](const ParameterPlace& place) {
      std::vector<Formula> gradients;
      for (std::size_t n = 0; n < step_.samples.size(); ++n)
        gradients.push_back(factor(value(sample_gradient(n, place))));
      Formula terms = symbols_.is_row_code() ? sum(std::move(gradients)) : reduced(sum(std::move(gradients)));
      if (place.from && worked_.lambda != 0)
        terms =
            joined({std::move(terms), times(value(worked_.lambda), factor(value(old_value(place))))}, "+");
      add(section, {partial(risk(), symbols_.of(place)), std::move(terms), value(total_gradient(place))});
    });
    return section;
  }

  DerivationSection update_section() const {
    DerivationSection section{.title = "Update"};
    if (worked_.layers() > 1)
      section.remarks.push_back("All gradients above were formed from the old values.");
    for_each_place([&](const ParameterPlace& place) {
      const Formula parameter = symbols_.of(place), rate = symbols_.rate();
      const Formula gradient = partial(risk(), parameter);
      const double decay = place.from ? worked_.decay : 0;
      const Formula w = factor(value(old_value(place))), g = factor(value(total_gradient(place))),
                    eta = factor(value(worked_.eta));
      std::vector<Formula> sides = {symbols_.updated(parameter)};
      if (decay != 0) {
        const Formula shrink = decay == 1 ? parameter : times(value(decay), parameter);
        const Formula shrink_value = decay == 1 ? w : times(value(decay), w);
        sides.push_back(minus(parameter, side_by_side(rate, parentheses(joined({gradient, shrink}, "+")))));
        sides.push_back(minus(w, times(eta, parentheses(joined({g, shrink_value}, "+")))));
      } else if (symbols_.has_thresholds() && step_.samples.size() == 1 && worked_.lambda == 0) {
        // Document 003: w + η δ y.
        const Formula input =
            place.from ? symbols_.below(place.layer, *place.from) : parentheses(number(-1, 1));
        const double d = delta(0, place.layer, place.to);
        const double x = place.from ? below(0, place.layer, *place.from) : -1;
        sides.push_back(joined({parameter, row({rate, symbols_.delta(place.layer, place.to), input})}, "+"));
        sides.push_back(joined({w, joined({eta, factor(value(d)), factor(value(x))}, "·")}, "+"));
      } else {
        sides.push_back(minus(parameter, side_by_side(rate, gradient)));
        sides.push_back(minus(w, times(eta, g)));
      }
      sides.push_back(value(new_value(place)));
      add(section, std::move(sides));
    });
    if (worked_.has_rbf() && !options_.parameter) add_rbf_update(section);
    return section;
  }

  DerivationSection result_section() const {
    DerivationSection section{.title = "The network afterwards"};
    if (worked_.has_rbf()) {
      add(section, {symbols_.updated(symbol("c")), matrix(step_.centre_new, options_.digits)});
      add(section, {symbols_.updated(symbol("s")), vector(step_.width_new)});
    }
    for (std::size_t l = 0; l < worked_.layers(); ++l) {
      add(section,
          {symbols_.updated(symbols_.weight_matrix(l)), matrix(oriented(step_.W_new[l]), options_.digits)});
      if (has_bias(l))
        add(section, {symbols_.updated(symbols_.bias_vector(l)), vector(biases(step_.b_new[l]))});
      if (!step_.parameter_new[l].empty())
        add(section,
            {symbol("p", "", "(" + std::to_string(l + 1) + ") new"), vector(step_.parameter_new[l])});
    }
    return section;
  }

  DerivationSection after_section() const {
    DerivationSection section{.title = "The loss before and after"};
    section.remarks.push_back(formula_text(risk()) + " was " + formatted(step_.total_loss) + " and is " +
                              formatted(step_.total_loss_after) + ".");
    if (step_.total_loss_after > step_.total_loss) {
      section.remarks.push_back(
          worked_.decay != 0 ? "The loss rises: the decay shrinks every weight, whatever the loss says."
                             : "The loss rises: the step is too long. A smaller learning rate lets it fall.");
    }
    if (worked_.decay != 0) {
      WorkedNetwork plain = worked_;
      plain.decay = 0;
      const WorkedStep without = work_step(plain);
      section.remarks.push_back("Without the decay, by W - η δ nᵀ alone, the loss becomes " +
                                formatted(without.total_loss_after) +
                                (options_.parameter ? "." : ", and the network:"));
      for (std::size_t l = 0; l < worked_.layers() && !options_.parameter; ++l) {
        add(section, {symbols_.updated(symbols_.weight_matrix(l)),
                      matrix(oriented(without.W_new[l]), options_.digits)});
        if (has_bias(l))
          add(section, {symbols_.updated(symbols_.bias_vector(l)), vector(biases(without.b_new[l]))});
      }
    }
    return section;
  }

  const WorkedNetwork& worked_;
  const WorkedStep& step_;
  const DerivationOptions& options_;
  Symbols symbols_;
};

}  // namespace

Derivation derive(const WorkedNetwork& worked, const WorkedStep& step, const DerivationOptions& options) {
  return Deriver(worked, step, options).derive();
}

}  // namespace chainrule
