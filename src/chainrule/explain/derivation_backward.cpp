// The backward pass: the derivation of each delta and each gradient of a step.
//
//   BP-1  delta_last_i = dE/da_i f'(z_i)                       the output layer
//   BP-2  delta_j = (sum over k of delta_k w_kj) f'(z_j)       k over the units of the layer above
//   BP-3  dE/dw_ij = dE/da_i da_i/dz_i dz_i/dw_ij = delta_i a_j
//   BP-4  dE/db_i = delta_i
//
// Softmax or logistic with its own cross-entropy gives delta_last = a - t at once: the slopes cancel
// (delta_is_direct). Source: documents 000 (11)-(48), 002 (BP-1 to BP-4), 003 (δ = -∂E/∂net, and the program
// with 1/N in δ).
#include "chainrule/explain/deriver.h"

#include <cmath>

namespace chainrule {

// The sum of a sample's targets: 1 for a distribution.
double Deriver::target_sum(std::size_t n) const {
  double sum = 0;
  for (const double t : worked_.samples[n].t)
    sum += t;
  // A distribution of decimals sums to 1 except for rounding.
  return std::fabs(sum - 1) < 1e-12 ? 1 : sum;
}

// Targets that are not a distribution: dE/dz_i = (sum of t) a_i - t_i.
void Deriver::add_delta_of_unnormalised_targets(std::size_t n, std::size_t i,
                                                DerivationSection& section) const {
  const std::size_t l = worked_.layers() - 1;
  const Formula a = symbols_.output(l, i), t = symbols_.target(i);
  const Formula a_value = factor(value(step_.samples[n].a[l][i])),
                t_value = factor(value(worked_.samples[n].t[i]));
  std::vector<Formula> targets;
  for (std::size_t j = 0; j < worked_.units(l); ++j)
    targets.push_back(symbols_.target(j));
  const auto scaled = [&](Formula difference) {
    if (symbols_.delta_sign() < 0) difference = negative(parentheses(std::move(difference)));
    if (!symbols_.is_row_code() || share() == 1) return difference;
    return fraction(std::move(difference), number(static_cast<double>(worked_.samples.size()), 6));
  };
  add(section, {symbols_.delta(l, i), scaled(minus(times(parentheses(sum(std::move(targets))), a), t)),
                scaled(minus(times(factor(value(target_sum(n))), a_value), t_value)), value(delta(n, l, i))});
}

// dE/dz_i = a_i - t_i, with the sign and the factor that the document gives delta. With label smoothing the
// target in the difference is not the sample's, so only the number is shown.
void Deriver::add_direct_delta(std::size_t n, std::size_t i, DerivationSection& section) const {
  const std::size_t l = worked_.layers() - 1;
  const bool is_plain = worked_.loss.label_smoothing == 0;
  if (is_plain && is_softmax(l) && target_sum(n) != 1) {
    add_delta_of_unnormalised_targets(n, i, section);
    return;
  }
  const Formula a = symbols_.output(l, i), t = symbols_.target(i);
  const double a_value = step_.samples[n].a[l][i], t_value = worked_.samples[n].t[i];
  std::vector<Formula> sides = {symbols_.delta(l, i)};
  if (is_plain && symbols_.is_row_code() && share() != 1) {
    const Formula count = number(static_cast<double>(worked_.samples.size()), 6);
    sides.push_back(fraction(minus(a, t), symbol("N")));
    sides.push_back(fraction(difference(a_value, t_value), count));
  } else if (is_plain && symbols_.delta_sign() < 0) {
    sides.push_back(minus(t, a));
    sides.push_back(difference(t_value, a_value));
  } else if (is_plain) {
    sides.push_back(minus(a, t));
    sides.push_back(difference(a_value, t_value));
  }
  sides.push_back(value(delta(n, l, i)));
  add(section, std::move(sides));
}

// BP-1 in two equations: dE/da_i, then delta_i = dE/da_i f'(z_i). The derivative of softmax is a matrix,
// whose product with dE/da is a_i (dE/da_i - sum over j of dE/da_j a_j).
void Deriver::add_delta_through_output(std::size_t n, std::size_t i, DerivationSection& section) const {
  const std::size_t l = worked_.layers() - 1;
  const WorkedSampleStep& sample = step_.samples[n];
  const Formula d = symbols_.delta(l, i), a = symbols_.output(l, i), t = symbols_.target(i);
  const Formula d_a = partial(symbols_.loss(), a);
  if (worked_.loss.kind == Loss::half_squared_error) {
    add(section, {d_a, negative(parentheses(minus(t, a))),
                  negative(parentheses(difference(worked_.samples[n].t[i], sample.a[l][i]))),
                  value(sample.d_a[l][i])});
  } else {
    add(section, {d_a, value(sample.d_a[l][i])});
  }
  if (is_softmax(l)) {
    std::vector<Formula> terms;
    for (std::size_t j = 0; j < worked_.units(l); ++j)
      terms.push_back(side_by_side(partial(symbols_.loss(), symbols_.output(l, j)), symbols_.output(l, j)));
    add(section, {d, side_by_side(a, parentheses(minus(d_a, parentheses(sum(std::move(terms)))))),
                  value(delta(n, l, i))});
    return;
  }
  const Formula f_prime = call("f'", symbols_.net(l, i));
  const bool is_negative = symbols_.delta_sign() < 0;
  add(section,
      {d, is_negative ? negative(times(d_a, f_prime)) : times(d_a, f_prime),
       times(factor(value(symbols_.delta_sign() * sample.d_a[l][i])), factor(value(sample.f_prime[l][i]))),
       value(delta(n, l, i))});
}

// BP-1. One equation per unit if loss and last activation match, otherwise two.
DerivationSection Deriver::output_delta_section(std::size_t n, std::string title) const {
  DerivationSection section{.title = std::move(title)};
  const std::size_t l = worked_.layers() - 1;
  const bool is_direct = delta_is_direct(worked_);
  if (is_direct) {
    section.remarks.push_back(is_softmax(l) && target_sum(n) != 1
                                  ? "The targets do not sum to 1: the derivative at the net input is the "
                                    "output times their sum, minus the target."
                                  : "The loss and the last activation match: the derivative at the "
                                    "net input is the output minus the target.");
    // Document 003's program differentiates the mean, sample by sample.
    if (symbols_.is_row_code() && share() != 1)
      section.remarks.push_back("As in the document's program, each delta includes the 1/N of the mean.");
  }
  for (std::size_t i = 0; i < worked_.units(l); ++i) {
    if (!needs_delta(l, i)) continue;
    if (is_direct) {
      add_direct_delta(n, i, section);
    } else {
      add_delta_through_output(n, i, section);
    }
  }
  return section;
}

// BP-2, from the last hidden layer to the first: the deltas carried back by the weights, times the slope.
DerivationSection Deriver::hidden_delta_section(std::size_t n, std::string title) const {
  DerivationSection section{.title = std::move(title)};
  const WorkedSampleStep& sample = step_.samples[n];
  for (std::size_t l = worked_.layers() - 1; l-- > 0;) {
    for (std::size_t j = 0; j < worked_.units(l); ++j) {
      if (!needs_delta(l, j)) continue;
      if (is_full(section)) {
        ++section.left_out;
        continue;
      }
      std::vector<Formula> terms, numbers;
      double back = 0;
      for (std::size_t k = 0; k < worked_.units(l + 1); ++k) {
        const double w = worked_.weight(l + 1, k, j);
        terms.push_back(side_by_side(symbols_.delta(l + 1, k), symbols_.weight(l + 1, k, j)));
        numbers.push_back(times(factor(value(delta(n, l + 1, k))), factor(value(w))));
        back += delta(n, l + 1, k) * w;
      }
      const Formula f_prime = call("f'", symbols_.net(l, j));
      add(section, {symbols_.delta(l, j), times(parentheses(sum(std::move(terms))), f_prime),
                    times(parentheses(sum(std::move(numbers))), factor(value(sample.f_prime[l][j]))),
                    times(factor(value(back)), factor(value(sample.f_prime[l][j]))), value(delta(n, l, j))});
    }
  }
  return section;
}

// BP-3 and BP-4: the gradient of one parameter for one sample, as a product of the chain rule's factors.
void Deriver::add_gradient(std::size_t n, const ParameterPlace& place, DerivationSection& section) const {
  if (is_full(section)) {
    ++section.left_out;
    return;
  }
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
  // 002 has no letter for delta: it is ∂C/∂z, which is already shown.
  if (options_.notation != Notation::s002) sides.push_back(times(d, factor(input_symbol)));
  sides.push_back(has_factors
                      ? joined({factor(value(delta_scale() * symbols_.delta_sign() * sample.d_a[l][i])),
                                factor(value(sample.f_prime[l][i])), factor(value(input))},
                               "·")
                      : times(factor(value(d_z)), factor(value(input))));
  sides.push_back(value(d_z * input));
  add(section, std::move(sides));
}

DerivationSection Deriver::gradient_section(std::size_t n, std::string title) const {
  DerivationSection section{.title = std::move(title)};
  for_each_place([&](const ParameterPlace& place) { add_gradient(n, place, section); });
  return section;
}

// Backwards through the radial basis functions: dE/dphi, then every coordinate of the centres and every
// width.
//
//   dE/dphi_j = sum over i of delta_i w_ij,   dE/dc_jk = dE/dphi_j phi_j (x_k - c_jk) / s_j^2,
//   dE/ds_j = dE/dphi_j phi_j d_j / s_j^3
DerivationSection Deriver::rbf_gradient_section(std::size_t n, std::string title) const {
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

}  // namespace chainrule
