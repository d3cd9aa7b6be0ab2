// The program, from arguments to exit code. No exception leaves it.
#pragma once

#include <string>
#include <vector>

namespace chainrule::cli {

// `program`: the word that started the program. Standard streams and the environment are the process's own.
int run_program(std::string program, std::vector<std::string> arguments);

}  // namespace chainrule::cli
