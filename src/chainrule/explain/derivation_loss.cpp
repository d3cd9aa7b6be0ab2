// The loss of one sample, as its formula, with its numbers, and as their result.
//
//   E = 1/2 sum (t_i - a_i)^2                                  squared errors, with their factor
//   E = 1/o sum |t_i - a_i|                                    absolute errors
//   E = sum (exp(a_i) - t_i a_i)                               poisson
//   E = -sum t_i log a_i,  log a_i = z_i - log sum_j exp(z_j)  softmax with cross-entropy
//   E = -sum (t_i log a_i + (1 - t_i) log(1 - a_i)),
//       log a_i = -log(1 + exp(-z_i)), log(1 - a_i) = -log(1 + exp(z_i))     logistic with cross-entropy
//
// The logarithms are taken of the printed outputs as long as that gives the printed loss. Of an output near 0
// or 1 it would not: its digits are lost. Then they are written in terms of z.
#include <cmath>

#include "chainrule/base/text.h"
#include "chainrule/explain/deriver.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

Formula logarithm(Formula of) {
  return call("log", std::move(of));
}

Formula exponential(Formula of) {
  return call("exp", std::move(of));
}

Formula one() {
  return number(1, 1);
}

// log(exp(z_i) / sum_j exp(z_j)); of the largest z without subtracting it, so that no digit is lost.
double log_of_softmax(const NumberList& z, std::size_t i) {
  std::size_t largest = 0;
  for (std::size_t j = 1; j < z.size(); ++j) {
    if (z[j] > z[largest]) largest = j;
  }
  double others = 0;
  for (std::size_t j = 0; j < z.size(); ++j) {
    if (j != largest) others += math::exp(z[j] - z[largest]);
  }
  return (z[i] - z[largest]) - math::log1p(others);
}

}  // namespace

// The loss in words if it has no short formula.
std::string Deriver::loss_words() const {
  for (const EnumName<Loss>& entry : enum_table<Loss>()) {
    if (entry.value == worked_.loss.kind) return std::string(entry.description);
  }
  return {};
}

void Deriver::add_squared_errors(std::size_t n, std::vector<Formula>& sides) const {
  const std::size_t l = worked_.layers() - 1;
  const NumberList& a = step_.samples[n].a[l];
  const NumberList& t = worked_.samples[n].t;
  const auto squared_errors = [&](const auto& error) {
    std::vector<Formula> terms;
    for (std::size_t i = 0; i < a.size(); ++i)
      terms.push_back(square(parentheses(error(i))));
    return sum(std::move(terms));
  };
  const auto with_front = [&](Formula squares) {
    if (worked_.loss.kind == Loss::squared_error) return squares;
    const Formula front = worked_.loss.kind == Loss::half_squared_error
                              ? fraction(number(1, 1), number(2, 1))
                              : fraction(number(1, 1), number(static_cast<double>(a.size()), 6));
    return side_by_side(front, a.size() > 1 ? parentheses(std::move(squares)) : std::move(squares));
  };
  sides.push_back(with_front(
      squared_errors([&](std::size_t i) { return minus(symbols_.target(i), symbols_.output(l, i)); })));
  sides.push_back(with_front(squared_errors([&](std::size_t i) { return difference(t[i], a[i]); })));
}

void Deriver::add_absolute_errors(std::size_t n, std::vector<Formula>& sides) const {
  const std::size_t l = worked_.layers() - 1;
  const NumberList& a = step_.samples[n].a[l];
  const NumberList& t = worked_.samples[n].t;
  const auto absolute = [](Formula of) { return tight({sign("|"), std::move(of), sign("|")}); };
  std::vector<Formula> terms, numbers;
  for (std::size_t i = 0; i < a.size(); ++i) {
    terms.push_back(absolute(minus(symbols_.target(i), symbols_.output(l, i))));
    numbers.push_back(absolute(difference(t[i], a[i])));
  }
  const auto mean = [&](std::vector<Formula> errors) {
    if (errors.size() == 1) return errors.front();
    const Formula front = fraction(number(1, 1), number(static_cast<double>(a.size()), 6));
    return side_by_side(front, parentheses(sum(std::move(errors))));
  };
  sides.push_back(mean(std::move(terms)));
  sides.push_back(mean(std::move(numbers)));
}

void Deriver::add_poisson(std::size_t n, std::vector<Formula>& sides) const {
  const std::size_t l = worked_.layers() - 1;
  const NumberList& a = step_.samples[n].a[l];
  const NumberList& t = worked_.samples[n].t;
  const auto in_sum = [&](Formula term) { return a.size() > 1 ? parentheses(std::move(term)) : term; };
  std::vector<Formula> terms, numbers;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Formula output = symbols_.output(l, i), number = value(a[i]);
    terms.push_back(in_sum(minus(exponential(output), side_by_side(symbols_.target(i), output))));
    numbers.push_back(in_sum(minus(exponential(number), times(factor(value(t[i])), factor(number)))));
  }
  sides.push_back(sum(std::move(terms)));
  sides.push_back(sum(std::move(numbers)));
}

// Returns the loss. By z it is the sum of what is printed: a difference of z of 30 and its normaliser, as the
// engine takes it, keeps fewer digits.
double Deriver::add_softmax_cross_entropy(std::size_t n, DerivationSection& section,
                                          std::vector<Formula>& sides) const {
  const std::size_t l = worked_.layers() - 1;
  const WorkedSampleStep& sample = step_.samples[n];
  const NumberList &a = sample.a[l], &z = sample.z[l], &t = worked_.samples[n].t;
  double from_printed = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    from_printed -= shown(t[i]) * math::log(shown(a[i]));
  const bool by_output = follows(from_printed, sample.loss);
  double loss = by_output ? sample.loss : 0;
  std::vector<Formula> terms, numbers, powers, power_numbers;
  for (std::size_t i = 0; i < a.size(); ++i) {
    powers.push_back(exponential(symbols_.net(l, i)));
    power_numbers.push_back(exponential(value(z[i])));
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Formula log_a = logarithm(symbols_.output(l, i));
    terms.push_back(side_by_side(symbols_.target(i), log_a));
    if (by_output) {
      numbers.push_back(times(factor(value(t[i])), logarithm(value(a[i]))));
      continue;
    }
    const double log_value = log_of_softmax(z, i);
    loss -= t[i] * log_value;
    numbers.push_back(times(factor(value(t[i])), factor(value(log_value))));
    add(section, {log_a, minus(symbols_.net(l, i), logarithm(sum(powers))),
                  minus(value(z[i]), logarithm(sum(power_numbers))), value(log_value)});
  }
  sides.push_back(negative(parentheses(sum(std::move(terms)))));
  sides.push_back(negative(parentheses(sum(std::move(numbers)))));
  return loss;
}

// With targets 0 and 1 only one of the two terms of an output remains: it is written on a side of its own.
// Returns the loss, as above.
double Deriver::add_binary_cross_entropy(std::size_t n, DerivationSection& section,
                                         std::vector<Formula>& sides) const {
  const std::size_t l = worked_.layers() - 1;
  const WorkedSampleStep& sample = step_.samples[n];
  const NumberList &a = sample.a[l], &z = sample.z[l], &t = worked_.samples[n].t;
  double from_printed = 0;
  bool is_yes_or_no = true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double yes = shown(t[i]), p = shown(a[i]);
    if (yes != 0) from_printed -= yes * math::log(p);
    if (yes != 1) from_printed -= (1 - yes) * math::log(1 - p);
    is_yes_or_no = is_yes_or_no && (t[i] == 0 || t[i] == 1);
  }
  const bool by_output = follows(from_printed, sample.loss);
  double loss = by_output ? sample.loss : 0;
  std::vector<Formula> terms, numbers, remaining;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Formula target = symbols_.target(i), output = symbols_.output(l, i), t_value = factor(value(t[i]));
    const Formula log_yes = logarithm(output), log_no = logarithm(minus(one(), output));
    terms.push_back(side_by_side(target, log_yes));
    terms.push_back(side_by_side(parentheses(minus(one(), target)), log_no));
    Formula yes = logarithm(value(a[i])), no = logarithm(minus(one(), value(a[i])));
    if (!by_output) {
      const double log_yes_value = -math::softplus(-z[i]), log_no_value = -math::softplus(z[i]);
      loss -= t[i] * log_yes_value + (1 - t[i]) * log_no_value;
      const auto log_of_sum = [](Formula of) {
        return negative(logarithm(joined({one(), exponential(std::move(of))}, "+")));
      };
      yes = factor(value(log_yes_value));
      no = factor(value(log_no_value));
      if (t[i] != 0)
        add(section, {log_yes, log_of_sum(negative(symbols_.net(l, i))), log_of_sum(value(-z[i])),
                      value(log_yes_value)});
      if (t[i] != 1)
        add(section, {log_no, log_of_sum(symbols_.net(l, i)), log_of_sum(value(z[i])), value(log_no_value)});
    }
    remaining.push_back(t[i] == 1 ? yes : no);
    numbers.push_back(times(t_value, std::move(yes)));
    numbers.push_back(times(parentheses(minus(one(), t_value)), std::move(no)));
  }
  sides.push_back(negative(parentheses(sum(std::move(terms)))));
  sides.push_back(negative(parentheses(sum(std::move(numbers)))));
  if (is_yes_or_no)
    sides.push_back(remaining.size() == 1 ? negative(remaining.front())
                                          : negative(parentheses(sum(std::move(remaining)))));
  return loss;
}

// As a formula with its numbers; huber, quantile and smoothed cross-entropies as their name, a description
// and their number.
DerivationSection Deriver::loss_section(std::size_t n, std::string title) const {
  DerivationSection section{.title = std::move(title)};
  std::vector<Formula> sides = {symbols_.loss()};
  const bool is_plain = worked_.loss.label_smoothing == 0;
  double loss = step_.samples[n].loss;
  switch (worked_.loss.kind) {
    case Loss::mean_squared_error:
    case Loss::half_squared_error:
    case Loss::squared_error:
      add_squared_errors(n, sides);
      break;
    case Loss::mean_absolute_error:
      add_absolute_errors(n, sides);
      break;
    case Loss::poisson:
      add_poisson(n, sides);
      break;
    case Loss::softmax_cross_entropy:
      if (is_plain) loss = add_softmax_cross_entropy(n, section, sides);
      break;
    case Loss::binary_cross_entropy:
      if (is_plain) loss = add_binary_cross_entropy(n, section, sides);
      break;
    case Loss::huber:
    case Loss::quantile:
    case Loss::perceptron:
      break;
  }
  if (sides.size() == 1)
    section.remarks.push_back(std::string(name_of(worked_.loss.kind)) + ": " + loss_words());
  sides.push_back(value(loss));
  add(section, std::move(sides));
  return section;
}

}  // namespace chainrule
