// One option or argument of a command: its names, its help, the source of its value, and its binding to a
// field.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/setting.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name of the library
class Option;
}  // namespace CLI

namespace chainrule::cli {

// "--batch-size".
inline std::string option_name(Setting setting) {
  return name_of(setting, Face::command_line);
}

// What the user gave for one option: each appearance is one value.
struct Given {
  std::string name;  // "--epochs"
  std::vector<std::string> values;
  // The value of an option that may be given only once. Throws UsageError when it was given more often.
  const std::string& once() const;
};

// Sets a field from the words of an option.
struct Binding {
  std::function<void(const Given&)> apply;
  std::string shown_default = {};
  std::vector<std::string> words = {};  // all valid words, if they can be listed
  bool keeps_values_apart = false;      // each appearance is a separate value; else all are one list
  // The name that stands for a valid word and its synonyms. Empty: words are kept as given.
  std::function<std::string(const std::string&)> canonical = {};
};

enum class Completion { nothing, file };
// Options that shape a model are recorded in its provenance; options of a single run (paths, threads, output)
// are not.
enum class Recorded { in_the_model, nowhere };

struct OptionText {
  std::optional<Setting> setting = {};  // gives the long name, from the table of settings
  std::string names = {};               // "-j,--json"; with a setting, further names: "-o"
  std::string value;                    // placeholder in the help: "FILE"
  std::string help;
  std::string shown_default = {};  // instead of the binding's
  Completion completion = Completion::nothing;
  Recorded recorded = Recorded::in_the_model;
  std::string environment = {};  // variable to read when the option is not given
};

// An option or argument with its values, kept for a later run.
struct KeptOption {
  std::string name;  // "--epochs", "DATA"
  std::vector<std::string> values;
};

// The options of earlier work, for a command that resumes it.
struct KeptOptions {
  std::vector<KeptOption> options;
  // Options that each run sets for itself. The others ignore the environment, even if the earlier work used
  // the default.
  std::span<const std::string> per_run;
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

}  // namespace chainrule::cli
