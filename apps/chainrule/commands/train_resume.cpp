// `train --checkpoint` and `train --resume`: only one run at a time holds a directory, through a locked file
// in it; a resumed run takes the options that its checkpoint kept, unless the command line gives others.
#include "chainrule/commands/train_resume.h"

#include <algorithm>
#include <filesystem>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/text.h"
#include "chainrule/session/checkpoints.h"
#include "chainrule/toolkit/layout.h"

namespace chainrule::cli {

const std::vector<std::string>& per_run_options() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {"--config", "--json", "--quiet"};
    for (const Setting setting : {Setting::checkpoint, Setting::resume, Setting::every, Setting::threads,
                                  Setting::vector, Setting::time_budget})
      all.push_back(option_name(setting));
    return all;
  }();
  return names;
}

std::string lock_path(const std::string& directory) {
  return (std::filesystem::path(directory) / "checkpoint.lock").string();
}

void hold_directory(FileSystem& file_system, TrainSettings& settings, const std::string& directory) {
  if (settings.directory_lock) return;
  require_no_file_at(file_system, directory);
  file_system.make_directory(directory);
  auto lock = std::make_unique<FileLock>(lock_path(directory));
  if (lock->state() == FileLock::State::taken) {
    const std::string process =
        lock->holder() == 0 ? "" : " (process " + std::to_string(lock->holder()) + ")";
    throw UsageError({.what = "another run is using this directory" + process,
                      .where = directory,
                      .advice = "wait until it has ended, or name another --checkpoint directory"});
  }
  if (lock->state() == FileLock::State::held) {
    remove_temporary_checkpoints(file_system, directory);
    settings.request.checkpoint.may_write = [held = lock.get()] { return held->is_still_there(); };
  }
  settings.directory_lock = std::move(lock);
}

namespace {

// A run can resume from a directory that is read-only, with its next checkpoints elsewhere.
void hold_directory_to_resume(FileSystem& file_system, TrainSettings& settings,
                              const std::string& directory) {
  try {
    hold_directory(file_system, settings, directory);
  } catch (const DataError& error) {
    ErrorReport report = error.report();
    report.advice = "to resume from it and write the next checkpoints elsewhere: chainrule train --resume " +
                    shell_word(directory) + " --checkpoint DIR";
    throw DataError(std::move(report));
  }
}

// Without DATA no run can start; the user may want to resume one.
void suggest_resume(FileSystem& file_system, const Command& command) {
  const std::vector<std::string> checkpoint = command.values_of(Setting::checkpoint);
  if (command.is_set("DATA") || checkpoint.empty()) return;
  if (file_system.status(checkpoint_path(checkpoint.front())).kind == FileKind::missing) return;
  throw UsageError({.what = "DATA is missing: the table to learn from",
                    .where = "chainrule train",
                    .advice = "to resume from the checkpoint in this directory: chainrule train --resume " +
                              shell_word(checkpoint.front())});
}

// A table from standard input is gone; standard input now holds something else.
void refuse_standard_input_of_old(const Command& command, const KeptOptions& kept,
                                  const std::string& directory) {
  for (const KeptOption& option : kept.options) {
    if (option.values != std::vector<std::string>{"-"} || command.is_set(option.name)) continue;
    const bool is_data = option.name == "DATA";
    throw UsageError(
        {.what = "the run read this from standard input, which is not kept",
         .where = option.name,
         .got = "-",
         .advice = "give the same table again, in a file or as standard input: chainrule train " +
                   std::string(is_data ? "" : option.name + " ") + "FILE --resume " + shell_word(directory)});
  }
}

}  // namespace

std::optional<KeptOptions> options_of_checkpoint(FileSystem& file_system, const Command& command,
                                                 TrainSettings& settings) {
  const std::vector<std::string> resume = command.values_of(Setting::resume);
  if (resume.empty()) {
    suggest_resume(file_system, command);
    return std::nullopt;
  }
  const std::string directory = Given{option_name(Setting::resume), resume}.once();
  if (directory.empty())
    throw UsageError({.what = "an empty value", .setting = Setting::resume, .advice = "name a directory"});
  require_no_file_at(file_system, directory);
  const std::vector<std::string> checkpoint = command.values_of(Setting::checkpoint);
  const bool may_be_missing = !checkpoint.empty() && checkpoint.front() == directory;
  // The lock is taken before the checkpoint is read, so that no other run replaces it in between. A directory
  // that is only read needs no lock: a checkpoint is always replaced as a whole.
  const bool is_written = checkpoint.empty() || may_be_missing;
  if (is_written && file_system.status(directory).kind == FileKind::directory)
    hold_directory_to_resume(file_system, settings, directory);
  if (may_be_missing && file_system.status(checkpoint_path(directory)).kind == FileKind::missing)
    return std::nullopt;
  auto read = std::make_shared<const Checkpoint>(load_checkpoint(file_system, directory));
  KeptOptions kept{.options = {}, .per_run = per_run_options()};
  for (const auto& [name, values] : read->description.arguments) {
    if (values.empty()) {
      throw ModelFileError({.what = "the checkpoint names an option without a value",
                            .where = checkpoint_path(directory),
                            .got = name});
    }
    // Chainrule does not write these: such a file would choose the directory, or files of options.
    if (std::ranges::find(per_run_options(), name) != per_run_options().end()) {
      throw ModelFileError({.what = "the checkpoint names an option that is not the training's",
                            .where = checkpoint_path(directory),
                            .got = name,
                            .advice = "the file was written or changed by another program: do not use it"});
    }
    kept.options.push_back({.name = name, .values = values});
  }
  // The first version of the format is older than the clipping of outliers.
  const std::string outliers = option_name(Setting::outliers);
  if (read->format_version == 1 &&
      std::ranges::find(kept.options, outliers, &KeptOption::name) == kept.options.end())
    kept.options.push_back({.name = outliers, .values = {std::string(name_of(Outliers::keep))}});
  // The first two are older than the efforts.
  if (read->format_version <= 2)
    kept.options.push_back({.name = option_name(Setting::preset), .values = {"textbook"}});
  refuse_standard_input_of_old(command, kept, directory);
  // A model without a given name is named after DATA.
  const bool names_output =
      std::ranges::find(kept.options, option_name(Setting::output), &KeptOption::name) != kept.options.end();
  settings.output_is_of_checkpoint =
      !command.is_set(Setting::output) && (names_output || !command.is_set("DATA"));
  settings.report_is_of_checkpoint = !command.is_set(Setting::report);
  if (checkpoint.empty())
    kept.options.push_back({.name = option_name(Setting::checkpoint), .values = {directory}});
  settings.request.checkpoint.resume_from = std::move(read);
  return kept;
}

}  // namespace chainrule::cli
