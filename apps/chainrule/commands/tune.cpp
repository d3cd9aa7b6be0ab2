// `chainrule tune`: searches options, and trains a model with the best. Writes the model, a file for
// `train --config`, and the file of trials from which an interrupted search resumes.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/commands/train_options.h"
#include "chainrule/commands/train_variant.h"
#include "chainrule/exit_codes.h"
#include "chainrule/io/model_file.h"
#include "chainrule/io/report_words.h"
#include "chainrule/session/trial_file.h"
#include "chainrule/session/tuning.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/option_sources.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kUsualTrials = 27;

struct TuneSettings {
  TrainSettings training;
  double seconds = 0;
  std::size_t trials = 0;  // 0: as many as there is time for, or 27
  std::size_t folds = 3;
  std::string space, config, state;
};

// --- the space ---------------------------------------------------------------------------------------------

void refuse_given(const Command& command, const std::string& name, const std::string& source) {
  for (const KeptOption& option : training_options(command)) {
    if (option.name != "--" + name) continue;
    throw UsageError({.what = "the option " + option.name + " is given, and the space searches it",
                      .where = source,
                      .advice = "leave one of them out"});
  }
}

// A file of options whose values are lists or ranges, in the format of --config.
std::vector<SearchDimension> read_space(const Command& command, const Command& root,
                                        const std::string& path) {
  constexpr std::string_view kNotSearched[] = {"epochs", "patience", "model", "precision"};
  std::vector<SearchDimension> space;
  for (const ConfigValue& value : read_config(command, root, path)) {
    const std::string source = value.name + " in " + file_position(path, value.line, 0);
    require_variable(command, value.name, source);
    if (std::ranges::find(kNotSearched, value.name) != std::end(kNotSearched)) {
      throw UsageError({.what = quoted(value.name) + " is the same in all trials",
                        .where = source,
                        .advice = "give it beside DATA; a search divides the epochs among its trials"});
    }
    refuse_given(command, value.name, source);
    if (value.values.empty())
      throw UsageError({.what = "an option without a value", .where = source, .got = "[]"});
    if (std::ranges::find(space, value.name, &SearchDimension::name) != space.end()) continue;
    try {
      space.push_back(parse_dimension(value.name, value.values));
    } catch (const UsageError& error) {
      ErrorReport report = error.report();
      report.where = source;
      throw UsageError(std::move(report));
    }
  }
  if (space.empty()) {
    throw UsageError({.what = "the space has no options to search",
                      .where = path,
                      .expected = "lines such as `hidden = [\"32\", \"64,32\"]` or `dropout = 0..0.5`"});
  }
  return space;
}

// The default space, without the options that are given.
std::vector<SearchDimension> usual_space(const Command& command, const TrainRequest& base, std::size_t rows) {
  if (base.model != ModelType::mlp) {
    throw UsageError({.what = "there is no usual space for this kind of model",
                      .setting = Setting::model,
                      .got = std::string(name_of(base.model)),
                      .advice = "write one and name it with --space FILE"});
  }
  std::vector<SearchDimension> space = default_space(rows, properties_of(base.optimizer.kind).learning_rate);
  const std::vector<KeptOption> given = training_options(command);
  std::erase_if(space, [&](const SearchDimension& dimension) {
    const bool is_of_hidden = dimension.name != name_of(Setting::activation, Face::json) &&
                              dimension.name != name_of(Setting::dropout, Face::json);
    return (base.hidden.empty() && !is_of_hidden) ||
           std::ranges::find(given, "--" + dimension.name, &KeptOption::name) != given.end();
  });
  return space;
}

// A trial trains one network, unless the user asks for more: it is the options that vote here.
bool is_one_network(const Command& command) {
  return !command.is_set(Setting::effort) && !command.is_set(Setting::preset) &&
         !command.is_set(Setting::members) && !command.is_set(Setting::model);
}

std::vector<ChangedOption> common_changes(const Command& command) {
  if (!is_one_network(command)) return {};
  return {{.name = std::string(name_of(Setting::preset, Face::json)),
           .values = {"textbook"},
           .source = "the trials of tune"}};
}

// The request of a trial. An option that has no effect beside the others is left out of it.
TrainRequest request_of_trial(const Command& command, TrialOptions& options) {
  while (true) {
    std::vector<ChangedOption> changes = common_changes(command);
    for (const auto& [name, value] : options)
      changes.push_back({.name = name, .values = {value}, .source = name + " = " + value + " in the space"});
    try {
      return request_with(command, changes);
    } catch (const OptionWithoutEffect& error) {
      const auto known = std::ranges::find(options, error.name().substr(2), &TrialOptions::value_type::first);
      if (known == options.end()) throw;
      options.erase(known);
    }
  }
}

// --- files -------------------------------------------------------------------------------------------------

std::string beside(const std::string& model, const std::string& ending) {
  return std::filesystem::path(model).replace_extension(ending).string();
}

void check_paths(FileSystem& file_system, TuneSettings& settings) {
  const std::string& model = settings.training.output;
  if (settings.config.empty()) settings.config = beside(model, ".toml");
  if (settings.state.empty()) settings.state = beside(model, ".trials.jsonl");
  const std::vector<std::string> paths = {model, settings.config, settings.state};
  std::set<std::string> different;
  for (const std::string& path : paths)
    different.insert(std::filesystem::absolute(path).lexically_normal().string());
  if (different.size() < paths.size()) {
    throw UsageError({.what = "model, options and trials would be the same file",
                      .setting = Setting::output,
                      .got = join(paths, ", "),
                      .advice = "give each a name of its own"});
  }
  const std::vector<std::string> inputs = {settings.training.request.data.path,
                                           settings.training.request.data.labels_path, settings.space};
  for (const std::string& path : paths)
    check_output(file_system, path, Setting::output, inputs);
}

// The trials of an interrupted search; none if there is no file.
std::vector<TrialResult> read_trials(FileSystem& file_system, const std::string& path,
                                     const std::string& search) {
  if (file_system.status(path).kind == FileKind::missing) return {};
  const TrialFile file = trials_from_text(read_whole_file(file_system, path, std::uint64_t{1} << 30), path);
  if (file.search == search) return file.results;
  throw UsageError({.what = "the trials in this file are of another search",
                    .where = path,
                    .expected = "the same table, options, space, seed and folds",
                    .advice = "remove the file, or name another one with --state FILE"});
}

std::string toml_value(const std::string& value) {
  const bool is_plain = !value.empty() && std::ranges::all_of(value, [](char sign) {
    return (sign >= '0' && sign <= '9') || (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
           sign == '.' || sign == '-' || sign == '_' || sign == '+';
  });
  if (is_plain) return value;
  const char quote =
      value.find('"') == std::string::npos && value.find('\\') == std::string::npos ? '"' : '\'';
  return quote + value + quote;
}

// The options of the best trial as a file for `train --config`.
std::string config_text(const Command& command, const TuneSettings& settings, const TuningOutcome& outcome) {
  std::string text =
      fmt::format("# Chosen by chainrule tune from {}: chainrule train {} --config {}\n",
                  count_of(outcome.trials + 1, "trial"), shell_word(settings.training.request.data.path),
                  shell_word(settings.config));
  for (const KeptOption& option : training_options(command)) {
    std::vector<std::string> values;
    for (const std::string& value : option.values)
      values.push_back(toml_value(value));
    text += option.name.substr(2) + " = " +
            (values.size() == 1 ? values.front() : "[" + join(values, ", ") + "]") + "\n";
  }
  if (is_one_network(command)) text += "preset = \"textbook\"\n";
  for (const auto& [name, value] : outcome.best.options)
    text += name + " = " + toml_value(value) + "\n";
  return text;
}

// --- results -----------------------------------------------------------------------------------------------

std::string options_text(const TrialOptions& options) {
  if (options.empty()) return "the options as given";
  std::vector<std::string> parts;
  for (const auto& [name, value] : options)
    parts.push_back(name + " " + value);
  return join(parts, ", ");
}

void print_result(Console& console, const TuneSettings& settings, const TuningOutcome& outcome) {
  const std::size_t width = std::min<std::size_t>(console.out_width(), 110);
  const auto line = [&](std::string_view label, const std::string& text) {
    std::string first = console.heading(label);
    first.append(10 - std::min<std::size_t>(10, label.size()), ' ');
    console.out(wrapped(first, text, width));
  };
  const std::string name = score_name(outcome.model->model.encoder.target);
  line("Searched",
       fmt::format("{} and the options as given, in {} of {}{}", count_of(outcome.trials, "trial"),
                   count_of(settings.folds, "fold"), count_of(outcome.search_rows, "row"),
                   outcome.is_exhausted ? "; the space has no more" : ""));
  line("Best", fmt::format("trial {}: {}", outcome.best.trial, options_text(outcome.best.options)));
  std::string folds =
      fmt::format("{} on the folds, which chose it: too good", score_text(name, outcome.best.score));
  if (outcome.as_given && outcome.best.trial != 0)
    folds += fmt::format(" (the options as given: {})", score_number(outcome.as_given->score));
  line("Search", folds);
  if (outcome.held_out) {
    std::string text = fmt::format("{} that took no part in the search: {}",
                                   count_of(outcome.held_out->held_out_rows, "row"),
                                   headline_text(outcome.held_out->metrics));
    if (outcome.held_out_as_given) {
      text += fmt::format(" (the options as given: {})",
                          score_number(headline(outcome.held_out_as_given->metrics).second));
    }
    if (outcome.held_out->stop_reason == StopReason::time_budget)
      text += "; the clock cut that training short";
    line("Held out", text);
  }
  const TrainOutcome& model = *outcome.model;
  line("Model",
       fmt::format(
           "{}: {} on {}{}", printable(settings.training.output),
           count_of(model.history.epochs_run(), "epoch"),
           count_of(model.model.provenance.training_rows + model.model.provenance.validation_rows, "row"),
           model.history.stop_reason == StopReason::time_budget
               ? "; the clock ended its training, so it may be worse than its score"
               : ""));
  line("Options", fmt::format("{}  (for train --config)", printable(settings.config)));
  line("Trials", fmt::format("{}  (the same command with more time or trials continues from them)",
                             printable(settings.state)));
  console.out("\n" + console.heading("Next:") + "\n  " +
              fmt::format("{} train {} --config {}", shell_word(console.program()),
                          shell_word(settings.training.request.data.path), shell_word(settings.config)) +
              "\n");
}

Json json_of_trial(const TrialSummary& trial) {
  Json options = Json::object();
  for (const auto& [name, value] : trial.options)
    options[name] = value;
  return {{"trial", trial.trial},
          {"options", std::move(options)},
          {"epochs", trial.epochs},
          {"score", json_number(trial.score)},
          {"loss", json_number(trial.loss)}};
}

Json json_of_held_out(const std::optional<FoldScore>& score, const TargetEncoding& target) {
  if (!score) return nullptr;
  return {{"rows", score->held_out_rows},
          {"stop_reason", name_of(score->stop_reason)},
          {"metrics", json_of(score->metrics, target)}};
}

Json json_of_outcome(const Console& console, const TuneSettings& settings, const TuningOutcome& outcome) {
  const TrainOutcome& model = *outcome.model;
  const TargetEncoding& target = model.model.encoder.target;
  return {{"data", settings.training.request.data.path},
          {"model", settings.training.output},
          {"config", settings.config},
          {"state", settings.state},
          {"seed", settings.training.request.seed},
          {"folds", settings.folds},
          {"trials", outcome.trials},
          {"trainings", outcome.results.size()},
          {"failures", outcome.failures},
          {"search_rows", outcome.search_rows},
          {"score", score_name(outcome.model->model.encoder.target)},
          {"best", json_of_trial(outcome.best)},
          {"as_given", outcome.as_given ? json_of_trial(*outcome.as_given) : Json(nullptr)},
          {"held_out", json_of_held_out(outcome.held_out, target)},
          {"held_out_as_given", json_of_held_out(outcome.held_out_as_given, target)},
          {"epochs", model.history.epochs_run()},
          {"stop_reason", name_of(model.history.stop_reason)},
          {"notes", texts_of(outcome.notes, console.reader())}};
}

// --- the run -----------------------------------------------------------------------------------------------

// Saves the results at most once a second, and reports the best so far as often.
class Progress {
 public:
  Progress(Console& console, FileSystem& file_system, const TuneSettings& settings, TrialFile file)
      : console_(console), file_system_(file_system), settings_(settings), file_(std::move(file)) {}

  void report(const std::vector<TrialResult>& results) {
    file_.results = results;
    is_saved_ = false;
    if (SteadyClock::now() - last_ < std::chrono::seconds(1)) return;
    save();
    if (console_.verbosity() == Verbosity::quiet) return;
    std::string text = count_of(results.size(), "training");
    if (const std::optional<TrialSummary> best = best_trial(results, settings_.folds)) {
      text += fmt::format(", best so far: trial {}, {} after {}", best->trial, score_number(best->score),
                          count_of(best->epochs, "epoch"));
    }
    console_.err(text + "\n");
  }
  void save() {
    if (is_saved_) return;
    save_trials(file_system_, settings_.state, file_);
    is_saved_ = true;
    last_ = SteadyClock::now();
  }

 private:
  Console& console_;
  FileSystem& file_system_;
  const TuneSettings& settings_;
  TrialFile file_;
  bool is_saved_ = true;
  SteadyClock::time_point last_ = {};
};

// "--time 60s" is meant for the clock; --time names a column.
void refuse_time_as_column(const TuneSettings& settings) {
  const std::string& column = settings.training.request.time_column;
  if (column.empty()) return;
  try {
    parse_seconds(column);
  } catch (const UsageError&) {
    return;
  }
  throw UsageError({.what = "--time names the column that orders the rows in time",
                    .where = "--time",
                    .got = quoted(column),
                    .advice = "for the time that the search may take: --time-budget " + column});
}

ExitCode run_tune(Console& console, const Command& command, const Command& root, TuneSettings& settings) {
  const SteadyClock::time_point start = SteadyClock::now();
  if (settings.training.quiet) console.be_quiet();
  refuse_time_as_column(settings);
  finish_train_settings(command, settings.training);
  FileSystem& file_system = real_file_system();
  check_paths(file_system, settings);
  TuningRequest request;
  request.start = start;
  request.base = request_with(command, common_changes(command));
  request.request_of = [&](TrialOptions& options) { return request_of_trial(command, options); };
  request.folds = settings.folds;
  request.time_budget_seconds = settings.seconds;
  request.trials = settings.trials > 0 ? settings.trials : settings.seconds > 0 ? SIZE_MAX / 4 : kUsualTrials;
  if (!settings.space.empty()) request.space = read_space(command, root, settings.space);
  note_bf16_source(console, command, request.base.precision);
  const ComputeResources resources(settings.training.compute);
  const SharedTable shared = read_shared_table(file_system, resources.compute(), request.base);
  if (settings.space.empty()) request.space = usual_space(command, request.base, shared.table.rows() / 2);

  std::vector<std::pair<std::string, std::string>> fixed;
  for (const KeptOption& option : training_options(command))
    fixed.emplace_back(option.name, joined_list(option.values));
  const std::string search = hash_of_search(request, shared, fixed);
  request.earlier = read_trials(file_system, settings.state, search);
  if (!request.earlier.empty())
    console.note(count_of(request.earlier.size(), "training") + " of an earlier run taken from " +
                 printable(settings.state));

  InterruptGuard guard(
      "\nchainrule: stopping; the trials so far are kept (press Ctrl-C again to end at once)\n");
  Progress progress(console, file_system, settings,
                    {.search = search, .folds = settings.folds, .results = request.earlier});
  TuningObserver observer;
  observer.on_result = [&](const TrialResult&, const std::vector<TrialResult>& results) {
    progress.report(results);
  };
  observer.on_stage = [&](const Message& stage) {
    if (console.verbosity() != Verbosity::quiet) console.err(stage.text(console.reader()) + "\n");
  };
  observer.is_asked_to_stop = [&] { return guard.asked(); };
  TuningOutcome outcome;
  try {
    outcome = tune(file_system, resources.compute(), request, shared, observer);
  } catch (...) {
    progress.save();
    throw;
  }
  progress.save();
  note_all(console, outcome.notes);
  if (!outcome.model) {
    console.note("no model is written; the same command continues with the trials in " +
                 printable(settings.state));
    return exit_code_after(guard.signal());
  }
  const std::string config = config_text(command, settings, outcome);
  const FileContents with_model[] = {{.path = settings.config, .pieces = {config}}};
  save_model(file_system, settings.training.output, outcome.model->model, with_model);
  if (settings.training.json) {
    write_json(console, json_of_outcome(console, settings, outcome));
  } else {
    print_result(console, settings, outcome);
  }
  console.flush();
  return ExitCode::done;
}

}  // namespace

void add_tune_command(Command& root) {
  Command& command = root.subcommand("tune", "search the options of a network, and train it with the best");
  const auto settings = std::make_shared<TuneSettings>();
  command.example("tune penguins.csv --target species --time-budget 60s",
                  "searches for a minute; writes penguins.safetensors and penguins.toml");
  command.example("tune penguins.csv --target species --trials 50 --space space.toml",
                  "a space of your own: lines such as `hidden = [\"32\", \"64,32\"]` and `learning-rate = "
                  "0.0003..0.03 log`");
  command.example("train penguins.csv --config penguins.toml", "the same model again");
  command.describe(
      "Takes the options of `train`; those that are given stay fixed, and the others are drawn at random: "
      "hidden layers, activation, learning rate, weight decay, dropout and batch size, or those of --space. "
      "Bad trials end early (successive halving). A fifth of the rows takes no part in the search and scores "
      "the result. Ctrl-C keeps the trials; the same command continues.");
  add_training_options(command, settings->training);
  command.heading("The search");
  command.option({.setting = Setting::time_budget,
                  .value = "TIME",
                  .help = "for all of it, the training of the model included: 30s, 5m, 1h",
                  .shown_default = "none",
                  .recorded = Recorded::nowhere},
                 to_seconds(settings->seconds));
  command.option({.names = "--trials",
                  .value = "N",
                  .help = "settings to try beside those given",
                  .shown_default = "27, or as many as there is time for"},
                 to_count(settings->trials));
  command.option({.names = "--space",
                  .value = "FILE",
                  .help = "what to search: a file as for --config, with lists and ranges as values",
                  .shown_default = "the usual space",
                  .completion = Completion::file},
                 to_text(settings->space));
  command.option({.names = "--folds", .value = "N", .help = "parts of the rows that score each trial"},
                 to_count(settings->folds, 2));
  command.option({.names = "--state",
                  .value = "FILE",
                  .help = "the trials, to continue from",
                  .shown_default = "the model's name with .trials.jsonl",
                  .completion = Completion::file},
                 to_text(settings->state));
  command.option({.names = "--best-options",
                  .value = "FILE",
                  .help = "the options of the best trial, for `train --config`",
                  .shown_default = "the model's name with .toml",
                  .completion = Completion::file},
                 to_text(settings->config));
  add_machine_options(command, settings->training);
  command.heading("Options");
  command.option({.setting = Setting::output,
                  .names = "-o",
                  .value = "FILE",
                  .help = "where to write the model",
                  .shown_default = "DATA's name with .safetensors, in the current folder",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(settings->training.output));
  command.flag("--json", "the result as one JSON document", settings->training.json);
  command.flag("--quiet", "no progress and no notes", settings->training.quiet);
  command.on_run([settings, &root](Console& console, Command& self) {
    return run_tune(console, self, root, *settings);
  });
}

}  // namespace chainrule::cli
