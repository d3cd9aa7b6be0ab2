// `chainrule train`: from the settings to a model file. Paths are checked before data is read. The progress
// line, Ctrl-C and checkpoints are handled while training runs; then model, report and summary are written.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/find_learning_rate.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/commands/train_options.h"
#include "chainrule/commands/train_output.h"
#include "chainrule/commands/train_resume.h"
#include "chainrule/exit_codes.h"
#include "chainrule/io/model_file.h"
#include "chainrule/io/own_files.h"
#include "chainrule/io/report.h"
#include "chainrule/io/report_words.h"
#include "chainrule/model/joined_member.h"
#include "chainrule/session/session.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"

namespace chainrule::cli {
namespace {

bool is_same_path(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  return fs::absolute(a).lexically_normal() == fs::absolute(b).lexically_normal();
}

// The files of a diverged run do not replace those of an earlier one: "m.safetensors", or
// "m.diverged.safetensors" if that exists.
std::string path_after_divergence(FileSystem& file_system, const std::string& path) {
  if (path.empty() || file_system.status(path).kind == FileKind::missing) return path;
  std::filesystem::path name(path);
  name.replace_extension(".diverged" + name.extension().string());
  return name.string();
}

// A checkpoint may come from a stranger, and it names the files that the run writes: none may replace a file
// that chainrule did not write.
void require_own_file(FileSystem& file_system, const std::string& path, Setting option,
                      bool (*is_own)(FileSystem&, const std::string&), std::string_view own) {
  for (const std::string& written : {path, path_after_divergence(file_system, path)}) {
    if (written.empty() || file_system.status(written).kind == FileKind::missing ||
        is_own(file_system, written))
      continue;
    throw UsageError({.what = "the checkpoint names this file as " + option_name(option) +
                              ", but it exists and is not a " + std::string(own) + " of chainrule",
                      .where = written,
                      .advice = "to replace it, or to choose another name, use the command line: " +
                                (option == Setting::output ? "-o" : option_name(option)) + " FILE"});
  }
}

// `train m.safetensors` would write the model where DATA is; the mistake is the other one.
void refuse_model_as_table(FileSystem& file_system, const std::string& data, const std::string& output) {
  std::error_code none;
  if (!std::filesystem::equivalent(data, output, none) || !begins_as_model_file(file_system, data)) return;
  throw DataError({.what = "the file is a model and not a table",
                   .where = data,
                   .expected = "a table to learn from",
                   .got = "a model file (safetensors)",
                   .advice = "`chainrule predict MODEL TABLE` uses a model, `chainrule inspect` shows it"});
}

// Rejects what can be rejected without reading the data.
void check_paths(FileSystem& file_system, const TrainSettings& settings) {
  const TrainRequest& request = settings.request;
  std::vector<std::string> inputs = {request.data.path, request.data.labels_path};
  if (request.validation) {
    inputs.push_back(request.validation->path);
    inputs.push_back(request.validation->labels_path);
  }
  if (std::count(inputs.begin(), inputs.end(), "-") > 1) {
    throw UsageError({.what = "standard input can be read only once",
                      .where = "chainrule train",
                      .expected = "- for one table at most",
                      .got = "- for two tables",
                      .advice = "save one of them in a file"});
  }
  if (settings.output_is_of_checkpoint)
    require_own_file(file_system, settings.output, Setting::output, begins_as_model_file, "model");
  refuse_model_as_table(file_system, request.data.path, settings.output);
  check_output(file_system, settings.output, Setting::output, inputs);
  if (!request.checkpoint.directory.empty()) {
    // A checkpoint is replaced, and removed when training is over.
    const auto is_one_of_its_files = [&](const std::string& path) {
      std::error_code none;
      for (const std::string& file :
           {checkpoint_path(request.checkpoint.directory), lock_path(request.checkpoint.directory)}) {
        if (is_same_path(path, file) || std::filesystem::equivalent(path, file, none)) return true;
      }
      return false;
    };
    for (const auto& [path, option] :
         {std::pair{settings.output, Setting::output}, std::pair{settings.report, Setting::report}}) {
      if (path.empty() || !is_one_of_its_files(path)) continue;
      throw UsageError({.what = "this file belongs to the checkpoint",
                        .setting = option,
                        .got = quoted(path),
                        .advice = "choose another name, or another directory for --checkpoint"});
    }
  }
  if (settings.report.empty()) return;
  if (settings.report == "-") {
    throw UsageError({.what = "a report cannot go to standard output",
                      .setting = Setting::report,
                      .advice = "name a file"});
  }
  if (is_same_path(settings.report, settings.output)) {
    throw UsageError({.what = "model and report would be the same file",
                      .setting = Setting::report,
                      .got = quoted(settings.report),
                      .advice = "give the report a name such as report.html"});
  }
  if (settings.report_is_of_checkpoint)
    require_own_file(file_system, settings.report, Setting::report, begins_as_report, "report");
  check_output(file_system, settings.report, Setting::report, inputs);
}

// Training ended because numbers were no longer finite; the model is saved.
[[noreturn]] void throw_diverged(const TrainSettings& settings, const History& history) {
  ErrorReport report = history.divergences.back().report;
  report.what +=
      history.best_epoch > 0
          ? fmt::format(" (the best weights before that, of epoch {}, are in {})", history.best_epoch,
                        quoted(settings.output))
          : fmt::format(" (no epoch was finished: {} holds the initial weights)", quoted(settings.output));
  throw NonFiniteError(std::move(report));
}

std::string resuming_text(const Checkpoint& checkpoint) {
  return std::visit(
      [](const auto& progress) {
        return progress.ended ? std::string("training had already ended; its model is written again")
                              : fmt::format("resuming in epoch {}, after step {}", progress.epoch,
                                            format_count(progress.state.step));
      },
      checkpoint.progress);
}

// Reports on the checkpoint of a run that ended early, and removes that of a run that is finished.
void finish_checkpoint(Console& console, FileSystem& file_system, const TrainSettings& settings,
                       const TrainOutcome& outcome) {
  const std::string& directory = settings.request.checkpoint.directory;
  if (directory.empty() || outcome.history.stop_reason == StopReason::diverged) return;
  const std::string again =
      fmt::format("{} train --resume {}", shell_word(console.program()), shell_word(directory));
  if (outcome.history.stop_reason == StopReason::asked_to_stop ||
      outcome.history.stop_reason == StopReason::time_budget) {
    if (!outcome.checkpoint.empty()) {
      console.note("to resume where it stopped: " + again);
    } else if (file_system.status(checkpoint_path(directory)).kind == FileKind::missing) {
      console.note(
          "there is no checkpoint to resume from: it could not be written. Progress beyond the saved model "
          "is lost");
    } else {
      console.note("its last state could not be saved as a checkpoint; to resume from an earlier one: " +
                   again);
    }
    return;
  }
  // A directory that is no longer ours belongs to another run.
  const auto& may_write = settings.request.checkpoint.may_write;
  if (may_write && !may_write()) return;
  // The model is saved: nothing is left to resume.
  remove_checkpoint(file_system, directory);
}

// What is needed while training runs. Before training starts there is nothing to save, so Ctrl-C ends the
// program as it ends any other.
struct RunningTraining {
  std::unique_ptr<InterruptGuard> guard;
  std::unique_ptr<ProgressLine> progress;
  std::vector<Message> shown_notes;

  Continue next() const { return guard->asked() ? Continue::stop : Continue::yes; }
};

// What the model will record about its members, with other numbers.
MixtureReport planned_mixture(const TrainingPlan& plan) {
  MixtureReport mixture;
  const std::size_t folds = plan.folds.empty() ? 0 : *std::ranges::max_element(plan.folds) + 1;
  for (const PlannedKind& kind : plan.kinds) {
    const MemberReport member{.kind = kind.kind, .hidden = hidden_units(kind.network)};
    mixture.members.insert(mixture.members.end(), folds, member);
  }
  return mixture;
}

void start(Console& console, const TrainSettings& settings, const TrainingPlan& plan, std::size_t threads,
           RunningTraining& running) {
  Model description;
  description.network = plan.network;
  description.encoder = plan.encoder;
  description.schema = plan.schema;
  description.loss = plan.loss;
  description.provenance.mixture = planned_mixture(plan);
  require_room_in_file(description);
  running.guard = std::make_unique<InterruptGuard>(
      settings.request.checkpoint.directory.empty()
          ? "\nchainrule: stopping; the best weights so far are kept (press Ctrl-C again to end at once)\n"
          : "\nchainrule: stopping; the best weights so far are kept, and a checkpoint is written "
            "(press Ctrl-C again to end at once)\n");
  describe_plan(console, settings.request, plan, threads);
  if (settings.request.checkpoint.resume_from)
    console.note(resuming_text(*settings.request.checkpoint.resume_from));
  running.shown_notes = plan.notes;
  running.progress =
      std::make_unique<ProgressLine>(console, ProgressStyle{.redraws = console.err_redraws(),
                                                            .width = console.err_width(),
                                                            .score_name = score_name(plan.encoder.target)});
}

// Shorter waits need no announcement.
constexpr double kWorthANote = 15;

// "  about 2 min left"
std::string left_text(double seconds) {
  return seconds < 1 ? "" : "  about " + rough_duration_text(seconds) + " left";
}

TrainOutcome train(Console& console, FileSystem& file_system, const TrainSettings& settings,
                   const ComputeResources& resources, RunningTraining& running) {
  const SessionObserver observer{
      .on_plan =
          [&](const TrainingPlan& plan) { start(console, settings, plan, resources.threads(), running); },
      .on_epoch =
          [&](const EpochReport& epoch) {
            running.progress->report(epoch);
            return running.next();
          },
      .on_step = [&](const StepReport&) { return running.next(); },
      .on_member =
          [&](const MemberProgress& member) {
            running.progress->report(fmt::format("network {}/{}  {}{}", member.done, member.members,
                                                 count_of(member.epochs, "epoch"),
                                                 left_text(member.seconds_left)));
          },
      .on_estimate =
          [&](double most_seconds) {
            if (most_seconds < kWorthANote) return;
            running.progress->finish();
            console.note("training takes at most about " + rough_duration_text(most_seconds) +
                         " from here on; less where networks stop early");
          },
      .is_asked_to_stop = [&] { return running.guard->asked(); },
      .on_trouble =
          [&](const Error& error) {
            running.progress->finish();
            const std::string_view then = running.guard->asked() ? "" : "; that does not end training";
            console.note(fmt::format("the checkpoint could not be written{}\n{}", then,
                                     format_error(error.report(), console.reader())));
          }};
  TrainOutcome outcome;
  try {
    outcome = train_on_table(file_system, resources.compute(), settings.request, observer);
  } catch (...) {
    // The error must not be printed after a half-drawn progress line.
    if (running.progress) running.progress->finish();
    throw;
  }
  if (running.progress) running.progress->finish();
  for (const Message& note : outcome.notes) {
    if (std::ranges::find(running.shown_notes, note) == running.shown_notes.end())
      console.note(printable(note.text(console.reader())));
  }
  return outcome;
}

// Model and report appear together or not at all, unless the report alone cannot be written: then the model
// is kept, because its training may have taken days. Returns that error. A pipe may wait forever for its
// reader; no work is left to save by then, so a signal may end the program.
std::optional<DataError> write_files(FileSystem& file_system, const TrainSettings& settings,
                                     const TrainOutcome& outcome, std::unique_ptr<InterruptGuard>& guard) {
  const auto is_pipe = [&](const std::string& path) {
    return file_system.status(path).kind == FileKind::other;
  };
  if (is_pipe(settings.output) || (!settings.report.empty() && is_pipe(settings.report))) guard.reset();
  if (settings.report.empty()) {
    save_model(file_system, settings.output, outcome.model);
    return std::nullopt;
  }
  ReportContents contents{.model = outcome.model,
                          .history = outcome.history,
                          .training = outcome.training,
                          .held_out = outcome.held_out,
                          .notes = outcome.notes,
                          .truth = outcome.truth,
                          .predicted = outcome.predicted,
                          .seconds = outcome.seconds,
                          .face = Face::command_line};
  contents.members = report_members(outcome);
  contents.temperature = outcome.temperature;
  contents.threshold = outcome.threshold;
  if (outcome.reasons) contents.reasons = *outcome.reasons;
  const std::string report = render_report(contents);
  const FileContents with_model[] = {{.path = settings.report, .pieces = {report}}};
  try {
    save_model(file_system, settings.output, outcome.model, with_model);
    return std::nullopt;
  } catch (const DataError&) {
    save_model(file_system, settings.output, outcome.model);
  }
  try {
    write_file_atomically(file_system, settings.report, report);
    return std::nullopt;
  } catch (const DataError& error) {
    ErrorReport about = error.report();
    about.what += " (the report; the model is saved in " + quoted(settings.output) + ")";
    return DataError(std::move(about));
  }
}

ExitCode run_train(Console& console, const Command& command, TrainSettings& settings) {
  if (settings.quiet) console.be_quiet();
  if (settings.finds_learning_rate) refuse_options_of_models(command);
  finish_train_settings(command, settings);
  if (settings.finds_learning_rate) {
    note_bf16_source(console, command, settings.request.precision);
    return run_find_learning_rate(console, command, settings);
  }
  FileSystem& file_system = real_file_system();
  check_paths(file_system, settings);
  if (!settings.request.checkpoint.directory.empty())
    hold_directory(file_system, settings, settings.request.checkpoint.directory);
  note_bf16_source(console, command, settings.request.precision);
  if (!settings.report.empty()) settings.request.reasons = MeasureReasons::yes;
  const ComputeResources resources(settings.compute);

  RunningTraining running;
  const TrainOutcome outcome = train(console, file_system, settings, resources, running);
  if (outcome.history.stop_reason == StopReason::diverged) {
    settings.output = path_after_divergence(file_system, settings.output);
    settings.report = path_after_divergence(file_system, settings.report);
  }
  const int signal = running.guard->signal();
  const std::optional<DataError> no_report = write_files(file_system, settings, outcome, running.guard);
  // Without its report, the checkpoint stays: the run can be resumed to write it.
  if (no_report) {
    settings.report.clear();
  } else {
    finish_checkpoint(console, file_system, settings, outcome);
  }
  if (settings.json) {
    write_json(console, json_of_outcome(console, settings, outcome));
  } else {
    print_summary(console, settings, outcome);
  }
  console.flush();
  if (no_report) throw DataError(*no_report);
  if (outcome.history.stop_reason == StopReason::diverged) throw_diverged(settings, outcome.history);
  return outcome.history.stop_reason == StopReason::asked_to_stop ? exit_code_after(signal) : ExitCode::done;
}

}  // namespace

void add_train_command(Command& root) {
  Command& command = root.subcommand("train", "train a network on a table and write a model file");
  const auto settings = std::make_shared<TrainSettings>();
  command.example(
      "train penguins.csv --target species",
      "learn to predict the column species from the others; columns, task and network are detected");
  command.example(
      "train houses.csv --target price --hidden 32 --epochs 500 --report houses.html -o houses.safetensors",
      "a number to predict, a smaller network, a page with plots");
  command.example(
      "train iris.csv --model rbf --centres 20 --fine-tune 100",
      "radial basis functions around cluster centres, fitted in closed form, then tuned by descent");
  command.example("train train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz --validation none",
                  "images with their labels in a second file");
  command.describe(
      "Only DATA is required. Text columns, missing cells and scales are handled; the model stores how, so "
      "that `predict` takes tables as they are. Ctrl-C ends training early and keeps the best weights.");
  command.example("train big.csv --epochs 5000 --checkpoint run1",
                  "saved in run1 every five minutes; after an interruption: train --resume run1");
  command.example("train penguins.csv --target species --hidden 32 --find-learning-rate",
                  "no model: the loss over the learning rate, and a rate to train with");
  add_train_options(command, *settings);
  command.more_options(
      [settings](const Command& self) { return options_of_checkpoint(real_file_system(), self, *settings); });
  command.on_run([settings](Console& console, Command& self) { return run_train(console, self, *settings); });
}

}  // namespace chainrule::cli
