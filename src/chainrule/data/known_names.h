// The names of a model's columns in a text table: the line that holds them is the header, and the lines above
// it are no rows.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chainrule {

struct KnownLine {
  std::size_t lines_above = 0;  // blank ones included
  std::size_t names = 0;        // how many of the known names it holds
};

// How many different names of `known` are among the cells.
std::size_t count_known_names(std::span<const std::string> cells, std::span<const std::string> known);
// Whether so many known names among so many cells make a header: more than half of those that can be there.
bool are_header(std::size_t found, std::size_t cells, std::size_t known);
// The first of the first 60 lines that is a header by the known names, one of which is no number; half of
// them are enough if the line holds words only. `text` is the start of the table, with any delimiter.
std::optional<KnownLine> find_known_names(std::string_view text, std::span<const std::string> known);

}  // namespace chainrule
