// `chainrule cv`: how good the models of some options are, by cross-validation. Writes no model.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/commands/train_options.h"
#include "chainrule/commands/train_variant.h"
#include "chainrule/exit_codes.h"
#include "chainrule/io/report_words.h"
#include "chainrule/session/cross_validation_words.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

struct CrossValidationSettings {
  TrainSettings training;
  FoldOptions folds;
  std::string against;
  bool has_learning_curve = false;
};

// One row per metric: mean, standard error, standard deviation, lowest and highest fold.
std::string metrics_table(const CrossValidation& result, bool is_other) {
  const std::vector<FoldScore>& scores = is_other ? result.other_scores : result.scores;
  std::vector<std::vector<std::string>> rows = {{"", "mean", "std. error", "std. dev.", "lowest", "highest"}};
  for (const MetricSummary& one : is_other ? result.other_metrics : result.metrics) {
    const std::vector<double> values = values_of(scores, *one.metric);
    const auto [lowest, highest] = std::ranges::minmax(values);
    rows.push_back({std::string(one.metric->word), number_text(one.summary.mean),
                    number_text(one.summary.standard_error, 2), number_text(one.summary.deviation, 2),
                    number_text(lowest), number_text(highest)});
  }
  return aligned(rows, {Align::left, Align::right, Align::right, Align::right, Align::right, Align::right},
                 2);
}

std::string rows_range(const std::vector<FoldScore>& scores, std::size_t FoldScore::*rows) {
  const auto [least, most] = std::ranges::minmax(scores, {}, rows);
  return least.*rows == most.*rows ? format_count(most.*rows)
                                   : format_count(least.*rows) + " to " + format_count(most.*rows);
}

void print_result(Console& console, const CrossValidationSettings& settings, const CrossValidation& result) {
  const std::size_t width = std::min<std::size_t>(console.out_width(), 110);
  const auto line = [&](std::string_view label, const std::string& text) {
    std::string first = console.heading(label);
    first.append(10 - std::min<std::size_t>(10, label.size()), ' ');
    console.out(wrapped(first, text, width));
  };
  line("Folds", fmt::format("{}; each model is trained on {} rows and scored on {} that it never saw",
                            folds_text(result), rows_range(result.scores, &FoldScore::training_rows),
                            rows_range(result.scores, &FoldScore::held_out_rows)));
  const MetricSummary& rating = result.metrics.front();
  std::string score =
      fmt::format("{} {}, standard error {}", rating.metric->word, number_text(rating.summary.mean),
                  number_text(rating.summary.standard_error, 2));
  if (result.baseline > 0)
    score += fmt::format(" (always predicting the majority class: {})", number_text(result.baseline));
  if (result.pooled_r2 && rating.metric->word != "r2")
    score += fmt::format("; r2 over all rows held out: {}", number_text(*result.pooled_r2));
  line("Score", score);
  console.out(metrics_table(result, false));
  if (result.comparison) {
    line("Against", settings.against);
    console.out(metrics_table(result, true));
    line("Compared", comparison_text(result));
  }
  if (result.curve) {
    std::vector<std::vector<std::string>> rows = {{"rows", std::string(result.score->word), "std. error"}};
    for (const CurvePoint& point : result.curve->points) {
      rows.push_back({format_count(static_cast<std::uint64_t>(std::llround(point.training_rows))),
                      number_text(point.summary.mean), number_text(point.summary.standard_error, 2)});
    }
    line("Curve", curve_text(result));
    console.out(aligned(rows, {Align::right, Align::right, Align::right}, 2));
  }
}

Json json_of_summary(const ScoreSummary& summary) {
  return {{"mean", json_number(summary.mean)},
          {"deviation", json_number(summary.deviation)},
          {"standard_error", json_number(summary.standard_error)}};
}

Json json_of_metrics(const std::vector<MetricSummary>& metrics) {
  Json json = Json::object();
  for (const MetricSummary& one : metrics)
    json[std::string(one.metric->word)] = json_of_summary(one.summary);
  return json;
}

Json json_of_scores(const std::vector<FoldScore>& scores, const std::vector<MetricSummary>& metrics) {
  Json list = Json::array();
  for (const FoldScore& score : scores) {
    Json values = Json::object();
    for (const MetricSummary& one : metrics)
      values[std::string(one.metric->word)] = json_number(*one.metric->value(score.metrics));
    list.push_back({{"repeat", score.repeat},
                    {"fold", score.fold},
                    {"training_rows", score.training_rows},
                    {"held_out_rows", score.held_out_rows},
                    {"epochs", score.epochs},
                    {"stop_reason", name_of(score.stop_reason)},
                    {"metrics", std::move(values)}});
  }
  return list;
}

Json json_of_comparison(const CrossValidation& result, const std::string& against) {
  const PairedComparison& comparison = *result.comparison;
  const auto or_null = [](const std::optional<double>& value) {
    return value ? json_number(*value) : Json(nullptr);
  };
  return {{"against", against},
          {"metrics", json_of_metrics(result.other_metrics)},
          {"folds", json_of_scores(result.other_scores, result.other_metrics)},
          {"difference", json_of_summary(comparison.difference)},
          {"higher", comparison.higher},
          {"equal", comparison.equal},
          {"lower", comparison.lower},
          {"t", or_null(comparison.t)},
          {"p_value", or_null(comparison.p_value)},
          {"sentence", comparison_text(result)}};
}

Json json_of_result(const Console& console, const CrossValidationSettings& settings,
                    const CrossValidation& result) {
  Json json = {{"data", settings.training.request.data.path},
               {"task", name_of(result.task)},
               {"seed", settings.training.request.seed},
               {"folds", result.folds.folds},
               {"repeats", result.folds.repeats},
               {"score", result.score->word},
               {"metrics", json_of_metrics(result.metrics)},
               {"baseline", result.baseline > 0 ? json_number(result.baseline) : Json(nullptr)},
               {"scores", json_of_scores(result.scores, result.metrics)}};
  if (result.pooled_r2) json["pooled_r2"] = json_number(*result.pooled_r2);
  if (result.comparison) json["comparison"] = json_of_comparison(result, settings.against);
  if (result.curve) {
    Json points = Json::array();
    for (const CurvePoint& point : result.curve->points) {
      Json one = {{"training_rows", json_number(point.training_rows)}};
      one.update(json_of_summary(point.summary));
      points.push_back(std::move(one));
    }
    json["learning_curve"] = {{"points", std::move(points)},
                              {"gain_per_doubling", json_number(result.curve->gain_per_doubling)},
                              {"sentence", curve_text(result)}};
  }
  json["notes"] = texts_of(result.notes, console.reader());
  return json;
}

ExitCode run_cross_validation(Console& console, const Command& command, CrossValidationSettings& settings) {
  if (settings.training.quiet) console.be_quiet();
  finish_train_settings(command, settings.training);
  CrossValidationRequest request;
  request.training = settings.training.request;
  request.folds = settings.folds;
  request.has_learning_curve = settings.has_learning_curve;
  if (!settings.against.empty()) {
    const std::vector<ChangedOption> changes = read_changes(settings.against, "--against");
    for (const ChangedOption& change : changes)
      require_variable(command, change.name, "--against");
    request.other = request_with(command, changes);
  }
  note_bf16_source(console, command, request.training.precision);
  const ComputeResources resources(settings.training.compute);
  const CrossValidation result = cross_validate(
      real_file_system(), resources.compute(), request, [&](const CrossValidationProgress& progress) {
        if (console.verbosity() == Verbosity::quiet) return;
        console.err(fmt::format("training {}/{}  {}{}  {}\n", progress.done, progress.trainings,
                                headline_text(progress.score.metrics), progress.is_other ? " (against)" : "",
                                count_of(progress.score.epochs, "epoch")));
      });
  note_all(console, result.notes);
  if (settings.training.json) {
    write_json(console, json_of_result(console, settings, result));
  } else {
    print_result(console, settings, result);
  }
  console.flush();
  return ExitCode::done;
}

}  // namespace

void add_cv_command(Command& root) {
  Command& command = root.subcommand("cv", "how good the models of some options are, by cross-validation");
  const auto settings = std::make_shared<CrossValidationSettings>();
  command.example("cv penguins.csv --target species",
                  "five models, each scored on a fifth of the rows that it never saw");
  command.example("cv penguins.csv --target species --hidden 8 --repeats 2 --against \"--hidden 64,32\"",
                  "two settings on the same folds: which is better, and how sure is that");
  command.example("cv houses.csv --target price --learning-curve", "would more rows help?");
  command.describe(
      "Takes the options of `train`. Each fold is held out once; scaling, categories, early stopping and the "
      "network see the other folds only. The standard error is corrected for training parts that overlap. No "
      "model is written.");
  add_training_options(command, settings->training);
  command.heading("The folds");
  command.option({.names = "--folds",
                  .value = "N",
                  .help = "parts of the rows, each held out once; as many as rows: leave one out"},
                 to_count(settings->folds.folds, 2));
  command.option({.names = "--repeats",
                  .value = "N",
                  .help = "how often the rows are dealt to folds, each time with another seed"},
                 to_count(settings->folds.repeats));
  command.option({.names = "--against",
                  .value = "OPTIONS",
                  .help = "another setting to compare with on the same folds: options of `train` in quotes, "
                          "instead of those given",
                  .shown_default = "none"},
                 to_text(settings->against));
  command.flag("--learning-curve", "also train on smaller parts of the rows: would more rows help?",
               settings->has_learning_curve);
  add_machine_options(command, settings->training);
  command.heading("Options");
  command.flag("--json", "the result as one JSON document", settings->training.json);
  command.flag("--quiet", "no progress and no notes", settings->training.quiet);
  command.on_run(
      [settings](Console& console, Command& self) { return run_cross_validation(console, self, *settings); });
}

}  // namespace chainrule::cli
