#include "chainrule/explain/worked_vote.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

MixtureReport four_members() {
  MixtureReport mixture;
  const MemberReport plain{.kind = MemberKind::plain, .weight = 0.125, .hidden = {256}},
      piecewise{.kind = MemberKind::piecewise, .weight = 0.625, .hidden = {64, 32}};
  mixture.members = {plain, plain, plain, piecewise};
  mixture.temperature = 2;
  mixture.left_out = {MemberKind::sparse, MemberKind::sparse};
  return mixture;
}

TEST(WorkedVote, TheFormulaHasAllMembers) {
  const MixtureReport mixture = four_members();
  EXPECT_EQ(vote_formula(mixture), "z = (s_1 z_1 + ... + s_4 z_4) / T");
  EXPECT_EQ(vote_in_numbers(mixture), "z = (0.125 (z_1 + ... + z_3) + 0.625 z_4) / 2");
  EXPECT_EQ(members_in_words(mixture),
            "1 to 3 plain (256 units, s = 0.125), 4 piecewise (64 and 32 units, s = 0.625)");
  EXPECT_EQ(left_out_in_words(mixture), "2 sparse networks");
}

// 0.125 (1 + 2 + 3) + 0.625 2 = 2, divided by 2 is 1.
TEST(WorkedVote, IsWrittenOutFromTheMembersToThePrediction) {
  WorkedVote vote{.mixture = four_members(), .activation = Activation::logistic};
  vote.samples = {{.z = {{1}, {2}, {3}, {2}},
                   .sum = {2},
                   .z_of_vote = {1},
                   .a = {0.7310585786},
                   .prediction = "y = yes"}};
  Derivation page;
  page.sections = derive_vote(vote, {});
  const std::string text = derivation_text(page, 200);
  EXPECT_NE(text.find("The vote of 4 members"), std::string::npos) << text;
  EXPECT_NE(text.find("z_1 = 1\n"), std::string::npos) << text;
  EXPECT_NE(
      text.find(
          "v = s_1 z_1 + s_2 z_2 + s_3 z_3 + s_4 z_4 = 0.125 · 1 + 0.125 · 2 + 0.125 · 3 + 0.625 · 2 = 2\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("z = v/T = 2/2 = 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("a = logistic(z) = 0.731059\n"), std::string::npos) << text;
  EXPECT_NE(text.find("y = yes"), std::string::npos) << text;
}

}  // namespace
}  // namespace chainrule
