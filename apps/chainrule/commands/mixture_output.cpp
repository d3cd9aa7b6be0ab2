#include "chainrule/commands/mixture_output.h"

#include <fmt/format.h>

#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/explain/worked_vote.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/mixture_member.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {

void add_member_option(Command& command, std::optional<std::size_t>& member) {
  command.option({.setting = Setting::member,
                  .value = "K",
                  .help = "one network of a mixture alone, by its number in `inspect MODEL`"},
                 {.apply = [&member](const Given& given) { member = parse_count(given.once(), 0); }});
}

Model load_model_or_member(FileSystem& file_system, const std::string& path,
                           std::optional<std::size_t> member) {
  Model model = load_model(file_system, path);
  return member ? member_of(model, *member) : model;
}

std::string member_text(const MixtureReport& mixture, std::size_t member) {
  const MemberReport& one = mixture.members[member - 1];
  return fmt::format("member {} of {}: {} ({}), fold {} held out, weight {} in the vote", member,
                     mixture.members.size(), name_of(one.kind), hidden_in_words(one), one.fold + 1,
                     format_significant(one.weight, 4));
}

std::string vote_text(const Model& model, std::size_t width) {
  const MixtureReport& mixture = model.provenance.mixture;
  const Activation activation = model.network.output_activation();
  std::string text = wrapped("", vote_formula(mixture) + ", T: the temperature", width) +
                     wrapped("", vote_in_numbers(mixture), width);
  text +=
      activation == Activation::identity
          ? wrapped("", "z_k: the outputs of member k; z: those of the mixture", width)
          : wrapped("",
                    fmt::format("z_k: the sums of member k before its {0}; the outputs of the mixture are "
                                "{0}(z)",
                                name_of(activation)),
                    width);
  std::vector<std::vector<std::string>> rows = {
      {"member", "kind", "hidden units", "fold held out", "epochs", "best", "weight s"}};
  for (std::size_t k = 0; k < mixture.members.size(); ++k) {
    const MemberReport& member = mixture.members[k];
    std::vector<std::string> units;
    for (const std::size_t count : member.hidden)
      units.push_back(std::to_string(count));
    rows.push_back({std::to_string(k + 1), std::string(name_of(member.kind)),
                    units.empty() ? "none" : join(units, ", "), std::to_string(member.fold + 1),
                    format_count(member.epochs), format_count(member.best_epoch),
                    format_significant(member.weight, 4)});
  }
  text += "\n" + aligned(rows, {Align::right, Align::left, Align::left, Align::right, Align::right,
                                Align::right, Align::right});
  if (const std::string left_out = left_out_in_words(mixture); !left_out.empty())
    text +=
        "\n" +
        wrapped("",
                "Trained, too, but without a share of the vote, and so not in the model: " + left_out + ".",
                width);
  if (!has_separate_members(model))
    text +=
        "\n" + wrapped("",
                       "The members have no hidden layer: their weights were added up, and the network is "
                       "their mean.",
                       width);
  return text;
}

Json json_of(const MixtureReport& mixture) {
  Json members = Json::array(), left_out = Json::array();
  for (const MemberReport& member : mixture.members) {
    members.push_back({{"kind", name_of(member.kind)},
                       {"hidden", member.hidden},
                       {"inputs", member.inputs},
                       {"fold", member.fold},
                       {"weight", json_number(member.weight)},
                       {"epochs", member.epochs},
                       {"best_epoch", member.best_epoch}});
  }
  for (const MemberKind kind : mixture.left_out)
    left_out.push_back(name_of(kind));
  return {{"members", std::move(members)},
          {"temperature", json_number(mixture.temperature)},
          {"left_out", std::move(left_out)}};
}

}  // namespace chainrule::cli
