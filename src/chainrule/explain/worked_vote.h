// The vote of a mixture with every number: what each member says of a row, and what follows from it.
//
//   z = (sum over the members k of s_k z_k) / T,   a = f(z)
//
// z_k: the sums of member k before its activation; s_k: its weight; T: the temperature (train/member_report).
#pragma once

#include <string>
#include <vector>

#include "chainrule/explain/derivation.h"
#include "chainrule/explain/worked_step.h"
#include "chainrule/train/member_report.h"

namespace chainrule {

struct SampleVote {
  std::vector<NumberList> z;  // of each member, [member][output]
  NumberList sum;             // of s_k z_k
  NumberList z_of_vote;       // sum / T
  NumberList a;               // outputs of the mixture
  std::string prediction;     // what they mean: "species = Adelie"
};

struct WorkedVote {
  MixtureReport mixture;
  Activation activation = Activation::identity;  // of the outputs
  std::vector<SampleVote> samples;
};

// "1 to 4 plain (256 units, s = 0.1), 5 piecewise (64 and 32 units, s = 0.6)".
std::string members_in_words(const MixtureReport& mixture);
// "256 and 64 units", "no hidden layer".
std::string hidden_in_words(const MemberReport& member);
// "z = (s_1 z_1 + ... + s_12 z_12) / T"
std::string vote_formula(const MixtureReport& mixture);
// The same with the numbers: "z = (0.0125 (z_1 + ... + z_4) + 0.2375 (z_5 + ... + z_8)) / 1.152".
std::string vote_in_numbers(const MixtureReport& mixture);
// "4 sparse networks"; "" if all that were trained have a share.
std::string left_out_in_words(const MixtureReport& mixture);

// A section for each sample.
std::vector<DerivationSection> derive_vote(const WorkedVote& vote, const DerivationOptions& options);

}  // namespace chainrule
