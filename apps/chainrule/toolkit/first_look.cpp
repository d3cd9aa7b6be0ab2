#include "chainrule/toolkit/first_look.h"

#include <fmt/format.h>

#include <algorithm>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/toolkit/option_synonyms.h"

namespace chainrule::cli {
namespace {

bool is_help(std::string_view word) {
  return word == "--help" || word == "-h";
}

[[noreturn]] void throw_unknown_option(const Command& command, std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  std::vector<std::string> known = {"--help"};
  for (const auto& entry : command.options()) {
    if (!entry->is_positional) known.push_back(entry->long_name());
  }
  // C++ and Python spell the same names with underscores.
  std::string dashed(name);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  const std::string bare = dashed.substr(std::min(dashed.find_first_not_of('-'), dashed.size()));
  std::string nearest;
  for (const std::string& option : options_called(bare)) {
    if (nearest.empty() && std::ranges::find(known, option) != known.end()) nearest = option;
  }
  if (nearest.empty()) nearest = nearest_name(dashed, known);
  throw UsageError(
      {.what = "unknown option " + quoted(name),
       .where = command.path().empty() ? "" : "chainrule " + command.path(),
       .advice = (nearest.empty() ? "" : "did you mean " + nearest + "? ") + how_to_get_help(command)});
}

// Commands of other programs, and how to do the same.
constexpr std::pair<std::string_view, std::string_view> kOtherCommands[] = {
    {"bag", "networks that vote are a mixture: `chainrule train DATA --members 5`"},
    {"bagging", "networks that vote are a mixture: `chainrule train DATA --members 5`"},
    {"ensemble", "networks that vote are a mixture: `chainrule train DATA --members 5`"},
    {"cross-validate", "did you mean \"cv\"?"},
    {"cross-validation", "did you mean \"cv\"?"},
    {"crossvalidate", "did you mean \"cv\"?"},
    {"search", "did you mean \"tune\"?"},
    {"optimize", "did you mean \"tune\"?"},
};

[[noreturn]] void throw_unknown_command(const Command& parent, std::string_view word) {
  std::vector<std::string> known;
  for (const auto& command : parent.subcommands())
    known.push_back(command->name());
  const std::string nearest = nearest_name(word, known);
  std::string advice = nearest.empty() ? how_to_get_help(parent) : "did you mean " + quoted(nearest) + "?";
  for (const auto& [name, hint] : kOtherCommands) {
    if (parent.path().empty() && name == word) advice = hint;
  }
  throw UsageError({.what = "unknown command " + quoted(word),
                    .where = parent.path().empty() ? "" : "chainrule " + parent.path(),
                    .expected = join(known, ", "),
                    .advice = advice});
}

[[noreturn]] void throw_value_missing(const OptionEntry& entry, std::string_view next) {
  throw UsageError({.what = entry.long_name() + " needs a value",
                    .where = entry.long_name(),
                    .expected = entry.text.value,
                    .got = next.empty() ? "nothing" : quoted(next),
                    .advice = "a value that starts with - is given as " + entry.long_name() + "=VALUE"});
}

}  // namespace

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

bool may_be_argument(const Command& command, std::string_view word) {
  return command.takes_leading_minus() && !word.starts_with("--");
}

FirstLook look_at(const std::vector<std::string>& arguments, Command& root) {
  FirstLook look{.command = &root};
  // A request for help wins over mistakes on the same line.
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

}  // namespace chainrule::cli
