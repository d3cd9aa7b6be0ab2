// `chainrule evaluate`: the scores of a model on a table with targets, and an exit code for scripts.
#include <fmt/format.h>

#include <memory>

#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/exit_codes.h"
#include "chainrule/io/importance_text.h"
#include "chainrule/io/metrics_text.h"
#include "chainrule/io/model_file.h"
#include "chainrule/io/report_words.h"
#include "chainrule/session/session.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"
#include "chainrule/train/metric_table.h"

namespace chainrule::cli {
namespace {

// Whether this model has the metric: a perceptron has no probabilities, and a mean error is that of a mean or
// a median.
bool has_metric(const MetricEntry& entry, const Model& model) {
  const TargetEncoding& target = model.encoder.target;
  if (entry.needs_quantiles && target.quantiles.empty()) return false;
  if (entry.needs_mean && !target.quantiles.empty() && !target.median_output()) return false;
  if (entry.needs_true_class && target.soft_labels) return false;
  return entry.has(target.task) && (!entry.needs_probabilities || has_probabilities(model));
}

struct EvaluateSettings {
  std::string model_path;
  DataSource data;
  ComputeOptions compute;
  WeightColumn weight_column;
  const MetricEntry* metric = nullptr;
  std::optional<double> threshold;
  std::optional<double> fail_under;
  bool importance = false, json = false, quiet = false;
};

Binding to_metric(const MetricEntry*& value) {
  std::vector<std::pair<std::string, const MetricEntry*>> choices;
  for (const MetricEntry& entry : metric_table())
    choices.emplace_back(entry.word, &entry);
  return to_choice<const MetricEntry*>(value, std::move(choices),
                                       {{"acc accuracy_score", "accuracy"},
                                        {"balanced_acc balanced_accuracy_score", "balanced_accuracy"},
                                        {"f1 f1_score f1_macro macro_f1_score", "macro_f1"},
                                        {"subset_accuracy", "exact_match"},
                                        {"r2_score r_squared r^2", "r2"},
                                        {"root_mean_squared_error", "rmse"},
                                        {"mean_absolute_error", "mae"},
                                        {"d2_pinball_score", "d2_pinball"},
                                        {"pinball mean_pinball_loss quantile_loss", "pinball_loss"},
                                        {"roc_auc roc_auc_score auroc roc_area", "auc"},
                                        {"ap average_precision_score pr_auc", "average_precision"},
                                        {"brier_score brier_score_loss", "brier"},
                                        {"ece expected_calibration_error", "calibration_error"},
                                        {"logloss", "log_loss"},
                                        {"cross_entropy", "loss"}});
}

void check_metric(const EvaluateSettings& settings, const Model& model) {
  if (settings.metric == nullptr) return;
  if (!has_metric(*settings.metric, model)) {
    std::vector<std::string> fitting;
    for (const MetricEntry& entry : metric_table()) {
      if (has_metric(entry, model)) fitting.emplace_back(entry.word);
    }
    const bool is_perceptron = model.network.output_activation() == Activation::sign;
    throw UsageError(
        {.what = fmt::format("a {} model has no {}",
                             is_perceptron                            ? "perceptron"
                             : model.encoder.target.quantiles.empty() ? name_of(model.encoder.target.task)
                                                                      : "quantile",
                             settings.metric->word),
         .where = "--metric",
         .expected = join(fitting, ", "),
         .got = quoted(settings.metric->word),
         .advice = "choose one of these, or leave --metric out"});
  }
}

// The number that --metric names, or the usual one.
std::pair<std::string, double> score_of(const EvaluateSettings& settings, const Metrics& metrics) {
  if (settings.metric == nullptr) return headline(metrics);
  const std::string word(settings.metric->word);
  const std::optional<double> value = settings.metric->value(metrics);
  if (value) return {word, *value};
  throw DataError({.what = word + " is not defined for these rows",
                   .where = settings.data.path,
                   .expected = "rows of different classes",
                   .advice = "evaluate on more rows, or choose another metric"});
}

void print_metrics(Console& console, const Metrics& metrics, const Model& model) {
  std::string text = count_of(metrics.rows, "row");
  if (metrics.weight_sum) text += " of weight " + number_text(*metrics.weight_sum, 6);
  text += ":";
  for (const MetricEntry& entry : metric_table()) {
    const std::optional<double> value = entry.value(metrics);
    if (!has_metric(entry, model) || !value) continue;
    text += fmt::format("{} {} {}", text.ends_with(':') ? "" : ",", entry.word, number_text(*value));
  }
  console.out(wrapped("", text, console.out_width()) + "\n" +
              render_metrics_text(metrics, model.encoder.target));
}

ExitCode run_evaluate(Console& console, EvaluateSettings& settings) {
  if (settings.quiet) console.be_quiet();
  if (settings.fail_under && settings.metric != nullptr && settings.metric->better == Better::lower) {
    throw UsageError({.what = fmt::format("lower is better for {}, but --fail-under sets a minimum",
                                          settings.metric->word),
                      .where = "--fail-under",
                      .advice = "use a score such as accuracy or r2"});
  }
  if (settings.importance && settings.metric != nullptr && !settings.json) {
    throw UsageError({.what = "--metric prints a single number, and --importance a table",
                      .where = "--importance",
                      .advice = "leave one of them out, or use --json, which has both"});
  }
  FileSystem& file_system = real_file_system();
  Model model = load_model(file_system, settings.model_path);
  if (settings.threshold) override_threshold(*settings.threshold, model);
  check_metric(settings, model);
  const ComputeResources resources(settings.compute);
  if (settings.weight_column == "none") settings.weight_column = "";
  const Evaluation evaluation =
      evaluate_file(file_system, resources.compute(), model, settings.data, settings.weight_column,
                    settings.importance ? MeasureReasons::yes : MeasureReasons::no);

  const std::pair<std::string, double> score = score_of(settings, evaluation.metrics);
  // A score that is NaN does not pass.
  const bool passed = !settings.fail_under || score.second >= *settings.fail_under;
  if (settings.json) {
    Json json = {{"model", settings.model_path},
                 {"data", settings.data.path},
                 {"score", {{"name", score.first}, {"value", json_number(score.second)}}}};
    if (settings.fail_under) {
      json["fail_under"] = *settings.fail_under;
      json["passed"] = passed;
    }
    json["metrics"] = json_of(evaluation.metrics, model.encoder.target);
    if (model.encoder.target.task == Task::binary) json["threshold"] = model.encoder.target.threshold;
    if (settings.importance) json["importance"] = json_of(evaluation.importance, model.encoder.target.task);
    json["encoding"] = json_of(evaluation.report);
    if (evaluation.unanswered > 0) json["unanswered"] = evaluation.unanswered;
    json["trained_on"] = {{"checked", evaluation.seen.checked}, {"seen", evaluation.seen.seen}};
    json["notes"] = texts_of(evaluation.notes, Face::command_line);
    write_json(console, json);
  } else if (settings.metric != nullptr) {
    console.out(format_number(score.second) + "\n");
  } else {
    print_metrics(console, evaluation.metrics, model);
    if (!evaluation.importance.columns.empty())
      console.out("\n" + render_importance_text(evaluation.importance, model.encoder.target.task,
                                                console.out_width()));
  }
  console.flush();
  note_all(console, evaluation.repairs);
  note_all(console, evaluation.notes);
  note_encoding(console, evaluation.report);
  if (evaluation.unanswered > 0)
    console.note(count_of(evaluation.unanswered, "row") +
                 " without a finite prediction left out of the score (first: " +
                 printable(evaluation.first_unanswered) + ")");
  if (evaluation.rows_without_target > 0)
    console.note(count_of(evaluation.rows_without_target, "row") + " without a target left out");
  if (passed) return ExitCode::done;
  console.err(fmt::format("chainrule: {} {} is below --fail-under {}\n", score.first,
                          format_significant(score.second, 6), format_number(*settings.fail_under)));
  return ExitCode::condition_false;
}

}  // namespace

void add_evaluate_command(Command& root) {
  Command& command = root.subcommand("evaluate", "how good a model is on a table with known targets");
  const auto settings = std::make_shared<EvaluateSettings>();
  command.example("evaluate penguins.safetensors test.csv",
                  "scores, confusion matrix, and the scores of each class");
  command.example(
      "evaluate clothes.safetensors t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz "
      "--fail-under 0.88",
      "for scripts: exit code 1 when the score is lower");
  command.example("evaluate penguins.safetensors test.csv --metric macro_f1", "a single number");
  command.example("evaluate penguins.safetensors test.csv --importance", "and which columns matter");
  command.positional("MODEL", "a model file that `train` wrote", settings->model_path);
  command.positional("DATA", "the table with its targets, or - for standard input", settings->data.path);
  command.heading("The score");
  command.option({.names = "--metric",
                  .value = "WORD",
                  .help = "print only this number; --fail-under tests it",
                  .shown_default = "accuracy, r2 or d2_pinball"},
                 to_metric(settings->metric));
  add_threshold_option(command, settings->threshold);
  command.flag("--importance", "how much each column matters: the rise of the loss when it is shuffled",
               settings->importance);
  command.option({.names = "--fail-under", .value = "X", .help = "exit with 1 when the score is lower"},
                 to_number(settings->fail_under));
  command.heading("The table");
  add_labels_option(command, settings->data.labels_path);
  add_missing_target_option(command, settings->data);
  command.option({.setting = Setting::weight_column,
                  .value = "NAME",
                  .help = "the column with the weight of each row, or none",
                  .shown_default = "that of training, if the table has it"},
                 {.apply = [settings](const Given& given) { settings->weight_column = given.once(); }});
  add_reading_options(command, settings->data.read);
  add_lenient_option(command, settings->data.read);
  command.heading("This run");
  add_compute_options(command, settings->compute);
  command.config_file();
  command.heading("Options");
  command.flag("--json", "the result as one JSON document", settings->json);
  command.flag("--quiet", "no notes", settings->quiet);
  command.on_run([settings](Console& console, Command&) { return run_evaluate(console, *settings); });
}

}  // namespace chainrule::cli
