// Text for people: wrapped lines, aligned tables, durations, words a shell can take back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chainrule::cli {

// `text` in lines of at most `width` columns; the first starts with `first`, the others with as many blanks
// as `first` is wide. Line breaks of `text` are kept. Ends with \n.
std::string wrapped(std::string_view first, std::string_view text, std::size_t width);

enum class Align { left, right };

// Rows of cells in columns as wide as their widest cell, two blanks apart, every line after `indent` blanks.
// A missing alignment is left. Lines carry no blanks at their ends.
std::string aligned(const std::vector<std::vector<std::string>>& rows, const std::vector<Align>& alignment,
                    std::size_t indent = 0);

// Columns the text takes on a terminal: colour sequences (CSI ... m) take none.
std::size_t visible_width(std::string_view text);

// At most `columns` wide; what is cut ends with "...".
std::string shortened(std::string_view text, std::size_t columns);

// Control characters as \n, \t, \x1b: what comes from a file must not steer a terminal.
std::string printable(std::string_view text);

// "a, b and c"; more than `most` names: "a, b, c and 781 more".
std::string name_list(const std::vector<std::string>& names, std::size_t most = 8);

// A clock: "0:07", "12:30", "1:02:05".
std::string clock_time(double seconds);

// The word as a shell reads it back: quoted when it holds anything but letters, digits and harmless signs.
std::string shell_word(std::string_view word);

// Splits at commas; a part in double quotes may hold commas ("" is one quote). Blanks around parts are
// dropped.
std::vector<std::string> split_list(std::string_view text);
// What split_list turns back into these parts.
std::string joined_list(const std::vector<std::string>& parts);

}  // namespace chainrule::cli
