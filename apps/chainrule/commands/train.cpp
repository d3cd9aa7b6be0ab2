#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "chainrule/base/atomic_file.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/commands/train_options.h"
#include "chainrule/exit_codes.h"
#include "chainrule/io/curve_text.h"
#include "chainrule/io/model_file.h"
#include "chainrule/io/network_text.h"
#include "chainrule/io/own_files.h"
#include "chainrule/io/report.h"
#include "chainrule/io/report_words.h"
#include "chainrule/session/perceptron_words.h"
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

// What a diverged training leaves does not replace what an earlier one did: "m.safetensors", or
// "m.diverged.safetensors" where that is taken.
std::string path_after_divergence(FileSystem& file_system, const std::string& path) {
  if (path.empty() || file_system.status(path).kind == FileKind::missing) return path;
  std::filesystem::path name(path);
  name.replace_extension(".diverged" + name.extension().string());
  return name.string();
}

// A checkpoint may come from anybody, and names the files that the training writes: none of these may replace
// what chainrule did not write.
void require_own_file(FileSystem& file_system, const std::string& path, std::string_view option,
                      bool (*is_own)(FileSystem&, const std::string&), std::string_view own) {
  for (const std::string& written : {path, path_after_divergence(file_system, path)}) {
    if (written.empty() || file_system.status(written).kind == FileKind::missing ||
        is_own(file_system, written))
      continue;
    throw UsageError(
        {.what = "the checkpoint names this file as " + std::string(option) + ", and it exists and is no " +
                 std::string(own) + " of chainrule",
         .where = written,
         .advice = "where it may be replaced, or for another name, say so on the command line: " +
                   std::string(option == "--output" ? "-o" : option) + " FILE"});
  }
}

// All that can be refused without reading the data.
void check_paths(FileSystem& file_system, const TrainSettings& settings) {
  const TrainRequest& request = settings.request;
  std::vector<std::string> inputs = {request.data.path, request.data.labels_path};
  if (request.validation) {
    inputs.push_back(request.validation->path);
    inputs.push_back(request.validation->labels_path);
  }
  if (std::count(inputs.begin(), inputs.end(), "-") > 1) {
    throw UsageError({.what = "standard input can be read once", .got = "- for two tables"});
  }
  if (settings.output_is_of_checkpoint)
    require_own_file(file_system, settings.output, "--output", begins_as_model_file, "model");
  check_output(file_system, settings.output, "--output", inputs);
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
         {std::pair{settings.output, "--output"}, std::pair{settings.report, "--report"}}) {
      if (path.empty() || !is_one_of_its_files(path)) continue;
      throw UsageError({.what = "this file is the checkpoint's",
                        .where = option,
                        .got = quoted(path),
                        .advice = "choose another name, or another directory for --checkpoint"});
    }
  }
  if (settings.report.empty()) return;
  if (settings.report == "-") {
    throw UsageError(
        {.what = "a report cannot go to standard output", .where = "--report", .advice = "name a file"});
  }
  if (is_same_path(settings.report, settings.output)) {
    throw UsageError({.what = "model and report would be the same file",
                      .where = "--report",
                      .got = quoted(settings.report),
                      .advice = "give the report a name such as report.html"});
  }
  if (settings.report_is_of_checkpoint)
    require_own_file(file_system, settings.report, "--report", begins_as_report, "report");
  check_output(file_system, settings.report, "--report", inputs);
}

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

std::size_t epochs_at_most(const TrainRequest& request) {
  if (request.model != ModelType::rbf) return request.stopping.epochs;
  const bool by_descent = request.rbf.output_training == OutputTraining::softmax;
  return (by_descent ? request.stopping.epochs : 0) + request.rbf.fine_tune;
}

void describe_plan(Console& console, const TrainRequest& request, const TrainingPlan& plan,
                   std::size_t threads) {
  if (console.verbosity() == Verbosity::quiet) return;
  const std::size_t width = std::min<std::size_t>(console.err_width(), 110);
  for (const Message& note : plan.notes)
    console.err(wrapped("chainrule: note: ", printable(note.text(Face::command_line)), width));
  console.err(wrapped("learning ", task_text(plan.encoder.target), width));
  console.err(wrapped(
      "from     ",
      fmt::format("{}, {}; {}", count_of(plan.training_rows, "row"),
                  count_of(plan.encoder.inputs.size(), "column"),
                  plan.validation_rows > 0 ? count_of(plan.validation_rows, "row") + " held out to test on"
                                           : "no rows held out"),
      width));
  console.err(wrapped("with     ", headline_of(plan.network), width));
  if (request.model == ModelType::perceptron) {
    console.err(
        wrapped("by       ",
                fmt::format("the perceptron rule ({}), learning rate {}, row by row, at most {}, seed {}",
                            name_of(request.variant), number_text(plan.learning_rate),
                            count_of(request.stopping.epochs, "epoch"), request.seed),
                width));
    return;
  }
  if (request.model == ModelType::rbf && request.rbf.fine_tune == 0 &&
      request.rbf.output_training == OutputTraining::closed_form) {
    console.err(wrapped(
        "by       ",
        fmt::format("centres by {}, output weights by least squares, ridge {}, {}, seed {}",
                    name_of(request.rbf.fitting.centre_choice), number_text(request.rbf.fitting.ridge),
                    count_of(threads, "thread"), request.seed),
        width));
    return;
  }
  const std::string used = threads == 1     ? "1 thread"
                           : plan.is_narrow ? "1 thread (more do not help so small a network)"
                                            : fmt::format("up to {} threads", threads);
  console.err(
      wrapped("by       ",
              fmt::format("{}, learning rate {}, batches of {}, at most {},{} {}, seed {}",
                          name_of(request.optimizer.kind), number_text(plan.learning_rate),
                          count_of(plan.batch_size, "row"), count_of(epochs_at_most(request), "epoch"),
                          plan.products == Products::bf16 ? " bf16 products," : "", used, request.seed),
              width));
}

// "accuracy 0.9855 (always answering the commonest class: 0.4348)".
std::string score_with_baseline(const Metrics& metrics, const std::optional<Metrics>& baseline) {
  std::string text = headline_text(metrics);
  if (metrics.task == Task::regression) text += ", typical error (rmse) " + number_text(metrics.rmse);
  if (!baseline) return text;
  if (metrics.task == Task::regression)
    return text + fmt::format(" (always answering the mean: {})", number_text(baseline->rmse));
  return text + fmt::format(" (always answering the commonest: {:.4f})", headline(*baseline).second);
}

// What the seed is worth.
std::string_view repeatability_text(StopReason reason) {
  if (reason == StopReason::asked_to_stop) return "stopped by a signal: another run may end elsewhere";
  if (reason == StopReason::time_budget) return "stopped by the clock: another run may end elsewhere";
  return "the same data, options and seed give the same model";
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
  const std::size_t epochs = outcome.history.epochs.size();
  std::string training =
      fmt::format("{}{} in {}; ", epochs > 0 ? count_of(epochs, "epoch") + " over " : "",
                  count_of(model.provenance.training_rows, "row"), duration_text(outcome.seconds));
  if (outcome.perceptron) {
    training += fmt::format("{} in {}; ", count_of(outcome.perceptron->corrections, "correction"),
                            count_of(outcome.perceptron->presentations, "presentation"));
  }
  for (const auto& entry : enum_table<StopReason>()) {
    if (entry.value == outcome.history.stop_reason) training += entry.description;
  }
  if (outcome.history.best_epoch > 0 && outcome.history.best_epoch != epochs) {
    training += fmt::format("; the weights of epoch {} were best and are kept", outcome.history.best_epoch);
  }
  line("Training", training);
  if (outcome.held_out) {
    line("Held out", fmt::format("{} not trained on: {}", count_of(outcome.held_out->rows, "row"),
                                 score_with_baseline(*outcome.held_out, outcome.baseline)));
  } else {
    line("Training", fmt::format("rows: {}; none were held out, so nothing says how good it is on new ones",
                                 score_with_baseline(outcome.training, outcome.baseline)));
  }
  line("Model", settings.output);
  if (!settings.report.empty()) line("Report", settings.report + "  (open it in a browser)");
  line("Seed",
       fmt::format("{}  ({})", settings.request.seed, repeatability_text(outcome.history.stop_reason)));
  if (console.out_is_terminal() && epochs >= 3) {
    console.out("\n" + render_curve_text(outcome.history, std::min<std::size_t>(width, 80), 8));
  }
  console.out("\n" + console.heading("Next:") + "\n  " + next_command(console, settings, model) + "\n");
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
               {"epochs", outcome.history.epochs.size()},
               {"best_epoch", outcome.history.best_epoch},
               {"stop_reason", name_of(outcome.history.stop_reason)},
               {"seconds", json_number(outcome.seconds)},
               {"held_out", metrics_or_null(outcome.held_out)},
               {"baseline", metrics_or_null(outcome.baseline)},
               {"training", json_of(outcome.training, target)},
               {"notes", texts_of(outcome.notes, Face::command_line)},
               {"history", std::move(history)},
               {"next", next_command(console, settings, model)}};
  if (outcome.perceptron) {
    json["perceptron"] = json_of_perceptron(*outcome.perceptron, target);
  } else {
    json["gradient_health"] = json_of(outcome.gradient_health, model.network);
  }
  return json;
}

void note_if_useless(Console& console, const TrainOutcome& outcome, bool is_rbf) {
  if (!outcome.held_out || !outcome.baseline) return;
  const bool better = outcome.held_out->task == Task::regression
                          ? outcome.held_out->rmse < outcome.baseline->rmse
                          : headline(*outcome.held_out).second > headline(*outcome.baseline).second;
  if (better) return;
  if (outcome.perceptron) {
    console.note(
        "on the held-out rows this is no better than always giving the same answer; try --variant pocket, "
        "--model "
        "mlp, or more rows");
    return;
  }
  console.note(
      is_rbf
          ? "on the held-out rows this is no better than always giving the same answer; try other --centres, "
            "another --width-factor, or more rows"
          : "on the held-out rows this is no better than always giving the same answer; try other --hidden, "
            "a smaller --learning-rate, or more rows");
}

// Training ended because numbers were no longer finite; the model is saved.
[[noreturn]] void throw_diverged(const TrainSettings& settings, const History& history) {
  ErrorReport report = history.divergences.back().report;
  report.what +=
      history.best_epoch > 0
          ? fmt::format(" (the best weights before that, of epoch {}, are in {})", history.best_epoch,
                        quoted(settings.output))
          : fmt::format(" (no epoch was finished: {} holds the first weights)", quoted(settings.output));
  throw NonFiniteError(std::move(report));
}

std::string going_on_text(const Checkpoint& checkpoint) {
  return std::visit(
      [](const auto& progress) {
        return progress.ended ? std::string("the training had ended; its model is made again")
                              : fmt::format("going on within epoch {}, after step {}", progress.epoch,
                                            format_count(progress.state.step));
      },
      checkpoint.progress);
}

// What there is to say about the checkpoint of a training that ended before its time; one that is over needs
// none.
void finish_checkpoint(Console& console, FileSystem& file_system, const TrainSettings& settings,
                       const TrainOutcome& outcome) {
  const std::string& directory = settings.request.checkpoint.directory;
  if (directory.empty() || outcome.history.stop_reason == StopReason::diverged) return;
  const std::string again =
      fmt::format("{} train --resume {}", shell_word(console.program()), shell_word(directory));
  if (outcome.history.stop_reason == StopReason::asked_to_stop ||
      outcome.history.stop_reason == StopReason::time_budget) {
    if (!outcome.checkpoint.empty()) {
      console.note("to go on where it stopped: " + again);
    } else if (file_system.status(checkpoint_path(directory)).kind == FileKind::missing) {
      console.note(
          "there is no checkpoint to go on from: it could not be written. What was learned beyond the "
          "model that is kept is lost");
    } else {
      console.note("where it stopped could not be kept as a checkpoint; to go on from an earlier one: " +
                   again);
    }
    return;
  }
  // What is in a directory that is no longer ours is another training's.
  const auto& may_write = settings.request.checkpoint.may_write;
  if (may_write && !may_write()) return;
  // The model is saved: there is nothing to go on with. A link stays; what it leads to was written by us, and
  // goes.
  const std::string path = checkpoint_path(directory);
  if (file_system.status(path).kind != FileKind::missing) file_system.remove(file_system.resolve_link(path));
}

ExitCode run_train(Console& console, const Command& command, TrainSettings& settings) {
  if (settings.quiet) console.be_quiet();
  finish_train_settings(command, settings);
  FileSystem& file_system = real_file_system();
  check_paths(file_system, settings);
  if (!settings.request.checkpoint.directory.empty())
    hold_directory(file_system, settings, settings.request.checkpoint.directory);
  note_bf16_source(console, command, settings.request.precision);
  const ComputeResources resources(settings.compute);

  // Before training starts there is nothing to save: until then Ctrl-C ends the program as it ends any other.
  std::unique_ptr<InterruptGuard> guard;
  std::unique_ptr<ProgressLine> progress;
  std::vector<Message> told;
  const SessionObserver observer{
      .on_plan =
          [&](const TrainingPlan& plan) {
            require_room_in_file(
                {.network = plan.network, .encoder = plan.encoder, .schema = plan.schema, .loss = plan.loss});
            guard = std::make_unique<InterruptGuard>(
                settings.request.checkpoint.directory.empty()
                    ? "\nchainrule: stopping; the best weights so far are kept (Ctrl-C again ends at once)\n"
                    : "\nchainrule: stopping; the best weights so far are kept, and a checkpoint is written "
                      "(Ctrl-C again ends at once)\n");
            describe_plan(console, settings.request, plan, resources.threads());
            if (settings.request.checkpoint.resume_from)
              console.note(going_on_text(*settings.request.checkpoint.resume_from));
            told = plan.notes;
            progress = std::make_unique<ProgressLine>(
                console, ProgressStyle{
                             .redraws = console.err_redraws(),
                             .width = console.err_width(),
                             .score_name = plan.encoder.target.task == Task::regression ? "r2" : "accuracy"});
          },
      .on_epoch =
          [&](const EpochReport& epoch) {
            progress->report(epoch);
            return guard->asked() ? Continue::stop : Continue::yes;
          },
      .on_step = [&](const StepReport&) { return guard->asked() ? Continue::stop : Continue::yes; },
      .is_asked_to_stop = [&] { return guard->asked(); },
      .on_trouble =
          [&](const Error& error) {
            progress->finish();
            const std::string_view then = guard->asked() ? "" : "; that does not end training";
            console.note(fmt::format("the checkpoint could not be written{}\n{}", then,
                                     format_error(error.report(), Face::command_line)));
          }};
  TrainOutcome outcome;
  try {
    outcome = train_on_table(file_system, resources.compute(), settings.request, observer);
  } catch (...) {
    // The message shall not stand behind a half-drawn line.
    if (progress) progress->finish();
    throw;
  }
  if (progress) progress->finish();
  for (const Message& note : outcome.notes) {
    if (std::find(told.begin(), told.end(), note) == told.end())
      console.note(printable(note.text(Face::command_line)));
  }
  if (outcome.history.stop_reason == StopReason::diverged) {
    settings.output = path_after_divergence(file_system, settings.output);
    settings.report = path_after_divergence(file_system, settings.report);
  }
  const int signal = guard->signal();
  // A pipe may wait for its reader for ever; nothing is left that a signal should spare.
  const auto is_pipe = [&](const std::string& path) {
    return file_system.status(path).kind == FileKind::other;
  };
  if (is_pipe(settings.output)) guard.reset();
  save_model(file_system, settings.output, outcome.model);
  if (!settings.report.empty()) {
    if (is_pipe(settings.report)) guard.reset();
    write_file_atomically(file_system, settings.report,
                          render_report({.model = outcome.model,
                                         .history = outcome.history,
                                         .training = outcome.training,
                                         .held_out = outcome.held_out,
                                         .notes = outcome.notes,
                                         .truth = outcome.truth,
                                         .predicted = outcome.predicted,
                                         .seconds = outcome.seconds,
                                         .face = Face::command_line}));
  }
  finish_checkpoint(console, file_system, settings, outcome);
  note_if_useless(console, outcome, settings.request.model == ModelType::rbf);
  if (settings.json) {
    write_json(console, json_of_outcome(console, settings, outcome));
  } else {
    print_summary(console, settings, outcome);
  }
  console.flush();
  if (outcome.history.stop_reason == StopReason::diverged) throw_diverged(settings, outcome.history);
  return outcome.history.stop_reason == StopReason::asked_to_stop ? exit_code_after(signal) : ExitCode::done;
}

}  // namespace

void add_train_command(Command& root) {
  Command& command = root.subcommand("train", "learn from a table; what was learned goes into a model file");
  const auto settings = std::make_shared<TrainSettings>();
  command.example(
      "train penguins.csv --target species",
      "learn to tell the column species from the others; columns, task and network are found out");
  command.example(
      "train houses.csv --target price --hidden 32 --epochs 500 --report houses.html -o houses.safetensors",
      "a number to predict, a smaller network, a page with pictures");
  command.example("train iris.csv --model rbf --centres 20 --fine-tune 100",
                  "radial basis functions around cluster middles, solved for at once, then tuned by descent");
  command.example("train train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz --validation none",
                  "pictures with their labels in a second file");
  command.describe(
      "Nothing but DATA is needed. Text columns, missing cells and scales are dealt with, and what was done "
      "is stored in "
      "the model, so that `predict` takes tables as they are. Ctrl-C ends training early and keeps the best "
      "weights.");
  command.example("train big.csv --epochs 5000 --checkpoint run1",
                  "kept in run1 every five minutes; after an interruption: train --resume run1");
  add_train_options(command, *settings);
  command.more_options(
      [settings](const Command& self) { return options_of_checkpoint(real_file_system(), self, *settings); });
  command.on_run([settings](Console& console, Command& self) { return run_train(console, self, *settings); });
}

}  // namespace chainrule::cli
