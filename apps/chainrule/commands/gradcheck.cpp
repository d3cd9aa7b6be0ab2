// `chainrule gradcheck`: gradients by backpropagation against exact derivatives in forward mode, in double.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/commands/mixture_output.h"
#include "chainrule/exit_codes.h"
#include "chainrule/session/session.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

struct GradcheckSettings {
  std::string model_path;
  DataSource data;
  std::size_t rows = 32;
  std::optional<std::size_t> member;
  GradientCheckOptions options;
  bool json = false;
};

Json json_of_check(const GradcheckSettings& settings, const GradientCheck& check) {
  Json segments = Json::array();
  for (const SegmentCheck& segment : check.segments) {
    segments.push_back({{"name", segment.name},
                        {"checked", segment.checked},
                        {"worst_error", json_number(segment.worst_error)},
                        {"worst_index", segment.worst_index},
                        {"worst_backward", json_number(segment.worst_backward)},
                        {"worst_forward", json_number(segment.worst_forward)}});
  }
  Json kinks = Json::array();
  for (const Kink& kink : check.kinks) {
    kinks.push_back({{"row", kink.row + 1},
                     {"layer", kink.layer ? Json(*kink.layer) : Json(nullptr)},
                     {"unit", kink.unit}});
  }
  Json json = {{"model", settings.model_path}};
  if (settings.member) json["member"] = *settings.member;
  json.update(Json{{"data", settings.data.path},
                   {"tolerance", settings.options.tolerance},
                   {"passed", check.passed},
                   {"checked", check.checked},
                   {"rows", check.rows},
                   {"rows_at_kink", check.rows_at_kink},
                   {"kinks", std::move(kinks)},
                   {"worst_error", json_number(check.worst_error)},
                   {"segments", std::move(segments)}});
  return json;
}

// "row 3 (unit 2 of layer 1), row 7 (the loss at output 1) and 4 more places"
std::string places_of(const std::vector<Kink>& kinks) {
  constexpr std::size_t kMostNamed = 3;
  std::string places;
  for (std::size_t i = 0; i < std::min(kMostNamed, kinks.size()); ++i) {
    const Kink& kink = kinks[i];
    if (i > 0) places += ", ";
    places += kink.layer
                  ? fmt::format("row {} (unit {} of layer {})", kink.row + 1, kink.unit + 1, *kink.layer + 1)
                  : fmt::format("row {} (the loss at output {})", kink.row + 1, kink.unit + 1);
  }
  if (kinks.size() > kMostNamed) places += " and " + count_of(kinks.size() - kMostNamed, "more place");
  return places;
}

void print_check(Console& console, const GradcheckSettings& settings, const GradientCheck& check) {
  std::vector<std::vector<std::string>> rows = {
      {"parameters", "checked", "largest error", "backward", "forward"}};
  for (const SegmentCheck& segment : check.segments) {
    rows.push_back({segment.name, format_count(segment.checked), fmt::format("{:.1e}", segment.worst_error),
                    format_significant(segment.worst_backward, 6),
                    format_significant(segment.worst_forward, 6)});
  }
  console.out(aligned(rows, {Align::left, Align::right, Align::right, Align::right, Align::right}));
  console.out("\n");
  if (check.rows_at_kink > 0) {
    console.out(wrapped(
        "",
        fmt::format("{} of {} left out, at a kink, where the loss has no derivative: {}.",
                    format_count(check.rows_at_kink), count_of(check.rows, "row"), places_of(check.kinks)),
        std::min<std::size_t>(console.out_width(), 110)));
  }
  if (check.checked == 0) {
    console.out("FAILED: nothing could be compared\n");
    return;
  }
  console.out(fmt::format("{}: largest error {:.1e} over {}, at two points, allowed {}\n",
                          check.passed ? "passed" : "FAILED", check.worst_error,
                          count_of(check.checked, "parameter"), format_number(settings.options.tolerance)));
}

ExitCode run_gradcheck(Console& console, GradcheckSettings& settings) {
  FileSystem& file_system = real_file_system();
  const Model model = load_model_or_member(file_system, settings.model_path, settings.member);
  std::vector<Message> repairs;
  const GradientCheck check =
      check_model_gradient(file_system, model, settings.data, settings.rows, settings.options, &repairs);
  if (settings.json) {
    write_json(console, json_of_check(settings, check));
  } else {
    print_check(console, settings, check);
  }
  console.flush();
  note_all(console, repairs);
  return check.passed ? ExitCode::done : ExitCode::condition_false;
}

}  // namespace

void add_gradcheck_command(Command& root) {
  Command& command = root.subcommand("gradcheck", "check a model's gradients against exact derivatives");
  const auto settings = std::make_shared<GradcheckSettings>();
  command.example("gradcheck penguins.safetensors penguins.csv", "every parameter, on 32 rows, in double");
  command.example(
      "gradcheck clothes.safetensors t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz "
      "--parameters 50",
      "50 parameters of each kind, for large networks");
  command.describe(
      "Compares the gradients of backpropagation with derivatives in forward mode, at the model's parameters "
      "and at smaller ones beside them. An error is relative to the size of the terms that add up to the "
      "derivative. Exit code 1 when one is larger than allowed.");
  command.positional("MODEL", "a model file that `train` wrote", settings->model_path);
  command.positional("DATA", "a table with targets, or - for standard input", settings->data.path);
  command.heading("The check");
  command.option({.names = "--rows", .value = "N", .help = "the first rows of DATA to use"},
                 to_count(settings->rows));
  add_member_option(command, settings->member);
  command.option({.names = "--tolerance", .value = "X", .help = "largest error that passes"},
                 to_number(settings->options.tolerance, kPositive));
  command.option(
      {.names = "--parameters", .value = "N", .help = "this many of each tensor, evenly spread; 0: all"},
      to_count(settings->options.max_parameters, 0));
  command.heading("The table");
  add_labels_option(command, settings->data.labels_path);
  add_missing_target_option(command, settings->data);
  add_reading_options(command, settings->data.read);
  add_lenient_option(command, settings->data.read);
  command.heading("Options");
  command.flag("--json", "one JSON document", settings->json);
  command.on_run([settings](Console& console, Command&) { return run_gradcheck(console, *settings); });
}

}  // namespace chainrule::cli
