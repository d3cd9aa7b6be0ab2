#include <string>
#include <vector>

#include "chainrule/program.h"

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return chainrule::cli::run_program(argc > 0 ? argv[0] : "chainrule", std::move(arguments));
}
