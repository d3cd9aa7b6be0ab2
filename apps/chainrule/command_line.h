// Commands and their options: said once, used for parsing, help, completion, the environment and --config.
//
// Parsing is CLI11's (command_line.cpp); what the commands see are bindings from words to their own fields.
// The value of an option comes from, in this order: the command line, its environment variable, the file of
// --config, the default. What goes on with earlier work (more_options) has its values before the environment.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/names.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace chainrule::cli {

class Console;

enum class ExitCode : int {
  done = 0,
  condition_false = 1,
  usage = 2,
  bad_data = 3,
  bad_model = 4,
  non_finite = 5,
  internal = 70,
  terminated = 75,  // by SIGTERM, work saved: schedulers take it for "try again"
  hung_up = 129,
  interrupted = 130,
};

// What the user gave for one option: each appearance is one value.
struct Given {
  std::string name;  // "--epochs"
  std::vector<std::string> values;
  // The value of an option that makes sense once. Throws UsageError when it was given more often.
  const std::string& once() const;
};

// How words become a field.
struct Binding {
  std::function<void(const Given&)> apply;
  std::string shown_default = {};
  std::vector<std::string> words = {};  // all the words that make sense, when they can be listed
  bool keeps_values_apart = false;      // each appearance is a value by itself; else all are one list
};

enum class Completion { nothing, file };
// Options that made a model are kept in its provenance; those of one run only (paths, threads, output) are
// not.
enum class Recorded { in_the_model, nowhere };

struct OptionText {
  std::string names;  // "-o,--output"
  std::string value;  // placeholder in the help: "FILE"
  std::string help;
  std::string shown_default = {};  // instead of the binding's
  Completion completion = Completion::nothing;
  Recorded recorded = Recorded::in_the_model;
  std::string environment = {};  // variable that is asked when the option is not given
};

// An option or argument with its values, kept to be given again.
struct KeptOption {
  std::string name;  // "--epochs", "DATA"
  std::vector<std::string> values;
};

// What earlier work was given, for a command that goes on with it.
struct KeptOptions {
  std::vector<KeptOption> options;
  // Those that each run has for itself. Of the others the environment says nothing, also where the work had the default.
  std::span<const std::string_view> of_one_run;
};

struct Example {
  std::string arguments;  // after the program's name
  std::string explanation;
};

struct OptionEntry {
  OptionText text;
  Binding binding;
  std::string heading;
  CLI::Option* option = nullptr;
  bool is_flag = false, is_positional = false, is_required = false;
  bool is_set = false;              // by any source
  std::vector<std::string> values;  // as given
  std::string source;  // for messages: "--epochs", "the environment variable ...", "epochs in FILE"

  std::string long_name() const;   // "--output"; the name of a positional
  std::string short_name() const;  // "-o" or ""
};

class Command {
 public:
  Command(CLI::App* app, std::string path, std::string summary);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // The part of the help that the following options stand in.
  void heading(std::string title) { heading_ = std::move(title); }
  void positional(std::string name, std::string help, std::string& value,
                  Completion completion = Completion::file);
  // Any number of words behind the others, none at all too.
  void positionals(std::string name, std::string help, Binding binding);
  // An argument of this command may begin with -, as "-x^2" does, when it is no option.
  void take_leading_minus() { takes_leading_minus_ = true; }
  bool takes_leading_minus() const { return takes_leading_minus_; }
  void option(OptionText text, Binding binding);
  void flag(std::string names, std::string help, bool& value);
  void flag(std::string names, std::string help, std::function<void(bool)> act);
  // A flag that somebody else acts on.
  void flag(std::string names, std::string help);
  // Adds --config FILE.
  void config_file();
  void describe(std::string paragraph) { paragraph_ = std::move(paragraph); }
  void example(std::string arguments, std::string explanation) {
    examples_.push_back({std::move(arguments), std::move(explanation)});
  }
  // Where options may come from that neither the command line nor --config sets; asked before anything is missed.
  // Nothing when there is no earlier work.
  void more_options(std::function<std::optional<KeptOptions>(const Command&)> source) {
    more_options_ = std::move(source);
  }
  Command& subcommand(const std::string& name, std::string summary);
  void on_run(std::function<ExitCode(Console&, Command&)> run) { run_ = std::move(run); }

  // "--epochs" was set by the command line, the environment or --config.
  bool is_set(std::string_view long_name) const;
  // The values of an option that is set, else none.
  std::vector<std::string> values_of(std::string_view long_name) const;
  // All that is set, but the options named in `without`.
  std::vector<KeptOption> kept(std::span<const std::string_view> without) const;
  // "--epochs", "environment variable CHAINRULE_SEED", "epochs in FILE"; "" when nothing set it.
  const std::string& source_of(std::string_view long_name) const;
  // Throws UsageError when `option` is set but means nothing, for `reason`.
  void refuse_if_set(std::string_view long_name, const std::string& reason) const;
  // The options that made the model, as given, sorted by name.
  std::vector<std::pair<std::string, std::string>> recorded() const;

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
  ~CommandLine();
  Command& root() { return *root_; }
  // Runs what the arguments (without the program's name) ask for. Throws UsageError and what the command
  // throws.
  ExitCode run(const std::vector<std::string>& arguments, Console& console);

 private:
  std::unique_ptr<CLI::App> app_;
  std::unique_ptr<Command> root_;
};

// The help of a command: examples first, then usage and the options by headings. `highlight` marks headings.
std::string help_text(const Command& command, std::string_view program, std::size_t width,
                      const std::function<std::string(std::string_view)>& highlight);

// --- bindings ----------------------------------------------------------------------------------------------

struct Limits {
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  enum class Ends { included, minimum_excluded, maximum_excluded, excluded } ends = Ends::included;
};
inline constexpr Limits kPositive{.minimum = 0, .ends = Limits::Ends::minimum_excluded};
inline constexpr Limits kNotNegative{.minimum = 0};

Binding to_text(std::string& value);
Binding to_number(double& value, Limits limits = {});
Binding to_number(std::optional<double>& value, Limits limits = {});
Binding to_count(std::size_t& value, std::size_t minimum = 1);
// A seed: any 64-bit number.
Binding to_seed(std::uint64_t& value);
// Names separated by commas, the option given once or more.
Binding to_list(std::vector<std::string>& value);
// Whole values, the option given once or more.
Binding to_values(std::vector<std::string>& value);
Binding to_counts(std::vector<std::size_t>& value, std::string_view word_for_none);
// Numbers separated by commas.
Binding to_numbers(std::vector<double>& value, Limits limits);
// "30s", "5m", "1h", "1h30m", "90": seconds.
Binding to_seconds(double& value, double most_hours = 100'000);
double parse_seconds(std::string_view text);
double parse_number(std::string_view text, const Limits& limits);
std::size_t parse_count(std::string_view text, std::size_t minimum);

template <typename E>
Binding to_word(E& value) {
  return {.apply = [&value](const Given& given) { value = parse_name<E>(given.once()); },
          .shown_default = std::string(name_of(value)),
          .words = names_of_all<E>()};
}

template <typename E>
Binding to_word(std::optional<E>& value) {
  return {.apply = [&value](const Given& given) { value = parse_name<E>(given.once()); },
          .shown_default = {},
          .words = names_of_all<E>()};
}

// Words without an EnumNames table: pairs of word and value.
template <typename V>
Binding to_choice(V& value, std::vector<std::pair<std::string, V>> choices) {
  Binding binding;
  for (const auto& [word, chosen] : choices) {
    binding.words.push_back(word);
    if (chosen == value && binding.shown_default.empty()) binding.shown_default = word;
  }
  binding.apply = [&value, choices = std::move(choices), words = binding.words](const Given& given) {
    for (const auto& [word, chosen] : choices) {
      if (word == given.once()) {
        value = chosen;
        return;
      }
    }
    const std::string nearest = nearest_name(given.once(), words);
    throw UsageError({.what = "unknown word for " + given.name,
                      .expected = join(words, ", "),
                      .got = quoted(given.once()),
                      .advice = nearest.empty() ? "" : "did you mean " + quoted(nearest) + "?"});
  };
  return binding;
}

}  // namespace chainrule::cli
