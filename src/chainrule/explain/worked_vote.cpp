#include "chainrule/explain/worked_vote.h"

#include <map>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr int kDigitsInWords = 4;

bool are_alike(const MemberReport& a, const MemberReport& b) {
  return a.kind == b.kind && a.hidden == b.hidden && a.weight == b.weight;
}

std::string name_of_member(std::size_t k) {
  return std::to_string(k + 1);
}

// f(z), by the name that textbooks use.
Formula activation_of_vote(Activation activation) {
  const Formula z = symbol("z");
  return activation == Activation::identity ? z : call(std::string(name_of(activation)), z);
}

class VoteDeriver {
 public:
  VoteDeriver(const WorkedVote& vote, const DerivationOptions& options) : vote_(vote), options_(options) {}

  DerivationSection section(const SampleVote& sample, const std::string& of) const {
    const auto& [members, temperature, unused_left_out] = vote_.mixture;
    DerivationSection section{.title = "The vote of " + count_of(members.size(), "member") + of,
                              .remarks = remarks()};
    std::vector<Formula> terms, numbers;
    for (std::size_t k = 0; k < members.size(); ++k) {
      const Formula z = symbol("z", name_of_member(k)), s = symbol("s", name_of_member(k));
      section.equations.push_back({{z, vector(sample.z[k])}});
      terms.push_back(row({s, z}));
      numbers.push_back(joined({factor(value(members[k].weight)), vector(sample.z[k])}, "·"));
    }
    section.equations.push_back({{symbol("v"), sum(terms), sum(numbers), vector(sample.sum)}});
    section.equations.push_back(
        {{symbol("z"), fraction(symbol("v"), symbol("T")), fraction(vector(sample.sum), value(temperature)),
          vector(sample.z_of_vote)}});
    section.equations.push_back({{symbol("a"), activation_of_vote(vote_.activation), vector(sample.a)}});
    return section;
  }

 private:
  Formula value(double x) const { return number(x, options_.digits); }
  // One output is a number.
  Formula vector(const NumberList& numbers) const {
    return numbers.size() == 1 ? factor(value(numbers.front())) : column_vector(numbers, options_.digits);
  }
  std::vector<std::string> remarks() const {
    return {
        "Each member is a network of its own. z_k are the sums of member k before its activation, s_k its "
        "weight; the weights add up to 1. T is the temperature.",
        "Members: " + members_in_words(vote_.mixture) + "."};
  }

  const WorkedVote& vote_;
  const DerivationOptions& options_;
};

}  // namespace

std::string hidden_in_words(const MemberReport& member) {
  if (member.hidden.empty()) return "no hidden layer";
  std::vector<std::string> sizes;
  for (const std::size_t units : member.hidden)
    sizes.push_back(format_count(units));
  return join(sizes, " and ") + (member.hidden == std::vector<std::size_t>{1} ? " unit" : " units");
}

std::string members_in_words(const MixtureReport& mixture) {
  std::vector<std::string> groups;
  const std::vector<MemberReport>& members = mixture.members;
  for (std::size_t first = 0; first < members.size();) {
    std::size_t end = first + 1;
    while (end < members.size() && are_alike(members[end], members[first]))
      ++end;
    const std::string which =
        name_of_member(first) + (end - first == 1 ? "" : " to " + name_of_member(end - 1));
    groups.push_back(which + " " + std::string(name_of(members[first].kind)) + " (" +
                     hidden_in_words(members[first]) +
                     ", s = " + format_significant(members[first].weight, kDigitsInWords) + ")");
    first = end;
  }
  return join(groups, ", ");
}

std::string vote_formula(const MixtureReport& mixture) {
  const std::size_t members = mixture.members.size();
  std::string sum = "s_1 z_1";
  if (members == 2) sum += " + s_2 z_2";
  if (members > 2) sum += " + ... + s_" + std::to_string(members) + " z_" + std::to_string(members);
  return "z = (" + sum + ") / T";
}

std::string vote_in_numbers(const MixtureReport& mixture) {
  std::vector<std::string> terms;
  const std::vector<MemberReport>& members = mixture.members;
  for (std::size_t first = 0; first < members.size();) {
    std::size_t end = first + 1;
    while (end < members.size() && members[end].weight == members[first].weight)
      ++end;
    std::string z = "z_" + name_of_member(first);
    if (end - first == 2) z = "(" + z + " + z_" + name_of_member(end - 1) + ")";
    if (end - first > 2) z = "(" + z + " + ... + z_" + name_of_member(end - 1) + ")";
    terms.push_back(format_significant(members[first].weight, kDigitsInWords) + " " + z);
    first = end;
  }
  return "z = (" + join(terms, " + ") + ") / " + format_significant(mixture.temperature, kDigitsInWords);
}

std::string left_out_in_words(const MixtureReport& mixture) {
  std::map<MemberKind, std::size_t> counts;
  for (const MemberKind kind : mixture.left_out)
    ++counts[kind];
  std::vector<std::string> kinds;
  for (const auto& [kind, count] : counts)
    kinds.push_back(format_count(count) + " " + std::string(name_of(kind)) +
                    (count == 1 ? " network" : " networks"));
  return join(kinds, " and ");
}

std::vector<DerivationSection> derive_vote(const WorkedVote& vote, const DerivationOptions& options) {
  const VoteDeriver deriver(vote, options);
  std::vector<DerivationSection> sections;
  for (std::size_t n = 0; n < vote.samples.size(); ++n) {
    const std::string of = vote.samples.size() == 1 ? "" : ", sample " + std::to_string(n + 1);
    sections.push_back(deriver.section(vote.samples[n], of));
    sections.push_back({.title = "Prediction of the vote" + of, .remarks = {vote.samples[n].prediction}});
  }
  return sections;
}

}  // namespace chainrule
