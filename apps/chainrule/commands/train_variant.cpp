#include "chainrule/commands/train_variant.h"

#include <algorithm>
#include <set>

#include "chainrule/base/text.h"
#include "chainrule/commands/train_options.h"
#include "chainrule/commands/train_resume.h"
#include "chainrule/toolkit/first_look.h"
#include "chainrule/toolkit/option_sources.h"

namespace chainrule::cli {
namespace {

// Of the table, which is read once and dealt to folds once, and of the run.
constexpr Setting kShared[] = {Setting::target,        Setting::labels,      Setting::missing_target,
                               Setting::column,        Setting::delimiter,   Setting::header,
                               Setting::decimal,       Setting::thousands,   Setting::strip,
                               Setting::missing,       Setting::not_missing, Setting::skip,
                               Setting::skip_last,     Setting::comment,     Setting::quote,
                               Setting::escape,        Setting::lenient,     Setting::class_names,
                               Setting::class_order,   Setting::soft_labels, Setting::validation_labels,
                               Setting::weight_column, Setting::group,       Setting::time,
                               Setting::task,          Setting::seed,        Setting::threads,
                               Setting::vector,        Setting::matrix_unit};

// The words of a shell's command line: blanks separate, quotes join.
std::vector<std::string> shell_words(const std::string& text, const std::string& source) {
  std::vector<std::string> words;
  bool is_inside = false;
  char quote = '\0';
  for (const char sign : text) {
    if (quote != '\0') {
      if (sign == quote) {
        quote = '\0';
      } else {
        words.back() += sign;
      }
      continue;
    }
    if (sign == ' ' || sign == '\t' || sign == '\n') {
      is_inside = false;
      continue;
    }
    if (!is_inside) words.emplace_back();
    is_inside = true;
    if (sign == '"' || sign == '\'') {
      quote = sign;
    } else {
      words.back() += sign;
    }
  }
  if (quote != '\0') {
    throw UsageError({.what = "a quote is opened and not closed", .where = source, .got = quoted(text)});
  }
  return words;
}

// The same options as a command of their own.
struct Copy {
  TrainSettings settings;
  CommandLine line;
  Command& command;

  explicit Copy(const std::string& path) : command(line.root().subcommand(path, "")) {
    add_training_options(command, settings);
    add_machine_options(command, settings);
  }
  bool has(const std::string& long_name) const {
    return std::ranges::any_of(command.options(),
                               [&](const auto& entry) { return entry->long_name() == long_name; });
  }
};

}  // namespace

void require_variable(const Command& command, const std::string& name, const std::string& source) {
  const Copy copy(command.path());
  if (!copy.has("--" + name) || name == "config") {
    const std::string nearest = nearest_option(copy.command, name);
    throw UsageError(
        {.what = "unknown option " + quoted(name),
         .where = source,
         .advice = nearest.empty() ? how_to_get_help(command) : "did you mean " + quoted(nearest) + "?"});
  }
  for (const Setting setting : kShared) {
    if (option_name(setting) != "--" + name) continue;
    throw UsageError({.what = "all trainings share this option: " + quoted(name),
                      .where = source,
                      .expected = "options of the network, the loss, the optimizer or the inputs",
                      .advice = "give --" + name + " once, beside DATA"});
  }
}

std::vector<KeptOption> training_options(const Command& command) {
  const Copy copy(command.path());
  std::vector<KeptOption> options;
  for (KeptOption& option : command.kept(per_run_options())) {
    if (option.name != "DATA" && copy.has(option.name)) options.push_back(std::move(option));
  }
  return options;
}

TrainRequest request_with(const Command& command, const std::vector<ChangedOption>& changes) {
  Copy copy(command.path());
  for (const KeptOption& option : command.kept(per_run_options())) {
    if (copy.has(option.name)) copy.command.give(option, option.name);
  }
  for (const ChangedOption& change : changes)
    copy.command.give({.name = "--" + change.name, .values = change.values}, change.source);
  copy.command.apply_given();
  finish_train_settings(copy.command, copy.settings);
  return copy.settings.request;
}

std::vector<ChangedOption> read_changes(const std::string& words, const std::string& source) {
  std::vector<ChangedOption> changes;
  const std::vector<std::string> parts = shell_words(words, source);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& word = parts[i];
    if (!word.starts_with("--")) {
      throw UsageError({.what = "not an option",
                        .where = source,
                        .expected = "options of `train` with their values, such as \"--hidden 8\"",
                        .got = quoted(word)});
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    std::string value;
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < parts.size() && !looks_like_option(parts[i + 1])) {
      value = parts[++i];
    } else {
      throw UsageError({.what = "--" + name + " needs a value", .where = source});
    }
    const auto known = std::ranges::find(changes, name, &ChangedOption::name);
    if (known == changes.end()) {
      changes.push_back({.name = name, .values = {value}, .source = "--" + name + " in " + source});
    } else {
      known->values.push_back(value);
    }
  }
  return changes;
}

}  // namespace chainrule::cli
