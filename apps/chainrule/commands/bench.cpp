#include <fmt/format.h>

#include <memory>

#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/console.h"
#include "chainrule/session/session.h"

namespace chainrule::cli {
namespace {

struct BenchSettings {
  ComputeOptions compute;
  TrainBenchRequest request;
  bool signature = false;
  bool json = false;
};

ExitCode run_signature(Console& console, const BenchSettings& settings) {
  if (!settings.signature) {
    throw UsageError({.what = "nothing to measure",
                      .where = "chainrule bench",
                      .expected = "--signature, or the command train",
                      .advice = "`chainrule bench --signature` or `chainrule bench train`"});
  }
  const ComputeResources resources(settings.compute);
  const std::string signature = training_signature(resources.compute());
  if (settings.json) {
    write_json(console, {{"signature", signature},
                         {"version", version()},
                         {"vector", name_of(resources.compute().path)},
                         {"threads", resources.threads()}});
  } else {
    console.out(signature + "\n");
  }
  console.flush();
  return ExitCode::done;
}

ExitCode run_bench_train(Console& console, const BenchSettings& settings) {
  if (settings.request.layers.size() < 2) {
    throw UsageError({.what = "a network has at least inputs and outputs",
                      .where = "--layers",
                      .expected = "two numbers or more, such as 784,128,10"});
  }
  const ComputeResources resources(settings.compute);
  const TrainBench bench = bench_training(resources.compute(), settings.request);
  if (settings.json) {
    write_json(console, {{"layers", settings.request.layers},
                         {"batch_size", settings.request.batch_size},
                         {"optimizer", name_of(settings.request.rule)},
                         {"activation", name_of(settings.request.activation)},
                         {"precision", name_of(settings.request.precision)},
                         {"vector", name_of(resources.compute().path)},
                         {"threads", resources.threads()},
                         {"rows_per_second", json_number(bench.samples_per_second)},
                         {"microseconds_per_step", json_number(bench.microseconds_per_step)},
                         {"repetitions", bench.repetitions}});
  } else {
    console.out(fmt::format("{} rows/s, {} microseconds a step ({}, {}, median of {})\n",
                            format_count(static_cast<std::uint64_t>(bench.samples_per_second)),
                            format_significant(bench.microseconds_per_step, 4),
                            count_of(resources.threads(), "thread"), name_of(resources.compute().path),
                            bench.repetitions));
  }
  console.flush();
  return ExitCode::done;
}

}  // namespace

void add_bench_command(Command& root) {
  Command& command = root.subcommand("bench", "the numeric signature, and how fast training is");
  const auto settings = std::make_shared<BenchSettings>();
  command.example("bench --signature",
                  "16 digits that are the same on every machine, with any threads and vectors");
  command.example("bench train --layers 784,128,10 --batch-size 128", "rows a second");
  command.heading("The signature");
  command.flag("--signature", "train a fixed set of small networks and print the hash of all their weights",
               settings->signature);
  add_compute_options(command, settings->compute);
  command.heading("Options");
  command.flag("--json", "one JSON document", settings->json);
  command.on_run([settings](Console& console, Command&) { return run_signature(console, *settings); });

  Command& train = command.subcommand("train", "rows a second in training");
  train.example("bench train --layers 784,128,10 --batch-size 128", "");
  train.example("bench train --optimizer adam --threads 1 --vector scalar --json",
                "one plain thread, for programs");
  train.heading("The work");
  train.option({.names = "--layers", .value = "N,N,N", .help = "inputs, hidden units, outputs"},
               to_counts(settings->request.layers, ""));
  train.option({.names = "--batch-size", .value = "N", .help = "rows a step"},
               to_count(settings->request.batch_size));
  train.option({.names = "--optimizer", .value = "WORD", .help = "rule of the updates"},
               to_word(settings->request.rule));
  train.option({.names = "--activation", .value = "WORD", .help = "of the hidden layers"},
               to_word(settings->request.activation));
  train.option({.names = "--precision",
                .value = "WORD",
                .help = "of the numbers",
                .environment = "CHAINRULE_PRECISION"},
               to_word(settings->request.precision));
  train.option(
      {.names = "--time", .value = "TIME", .help = "measure at least this long", .shown_default = "1s"},
      to_seconds(settings->request.seconds));
  add_compute_options(train, settings->compute);
  train.heading("Options");
  train.flag("--json", "one JSON document", settings->json);
  train.on_run([settings](Console& console, Command&) { return run_bench_train(console, *settings); });
}

}  // namespace chainrule::cli
