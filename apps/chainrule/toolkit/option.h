// One option or argument of a command: its names, its help, where its value came from, and how words become a
// field.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/setting.h"

namespace CLI {
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
  std::optional<Setting> setting = {};  // has its long name from the table of settings
  std::string names = {};               // "-j,--json"; with a setting, those beside its own: "-o"
  std::string value;                    // placeholder in the help: "FILE"
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
  // Those that each run has for itself. Of the others the environment says nothing, also where the work had
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
