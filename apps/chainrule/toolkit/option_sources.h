// The sources of an option that the command line does not set: its environment variable, the file of
// --config, the earlier work that a command resumes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

// The start of the source of an option that a variable of the environment set.
inline constexpr std::string_view kFromEnvironment = "environment variable ";

// Sets the option from its environment variable, when nothing has set it before.
void take_environment(OptionEntry& entry);

// A line of a file of options: its name without dashes, and its values.
struct ConfigValue {
  std::string name;
  std::vector<std::string> values;
  std::uint64_t line = 0;  // 0: not found
};

// The lines of a file for this command: those of its section, then those at the top. Throws UsageError for
// sections that are not commands.
std::vector<ConfigValue> read_config(const Command& command, const Command& root, const std::string& path);

// Whoever wrote `name` (without dashes) for an option probably meant this one, without dashes; "" if none is
// near.
std::string nearest_option(const Command& command, const std::string& name);

// The file of --config: lines "name = value", at the top or in a section [command]. Those of the section win.
// Throws UsageError for names that the command does not have.
void take_config(Command& command, const Command& root, const std::string& path);

// The options of earlier work win over the environment and yield to the command line and --config.
void take_kept(Command& command, const KeptOptions& kept);

}  // namespace chainrule::cli
