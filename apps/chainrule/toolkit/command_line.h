// Commands and their options: declared once, used for parsing, help, completion, the environment and
// --config.
//
// CLI11 parses (command_line.cpp); the commands see bindings from words to their own fields.
// The value of an option comes from, in this order: the command line, its environment variable, the file of
// --config, the default. A command that resumes earlier work (more_options) takes its values before the
// environment.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/names.h"
#include "chainrule/exit_codes.h"
#include "chainrule/toolkit/option.h"

namespace CLI {
class App;
}  // namespace CLI

namespace chainrule::cli {

class Console;

// An option that would change nothing beside the others.
class OptionWithoutEffect : public UsageError {
 public:
  OptionWithoutEffect(std::string name, ErrorReport report)
      : UsageError(std::move(report)), name_(std::move(name)) {}
  const std::string& name() const { return name_; }  // "--momentum"

 private:
  std::string name_;
};

struct Example {
  std::string arguments;  // after the program's name
  std::string explanation;
};

class Command {
 public:
  Command(CLI::App* app, std::string path, std::string summary);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command() = default;

  // The section of the help for the options that follow.
  void heading(std::string title) { heading_ = std::move(title); }
  void positional(std::string name, std::string help, std::string& value,
                  Completion completion = Completion::file);
  // Any number of words after the others, or none.
  void positionals(std::string name, std::string help, Binding binding);
  // An argument of this command may begin with -, as "-x^2" does, when it is not an option.
  void take_leading_minus() { takes_leading_minus_ = true; }
  bool takes_leading_minus() const { return takes_leading_minus_; }
  void option(OptionText text, Binding binding);
  void flag(std::string names, std::string help, bool& value);
  void flag(std::string names, std::string help, std::function<void(bool)> act);
  // A flag that is handled elsewhere.
  void flag(std::string names, std::string help);
  // Adds --config FILE.
  void config_file();
  void describe(std::string paragraph) { paragraph_ = std::move(paragraph); }
  void example(std::string arguments, std::string explanation) {
    examples_.push_back({std::move(arguments), std::move(explanation)});
  }
  // A source for options that neither the command line nor --config sets, read before required options are
  // checked. Nothing when there is no earlier work.
  void more_options(std::function<std::optional<KeptOptions>(const Command&)> source) {
    more_options_ = std::move(source);
  }
  Command& subcommand(const std::string& name, std::string summary);
  void on_run(std::function<ExitCode(Console&, Command&)> run) { run_ = std::move(run); }

  // "--epochs" was set by the command line, the environment or --config.
  bool is_set(std::string_view long_name) const;
  bool is_set(Setting setting) const { return is_set(option_name(setting)); }
  // The values of an option that is set, else none.
  std::vector<std::string> values_of(Setting setting) const;
  // All options that are set, except those in `without`.
  std::vector<KeptOption> kept(std::span<const std::string> without) const;
  // "--epochs", "environment variable CHAINRULE_SEED", "epochs in FILE"; "" when nothing set it.
  const std::string& source_of(Setting setting) const;
  // Throws OptionWithoutEffect when `option` is set but has no effect, for `reason`.
  void refuse_if_set(std::string_view long_name, const std::string& reason) const;
  void refuse_if_set(Setting setting, const std::string& reason) const {
    refuse_if_set(option_name(setting), reason);
  }
  // The options that made the model, as given, sorted by name.
  std::vector<std::pair<std::string, std::string>> recorded() const;

  // For a command that no command line runs: sets an option, and hands all that are set to their bindings.
  void give(const KeptOption& option, std::string source);
  void apply_given();

  const std::string& path() const { return path_; }  // "data split"
  const std::string& summary() const { return summary_; }
  const std::string& paragraph() const { return paragraph_; }
  std::string name() const;
  const std::vector<Example>& examples() const { return examples_; }
  const std::vector<std::unique_ptr<OptionEntry>>& options() const { return options_; }
  const std::vector<std::unique_ptr<Command>>& subcommands() const { return subcommands_; }
  Command* find(std::string_view name) const;
  bool can_run() const { return static_cast<bool>(run_); }

 private:
  friend class CommandLine;
  OptionEntry& add(OptionText text, Binding binding);

  CLI::App* app_;
  std::string path_, summary_, paragraph_, heading_ = "Options";
  std::vector<Example> examples_;
  std::vector<std::unique_ptr<OptionEntry>> options_;
  std::vector<std::unique_ptr<Command>> subcommands_;
  std::function<ExitCode(Console&, Command&)> run_;
  std::function<std::optional<KeptOptions>(const Command&)> more_options_;
  bool takes_leading_minus_ = false;
};

class CommandLine {
 public:
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();
  Command& root() { return *root_; }
  // Runs what the arguments (without the program's name) ask for. Throws UsageError and what the command
  // throws.
  ExitCode run(const std::vector<std::string>& arguments, Console& console);

 private:
  std::unique_ptr<CLI::App> app_;
  std::unique_ptr<Command> root_;
};

}  // namespace chainrule::cli
