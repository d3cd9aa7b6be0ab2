// `chainrule bench`: the numeric signature, and the speed of training, of prediction and of the machine.
//
// A step or a call counts two operations for each multiply-add of its products. The share of the peak
// compares them with the fused multiply-adds that the same threads do on registers (tensor/peak.h).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/exit_codes.h"
#include "chainrule/session/session.h"
#include "chainrule/tensor/peak.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

struct BenchSettings {
  ComputeOptions compute;
  TrainBenchRequest train;
  PredictBenchRequest predict;
  bool signature = false;
  bool json = false;
};

ExitCode run_signature(Console& console, const BenchSettings& settings) {
  if (!settings.signature) {
    throw UsageError({.what = "nothing to measure",
                      .where = "chainrule bench",
                      .expected = "--signature, or one of the commands train, predict and machine",
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

// Appends the measured speed to the settings in `json`.
Json speed_json(Json json, const ComputeResources& resources, const Speed& speed, const char* unit) {
  const auto known = [](double value) { return value > 0 ? json_number(value) : Json(nullptr); };
  json["vector"] = name_of(resources.compute().path);
  json["threads"] = resources.threads();
  json["rows_per_second"] = json_number(speed.rows_per_second);
  json[unit] = json_number(speed.microseconds);
  json["flops"] = json_number(speed.flops);
  json["gflops_per_second"] = json_number(speed.flops / speed.microseconds * 1e-3);
  json["peak_gflops_per_second"] = known(speed.peak_flops * 1e-9);
  json["peak_share"] = known(speed.peak_share);
  json["repetitions"] = speed.repetitions;
  return json;
}

std::string duration_text(double microseconds) {
  if (microseconds < 1e4) return format_significant(microseconds, 4) + " microseconds";
  if (microseconds < 1e7) return format_significant(microseconds * 1e-3, 4) + " milliseconds";
  return format_significant(microseconds * 1e-6, 4) + " seconds";
}

void print_speed(Console& console, const ComputeResources& resources, const Speed& speed,
                 std::string_view unit) {
  console.out(fmt::format("{} rows/s, {} per {} ({}, {}, median of {})\n",
                          format_count(static_cast<std::uint64_t>(speed.rows_per_second)),
                          duration_text(speed.microseconds), unit, count_of(resources.threads(), "thread"),
                          name_of(resources.compute().path), speed.repetitions));
  const std::string flops = format_significant(speed.flops / speed.microseconds * 1e-3, 4);
  if (speed.peak_share > 0) {
    console.out(fmt::format("{} GFLOP/s, {} % of the {} GFLOP/s that this machine can reach\n", flops,
                            format_significant(speed.peak_share * 100, 3),
                            format_significant(speed.peak_flops * 1e-9, 4)));
  } else {
    console.out(fmt::format("{} GFLOP/s\n", flops));
  }
}

ExitCode run_bench_train(Console& console, const Command& command, const BenchSettings& settings) {
  const TrainBenchRequest& request = settings.train;
  if (request.precision != Precision::bf16)
    command.refuse_if_set(Setting::matrix_unit, "it belongs to --precision bf16");
  note_bf16_source(console, command, request.precision);
  const ComputeResources resources(settings.compute);
  const Speed speed = bench_training(resources.compute(), request);
  if (!speed.note.empty()) console.note(speed.note);
  if (settings.json) {
    Json json = speed_json({{"layers", request.layers},
                            {"batch_size", request.batch_size},
                            {"optimizer", name_of(request.optimizer)},
                            {"activation", name_of(request.activation)},
                            {"dropout", request.dropout},
                            {"precision", name_of(speed.precision)}},
                           resources, speed, "microseconds_per_step");
    json["data_rows"] = speed.data_rows;
    if (!speed.note.empty()) json["note"] = speed.note;
    write_json(console, json);
  } else {
    print_speed(console, resources, speed, "step");
  }
  console.flush();
  return ExitCode::done;
}

ExitCode run_bench_predict(Console& console, const BenchSettings& settings) {
  const PredictBenchRequest& request = settings.predict;
  const ComputeResources resources(settings.compute);
  const Speed speed = bench_prediction(resources.compute(), request);
  if (settings.json) {
    write_json(console, speed_json({{"layers", request.layers},
                                    {"rows", request.rows},
                                    {"activation", name_of(request.activation)},
                                    {"precision", name_of(request.precision)}},
                                   resources, speed, "microseconds_per_call"));
  } else {
    print_speed(console, resources, speed, "call");
  }
  console.flush();
  return ExitCode::done;
}

// Sizes that fit a core's first cache, its second, the shared one, and none; together at most 1 GiB.
std::array<std::size_t, 4> read_kibibytes(std::size_t threads) {
  const std::size_t most = (std::size_t{1} << 20) / threads;
  return {16, std::min<std::size_t>(256, most), std::min<std::size_t>(4096, most),
          std::min<std::size_t>(262144, most)};
}

ExitCode run_bench_machine(Console& console, const BenchSettings& settings) {
  const ComputeResources resources(settings.compute);
  // More threads than processors are no faster.
  const auto threads = static_cast<double>(std::min(resources.threads(), available_threads()));
  const double peak = multiply_add_peak(resources.compute().path) * threads * 1e-9;
  Json reads = Json::array();
  std::string lines;
  for (const std::size_t kibibytes : read_kibibytes(resources.threads())) {
    // Each thread reads this much: each core has its own caches.
    const double speed = read_bandwidth(resources.compute(), kibibytes * 1024 * resources.threads()) * 1e-9;
    reads.push_back({{"kibibytes_per_thread", kibibytes}, {"gigabytes_per_second", json_number(speed)}});
    lines += fmt::format("Reading    {} GB/s from {} KiB per thread\n", format_significant(speed, 4),
                         format_count(kibibytes));
  }
  if (settings.json) {
    write_json(console, {{"vector", name_of(resources.compute().path)},
                         {"threads", resources.threads()},
                         {"peak_gflops_per_second", peak > 0 ? json_number(peak) : Json(nullptr)},
                         {"reads", reads}});
  } else {
    console.out(fmt::format("Computing  {} ({}, {})\n",
                            peak > 0 ? format_significant(peak, 4) + " GFLOP/s in float, half of it in double"
                                     : "not measured without vectors",
                            count_of(resources.threads(), "thread"), name_of(resources.compute().path)));
    console.out(lines);
  }
  console.flush();
  return ExitCode::done;
}

using SharedSettings = std::shared_ptr<BenchSettings>;

void add_network(Command& sub, std::vector<std::size_t>& layers, Activation& activation) {
  sub.option({.setting = Setting::layers, .value = "N,N,N", .help = "inputs, hidden units, outputs"},
             to_counts(layers, ""));
  sub.option({.setting = Setting::activation, .value = "WORD", .help = "of the hidden layers"},
             to_word(activation));
}

void add_measurement(Command& sub, Precision& precision, double& seconds) {
  sub.option({.setting = Setting::precision,
              .value = "WORD",
              .help = "of the numbers; bf16, in training: of the products, on a matrix unit",
              .environment = "CHAINRULE_PRECISION"},
             to_word(precision));
  sub.option({.names = "--time",
              .value = "TIME",
              .help = "measure for at least this long, and at least three times",
              .shown_default = "1s"},
             to_seconds(seconds, 24));
}

constexpr std::string_view kPeakText =
    "The peak is what one thread does in fused multiply-adds on registers, times the threads (at most the "
    "processors), measured in the same process before and after.";

void add_bench_train(Command& command, const SharedSettings& settings) {
  Command& train = command.subcommand("train", "rows per second in training, and the share of the peak");
  train.example("bench train --layers 784,128,10 --batch-size 128", "");
  train.example("bench train --optimizer adam --threads 1 --vector scalar --json",
                "one plain thread, for programs");
  train.heading("The work");
  add_network(train, settings->train.layers, settings->train.activation);
  train.option({.setting = Setting::batch_size, .value = "N", .help = "rows per step"},
               to_count(settings->train.batch_size));
  train.option({.setting = Setting::optimizer, .value = "WORD", .help = "the update rule"},
               to_word(settings->train.optimizer));
  train.option(
      {.setting = Setting::dropout, .value = "SHARE", .help = "of hidden units dropped in each step"},
      to_number(settings->train.dropout,
                {.minimum = 0, .maximum = 1, .ends = Limits::Ends::maximum_excluded}));
  add_measurement(train, settings->train.precision, settings->train.seconds);
  add_matrix_unit_option(train, settings->compute);
  add_compute_options(train, settings->compute);
  train.heading("Options");
  train.flag("--json", "one JSON document", settings->json);
  train.describe(
      "A step counts two operations for each multiply-add of its products: forward and gradient of the "
      "weights in each layer, gradient of the inputs in each but the first. " +
      std::string(kPeakText));
  train.on_run(
      [settings](Console& console, Command& itself) { return run_bench_train(console, itself, *settings); });
}

void add_bench_predict(Command& command, const SharedSettings& settings) {
  Command& predict = command.subcommand("predict", "microseconds per prediction, and the share of the peak");
  predict.example("bench predict --layers 784,128,10 --rows 1",
                  "how long a program waits for one prediction");
  predict.example("bench predict --layers 784,128,10 --rows 1024 --threads 1 --json", "many at a time");
  predict.heading("The work");
  add_network(predict, settings->predict.layers, settings->predict.activation);
  predict.option({.setting = Setting::rows, .value = "N", .help = "rows per call"},
                 to_count(settings->predict.rows));
  add_measurement(predict, settings->predict.precision, settings->predict.seconds);
  add_compute_options(predict, settings->compute);
  predict.heading("Options");
  predict.flag("--json", "one JSON document", settings->json);
  predict.describe("A call counts two operations for each multiply-add of the products. " +
                   std::string(kPeakText));
  predict.on_run([settings](Console& console, Command&) { return run_bench_predict(console, *settings); });
}

void add_bench_machine(Command& command, const SharedSettings& settings) {
  Command& machine = command.subcommand("machine", "peak multiply-adds and bytes per second");
  machine.example("bench machine", "");
  machine.example("bench machine --threads 1 --json", "what one thread can do");
  add_compute_options(machine, settings->compute);
  machine.heading("Options");
  machine.flag("--json", "one JSON document", settings->json);
  machine.on_run([settings](Console& console, Command&) { return run_bench_machine(console, *settings); });
}

}  // namespace

void add_bench_command(Command& root) {
  Command& command =
      root.subcommand("bench", "the numeric signature, and the speed of chainrule on this machine");
  const auto settings = std::make_shared<BenchSettings>();
  command.example("bench --signature",
                  "16 digits that are the same on every machine, with any threads and vectors");
  command.example("bench train --layers 784,128,10 --batch-size 128", "rows per second");
  command.example("bench predict --layers 784,128,10 --rows 1", "microseconds per call");
  command.example("bench machine", "the most that any program can reach here");
  command.heading("The signature");
  command.flag("--signature", "train a fixed set of small networks and print the hash of all their weights",
               settings->signature);
  add_compute_options(command, settings->compute);
  command.heading("Options");
  command.flag("--json", "one JSON document", settings->json);
  command.on_run([settings](Console& console, Command&) { return run_signature(console, *settings); });
  add_bench_train(command, settings);
  add_bench_predict(command, settings);
  add_bench_machine(command, settings);
}

}  // namespace chainrule::cli
