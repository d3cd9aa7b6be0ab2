// {"version", "data_name", ..., "options": [[name, text], ...], "held_out": [[metric, number or null], ...]},
// of a mixture also "mixture": {"members": [...], "temperature", "left_out"}. Nothing in it changes a
// prediction.
//
// Every structure is taken apart by a structured binding (io/history_table says why).
#include "chainrule/io/provenance_json.h"

#include <cmath>
#include <utility>

#include "chainrule/base/text.h"

namespace chainrule {

namespace {

// The two parts of ["name", value].
std::pair<JsonValue, JsonValue> pair_from(const JsonValue& value) {
  const JsonValue::Elements parts = value.elements();
  if (parts.size() != 2) {
    value.refuse("the model file holds a list of the wrong length", "a name and a value",
                 count_of(parts.size(), "element"));
  }
  return {parts[0], parts[1]};
}

JsonTree to_json(const MixtureReport& mixture) {
  const auto& [members, temperature, left_out] = mixture;
  JsonTree list = JsonTree::empty_list(), left_out_list = JsonTree::empty_list();
  for (const MemberReport& member : members) {
    const auto& [kind, fold, weight, epochs, best_epoch, hidden, inputs, bias] = member;
    static_cast<void>(bias);  // a tensor of the model file
    list.add(JsonTree::empty_object()
                 .with("kind", name_of(kind))
                 .with("fold", fold)
                 .with("weight", weight)
                 .with("epochs", epochs)
                 .with("best_epoch", best_epoch)
                 .with("hidden", hidden)
                 .with("inputs", inputs));
  }
  for (const MemberKind kind : left_out)
    left_out_list.add(name_of(kind));
  return JsonTree::empty_object()
      .with("members", std::move(list))
      .with("temperature", temperature)
      .with("left_out", std::move(left_out_list));
}

MixtureReport mixture_from(const JsonValue& value) {
  value.require_members({"members", "temperature", "left_out"});
  MixtureReport mixture;
  for (const JsonValue one : value.member("members").elements()) {
    one.require_members({"kind", "fold", "weight", "epochs", "best_epoch", "hidden", "inputs"});
    MemberReport member;
    member.kind = one.member("kind").word<MemberKind>();
    member.fold = static_cast<std::uint32_t>(one.member("fold").count(UINT32_MAX));
    member.weight = one.member("weight").number();
    member.epochs = one.member("epochs").count();
    member.best_epoch = one.member("best_epoch").count();
    member.hidden = one.member("hidden").counts(JsonValue::kLargestSize);
    member.inputs = one.member("inputs").size();
    mixture.members.push_back(std::move(member));
  }
  const JsonValue temperature = value.member("temperature");
  mixture.temperature = temperature.number();
  if (mixture.temperature <= 0)
    temperature.refuse("a temperature is not above 0", "a number above 0",
                       format_number(mixture.temperature));
  for (const JsonValue kind : value.member("left_out").elements())
    mixture.left_out.push_back(kind.word<MemberKind>());
  if (mixture.members.empty())
    value.member("members").refuse("a mixture has no members", "at least one", "none");
  return mixture;
}

}  // namespace

JsonTree to_json(const Provenance& provenance) {
  const auto& [version, data_name, data_hash, training_rows, validation_rows, seed, epochs, best_epoch,
               stop_reason, options, held_out, row_hashes, mixture] = provenance;
  static_cast<void>(row_hashes);  // a tensor of the model file
  JsonTree option_list = JsonTree::empty_list();
  for (const auto& [name, value] : options)
    option_list.add(JsonTree::pair_of(name, value));
  JsonTree metric_list = JsonTree::empty_list();
  // A metric may be undefined (r2 of a constant target); that is no reason to lose the model.
  for (const auto& [name, value] : held_out)
    metric_list.add(JsonTree::pair_of(name, std::isfinite(value) ? JsonTree(value) : JsonTree()));
  JsonTree tree = JsonTree::empty_object()
                      .with("version", version)
                      .with("data_name", data_name)
                      .with("data_fingerprint", data_hash)
                      .with("training_rows", training_rows)
                      .with("validation_rows", validation_rows)
                      .with("seed", seed)
                      .with("epochs", epochs)
                      .with("best_epoch", best_epoch)
                      .with("stop_reason", stop_reason)
                      .with("options", std::move(option_list))
                      .with("held_out", std::move(metric_list));
  if (!mixture.members.empty()) tree.add("mixture", to_json(mixture));
  return tree;
}

Provenance provenance_from(const JsonValue& value) {
  value.require_members({"version", "data_name", "data_fingerprint", "training_rows", "validation_rows",
                         "seed", "epochs", "best_epoch", "stop_reason", "options", "held_out"},
                        {"mixture"});
  Provenance provenance;
  provenance.version = value.member("version").text();
  provenance.data_name = value.member("data_name").text();
  provenance.data_hash = value.member("data_fingerprint").text();
  provenance.training_rows = value.member("training_rows").count();
  provenance.validation_rows = value.member("validation_rows").count();
  provenance.seed = value.member("seed").count();
  provenance.epochs = value.member("epochs").count();
  provenance.best_epoch = value.member("best_epoch").count();
  provenance.stop_reason = value.member("stop_reason").text();
  for (const JsonValue option : value.member("options").elements()) {
    const auto [name, text] = pair_from(option);
    provenance.options.emplace_back(name.text(), text.text());
  }
  for (const JsonValue metric : value.member("held_out").elements()) {
    const auto [name, number] = pair_from(metric);
    provenance.held_out.emplace_back(name.text(), number.is_null() ? std::nan("") : number.number());
  }
  if (value.has_member("mixture")) provenance.mixture = mixture_from(value.member("mixture"));
  return provenance;
}

}  // namespace chainrule
