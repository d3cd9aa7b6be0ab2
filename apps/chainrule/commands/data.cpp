#include "chainrule/commands/commands.h"
#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

void add_data_command(Command& root) {
  Command& command = root.subcommand("data", "look at tables, split them, make small ones");
  command.example("data describe penguins.csv", "what is understood of a table, before anything is trained");
  command.example("data split penguins.csv --fractions 0.8,0.2 -o train.csv,test.csv",
                  "two tables out of one");
  command.example("data generate moons -o moons.csv", "a small table made by formula");
  add_data_describe_command(command);
  add_data_split_command(command);
  add_data_generate_command(command);
}

}  // namespace chainrule::cli
