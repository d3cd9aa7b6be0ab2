#include "chainrule/toolkit/option_sources.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <tuple>

#include "chainrule/base/error.h"
#include "chainrule/base/file_system.h"
#include "chainrule/base/text.h"
#include "chainrule/toolkit/first_look.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/option_synonyms.h"

namespace chainrule::cli {
namespace {

// The name of an option as the command line has it: batch_size and --batch-size are batch-size.
std::string option_key(std::string_view name) {
  std::string key(trim(name));
  std::replace(key.begin(), key.end(), '_', '-');
  if (key.starts_with("--")) key.erase(0, 2);
  return key;
}

// The number of the line that sets `name` in a section ("train", or "" at the top); CLI11 does not keep it.
std::uint64_t line_of(std::string_view text, const std::string& section, const std::string& name) {
  std::uint64_t number = 0;
  std::string current;
  for (const std::string& line : split_text(text, '\n')) {
    ++number;
    const std::string_view content = trim(line);
    if (content.starts_with('[')) {
      current = trim(content.substr(1, std::min(content.find(']'), content.size()) - 1));
    } else if (current == section && option_key(content.substr(0, content.find('='))) == name) {
      return number;
    }
  }
  return 0;
}

std::uint64_t line_of_section(std::string_view text, const std::string& section) {
  std::uint64_t number = 0;
  for (const std::string& line : split_text(text, '\n')) {
    ++number;
    if (trim(line).starts_with("[" + section + "]")) return number;
  }
  return 0;
}

void collect_paths(const Command& command, std::vector<std::string>& paths) {
  for (const auto& below : command.subcommands()) {
    std::string path = below->path();
    std::replace(path.begin(), path.end(), ' ', '.');
    paths.push_back(std::move(path));
    collect_paths(*below, paths);
  }
}

// CLI11 accepts a bracket or a quote that is not closed, and loses a part of the value.
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

}  // namespace

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
    if (item.name == "--" || item.name == "++") continue;  // where sections end and start
    const std::string of = join(item.parents, ".");
    if (!of.empty() && std::find(sections.begin(), sections.end(), of) == sections.end()) {
      const std::string nearest = nearest_name(of, sections);
      throw UsageError({.what = "a section that is not a command: [" + of + "]",
                        .where = file_position(path, line_of_section(contents, of), 0),
                        .expected = join(sections, ", "),
                        .advice = nearest.empty() ? "" : "did you mean [" + nearest + "]?"});
    }
    if (!item.parents.empty() && item.parents != section) continue;
    values.push_back({.name = option_key(item.name), .values = item.inputs});
    values.back().line = line_of(contents, of, values.back().name);
  }
  return values;
}

std::string nearest_option(const Command& command, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& entry : command.options()) {
    if (!entry->is_positional && entry->long_name() != "--config")
      known.push_back(entry->long_name().substr(2));
  }
  for (const std::string& option : options_called(name)) {
    if (std::ranges::find(known, option.substr(2)) != known.end()) return option.substr(2);
  }
  return nearest_name(name, known);
}

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
    const std::string place = file_position(path, value.line, 0);
    OptionEntry* found = nullptr;
    for (const auto& entry : command.options()) {
      if (entry->is_positional || entry->long_name() == "--config") continue;
      if (entry->long_name().substr(2) == value.name) found = entry.get();
    }
    if (found == nullptr) {
      const std::string nearest = nearest_option(command, value.name);
      throw UsageError(
          {.what = "unknown option " + quoted(value.name),
           .where = place,
           .advice = nearest.empty() ? how_to_get_help(command) : "did you mean " + quoted(nearest) + "?"});
    }
    if (value.values.empty()) {
      throw UsageError(
          {.what = "an option without a value", .where = value.name + " in " + place, .got = "[]"});
    }
    if (found->is_set) continue;
    found->is_set = true;
    found->values = value.values;
    // An array, or a value that CLI11 split at commas or blanks, is one value: a list.
    if (value.values.size() > 1 && !found->binding.keeps_values_apart)
      found->values = {joined_list(value.values)};
    found->source = value.name + " in " + place;
  }
}

void take_kept(Command& command, const KeptOptions& kept) {
  for (const auto& entry : command.options()) {
    const bool is_per_run = std::ranges::find(kept.per_run, entry->long_name()) != kept.per_run.end();
    if (is_per_run || !entry->source.starts_with(kFromEnvironment)) continue;
    entry->is_set = false;
    entry->values.clear();
    entry->source.clear();
  }
  for (const KeptOption& option : kept.options) {
    for (const auto& entry : command.options()) {
      if (entry->long_name() != option.name || entry->is_set) continue;
      entry->is_set = true;
      entry->values = option.values;
      entry->source = option.name + " of the resumed training";
    }
  }
}

}  // namespace chainrule::cli
