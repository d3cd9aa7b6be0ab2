// Commands are declared once. CLI11 parses the words; our entries keep what each option was given and by
// which source. CommandLine::run: first look -> CLI11 -> environment, --config, earlier work -> required
// options -> bindings -> the command.
#include "chainrule/toolkit/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <stdexcept>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/first_look.h"
#include "chainrule/toolkit/help_text.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/option_sources.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

// CLI11's errors in our words. Few are left after the first look.
[[noreturn]] void throw_parse_error(const CLI::ParseError& error, const Command& command,
                                    const std::vector<std::string>& extras) {
  std::string what = error.what();
  std::string advice = fmt::format("`chainrule {} --help` shows how", command.path());
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    what = "one argument too many: " + quoted(extras.empty() ? "" : extras.front());
  }
  throw UsageError({.what = what, .where = "chainrule " + command.path(), .advice = advice});
}

// "bench --json train": the option of `bench` would be read and forgotten.
void refuse_options_in_front(const Command& root, const Command& command) {
  const std::string& path = command.path();
  const Command* above = &root;
  for (std::size_t end = path.find(' '), first = 0; end != std::string::npos;
       first = end + 1, end = path.find(' ', first)) {
    above = above->find(path.substr(first, end - first));
    if (above == nullptr) return;
    for (const auto& entry : above->options()) {
      if (entry->option->count() == 0) continue;
      throw UsageError(
          {.what = entry->long_name() + " comes before the command it is for",
           .where = "chainrule " + path,
           .expected = "the command first",
           .advice = "`chainrule " + path + " " + entry->long_name() + "`, where the command has it"});
    }
  }
}

void require_all(const Command& command) {
  for (const auto& entry : command.options()) {
    if (!entry->is_required || entry->is_set) continue;
    throw UsageError({.what = entry->text.names + " is missing: " + entry->text.help,
                      .where = "chainrule " + command.path(),
                      .advice = fmt::format("`chainrule {} --help` shows how", command.path())});
  }
}

// The first command, in the order of the help, that has each option.
void collect_homes(const Command& command, std::map<std::string, std::string>& homes) {
  for (const auto& entry : command.options())
    homes.try_emplace(entry->long_name(), command.path());
  for (const auto& below : command.subcommands())
    collect_homes(*below, homes);
}

// Messages name options of the command that runs, and others together with a command that has them. The
// reader outlives the tree of commands: errors are shown after it is gone.
Reader reader_of(const Command& command, const Command& root) {
  std::map<std::string, std::string> homes;
  for (const auto& below : root.subcommands())
    collect_homes(*below, homes);
  for (const auto& entry : command.options())
    homes[entry->long_name()].clear();
  return {Face::command_line, [homes = std::move(homes)](Setting setting) {
            const auto home = homes.find(option_name(setting));
            return home == homes.end() ? std::string() : home->second;
          }};
}

void apply(const Command& command, OptionEntry& entry) {
  if (!entry.is_set) return;
  try {
    entry.binding.apply({.name = entry.long_name(), .values = entry.values});
    if (!entry.binding.canonical) return;
    for (std::string& value : entry.values)
      value = entry.binding.canonical(value);
  } catch (const UsageError& error) {
    ErrorReport report = error.report();
    if (report.where.empty() && !report.setting) report.where = entry.source;
    if (report.what == kEmptyValue && entry.is_required) report.advice = "give one: " + entry.text.help;
    if (report.advice.empty())
      report.advice = "`chainrule " + command.path() + " --help` explains " + entry.long_name();
    throw UsageError(std::move(report));
  }
}

}  // namespace

// --- Command -----------------------------------------------------------------------------------------------

Command::Command(CLI::App* app, std::string path, std::string summary)
    : app_(app), path_(std::move(path)), summary_(std::move(summary)) {
  app_->set_help_flag();
  app_->allow_windows_style_options(false);
}

std::string Command::name() const {
  const std::size_t blank = path_.rfind(' ');
  return blank == std::string::npos ? path_ : path_.substr(blank + 1);
}

Command* Command::find(std::string_view wanted) const {
  for (const auto& command : subcommands_) {
    if (command->name() == wanted) return command.get();
  }
  return nullptr;
}

OptionEntry& Command::add(OptionText text, Binding binding) {
  if (text.setting) {
    if (!text.names.empty()) text.names += ',';
    text.names += option_name(*text.setting);
  }
  options_.push_back(std::make_unique<OptionEntry>());
  OptionEntry& entry = *options_.back();
  entry.text = std::move(text);
  entry.binding = std::move(binding);
  entry.heading = heading_;
  return entry;
}

void Command::positional(std::string name, std::string help, std::string& value, Completion completion) {
  OptionEntry& entry = add({.names = std::move(name),
                            .value = "",
                            .help = std::move(help),
                            .completion = completion,
                            .recorded = Recorded::nowhere},
                           to_text(value));
  entry.is_positional = true;
  entry.option = app_->add_option(entry.text.names, [](const CLI::results_t&) { return true; });
  entry.option->type_size(1)->expected(1)->allow_extra_args(false);
  entry.is_required = true;
}

void Command::positionals(std::string name, std::string help, Binding binding) {
  OptionEntry& entry = add({.names = std::move(name),
                            .value = "",
                            .help = std::move(help),
                            .completion = Completion::nothing,
                            .recorded = Recorded::nowhere},
                           std::move(binding));
  entry.is_positional = true;
  entry.option = app_->add_option(entry.text.names, [](const CLI::results_t&) { return true; });
  entry.option->type_size(1)->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(true);
}

void Command::option(OptionText text, Binding binding) {
  OptionEntry& entry = add(std::move(text), std::move(binding));
  entry.option = app_->add_option(entry.text.names, [](const CLI::results_t&) { return true; });
  entry.option->type_size(1)->expected(1)->allow_extra_args(false);
  entry.option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

namespace {

Binding to_flag(std::function<void(bool)> set) {
  return {.apply = [set = std::move(set)](const Given& given) {
    const std::string& word = given.values.back();
    if (word != "true" && word != "false") {
      throw UsageError(
          {.what = given.name + " takes no value", .expected = "true or false", .got = quoted(word)});
    }
    set(word == "true");
  }};
}

}  // namespace

void Command::flag(std::string names, std::string help, bool& value) {
  flag(std::move(names), std::move(help), [&value](bool given) { value = given; });
}

void Command::flag(std::string names, std::string help, std::function<void(bool)> act) {
  flag(std::move(names), std::move(help));
  options_.back()->binding = to_flag(std::move(act));
}

void Command::flag(std::string names, std::string help) {
  OptionEntry& entry =
      add({.names = std::move(names), .value = "", .help = std::move(help), .recorded = Recorded::nowhere},
          to_flag([](bool) {}));
  entry.is_flag = true;
  entry.option = app_->add_flag(entry.text.names);
  entry.option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void Command::config_file() {
  option({.names = "--config",
          .value = "FILE",
          .help = "options from a file: lines such as `epochs = 50` or `hidden = 64,32` (TOML or INI), at "
                  "the top or "
                  "under [" +
                  path_ + "]; the command line and the environment come first",
          .completion = Completion::file,
          .recorded = Recorded::nowhere},
         {.apply = [](const Given& given) { given.once(); }});
}

Command& Command::subcommand(const std::string& name, std::string summary) {
  CLI::App* const app = app_->add_subcommand(name, "");
  subcommands_.push_back(
      std::make_unique<Command>(app, path_.empty() ? name : path_ + " " + name, std::move(summary)));
  return *subcommands_.back();
}

bool Command::is_set(std::string_view long_name) const {
  for (const auto& entry : options_) {
    if (entry->long_name() == long_name) return entry->is_set;
  }
  throw std::logic_error("no option " + std::string(long_name));
}

std::vector<std::string> Command::values_of(Setting setting) const {
  const std::string long_name = option_name(setting);
  for (const auto& entry : options_) {
    if (entry->long_name() == long_name && entry->is_set) return entry->values;
  }
  return {};
}

std::vector<KeptOption> Command::kept(std::span<const std::string> without) const {
  std::vector<KeptOption> result;
  for (const auto& entry : options_) {
    if (!entry->is_set || std::ranges::find(without, entry->long_name()) != without.end()) continue;
    result.push_back({.name = entry->long_name(), .values = entry->values});
  }
  return result;
}

const std::string& Command::source_of(Setting setting) const {
  const std::string long_name = option_name(setting);
  for (const auto& entry : options_) {
    if (entry->long_name() == long_name) return entry->source;
  }
  throw std::logic_error("no option " + long_name);
}

void Command::refuse_if_set(std::string_view long_name, const std::string& reason) const {
  for (const auto& entry : options_) {
    if (entry->long_name() == long_name && entry->is_set) {
      throw OptionWithoutEffect(std::string(long_name),
                                {.what = std::string(long_name) + " would change nothing: " + reason,
                                 .where = entry->source,
                                 .advice = "leave it out, or choose what it belongs to"});
    }
  }
}

void Command::give(const KeptOption& option, std::string source) {
  for (const auto& entry : options_) {
    if (entry->long_name() != option.name) continue;
    entry->is_set = true;
    entry->values = option.values;
    entry->source = std::move(source);
    return;
  }
  throw std::logic_error("no option " + option.name);
}

void Command::apply_given() {
  for (const auto& entry : options_)
    apply(*this, *entry);
}

std::vector<std::pair<std::string, std::string>> Command::recorded() const {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& entry : options_) {
    if (!entry->is_set || entry->text.recorded == Recorded::nowhere) continue;
    // Whole values are joined so that split_list finds them again.
    const bool is_one = entry->values.size() == 1 && !entry->binding.keeps_values_apart;
    std::string value = is_one ? entry->values.front() : joined_list(entry->values);
    result.emplace_back(entry->long_name().substr(2), std::move(value));
  }
  std::sort(result.begin(), result.end());
  return result;
}

// --- CommandLine -------------------------------------------------------------------------------------------

CommandLine::CommandLine()
    : app_(std::make_unique<CLI::App>("", "chainrule")),
      root_(std::make_unique<Command>(app_.get(), "", "Trains feed-forward neural networks and uses them.")) {
}

CommandLine::~CommandLine() = default;

ExitCode CommandLine::run(const std::vector<std::string>& arguments, Console& console) {
  const FirstLook look = look_at(arguments, *root_);
  Command& command = *look.command;
  const auto highlight = [&console](std::string_view text) { return console.heading(text); };
  if (look.wants_help) {
    console.out(help_text(command, "chainrule", std::min<std::size_t>(console.out_width(), 110), highlight));
    return ExitCode::done;
  }
  if (!command.can_run()) {
    // No command was given: the help is useful, but a script with an empty variable must notice.
    console.err(help_text(command, "chainrule", std::min<std::size_t>(console.err_width(), 110),
                          [](std::string_view text) { return std::string(text); }));
    return ExitCode::usage;
  }
  console.set_reader(reader_of(command, *root_));
  std::vector<std::string> words(arguments.rbegin(), arguments.rend());
  for (std::string& word : words) {
    // A blank in front makes it an argument for CLI11.
    if (looks_like_option(word) && find_option(command, word) == nullptr && may_be_argument(command, word))
      word.insert(0, " ");
  }
  try {
    app_->parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    throw_parse_error(error, command, app_->remaining(true));
  }
  refuse_options_in_front(*root_, command);
  std::string config_path;
  for (const auto& entry : command.options_) {
    if (entry->option->count() > 0) {
      entry->is_set = true;
      entry->values = entry->option->results();
      entry->source = entry->long_name();
      if (entry->long_name() == "--config") config_path = Given{entry->long_name(), entry->values}.once();
    }
    take_environment(*entry);
  }
  if (!config_path.empty()) take_config(command, *root_, config_path);
  if (command.more_options_) {
    if (const std::optional<KeptOptions> kept = command.more_options_(command)) take_kept(command, *kept);
  }
  require_all(command);
  for (const auto& entry : command.options_)
    apply(command, *entry);
  return command.run_(console, command);
}

}  // namespace chainrule::cli
