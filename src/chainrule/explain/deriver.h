// Writes one worked step as a derivation: each function adds the equations of one stage to one section.
//
//   derivation.cpp            the order of the sections, the remarks at the top, the network
//   derivation_forward.cpp    z, a and f'
//   derivation_loss.cpp       E of one sample
//   derivation_backward.cpp   delta of the output layer, hidden deltas, gradients by the chain rule
//   derivation_update.cpp     the sum over the samples, the update, and its effect
//
// Not for users: derivation.h has the one function they call. Layers, units and samples count from 0 here;
// Symbols (notation.h) knows how the document counts. All numbers come from the WorkedStep; only the
// intermediate products and sums of a line are calculated here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/explain/derivation.h"

namespace chainrule {

// Does a result follow from the numbers printed before it? Its last digits may differ.
bool follows(double from_printed, double result);

class Deriver {
 public:
  // Keeps references: all three must outlive it.
  Deriver(const WorkedNetwork& worked, const WorkedStep& step, const DerivationOptions& options)
      : worked_(worked), step_(step), options_(options), symbols_(options.notation, worked) {}

  Derivation derive();

 private:
  // --- equations -------------------------------------------------------------------------------------------

  // Empty sections are left out.
  static void add(Derivation& derivation, DerivationSection section) {
    if (!section.equations.empty() || !section.remarks.empty())
      derivation.sections.push_back(std::move(section));
  }
  // Further equations are counted and not kept. Whoever would write millions of them asks first.
  bool is_full(const DerivationSection& section) const {
    return options_.most_equations != 0 && section.equations.size() >= options_.most_equations;
  }
  void add(DerivationSection& section, std::vector<Formula> sides) const {
    if (is_full(section)) {
      ++section.left_out;
    } else {
      section.equations.push_back({std::move(sides)});
    }
  }

  // A large matrix leaves a remark with its size.
  void add_matrix(DerivationSection& section, Formula name, const NumberTable& numbers) const;

  Formula value(double x) const { return number(x, options_.digits); }
  // A number as it is printed.
  double shown(double x) const;
  // x - y, with all digits where the printed ones would cancel: 1 - 0.999999995 is not 1 - 1.
  Formula difference(double x, double y) const;
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
  // Whether it needs the output of this unit: the unit that the parameter leads to, and all units before it.
  bool needs_forward(std::size_t l, std::size_t unit) const {
    if (!options_.parameter) return true;
    return needs_delta(l, unit) || l < options_.parameter->layer;
  }
  // All shown parameters, from the last layer to the first, as in the documents.
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

  // --- numbers as the notation counts and signs them -------------------------------------------------------

  // The input of a layer from unit `unit` below: x, phi or the output of the layer below.
  double below(std::size_t n, std::size_t l, std::size_t unit) const {
    return l == 0 ? step_.samples[n].entering[unit] : step_.samples[n].a[l - 1][unit];
  }
  bool has_bias(std::size_t l) const { return worked_.layer(l).bias == BiasUse::present; }
  bool is_last(std::size_t l) const { return l + 1 == worked_.layers(); }
  bool is_softmax(std::size_t l) const { return worked_.layer(l).activation == Activation::softmax; }
  // The weight of one sample's loss in the total: 1/N for a mean, else 1.
  double share() const {
    return worked_.loss.reduction == Reduction::mean ? 1.0 / static_cast<double>(worked_.samples.size())
                                                     : 1.0;
  }
  // The deltas of document 003's program have 1/N in them.
  double delta_scale() const { return symbols_.is_row_code() ? share() : symbols_.delta_sign(); }
  double delta(std::size_t n, std::size_t l, std::size_t unit) const {
    return delta_scale() * step_.samples[n].delta[l][unit];
  }
  // A weight matrix in the document's orientation, [to][from] or [from][to].
  std::vector<NumberList> oriented(const NumberTable& to_from) const {
    if (!symbols_.prints_from_first() || to_from.empty()) return to_from;
    std::vector<NumberList> rows(to_from[0].size(), NumberList(to_from.size()));
    for (std::size_t to = 0; to < to_from.size(); ++to) {
      for (std::size_t from = 0; from < to_from[to].size(); ++from)
        rows[from][to] = to_from[to][from];
    }
    return rows;
  }
  // A row in document 003's program, else a column.
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
  // Values in the notation's sign: a threshold is the negative of a bias.
  double sign_of(const ParameterPlace& place) const { return place.from ? 1 : bias_sign(); }
  // dE/dp of one sample, and of all with the penalty.
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
  // R, the loss with its penalty, if there is one.
  Formula risk() const { return worked_.lambda != 0 ? symbol("R") : symbols_.total(); }

  // --- the top ---------------------------------------------------------------------------------------------

  std::vector<std::string> remarks() const;
  DerivationSection network_section() const;

  // --- forward ---------------------------------------------------------------------------------------------

  void add_rbf_forward(std::size_t n, std::size_t j, DerivationSection& section) const;
  void add_forward(std::size_t n, std::size_t l, std::size_t unit, DerivationSection& section) const;
  void add_slope(std::size_t n, std::size_t l, std::size_t unit, DerivationSection& section) const;
  void add_softmax(std::size_t n, std::size_t l, DerivationSection& section) const;
  DerivationSection forward_section(std::size_t n, std::string title) const;

  // --- loss ------------------------------------------------------------------------------------------------

  std::string loss_words() const;
  void add_squared_errors(std::size_t n, std::vector<Formula>& sides) const;
  void add_absolute_errors(std::size_t n, std::vector<Formula>& sides) const;
  void add_poisson(std::size_t n, std::vector<Formula>& sides) const;
  double add_softmax_cross_entropy(std::size_t n, DerivationSection& section,
                                   std::vector<Formula>& sides) const;
  double add_binary_cross_entropy(std::size_t n, DerivationSection& section,
                                  std::vector<Formula>& sides) const;
  DerivationSection loss_section(std::size_t n, std::string title) const;

  // --- backward --------------------------------------------------------------------------------------------

  double target_sum(std::size_t n) const;
  void add_direct_delta(std::size_t n, std::size_t i, DerivationSection& section) const;
  void add_delta_of_unnormalised_targets(std::size_t n, std::size_t i, DerivationSection& section) const;
  void add_delta_through_output(std::size_t n, std::size_t i, DerivationSection& section) const;
  DerivationSection output_delta_section(std::size_t n, std::string title) const;
  DerivationSection hidden_delta_section(std::size_t n, std::string title) const;
  void add_gradient(std::size_t n, const ParameterPlace& place, DerivationSection& section) const;
  DerivationSection gradient_section(std::size_t n, std::string title) const;
  DerivationSection rbf_gradient_section(std::size_t n, std::string title) const;

  // --- update ----------------------------------------------------------------------------------------------

  DerivationSection total_section() const;
  void add_rbf_update(DerivationSection& section) const;
  std::vector<Formula> update_sides(const ParameterPlace& place) const;
  DerivationSection update_section() const;
  DerivationSection result_section() const;
  DerivationSection after_section() const;

  const WorkedNetwork& worked_;
  const WorkedStep& step_;
  const DerivationOptions& options_;
  Symbols symbols_;
};

}  // namespace chainrule
