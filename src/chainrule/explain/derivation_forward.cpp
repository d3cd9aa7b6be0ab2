// The forward pass: from the inputs of a sample to its outputs.
//
//   phi_j = exp(-d_j / (2 s_j^2)),  d_j = |x - c_j|^2          radial basis functions, where there are any
//   z_i = sum over j of w_ij a_j + b_i,  a_i = f(z_i),  f'(z_i)
//   a_i = exp(z_i) / sum over j of exp(z_j)                    softmax
//
// f' is written here, next to z and a; the backward pass only refers to it. A layer whose delta comes
// directly from the loss needs no f'.
#include "chainrule/explain/deriver.h"

namespace chainrule {

// The squared distance from the centre, and the Gaussian of it.
void Deriver::add_rbf_forward(std::size_t n, std::size_t j, DerivationSection& section) const {
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

// z, a and f' of one unit. With row vectors (x W) the input precedes the weight; a threshold is a weight on
// the input -1.
void Deriver::add_forward(std::size_t n, std::size_t l, std::size_t unit, DerivationSection& section) const {
  const bool has_slope = !is_last(l) || !delta_is_direct(worked_);
  if (is_full(section)) {
    section.left_out += is_softmax(l) ? 1 : has_slope ? 3 : 2;
    return;
  }
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
  if (has_slope) add_slope(n, l, unit, section);
}

// f'(z), in terms of the output where the lectures do so: a (1 - a), 1 - a^2, (1 - a^2)/2; otherwise only its
// number.
void Deriver::add_slope(std::size_t n, std::size_t l, std::size_t unit, DerivationSection& section) const {
  const WorkedSampleStep& sample = step_.samples[n];
  std::vector<Formula> sides = {call("f'", symbols_.net(l, unit))};
  const Formula a = symbols_.output(l, unit);
  const double output = sample.a[l][unit];
  // 1 - a², with all digits of a where the printed ones would cancel.
  const bool keeps_digits = follows(1 - shown(output) * shown(output), 1 - output * output);
  const Formula a_square = square(factor(number(output, keeps_digits ? options_.digits : kAllDigits)));
  switch (worked_.activation(l, unit)) {
    case Activation::logistic:
      sides.push_back(times(a, parentheses(minus(number(1, 1), a))));
      sides.push_back(times(value(output), parentheses(difference(1, output))));
      break;
    case Activation::tanh:
      sides.push_back(minus(number(1, 1), square(a)));
      sides.push_back(minus(number(1, 1), a_square));
      break;
    case Activation::bipolar_sigmoid:
      sides.push_back(times(symbol("½"), parentheses(minus(number(1, 1), square(a)))));
      sides.push_back(times(symbol("½"), parentheses(minus(number(1, 1), a_square))));
      break;
    default:
      break;
  }
  sides.push_back(value(sample.f_prime[l][unit]));
  add(section, std::move(sides));
}

// All outputs share one denominator, so softmax follows the pre-activations of its whole layer.
void Deriver::add_softmax(std::size_t n, std::size_t l, DerivationSection& section) const {
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

// If one parameter is chosen, only the terms that its gradient needs, except in a softmax layer, whose
// outputs need all pre-activations.
DerivationSection Deriver::forward_section(std::size_t n, std::string title) const {
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

}  // namespace chainrule
