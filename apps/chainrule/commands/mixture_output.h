// The members of a mixture on the command line: --member, and the vote as text and as JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "chainrule/base/file_system.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/train/model.h"

namespace chainrule::cli {

// --member K, counted from 1.
void add_member_option(Command& command, std::optional<std::size_t>& member);
// The model in a file, or one member of it.
Model load_model_or_member(FileSystem& file_system, const std::string& path,
                           std::optional<std::size_t> member);

// "member 2 of 12: piecewise (64 and 32 units), fold 1 held out, weight 0.05 in the vote"
std::string member_text(const MixtureReport& mixture, std::size_t member);
// The formula of the vote, with and without its numbers, and a table of the members.
std::string vote_text(const Model& mixture, std::size_t width);
Json json_of(const MixtureReport& mixture);

}  // namespace chainrule::cli
