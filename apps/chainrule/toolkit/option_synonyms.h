// The names that other programs give to our options. They are not accepted, because a command line should
// read alike everywhere; the error names the right option.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chainrule::cli {

// The options of chainrule that `name` (without dashes at the front, its words joined by dashes) stands for
// elsewhere, the likeliest first: "--learning-rate" for "lr". Empty for other names.
std::vector<std::string> options_called(std::string_view name);

}  // namespace chainrule::cli
