// The symbols of the five lecture documents for the same network.
//
//   document  weight to i from j      net input     output   delta                   rate  layers count
//   plain     w_ij^(l)                z_i^(l)       a_i^(l)  δ_i^(l) = ∂E/∂z         η     inputs 0
//   000       ω_ji^Lk: from, to; k    net_i^Lk      o_i^Lk   δ_·i^Lk, k the sender's η     inputs 1
//             the sender's
//   001       w_ij^(l)                z_i^(l)       a_i^(l)  δ_i^(l) = ∂E/∂z         μ     inputs 1
//   002       w_ij^l, all from 0      z_li          a_li     ∂C/∂z_li                -     inputs 0
//   003       v_ji, w_ji: from, to;   net_i         y_i, o_i δ_i = -∂E/∂net          η     two layers
//             v_0i the threshold of input -1
//   003 code  (W_l)_ji: from, to      (z_l)_i       (a_l)_i  (δ_l)_i, 1/N inside     -     (softmax networks)
//   004       w_(from,to), units      z_i           n_i      δ_i^(l) = ∂L/∂z         η     inputs 0
//             numbered through
//
// Source: the notation table that docs/seeds.md repeats.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/explain/formula.h"
#include "chainrule/explain/worked_step.h"

namespace chainrule {

enum class Notation { plain, s000, s001, s002, s003, s004 };

template <>
struct EnumNames<Notation> {
  static constexpr std::string_view kind = "notation";
  static constexpr EnumName<Notation> table[] = {
      {Notation::plain, "plain", "w_ij^(l) to unit i from unit j, inputs are layer 0"},
      {Notation::s000, "000", "the derivation note: ω_ij from i to j, net, o, hats for what is new"},
      {Notation::s001, "001", "the slides: W^(l) a^(l-1), inputs are layer 1, rate μ"},
      {Notation::s002, "002", "the note that counts from 0 and writes ∂C/∂z"},
      {Notation::s003, "003", "V and W with thresholds, δ = -∂E/∂net; row vectors for softmax networks"},
      {Notation::s004, "004", "the worked example: units numbered through, w_(from,to)"},
  };
};

// A weight, or a bias if `from` is empty.
struct ParameterPlace {
  std::size_t layer = 0, to = 0;
  std::optional<std::size_t> from;

  bool operator==(const ParameterPlace&) const = default;
};

// Layers of weights and units count from 0 here, regardless of the notation.
class Symbols {
 public:
  Symbols(Notation notation, const WorkedNetwork& worked);

  Notation notation() const { return notation_; }
  // Row vectors and 1/N in the deltas: document 003's program.
  bool is_row_code() const { return is_row_code_; }
  // Biases are thresholds with the input -1.
  bool has_thresholds() const { return notation_ == Notation::s003 && !is_row_code_; }
  // -1 if delta is -dE/dz.
  double delta_sign() const { return has_thresholds() ? -1 : 1; }
  // Matrices are printed [from][to].
  bool prints_from_first() const { return notation_ == Notation::s000 || notation_ == Notation::s003; }

  Formula input(std::size_t unit) const;
  // The input of a layer: x or phi, or the output of the layer before.
  Formula below(std::size_t layer, std::size_t unit) const;
  // "φ", "d" or "s" of a radial basis function, and a coordinate of its centre.
  Formula of_rbf(std::string letter, std::size_t unit) const;
  Formula centre(std::size_t unit, std::size_t input) const;
  Formula net(std::size_t layer, std::size_t unit) const;
  Formula output(std::size_t layer, std::size_t unit) const;
  Formula target(std::size_t unit) const;
  Formula weight(std::size_t layer, std::size_t to, std::size_t from) const;
  Formula bias(std::size_t layer, std::size_t unit) const;
  Formula delta(std::size_t layer, std::size_t unit) const;
  Formula loss() const;   // of one sample
  Formula total() const;  // of all
  Formula rate() const;
  Formula weight_matrix(std::size_t layer) const;
  Formula bias_vector(std::size_t layer) const;
  Formula updated(Formula parameter) const;
  Formula of(const ParameterPlace& place) const;

 private:
  std::size_t layers() const { return sizes_.size() - 1; }
  bool is_last(std::size_t layer) const { return layer + 1 == layers(); }
  // The number of a unit among all units as in document 004: from 1, without the inputs.
  std::size_t number_of(std::size_t layer, std::size_t unit) const;
  std::string pair(std::size_t first, std::size_t second, std::size_t offset) const;

  Notation notation_;
  bool is_row_code_, has_rbf_;
  std::vector<std::size_t> sizes_;  // from the inputs on
};

// Whether a name may come from another notation than the given one.
enum class OtherNotations { refused, tried };

// "w(2,5)", "ω23 of L1", "v_12", "W[0][1][2]" (to 1, from 2, all from 0), "b[0][1]": in the given notation
// or, if it lacks the name and others may be tried, in the only one that has it. Blanks, _ ^ { } and "of" are
// ignored. Sets `notation` to the one that has the name. Throws UsageError with examples of the notation's
// names.
ParameterPlace find_parameter(const std::string& name, const WorkedNetwork& worked, OtherNotations others,
                              Notation& notation);

}  // namespace chainrule
