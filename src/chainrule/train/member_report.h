// The members of a mixture: the networks that were joined into one, which votes for them
// (model/joined_network.h).
//
//   z = sum over the members k of s_k z_k / T
//
// with their weights s_k, which add up to 1, and the temperature T. The joined network has the shares s_k / T
// in its last layer, so that everything that takes a network takes a mixture. What its numbers no longer say
// is here: which units belong to which member, and the bias of each, of which the network has only the sum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "chainrule/base/names.h"

namespace chainrule {

// How a member is trained (session/mixture.h).
enum class MemberKind { plain, sparse, piecewise, small };

template <>
struct EnumNames<MemberKind> {
  static constexpr std::string_view kind = "kind of member";
  static constexpr EnumName<MemberKind> table[] = {
      {MemberKind::plain, "plain", "trained as the options say"},
      {MemberKind::sparse, "sparse", "with an L1 penalty, for tables with many useless inputs"},
      {MemberKind::piecewise, "piecewise", "with piecewise-linear columns and an L1 penalty"},
      {MemberKind::small, "small", "few units, trained by scaled conjugate gradients"},
  };
};

struct MemberReport {
  MemberKind kind = MemberKind::plain;
  std::uint32_t fold = 0;  // held out from its training
  double weight = 1;       // s_k, in the mean of all members
  std::uint64_t epochs = 0, best_epoch = 0;
  std::vector<std::size_t> hidden = {};  // units of its hidden layers
  std::size_t inputs = 0;                // it reads the first so many inputs of the joined layers
  std::vector<double> bias = {};         // of its outputs; empty if they have none

  bool operator==(const MemberReport&) const = default;
};

// What a model records about a vote.
struct MixtureReport {
  std::vector<MemberReport> members;  // in the order of their units; none: the model is one network
  double temperature = 1;
  std::vector<MemberKind> left_out;  // of members that were trained, but have no share of the vote

  bool operator==(const MixtureReport&) const = default;
};

}  // namespace chainrule
