// The first look at the arguments: which command, and whether its help is wanted. Unknown words are refused
// here, with the nearest known name; CLI11 then parses words that are known to be well-formed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

struct FirstLook {
  Command* command = nullptr;
  bool wants_help = false;
};

// Throws UsageError for an unknown command or option, and for an option without its value, unless help is
// wanted.
FirstLook look_at(const std::vector<std::string>& arguments, Command& root);

// Whether the word looks like an option (and not like a value such as -1 or -).
bool looks_like_option(std::string_view word);

// The option that the word names; null when the command has none.
const OptionEntry* find_option(const Command& command, std::string_view word);

// "-x^2" where an expression is due; "--x" is a mistyped option everywhere.
bool may_be_argument(const Command& command, std::string_view word);

// "`chainrule train --help` lists them"
std::string how_to_get_help(const Command& command);

}  // namespace chainrule::cli
