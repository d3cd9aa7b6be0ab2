// Text for readers: clock times, lists of names, words that a shell can read back. Wrapped lines and aligned
// tables are in base/text_layout.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/text.h"  // printable
#include "chainrule/base/text_layout.h"

namespace chainrule::cli {

// At most `columns` wide; cut text ends with "...".
std::string shortened(std::string_view text, std::size_t columns);

// "a, b and c"; more than `most` names: "a, b, c and 781 more".
std::string name_list(const std::vector<std::string>& names, std::size_t most = 8);

// A score: "0.9855"; a huge one, as an r2 may be, in short: "-1.23457e+17".
std::string score_number(double value);
// A clock: "0:07", "12:30", "1:02:05".
std::string clock_time(double seconds);

// The word as a shell reads it back: quoted unless it has only letters, digits and harmless signs.
std::string shell_word(std::string_view word);

// Splits at commas; a part in double quotes may hold commas ("" is one quote). Blanks around parts are
// dropped.
std::vector<std::string> split_list(std::string_view text);
// The inverse of split_list.
std::string joined_list(const std::vector<std::string>& parts);

}  // namespace chainrule::cli
