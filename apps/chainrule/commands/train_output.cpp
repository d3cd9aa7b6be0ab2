// What `train` reports: the plan before training, the summary or the JSON document after it. The text is for
// a reader at a terminal; the document has every number.
#include "chainrule/commands/train_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "chainrule/base/text.h"
#include "chainrule/io/curve_text.h"
#include "chainrule/io/network_text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/session/choose_network.h"
#include "chainrule/session/perceptron_words.h"
#include "chainrule/session/rbf_training.h"
#include "chainrule/session/session.h"
#include "chainrule/toolkit/layout.h"

namespace chainrule::cli {
namespace {

std::string headline_of(const Network& network) {
  const std::string text = render_network_text(network);
  return text.substr(0, text.find('\n'));
}

// The command that the user may want to type next.
std::string next_command(const Console& console, const TrainSettings& settings, const Model& model) {
  const std::string& data = settings.request.data.path;
  std::string text = fmt::format("{} predict {} {}", shell_word(console.program()),
                                 shell_word(settings.output), data == "-" ? "new.csv" : shell_word(data));
  if (model.encoder.image_rows > 0) text += " --show 5";
  return text;
}

std::vector<std::string> input_names(const Encoder& encoder) {
  std::vector<std::string> names;
  for (const ColumnEncoding& column : encoder.inputs)
    names.push_back(column.name);
  return names;
}

std::size_t epochs_at_most(const TrainRequest& request, const TrainingPlan& plan) {
  if (request.model != ModelType::rbf) return plan.epochs;
  const bool by_descent = output_training_of(plan.loss) == OutputTraining::softmax;
  return (by_descent ? request.stopping.epochs : 0) +
         fine_tuning_epochs(request, plan.loss, plan.validation_rows > 0);
}

// Early stopping keeps the epoch that does best on the held-out rows, so their score is a little too good.
std::string held_out_text(const TrainOutcome& outcome) {
  std::vector<std::string> chosen;
  if (outcome.has_chosen_epoch()) chosen.emplace_back("the epoch");
  if (outcome.threshold) chosen.emplace_back("the threshold");
  const std::string rows = count_of(outcome.held_out->rows, "row") + " not trained on";
  return chosen.empty() ? rows : rows + ", which chose " + join(chosen, " and ");
}

// "; f1 0.81 with the threshold 0.37"
std::string threshold_text(const TrainOutcome& outcome) {
  if (!outcome.threshold) return "";
  return fmt::format("; {} {} with the threshold {}", name_of(outcome.threshold->goal),
                     format_significant(outcome.threshold->score, 4),
                     format_significant(outcome.threshold->threshold, 4));
}

// "d2_pinball 0.71, pinball loss 0.12 (always the same quantiles: 0.41); at or below them 0.11, 0.5, 0.88".
std::string quantile_score(const Metrics& metrics, const std::optional<Metrics>& baseline) {
  std::string text = headline_text(metrics) + ", pinball loss " + number_text(metrics.pinball_loss);
  if (baseline)
    text += fmt::format(" (always predicting the same quantiles: {})", number_text(baseline->pinball_loss));
  std::vector<std::string> shares;
  for (const QuantileMetrics& one : metrics.per_quantile)
    shares.push_back(
        fmt::format("{} at or below quantile {}", percent_text(one.coverage), format_number(one.quantile)));
  return text + "; of the rows " + join(shares, ", ");
}

// "accuracy 0.9855 (always predicting the majority class: 0.4348)".
std::string score_with_baseline(const Metrics& metrics, const std::optional<Metrics>& baseline) {
  if (metrics.is_of_quantiles()) return quantile_score(metrics, baseline);
  std::string text = headline_text(metrics);
  if (metrics.task == Task::regression) text += ", typical error (rmse) " + number_text(metrics.rmse);
  if (metrics.class_distance)
    text += ", off by " + number_text(*metrics.class_distance) + " classes on average";
  if (metrics.soft_labels && metrics.log_loss) text += ", log loss " + number_text(*metrics.log_loss);
  if (!baseline) return text;
  if (metrics.soft_labels) {
    text += fmt::format(" (always predicting the mean probabilities: {:.4f}", headline(*baseline).second);
    return text + (baseline->log_loss ? ", " + number_text(*baseline->log_loss) + ")" : ")");
  }
  if (baseline->class_distance) {
    return text + fmt::format(" (always predicting the majority class: {:.4f}, off by {})",
                              headline(*baseline).second, number_text(*baseline->class_distance));
  }
  if (metrics.task == Task::regression)
    return text + fmt::format(" (always predicting the mean: {})", number_text(baseline->rmse));
  return text + fmt::format(" (always predicting the majority class: {:.4f})", headline(*baseline).second);
}

// Whether the seed gives the same model again.
std::string_view repeatability_text(StopReason reason) {
  if (reason == StopReason::asked_to_stop) return "stopped by a signal: another run may end elsewhere";
  if (reason == StopReason::time_budget) return "stopped by the clock: another run may end elsewhere";
  return "the same data, options and seed give the same model";
}

Json json_of_perceptron(const PerceptronTraining& training, const TargetEncoding& target) {
  Json units = Json::array();
  for (std::size_t j = 0; j < training.units.size(); ++j) {
    const UnitSeparability& unit = training.units[j];
    Json json = {{"tells", unit_text(target, j)},
                 {"verdict", name_of(unit.verdict)},
                 {"proof", name_of(unit.proof)},
                 {"evidence", name_of(unit.evidence)}};
    if (unit.evidence == Evidence::repeated_weights) {
      json["first_epoch"] = unit.first_epoch;
      json["repeat_epoch"] = unit.repeat_epoch;
    }
    if (unit.verdict == Separability::not_separable) {
      json["rows_in_proof"] = unit.rows_in_proof;
      json["distance"] = json_number(unit.distance);
    }
    units.push_back(std::move(json));
  }
  return {{"presentations", training.presentations},
          {"corrections", training.corrections},
          {"units", std::move(units)}};
}

}  // namespace

std::vector<ReportMembers> report_members(const TrainOutcome& outcome) {
  std::vector<ReportMembers> kinds;
  for (const auto& entry : enum_table<MemberKind>()) {
    ReportMembers kind{.kind = std::string(name_of(entry.value)),
                       .description = std::string(entry.description)};
    for (const MemberReport& member : outcome.members) {
      if (member.kind != entry.value) continue;
      kind.fewest_epochs = kind.networks == 0 ? member.epochs : std::min(kind.fewest_epochs, member.epochs);
      kind.most_epochs = std::max(kind.most_epochs, member.epochs);
      kind.share += member.weight;
      ++kind.networks;
    }
    if (kind.networks > 0) kinds.push_back(std::move(kind));
  }
  return kinds;
}

// "8 networks: 4 plain (weight 0.7), 4 sparse (weight 0.3)"
std::string members_text(const TrainOutcome& outcome) {
  std::vector<std::string> kinds;
  for (const ReportMembers& kind : report_members(outcome))
    kinds.push_back(fmt::format("{} {} (weight {})", kind.networks, kind.kind, number_text(kind.share)));
  std::string text = count_of(outcome.members.size(), "network") + " that vote: " + join(kinds, ", ");
  if (outcome.temperature != 1)
    text += fmt::format("; temperature {}", format_significant(outcome.temperature, 3));
  return text;
}

// One network, or "4 networks of each kind: plain (256 mish), piecewise (64 mish), sparse (256 mish)".
std::string networks_text(const TrainingPlan& plan) {
  if (plan.folds.empty()) return headline_of(plan.network);
  std::vector<std::string> kinds;
  for (const PlannedKind& kind : plan.kinds) {
    std::vector<std::string> layers;
    for (const Layer& layer : kind.network.layers)
      if (layer_traits(layer).is_fully_connected) layers.push_back(layer_caption(layer).chain);
    layers.pop_back();  // the output layer is the same for all
    kinds.push_back(
        fmt::format("{} ({})", name_of(kind.kind), layers.empty() ? "no hidden layer" : join(layers, ", ")));
  }
  const std::size_t folds = *std::ranges::max_element(plan.folds) + 1;
  return fmt::format("{} of each kind: {}", count_of(folds, "network"), join(kinds, ", "));
}

void describe_plan(Console& console, const TrainRequest& request, const TrainingPlan& plan,
                   std::size_t threads) {
  if (console.verbosity() == Verbosity::quiet) return;
  const std::size_t width = std::min<std::size_t>(console.err_width(), 110);
  for (const Message& note : plan.notes)
    console.err(wrapped("chainrule: note: ", printable(note.text(console.reader())), width));
  console.err(wrapped("learning ", task_text(plan.encoder.target), width));
  console.err(wrapped(
      "from     ",
      fmt::format(
          "{}, {}; {}", count_of(plan.training_rows, "row"), count_of(plan.encoder.inputs.size(), "column"),
          !plan.folds.empty() && plan.validation_rows == 0 ? "each held out from one network of each kind"
          : plan.validation_rows > 0 ? count_of(plan.validation_rows, "row") + " held out for validation"
                                     : "no rows held out"),
      width));
  console.err(wrapped("with     ", networks_text(plan), width));
  if (request.model == ModelType::perceptron) {
    console.err(
        wrapped("by       ",
                fmt::format("the perceptron rule ({}), learning rate {}, row by row, at most {}, seed {}",
                            name_of(request.variant), number_text(plan.learning_rate),
                            count_of(request.stopping.epochs, "epoch"), request.seed),
                width));
    return;
  }
  if (request.model == ModelType::rbf && epochs_at_most(request, plan) == 0) {
    console.err(wrapped(
        "by       ",
        fmt::format("centres by {}, output weights by least squares, ridge {}, {}, seed {}",
                    name_of(request.rbf.fitting.centre_choice), number_text(request.rbf.fitting.ridge),
                    count_of(threads, "thread"), request.seed),
        width));
    return;
  }
  const std::string used = threads == 1     ? "1 thread"
                           : plan.is_narrow ? "1 thread (more do not speed up so small a network)"
                                            : fmt::format("up to {} threads", threads);
  console.err(wrapped(
      "by       ",
      fmt::format("{}, {}, at most {},{} {}, seed {}", name_of(plan.optimizer),
                  properties_of(plan.optimizer).needs_all_rows
                      ? "all rows at once"
                      : fmt::format("learning rate {}, batches of {}", number_text(plan.learning_rate),
                                    count_of(plan.batch_size, "row")),
                  count_of(epochs_at_most(request, plan), "epoch"),
                  plan.products == Products::bf16 ? " bf16 products," : "", used, request.seed),
      width));
}

std::string stop_reason_text(StopReason reason) {
  for (const auto& entry : enum_table<StopReason>())
    if (entry.value == reason) return std::string(entry.description);
  return "";
}

// "103 epochs over 275 rows in 21 ms; the validation loss stopped improving; ..."
std::string training_text(const TrainOutcome& outcome) {
  const std::size_t rows = outcome.model.provenance.training_rows;
  if (!outcome.members.empty()) {
    const auto [fewest, most] = std::ranges::minmax(outcome.members, {}, &MemberReport::epochs);
    const std::string text = fmt::format(
        "{}{} over {} in {}", fewest.epochs == most.epochs ? "" : format_count(fewest.epochs) + " to ",
        count_of(most.epochs, "epoch"), count_of(rows, "row"), duration_text(outcome.seconds));
    const StopReason reason = outcome.history.stop_reason;
    const bool is_cut = reason == StopReason::asked_to_stop || reason == StopReason::time_budget;
    return is_cut ? text + "; " + stop_reason_text(reason) : text;
  }
  const std::uint64_t epochs = outcome.history.epochs_run();
  std::string text = fmt::format("{}{} in {}; ", epochs > 0 ? count_of(epochs, "epoch") + " over " : "",
                                 count_of(rows, "row"), duration_text(outcome.seconds));
  if (outcome.perceptron) {
    text += fmt::format("{} in {}; ", count_of(outcome.perceptron->corrections, "correction"),
                        count_of(outcome.perceptron->presentations, "presentation"));
  }
  text += stop_reason_text(outcome.history.stop_reason);
  if (outcome.history.best_epoch > 0 && outcome.history.best_epoch != epochs)
    text += fmt::format("; the weights of epoch {} were best and are kept", outcome.history.best_epoch);
  return text;
}

// What the time was spent on: "3 min 20 s. Out of fold, the loss of the vote is 0.1203; that of its plain
// networks alone would be 0.1284."
std::string effort_text(const TrainOutcome& outcome) {
  std::string text = "thorough, " + duration_text(outcome.seconds);
  const auto& [vote, plain] = outcome.out_of_fold;
  if (!outcome.held_out || !plain) return text;
  text +=
      fmt::format(". The loss of the vote is {} on the rows that chose it, out of fold", number_text(vote));
  if (vote < *plain && vote > 0) {
    return text + fmt::format("; of the plain networks of this training alone it is {} ({} more)",
                              number_text(*plain), percent_text((*plain - vote) / vote));
  }
  return text +
         "; the other kinds of networks did not lower it: the plain ones of this training alone have "
         "the same";
}

void print_summary(Console& console, const TrainSettings& settings, const TrainOutcome& outcome) {
  const Model& model = outcome.model;
  const std::size_t width = std::min<std::size_t>(console.out_width(), 110);
  const auto line = [&](std::string_view label, const std::string& text) {
    std::string first = console.heading(label);
    first.append(10 - std::min<std::size_t>(10, label.size()), ' ');
    console.out(wrapped(first, text, width));
  };
  line("Learned", task_text(model.encoder.target));
  const std::vector<std::string> names = input_names(model.encoder);
  line("From", fmt::format("{}: {}", count_of(names.size(), "column"), name_list(names)));
  std::vector<std::string> ignored;
  for (const SchemaColumn& column : model.schema.columns) {
    if (column.role != ColumnRole::ignored) continue;
    ignored.push_back(column.note.empty() ? column.name : column.name + " (" + column.note + ")");
  }
  if (!ignored.empty()) line("Ignored", name_list(ignored));
  line("Network", headline_of(model.network));
  if (!outcome.members.empty()) line("Members", members_text(outcome));
  line("Training", training_text(outcome));
  if (outcome.held_out && !outcome.members.empty() && model.provenance.validation_rows == 0) {
    line("Score",
         fmt::format("out of fold, {} rows, each predicted by networks that other rows trained, stopped and "
                     "weighed{}: {}{}",
                     format_count(outcome.held_out->rows),
                     outcome.threshold ? "; these rows chose the threshold" : "",
                     score_with_baseline(*outcome.held_out, outcome.baseline), threshold_text(outcome)));
  } else if (outcome.held_out) {
    line("Held out",
         fmt::format("{}: {}{}", held_out_text(outcome),
                     score_with_baseline(*outcome.held_out, outcome.baseline), threshold_text(outcome)));
  } else {
    line("Training", fmt::format("rows: {}; none were held out, so the score on new rows is unknown",
                                 score_with_baseline(outcome.training, outcome.baseline)));
  }
  if (settings.request.effort == Effort::thorough && !outcome.members.empty())
    line("Effort", effort_text(outcome));
  line("Model", printable(settings.output));
  if (!settings.report.empty()) line("Report", printable(settings.report) + "  (open it in a browser)");
  line("Seed",
       fmt::format("{}  ({})", settings.request.seed, repeatability_text(outcome.history.stop_reason)));
  if (console.out_is_terminal() && outcome.members.empty() && outcome.history.epochs_run() >= 3) {
    console.out("\n" + render_curve_text(outcome.history, std::min<std::size_t>(width, 80), 8));
  }
  console.out("\n" + console.heading("Next:") + "\n  " + next_command(console, settings, model) + "\n");
}

Json json_of_outcome(const Console& console, const TrainSettings& settings, const TrainOutcome& outcome) {
  const Model& model = outcome.model;
  const TargetEncoding& target = model.encoder.target;
  Json history = Json::array();
  for (const EpochReport& epoch : outcome.history.epochs)
    history.push_back(json_of(epoch));
  const auto metrics_or_null = [&](const std::optional<Metrics>& metrics) {
    return metrics ? json_of(*metrics, target) : Json(nullptr);
  };
  Json options = Json::object();
  for (const auto& [name, value] : model.provenance.options)
    options[name] = value;
  Json json = {{"version", version()},
               {"model", settings.output},
               {"report", settings.report.empty() ? Json(nullptr) : Json(settings.report)},
               {"target", json_of(target)},
               {"inputs", input_names(model.encoder)},
               {"schema", json_of(model.schema)},
               {"network", json_of(model.network)},
               {"options", std::move(options)},
               {"seed", settings.request.seed},
               {"batch_size", outcome.batch_size},
               {"training_rows", model.provenance.training_rows},
               {"validation_rows", model.provenance.validation_rows},
               {"epochs", outcome.history.epochs_run()},
               {"best_epoch", outcome.history.best_epoch},
               {"stop_reason", name_of(outcome.history.stop_reason)},
               {"seconds", json_number(outcome.seconds)},
               {"held_out", metrics_or_null(outcome.held_out)},
               {"baseline", metrics_or_null(outcome.baseline)},
               {"training", json_of(outcome.training, target)},
               {"notes", texts_of(outcome.notes, console.reader())},
               {"history", std::move(history)},
               {"next", next_command(console, settings, model)}};
  if (outcome.threshold) {
    json["threshold"] = {{"goal", name_of(outcome.threshold->goal)},
                         {"value", outcome.threshold->threshold},
                         {"score", json_number(outcome.threshold->score)},
                         {"score_at_usual", json_number(outcome.threshold->score_at_usual)}};
  }
  if (!outcome.members.empty()) {
    Json members = Json::array();
    for (const MemberReport& member : outcome.members) {
      members.push_back({{"kind", name_of(member.kind)},
                         {"fold", member.fold},
                         {"weight", json_number(member.weight)},
                         {"epochs", member.epochs},
                         {"best_epoch", member.best_epoch}});
    }
    json["members"] = std::move(members);
    json["temperature"] = json_number(outcome.temperature);
    json["out_of_fold_loss"] = {
        {"vote", json_number(outcome.out_of_fold.vote)},
        {"plain", outcome.out_of_fold.plain ? json_number(*outcome.out_of_fold.plain) : Json(nullptr)}};
  }
  if (outcome.perceptron) {
    json["perceptron"] = json_of_perceptron(*outcome.perceptron, target);
  } else {
    json["gradient_health"] = json_of(outcome.gradient_health, model.network);
  }
  return json;
}

}  // namespace chainrule::cli
