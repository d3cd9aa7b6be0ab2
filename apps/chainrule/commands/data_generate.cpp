// `chainrule data generate`: small synthetic tables (data/generators.h).
#include <memory>

#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/data/generators.h"
#include "chainrule/exit_codes.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

struct GenerateSettings {
  std::string name;
  GeneratorOptions options;
  std::string output;
};

std::string list_of_sets() {
  std::string text;
  for (const auto& entry : enum_table<GeneratedData>()) {
    text += std::string(text.empty() ? "" : "\n") + std::string(entry.word) + ": " +
            std::string(entry.description);
  }
  return text;
}

ExitCode run_generate(Console& console, const Command& command, const GenerateSettings& settings) {
  const GeneratedData which = parse_name<GeneratedData>(settings.name);
  if (which != GeneratedData::blobs && which != GeneratedData::spirals) {
    command.refuse_if_set("--classes", settings.name + " has a fixed number of classes, or none");
  }
  refuse_gzip_name(settings.output);
  FileSystem& file_system = real_file_system();
  // Ctrl-C removes a file that is half written.
  const InterruptGuard guard("\n");
  ResultSink sink(console, file_system, settings.output);
  const std::string table = table_to_csv(generate_data(which, settings.options));
  guard.check();
  sink.write(table);
  guard.check();
  sink.finish();
  return ExitCode::done;
}

}  // namespace

void add_data_generate_command(Command& data) {
  Command& command = data.subcommand("generate", "write a small synthetic table");
  const auto settings = std::make_shared<GenerateSettings>();
  command.example("data generate xor_gate", "the four rows of exclusive or");
  command.example("data generate spirals --classes 3 --rows 600 --noise 0.05 -o spirals.csv",
                  "three arms that are hard to separate");
  command.positional("NAME", list_of_sets(), settings->name, Completion::nothing);
  command.heading("The rows");
  command.option(
      {.names = "--rows",
       .value = "N",
       .help = "number of rows",
       .shown_default = "4 for gates, otherwise 400"},
      {.apply = [settings](const Given& given) { settings->options.rows = parse_count(given.once(), 1); }});
  command.option({.names = "--classes", .value = "N", .help = "classes of blobs and spirals"},
                 to_count(settings->options.classes, 2));
  command.option({.names = "--noise", .value = "X", .help = "standard deviation of the noise"},
                 to_number(settings->options.noise, kNotNegative));
  command.option({.setting = Setting::seed,
                  .value = "N",
                  .help = "the same seed gives the same rows",
                  .environment = "CHAINRULE_SEED"},
                 to_seed(settings->options.seed));
  command.heading("Options");
  command.option({.setting = Setting::output,
                  .names = "-o",
                  .value = "FILE",
                  .help = "where to write the table; - is standard output",
                  .shown_default = "standard output",
                  .completion = Completion::file},
                 to_text(settings->output));
  command.on_run(
      [settings](Console& console, Command& self) { return run_generate(console, self, *settings); });
}

}  // namespace chainrule::cli
