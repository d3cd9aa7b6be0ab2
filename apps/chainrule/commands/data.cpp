// `chainrule data`: describe, split and generate.
#include "chainrule/commands/commands.h"
#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

void add_data_command(Command& root) {
  Command& command = root.subcommand("data", "describe tables, split them, generate small ones");
  command.example("data describe penguins.csv", "how a table is read, before training");
  command.example("data split penguins.csv --fractions 0.8,0.2 -o train.csv,test.csv", "two tables from one");
  command.example("data generate moons -o moons.csv", "a small synthetic table");
  add_data_describe_command(command);
  add_data_split_command(command);
  add_data_generate_command(command);
}

}  // namespace chainrule::cli
