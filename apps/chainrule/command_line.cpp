#include "chainrule/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <tuple>

#include "chainrule/base/file_system.h"
#include "chainrule/base/text.h"
#include "chainrule/console.h"
#include "chainrule/layout.h"

namespace chainrule::cli {
namespace {

std::vector<std::string> names_of(const OptionEntry& entry) {
  return split_text(entry.text.names, ',');
}

bool is_help(std::string_view word) {
  return word == "--help" || word == "-h";
}

// Does the word look like an option (and not like a value such as -1 or -)?
bool looks_like_option(std::string_view word) {
  if (word.size() < 2 || word[0] != '-') return false;
  const char second = word[1];
  return second == '-' ? word.size() > 2 : !(second >= '0' && second <= '9') && second != '.';
}

const OptionEntry* find_option(const Command& command, std::string_view word) {
  for (const auto& entry : command.options()) {
    if (entry->is_positional) continue;
    if (word.starts_with("--")) {
      if (entry->long_name() == word.substr(0, word.find('='))) return entry.get();
    } else if (!entry->short_name().empty() && word.starts_with(entry->short_name())) {
      return entry.get();
    }
  }
  return nullptr;
}

std::string how_to_get_help(const Command& command) {
  return fmt::format("`chainrule {}{}--help` lists them", command.path(), command.path().empty() ? "" : " ");
}

[[noreturn]] void throw_unknown_option(const Command& command, std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  std::vector<std::string> known = {"--help"};
  for (const auto& entry : command.options()) {
    if (!entry->is_positional) known.push_back(entry->long_name());
  }
  // Underscores are how the same names are spelled elsewhere.
  std::string dashed(name);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  const std::string nearest = nearest_name(dashed, known);
  throw UsageError(
      {.what = "unknown option " + quoted(name),
       .where = command.path().empty() ? "" : "chainrule " + command.path(),
       .advice = (nearest.empty() ? "" : "did you mean " + nearest + "? ") + how_to_get_help(command)});
}

[[noreturn]] void throw_unknown_command(const Command& parent, std::string_view word) {
  std::vector<std::string> known;
  for (const auto& command : parent.subcommands())
    known.push_back(command->name());
  const std::string nearest = nearest_name(word, known);
  throw UsageError(
      {.what = "unknown command " + quoted(word),
       .where = parent.path().empty() ? "" : "chainrule " + parent.path(),
       .expected = join(known, ", "),
       .advice = nearest.empty() ? how_to_get_help(parent) : "did you mean " + quoted(nearest) + "?"});
}

[[noreturn]] void throw_value_missing(const OptionEntry& entry, std::string_view next) {
  throw UsageError({.what = entry.long_name() + " needs a value",
                    .expected = entry.text.value,
                    .got = next.empty() ? "nothing" : quoted(next),
                    .advice = "a value that starts with - is given as " + entry.long_name() + "=VALUE"});
}

// "-x^2" where an expression is due; "--x" is a mistyped option everywhere.
bool may_be_argument(const Command& command, std::string_view word) {
  return command.takes_leading_minus() && !word.starts_with("--");
}

// What the first look at the arguments finds: which command, and is its help wanted. Unknown words are
// refused here, where the nearest name can be told; CLI11 then parses what is known to be well-formed.
struct FirstLook {
  Command* command = nullptr;
  bool wants_help = false;
};

FirstLook look_at(const std::vector<std::string>& arguments, Command& root) {
  FirstLook look{.command = &root};
  // Help is help, whatever else is wrong on the line.
  for (const std::string& word : arguments) {
    if (word == "--") break;
    if (is_help(word)) look.wants_help = true;
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--") break;
    Command& command = *look.command;
    if (is_help(word)) continue;
    if (looks_like_option(word)) {
      const OptionEntry* const entry = find_option(command, word);
      if (entry == nullptr) {
        if (look.wants_help || may_be_argument(command, word)) continue;
        throw_unknown_option(command, word);
      }
      const bool is_long = word.starts_with("--");
      const std::size_t equals = is_long ? word.find('=') : std::string::npos;
      if (equals != std::string::npos) {
        if (!entry->is_flag && equals + 1 == word.size() && !look.wants_help) throw_value_missing(*entry, "");
        continue;
      }
      if (entry->is_flag || (!is_long && word.size() > 2)) continue;
      const bool has_next = i + 1 < arguments.size();
      const std::string next = has_next ? arguments[i + 1] : "";
      const bool next_is_option = looks_like_option(next) && find_option(command, next) != nullptr;
      if ((!has_next || next_is_option || next == "--") && !look.wants_help)
        throw_value_missing(*entry, next);
      ++i;
      continue;
    }
    if (command.subcommands().empty()) continue;
    Command* const next = command.find(word);
    if (next == nullptr) {
      if (look.wants_help) continue;
      throw_unknown_command(command, word);
    }
    look.command = next;
  }
  return look;
}

// CLI11's own complaints in our words. Few are left after the first look.
[[noreturn]] void throw_parse_error(const CLI::ParseError& error, const Command& command,
                                    const std::vector<std::string>& extras) {
  std::string what = error.what();
  std::string advice = fmt::format("`chainrule {} --help` shows how", command.path());
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    what = "one argument too many: " + quoted(extras.empty() ? "" : extras.front());
  }
  throw UsageError({.what = what, .where = "chainrule " + command.path(), .advice = advice});
}

// --- sources of values -------------------------------------------------------------------------------------

struct ConfigValue {
  std::string name;
  std::vector<std::string> values;
};

void collect_paths(const Command& command, std::vector<std::string>& paths) {
  for (const auto& below : command.subcommands()) {
    std::string path = below->path();
    std::replace(path.begin(), path.end(), ' ', '.');
    paths.push_back(std::move(path));
    collect_paths(*below, paths);
  }
}

// CLI11 reads on when a bracket or a quote is not closed, with less than what was written.
void refuse_unclosed(std::string_view text, const std::string& path) {
  std::uint64_t number = 0;
  for (const std::string& line : split_text(text, '\n')) {
    ++number;
    const std::string_view content = trim(line);
    const std::size_t equals = content.find('=');
    if (content.empty() || content[0] == '#' || content[0] == ';' || equals == std::string_view::npos)
      continue;
    const std::string_view value = trim(content.substr(equals + 1));
    for (const auto& [open, close, name] :
         {std::tuple{'[', ']', "bracket"}, std::tuple{'"', '"', "quote"}, std::tuple{'\'', '\'', "quote"}}) {
      if (!value.starts_with(open)) continue;
      // A comment may follow.
      if (value.size() > 1 && value.substr(1).find(close) != std::string_view::npos) break;
      throw UsageError({.what = std::string("a ") + name + " is opened and not closed on its line",
                        .where = file_position(path, number, 0),
                        .expected = std::string(1, close) + " at the end of the value",
                        .got = quoted(value)});
    }
  }
}

// The file of --config: lines "name = value" as CLI11's TOML reader takes them, at the top or in a section
// [command]; those of the section come first, for they are nearer.
std::vector<ConfigValue> read_config(const Command& command, const Command& root, const std::string& path) {
  const std::string contents = read_whole_file(real_file_system(), path, 1 << 20);
  refuse_unclosed(contents, path);
  std::istringstream text(contents);
  text.imbue(std::locale::classic());
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigTOML().from_config(text);
  } catch (const CLI::Error& error) {
    throw UsageError(
        {.what = "the configuration cannot be read: " + std::string(error.what()), .where = path});
  }
  std::vector<ConfigValue> values;
  const std::vector<std::string> section = split_text(command.path(), ' ');
  std::vector<std::string> sections;
  collect_paths(root, sections);
  std::stable_partition(items.begin(), items.end(),
                        [](const CLI::ConfigItem& item) { return !item.parents.empty(); });
  for (const CLI::ConfigItem& item : items) {
    if (item.name == "--" || item.name == "++") continue;  // ends and starts of sections
    const std::string of = join(item.parents, ".");
    if (!of.empty() && std::find(sections.begin(), sections.end(), of) == sections.end()) {
      const std::string nearest = nearest_name(of, sections);
      throw UsageError({.what = "a section that is no command: [" + of + "]",
                        .where = path,
                        .expected = join(sections, ", "),
                        .advice = nearest.empty() ? "" : "did you mean [" + nearest + "]?"});
    }
    if (!item.parents.empty() && item.parents != section) continue;
    values.push_back({.name = item.name, .values = item.inputs});
    std::replace(values.back().name.begin(), values.back().name.end(), '_', '-');
    if (values.back().name.starts_with("--")) values.back().name.erase(0, 2);
  }
  return values;
}

constexpr std::string_view kFromEnvironment = "environment variable ";

void take_environment(OptionEntry& entry) {
  if (entry.is_set || entry.text.environment.empty()) return;
  const char* const value = std::getenv(entry.text.environment.c_str());
  if (value == nullptr || *value == '\0') return;
  entry.is_set = true;
  entry.values = {value};
  entry.source = std::string(kFromEnvironment) + entry.text.environment;
}

void take_config(Command& command, const Command& root, const std::string& path) {
  for (const ConfigValue& value : read_config(command, root, path)) {
    OptionEntry* found = nullptr;
    std::vector<std::string> known;
    for (const auto& entry : command.options()) {
      if (entry->is_positional || entry->long_name() == "--config") continue;
      known.push_back(entry->long_name().substr(2));
      if (known.back() == value.name) found = entry.get();
    }
    if (found == nullptr) {
      const std::string nearest = nearest_name(value.name, known);
      throw UsageError(
          {.what = "unknown option " + quoted(value.name),
           .where = path,
           .advice = nearest.empty() ? how_to_get_help(command) : "did you mean " + quoted(nearest) + "?"});
    }
    if (value.values.empty()) {
      throw UsageError(
          {.what = "an option without a value", .where = value.name + " in " + path, .got = "[]"});
    }
    if (found->is_set) continue;
    found->is_set = true;
    found->values = value.values;
    // An array, or a value that CLI11 took apart at its commas or blanks, is one value of ours, a list.
    if (value.values.size() > 1 && !found->binding.keeps_values_apart)
      found->values = {joined_list(value.values)};
    found->source = value.name + " in " + path;
  }
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
          {.what = entry->long_name() + " stands in front of the command it is for",
           .where = "chainrule " + path,
           .expected = "the command first",
           .advice = "`chainrule " + path + " " + entry->long_name() + "`, where the command has it"});
    }
  }
}

void take_kept(Command& command, const KeptOptions& kept) {
  for (const auto& entry : command.options()) {
    const bool is_of_one_run =
        std::ranges::find(kept.of_one_run, entry->long_name()) != kept.of_one_run.end();
    if (is_of_one_run || !entry->source.starts_with(kFromEnvironment)) continue;
    entry->is_set = false;
    entry->values.clear();
    entry->source.clear();
  }
  for (const KeptOption& option : kept.options) {
    for (const auto& entry : command.options()) {
      if (entry->long_name() != option.name || entry->is_set) continue;
      entry->is_set = true;
      entry->values = option.values;
      entry->source = option.name + " of the training to go on with";
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

void apply(OptionEntry& entry) {
  if (!entry.is_set) return;
  try {
    entry.binding.apply({.name = entry.long_name(), .values = entry.values});
  } catch (const UsageError& error) {
    ErrorReport report = error.report();
    if (report.where.empty() && !report.setting) report.where = entry.source;
    throw UsageError(std::move(report));
  }
}

}  // namespace

const std::string& Given::once() const {
  if (values.size() > 1) {
    std::vector<std::string> shown;
    for (const std::string& value : values)
      shown.push_back(quoted(value));
    throw UsageError({.what = name + " was given more than once", .got = join(shown, ", ")});
  }
  return values.front();
}

std::string OptionEntry::long_name() const {
  const std::vector<std::string> names = names_of(*this);
  for (const std::string& name : names) {
    if (name.starts_with("--")) return name;
  }
  return names.front();
}

std::string OptionEntry::short_name() const {
  for (const std::string& name : names_of(*this)) {
    if (name.size() == 2 && name[0] == '-' && name[1] != '-') return name;
  }
  return "";
}

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

std::vector<std::string> Command::values_of(std::string_view long_name) const {
  for (const auto& entry : options_) {
    if (entry->long_name() == long_name && entry->is_set) return entry->values;
  }
  return {};
}

std::vector<KeptOption> Command::kept(std::span<const std::string_view> without) const {
  std::vector<KeptOption> result;
  for (const auto& entry : options_) {
    if (!entry->is_set || std::ranges::find(without, entry->long_name()) != without.end()) continue;
    result.push_back({.name = entry->long_name(), .values = entry->values});
  }
  return result;
}

const std::string& Command::source_of(std::string_view long_name) const {
  for (const auto& entry : options_) {
    if (entry->long_name() == long_name) return entry->source;
  }
  throw std::logic_error("no option " + std::string(long_name));
}

void Command::refuse_if_set(std::string_view long_name, const std::string& reason) const {
  for (const auto& entry : options_) {
    if (entry->long_name() == long_name && entry->is_set) {
      throw UsageError({.what = std::string(long_name) + " would change nothing: " + reason,
                        .where = entry->source,
                        .advice = "leave it out, or choose what it belongs to"});
    }
  }
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
    // Nothing was asked for: the help is an answer, but a script that came here by an empty variable must
    // notice.
    console.err(help_text(command, "chainrule", std::min<std::size_t>(console.err_width(), 110),
                          [](std::string_view text) { return std::string(text); }));
    return ExitCode::usage;
  }
  std::vector<std::string> words(arguments.rbegin(), arguments.rend());
  for (std::string& word : words) {
    // A blank in front makes it an argument, for CLI11 as for a reader.
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
    apply(*entry);
  return command.run_(console, command);
}

// --- help --------------------------------------------------------------------------------------------------

std::string help_text(const Command& command, std::string_view program, std::size_t width,
                      const std::function<std::string(std::string_view)>& highlight) {
  std::string text = highlight("Examples:") + "\n";
  for (const Example& example : command.examples()) {
    text += fmt::format("  {} {}\n", program, example.arguments);
    if (!example.explanation.empty()) text += wrapped("      ", example.explanation, width);
  }
  text += "\n" + highlight("Usage:") + fmt::format(" {}", program);
  if (!command.path().empty()) text += " " + command.path();
  if (!command.subcommands().empty()) text += command.can_run() ? " [COMMAND]" : " COMMAND";
  for (const auto& entry : command.options()) {
    if (entry->is_positional) text += " " + entry->text.names;
  }
  text += " [OPTION ...]\n\n";
  std::string summary = command.summary();
  summary[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(summary[0])));
  if (!summary.ends_with('.')) summary += '.';
  text += wrapped("", summary, width);
  if (!command.paragraph().empty()) text += wrapped("", command.paragraph(), width);

  // The column where explanations start; a longer name has the explanation under it.
  constexpr std::size_t kColumn = 30;
  const auto item = [&](std::string left, const std::string& right) {
    if (visible_width(left) + 2 > kColumn) {
      text += left + "\n";
      left.clear();
    }
    left.append(kColumn - visible_width(left), ' ');
    text += wrapped(left, right, width);
  };

  if (!command.subcommands().empty()) {
    text += "\n" + highlight("Commands:") + "\n";
    for (const auto& subcommand : command.subcommands())
      item("  " + subcommand->name(), subcommand->summary());
  }
  std::vector<std::string> headings;
  for (const auto& entry : command.options()) {
    const std::string heading = entry->is_positional ? "Arguments" : entry->heading;
    if (std::find(headings.begin(), headings.end(), heading) == headings.end()) headings.push_back(heading);
  }
  if (std::find(headings.begin(), headings.end(), "Options") == headings.end()) headings.push_back("Options");
  for (const std::string& heading : headings) {
    text += "\n" + highlight(heading + ":") + "\n";
    for (const auto& entry : command.options()) {
      if ((entry->is_positional ? "Arguments" : entry->heading) != heading) continue;
      std::string left;
      if (entry->is_positional) {
        left = "  " + entry->text.names;
      } else {
        left = entry->short_name().empty() ? "      " : "  " + entry->short_name() + ", ";
        left += entry->long_name();
        if (!entry->text.value.empty()) left += " " + entry->text.value;
      }
      std::string right = entry->text.help;
      if (!entry->binding.words.empty()) right += ": " + join(entry->binding.words, ", ");
      const std::string& shown =
          entry->text.shown_default.empty() ? entry->binding.shown_default : entry->text.shown_default;
      if (!shown.empty() && !entry->is_positional) right += " [" + shown + "]";
      if (!entry->text.environment.empty()) right += " (also " + entry->text.environment + ")";
      item(left, right);
    }
    if (heading == "Options") item("  -h, --help", "this text");
  }
  if (!command.subcommands().empty()) {
    text += "\n" + wrapped("",
                           fmt::format("`{} {}{}COMMAND --help` explains a command.", program, command.path(),
                                       command.path().empty() ? "" : " "),
                           width);
  }
  return text;
}

// --- bindings ----------------------------------------------------------------------------------------------

double parse_number(std::string_view text, const Limits& limits) {
  const std::optional<double> value = parse_double(trim(text));
  const bool low_open =
      limits.ends == Limits::Ends::minimum_excluded || limits.ends == Limits::Ends::excluded;
  const bool high_open =
      limits.ends == Limits::Ends::maximum_excluded || limits.ends == Limits::Ends::excluded;
  const bool fits = value && std::isfinite(*value) &&
                    (low_open ? *value > limits.minimum : *value >= limits.minimum) &&
                    (high_open ? *value < limits.maximum : *value <= limits.maximum);
  if (fits) return *value;
  std::string expected = "a number";
  if (std::isfinite(limits.minimum)) {
    expected += (low_open ? " above " : " of at least ") + format_number(limits.minimum);
  }
  if (std::isfinite(limits.maximum)) {
    expected += std::isfinite(limits.minimum) ? " and" : "";
    expected += (high_open ? " below " : " at most ") + format_number(limits.maximum);
  }
  throw UsageError(
      {.what = value ? "a number out of range" : "not a number", .expected = expected, .got = quoted(text)});
}

std::size_t parse_count(std::string_view text, std::size_t minimum) {
  const std::optional<std::int64_t> value = parse_integer(trim(text));
  if (value && *value >= 0 && static_cast<std::uint64_t>(*value) >= minimum)
    return static_cast<std::size_t>(*value);
  throw UsageError({.what = value ? "a number out of range" : "not a whole number",
                    .expected = fmt::format("a whole number of at least {}", minimum),
                    .got = quoted(text)});
}

Binding to_text(std::string& value) {
  const auto apply = [&value](const Given& given) {
    if (given.once().empty())
      throw UsageError({.what = "an empty value", .advice = "give one, or leave it out"});
    value = given.once();
  };
  return {.apply = apply, .shown_default = value};
}

Binding to_number(double& value, Limits limits) {
  return {.apply = [&value, limits](const Given& given) { value = parse_number(given.once(), limits); },
          .shown_default = format_number(value)};
}

Binding to_number(std::optional<double>& value, Limits limits) {
  return {.apply = [&value, limits](const Given& given) { value = parse_number(given.once(), limits); }};
}

Binding to_count(std::size_t& value, std::size_t minimum) {
  return {.apply = [&value, minimum](const Given& given) { value = parse_count(given.once(), minimum); },
          .shown_default = std::to_string(value)};
}

Binding to_seed(std::uint64_t& value) {
  return {.apply =
              [&value](const Given& given) {
                const std::string_view text = trim(given.once());
                std::uint64_t number = 0;
                const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
                if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
                  throw UsageError({.what = "not a seed",
                                    .expected = "a whole number from 0 to 18446744073709551615",
                                    .got = quoted(text)});
                }
                value = number;
              },
          .shown_default = std::to_string(value)};
}

Binding to_list(std::vector<std::string>& value) {
  return {.apply = [&value](const Given& given) {
    value.clear();
    for (const std::string& text : given.values) {
      for (std::string& part : split_list(text)) {
        if (part.empty()) {
          throw UsageError({.what = "an empty name in " + given.name,
                            .expected = "names separated by commas",
                            .got = quoted(text)});
        }
        value.push_back(std::move(part));
      }
    }
  }};
}

Binding to_values(std::vector<std::string>& value) {
  return {.apply = [&value](const Given& given) { value = given.values; }, .keeps_values_apart = true};
}

Binding to_counts(std::vector<std::size_t>& value, std::string_view word_for_none) {
  std::vector<std::string> shown;
  for (const std::size_t number : value)
    shown.push_back(std::to_string(number));
  return {.apply =
              [&value, none = std::string(word_for_none)](const Given& given) {
                value.clear();
                if (given.once() == none) return;
                for (const std::string& part : split_list(given.once()))
                  value.push_back(parse_count(part, 1));
              },
          .shown_default = join(shown, ",")};
}

Binding to_numbers(std::vector<double>& value, Limits limits) {
  std::vector<std::string> shown;
  for (const double number : value)
    shown.push_back(format_number(number));
  return {.apply =
              [&value, limits](const Given& given) {
                value.clear();
                for (const std::string& part : split_list(given.once()))
                  value.push_back(parse_number(part, limits));
              },
          .shown_default = join(shown, ",")};
}

double parse_seconds(std::string_view text) {
  const auto fail = [&] {
    return UsageError(
        {.what = "not a length of time", .expected = "such as 30s, 5m, 1h or 1h30m", .got = quoted(text)});
  };
  std::string_view rest = trim(text);
  if (rest.empty()) throw fail();
  double total = 0;
  while (!rest.empty()) {
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
    const std::optional<double> number = parse_double(rest.substr(0, digits));
    if (!number) throw fail();
    rest.remove_prefix(digits);
    double unit = 1;
    if (!rest.empty()) {
      if (rest[0] == 'h') {
        unit = 3600;
      } else if (rest[0] == 'm') {
        unit = 60;
      } else if (rest[0] != 's') {
        throw fail();
      }
      rest.remove_prefix(1);
    }
    total += *number * unit;
  }
  if (!(total > 0) || !std::isfinite(total)) throw fail();
  return total;
}

Binding to_seconds(double& value, double most_hours) {
  return {.apply = [&value, most_hours](const Given& given) {
    value = parse_seconds(given.once());
    if (value <= most_hours * 3600) return;
    throw UsageError({.what = "too long a time",
                      .expected = fmt::format("at most {}h", most_hours),
                      .got = quoted(given.once())});
  }};
}

}  // namespace chainrule::cli
