// The end of a step: the sum over the samples, the update, and the result.
//
//   R = E + lambda/2 |W|^2,  dR/dw = reduce over the samples of dE/dw + lambda w     biases are not penalised
//   w_new = w - eta (dR/dw + decay w)
//
// A threshold is the negative of a bias: its value, its gradient and its update have the other sign.
#include "chainrule/explain/deriver.h"

#include "chainrule/base/text.h"

namespace chainrule {

// Left out if it would only repeat: one sample and no penalty.
DerivationSection Deriver::total_section() const {
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
    return is_mean ? fraction(std::move(terms), number(static_cast<double>(step_.samples.size()), 6)) : terms;
  };
  std::vector<Formula> sides = {risk()};
  Formula mean = reduced(sum(std::move(losses)));
  if (worked_.lambda != 0) mean = joined({std::move(mean), value(step_.total_loss - step_.data_loss)}, "+");
  sides.push_back(std::move(mean));
  sides.push_back(value(step_.total_loss));
  add(section, std::move(sides));
  for_each_place([&](const ParameterPlace& place) {
    if (is_full(section)) {
      ++section.left_out;
      return;
    }
    std::vector<Formula> gradients;
    for (std::size_t n = 0; n < step_.samples.size(); ++n)
      gradients.push_back(factor(value(sample_gradient(n, place))));
    Formula terms = symbols_.is_row_code() ? sum(std::move(gradients)) : reduced(sum(std::move(gradients)));
    if (place.from && worked_.lambda != 0)
      terms = joined({std::move(terms), times(value(worked_.lambda), factor(value(old_value(place))))}, "+");
    add(section, {partial(risk(), symbols_.of(place)), std::move(terms), value(total_gradient(place))});
  });
  return section;
}

void Deriver::add_rbf_update(DerivationSection& section) const {
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

// The sides of one update, old - eta * gradient, in the document's form.
std::vector<Formula> Deriver::update_sides(const ParameterPlace& place) const {
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
    const Formula input = place.from ? symbols_.below(place.layer, *place.from) : parentheses(number(-1, 1));
    const double d = delta(0, place.layer, place.to);
    const double x = place.from ? below(0, place.layer, *place.from) : -1;
    sides.push_back(joined({parameter, row({rate, symbols_.delta(place.layer, place.to), input})}, "+"));
    sides.push_back(joined({w, joined({eta, factor(value(d)), factor(value(x))}, "·")}, "+"));
  } else {
    sides.push_back(minus(parameter, side_by_side(rate, gradient)));
    sides.push_back(minus(w, times(eta, g)));
  }
  sides.push_back(value(new_value(place)));
  return sides;
}

DerivationSection Deriver::update_section() const {
  DerivationSection section{.title = "Update"};
  if (worked_.layers() > 1) section.remarks.push_back("All gradients above use the old values.");
  for_each_place([&](const ParameterPlace& place) {
    if (is_full(section)) {
      ++section.left_out;
    } else {
      add(section, update_sides(place));
    }
  });
  if (worked_.has_rbf() && !options_.parameter) add_rbf_update(section);
  return section;
}

DerivationSection Deriver::result_section() const {
  DerivationSection section{.title = "The network afterwards"};
  if (worked_.has_rbf()) {
    add_matrix(section, symbols_.updated(symbol("c")), step_.centre_new);
    add(section, {symbols_.updated(symbol("s")), vector(step_.width_new)});
  }
  for (std::size_t l = 0; l < worked_.layers(); ++l) {
    add_matrix(section, symbols_.updated(symbols_.weight_matrix(l)), oriented(step_.W_new[l]));
    if (has_bias(l))
      add(section, {symbols_.updated(symbols_.bias_vector(l)), vector(biases(step_.b_new[l]))});
    if (!step_.parameter_new[l].empty())
      add(section, {symbol("p", "", "(" + std::to_string(l + 1) + ") new"), vector(step_.parameter_new[l])});
  }
  return section;
}

// Whether the step reduced the loss; with decay also the loss after a step without it.
DerivationSection Deriver::after_section() const {
  DerivationSection section{.title = "The loss before and after"};
  section.remarks.push_back(formula_text(risk()) + " was " + formatted(step_.total_loss) + " and is " +
                            formatted(step_.total_loss_after) + ".");
  if (step_.total_loss_after > step_.total_loss) {
    section.remarks.push_back(
        worked_.decay != 0 ? "The loss rises: the decay shrinks every weight regardless of the loss."
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
      add_matrix(section, symbols_.updated(symbols_.weight_matrix(l)), oriented(without.W_new[l]));
      if (has_bias(l))
        add(section, {symbols_.updated(symbols_.bias_vector(l)), vector(biases(without.b_new[l]))});
    }
  }
  return section;
}

}  // namespace chainrule
