// The traits of a training run are compared in order, options before data: an option that differs explains a
// difference better than the rows that depend on it. Settings that do not affect the numbers are ignored.
#include "chainrule/session/training_identity.h"

#include <algorithm>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/network_text.h"
#include "chainrule/session/session.h"

namespace chainrule {
namespace {

constexpr std::string_view kTrainingRows = "training rows", kHeldOutRows = "held-out rows",
                           kTrainingData = "training data", kHeldOutData = "held-out data";

bool is_of_data(std::string_view name) {
  return name == kTrainingRows || name == kHeldOutRows || name == kTrainingData || name == kHeldOutData;
}

// If the options are the same, these follow from the tables alone.
bool follows_from_data(std::string_view name) {
  return is_of_data(name) || name == "network" || name == "loss" || name == "batch size";
}

// Versions of chainrule that calculate what this one does, to the last bit (`chainrule bench --signature`).
constexpr std::string_view kVersionsOfTheseNumbers[] = {"0.1.0"};

// The location of a file does not affect the numbers.
constexpr Setting kWithoutInfluence[] = {Setting::data, Setting::labels, Setting::validation_labels,
                                         Setting::output, Setting::report};

// Adds the settings of `one` that `other` lacks or has with another value. Arguments have the command line's
// names.
void add_differences(const CheckpointDescription& one, const CheckpointDescription& other,
                     std::vector<Message>& names) {
  for (const auto& argument : one.arguments) {
    if (std::ranges::find(other.arguments, argument) != other.arguments.end()) continue;
    const Setting* const setting = setting_named(argument.first, Face::command_line);
    if (setting != nullptr && std::ranges::find(kWithoutInfluence, *setting) != std::end(kWithoutInfluence))
      continue;
    const Message name = setting == nullptr ? Message(argument.first) : named(*setting);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
}

// Separated by commas; empty if all are the same.
Message changed_settings(const CheckpointDescription& checkpoint, const CheckpointDescription& now) {
  std::vector<Message> names;
  add_differences(now, checkpoint, names);
  add_differences(checkpoint, now, names);
  Message list;
  for (const Message& name : names)
    list += (list.empty() ? "" : ", ") + name;
  return list;
}

Message or_start_again() {
  return ", or start again with another " + named(Setting::checkpoint) + " directory";
}

std::string trait(const TrainingIdentity& identity, std::string_view name) {
  for (const auto& [of, value] : identity.traits) {
    if (of == name) return value;
  }
  return "";
}

std::string rows_text(const TrainingIdentity& identity) {
  const std::string training = trait(identity, kTrainingRows), held_out = trait(identity, kHeldOutRows);
  return training + (training == "1" ? " training row" : " training rows") +
         (held_out == "0" ? "" : " and " + held_out + " held out");
}

std::string path_text(const DataSource& source) {
  return source.labels_path.empty() ? source.path : source.path + " or " + source.labels_path;
}

[[noreturn]] void throw_data_changed(const TrainingIdentity& then, const TrainingIdentity& now,
                                     const TrainRequest& request, bool options_are_same) {
  const auto differs = [&](std::string_view name) { return trait(then, name) != trait(now, name); };
  // A separate validation table is encoded as the first table is, so a change in the first shows in both
  // hashes.
  const bool first_differs = differs(kTrainingRows) || differs(kTrainingData);
  const bool only_second = request.validation && !first_differs;
  const bool both = request.validation && first_differs && differs(kHeldOutRows);
  std::string tables = path_text(only_second ? *request.validation : request.data);
  if (both) tables += ", " + path_text(*request.validation);
  const bool same_rows = rows_text(then) == rows_text(now);
  throw UsageError(
      {.what = options_are_same ? "the data changed since the checkpoint was written"
                                : "the data, or how they are read, changed since the checkpoint was written",
       .where = tables,
       .expected = rows_text(then) + ", as they were",
       .got = same_rows ? "as many rows, with other contents" : rows_text(now),
       .advice = "restore the data to resume, or start again with the changed data and another " +
                 named(Setting::checkpoint) + " directory"});
}

}  // namespace

TrainingIdentity identity_of(const TrainRequest& request, const TrainingPlan& plan, std::string_view data,
                             std::string_view held_out) {
  TrainingIdentity identity{.version = std::string(version()), .traits = {}};
  const auto add = [&](std::string name, std::string value) {
    identity.traits.emplace_back(std::move(name), std::move(value));
  };
  const auto number = [&](std::string name, double value) { add(std::move(name), format_number(value)); };
  const auto count = [&](std::string name, std::uint64_t value) {
    add(std::move(name), std::to_string(value));
  };
  // Options come first: they explain a difference better than the data that they shape.
  add("precision", std::string(name_of(request.precision)));
  count("seed", request.seed);
  // Structured bindings, so that an option added later does not compile until it is compared, too.
  const auto& [optimizer, momentum, beta1, beta2, rho, epsilon, weight_decay] = request.optimizer;
  add("optimizer", std::string(name_of(optimizer)));
  number("learning rate", plan.learning_rate);
  number("momentum", momentum);
  number("beta1", beta1);
  number("beta2", beta2);
  number("rho", rho);
  number("epsilon", epsilon);
  number("weight decay", weight_decay);
  const auto& [schedule, decay, period, warm_up, floor, plateau_patience] = request.schedule;
  add("schedule", std::string(name_of(schedule)));
  number("decay", decay);
  number("period", period);
  number("warm-up", warm_up);
  number("floor", floor);
  count("plateau patience", plateau_patience);
  const auto& [loss, reduction, huber_delta, quantile, quantiles, label_smoothing] = plan.loss;
  add("loss", std::string(name_of(loss)));
  add("reduction", std::string(name_of(reduction)));
  number("huber delta", huber_delta);
  number("quantile", quantile);
  std::vector<std::string> quantile_texts;
  for (const double one : quantiles)
    quantile_texts.push_back(format_number(one));
  if (!quantiles.empty()) add("quantiles", join(quantile_texts, ", "));
  number("label smoothing", label_smoothing);
  number("l1", request.penalty.l1);
  number("l2", request.penalty.l2);
  // The time budget does not count: each run has its own.
  const auto& [epochs, patience, min_improvement, small_change, error_goal, unused_budget] = request.stopping;
  count("epochs", epochs);
  count("patience", patience);
  number("min-improvement", min_improvement);
  number("small-change", small_change);
  number("error goal", error_goal);
  add("on-divergence", std::string(name_of(request.on_divergence)));
  count("batch size", plan.batch_size);
  add("row order", request.row_order == RowOrder::shuffled ? "shuffled" : "given");
  number("clip norm", request.clip_norm);
  add("initializer", std::string(name_of(request.initializer)));
  number("initializer scale", request.initializer_scale);
  if (request.number_embedding != NumberEmbedding::none)
    add("number embedding", std::string(name_of(request.number_embedding)));
  if (request.word_embedding != 0) count("word embedding", request.word_embedding);
  if (request.input_scaling != InputScaling::none)
    add("input scaling", std::string(name_of(request.input_scaling)));
  if (request.parametrization != Parametrization::standard)
    add("parametrization", std::string(name_of(request.parametrization)));
  if (!plan.folds.empty()) {
    count("members", request.members);
    for (const PlannedKind& kind : plan.kinds)
      add("network of " + std::string(name_of(kind.kind)) + " members", render_network_text(kind.network));
  }
  add("network", render_network_text(plan.network));
  number("activation parameter", request.activation_parameter.value_or(0));
  add("products", plan.products == Products::bf16 ? "bf16" : "full");
  count(std::string(kTrainingRows), plan.training_rows);
  count(std::string(kHeldOutRows), plan.validation_rows);
  add(std::string(kTrainingData), std::string(data));
  add(std::string(kHeldOutData), std::string(held_out));
  return identity;
}

void require_same_training(const CheckpointDescription& checkpoint, const CheckpointDescription& now,
                           const TrainRequest& request, const std::string& where) {
  const TrainingIdentity &then = checkpoint.identity, &here = now.identity;
  const Message options = changed_settings(checkpoint, now);
  const bool options_are_same = options.empty() && !checkpoint.arguments.empty() && !now.arguments.empty();
  const auto refuse = [&](const std::string& name, const std::string& before, const std::string& after) {
    const bool is_hash = name == kTrainingData || name == kHeldOutData;
    throw UsageError({.what = "the checkpoint belongs to another training run: " + name + " differs",
                      .where = where,
                      .expected = is_hash ? "rows as they were" : before,
                      .got = is_hash ? "rows with other contents" : after,
                      .advice = options.empty()
                                    ? "resume with the same data and options" +
                                          where_settable(" (" + named(Setting::resume) +
                                                         " alone takes them from the checkpoint)") +
                                          or_start_again()
                                    : "leave out the options that differ from the start (" + options + ")" +
                                          or_start_again()});
  };
  const bool is_known =
      std::ranges::find(kVersionsOfTheseNumbers, then.version) != std::end(kVersionsOfTheseNumbers);
  if (then.version != here.version && !is_known) {
    throw UsageError({.what = "the checkpoint was written by another version of chainrule",
                      .where = where,
                      .expected = "chainrule " + here.version,
                      .got = "chainrule " + then.version,
                      .advice = "resume with chainrule " + then.version + or_start_again()});
  }
  for (std::size_t i = 0; i < here.traits.size(); ++i) {
    const auto& [name, value] = here.traits[i];
    if (i >= then.traits.size() || then.traits[i].first != name) refuse(name, "nothing", value);
    if (then.traits[i].second == value) continue;
    if (options_are_same ? follows_from_data(name) : options.empty() && is_of_data(name))
      throw_data_changed(then, here, request, options_are_same);
    refuse(name, then.traits[i].second, value);
  }
  if (then.traits.size() > here.traits.size()) {
    const auto& [name, value] = then.traits[here.traits.size()];
    refuse(name, value, "nothing");
  }
}

}  // namespace chainrule
