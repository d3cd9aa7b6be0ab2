#include "chainrule/commands/find_learning_rate.h"

#include <fmt/format.h>

#include <algorithm>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/text.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/io/learning_rate_report.h"
#include "chainrule/io/network_text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/session/learning_rate_search.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/option_sources.h"

namespace chainrule::cli {
namespace {

std::string caption_of(const Network& network) {
  const std::string text = render_network_text(network);
  return text.substr(0, text.find('\n'));
}

// The command as it was given, with the rate that was found. "" if none was.
std::string command_with_rate(const Console& console, const Command& command,
                              const LearningRateSearch& search) {
  if (!search.range.suggested) return "";
  const std::vector<std::string> of_search = {option_name(Setting::find_learning_rate),
                                              option_name(Setting::report), "--config", "--json", "--quiet"};
  std::string text = shell_word(console.program()) + " train";
  for (const auto& entry : command.options()) {
    const std::string name = entry->long_name();
    const bool is_of_search = std::ranges::find(of_search, name) != of_search.end();
    if (!entry->is_set || is_of_search || entry->source.starts_with(kFromEnvironment)) continue;
    if (entry->is_flag) {
      text += " " + name;
    } else if (entry->is_positional) {
      text += " " + shell_word(join(entry->values, " "));
    } else {
      for (const std::string& value : entry->values)
        text += " " + name + " " + shell_word(value);
    }
  }
  return text + " --learning-rate " + format_cell_number(*search.range.suggested);
}

Json json_of(const Console& console, const TrainSettings& settings, const LearningRateSearch& search,
             const std::string& next) {
  const LearningRateRange& range = search.range;
  Json points = Json::array();
  for (const RangeStep& step : range.steps) {
    points.push_back({{"learning_rate", step.learning_rate},
                      {"loss", json_number(step.loss)},
                      {"smoothed_loss", json_number(step.smoothed_loss)}});
  }
  const RangeStep& lowest = range.steps.at(range.lowest);
  return {{"data", settings.request.data.path},
          {"report", settings.report.empty() ? Json(nullptr) : Json(settings.report)},
          {"network", caption_of(search.plan.network)},
          {"optimizer", name_of(search.plan.optimizer)},
          {"batch_size", search.plan.batch_size},
          {"training_rows", search.plan.training_rows},
          {"seed", settings.request.seed},
          {"learning_rate", range.suggested ? json_number(*range.suggested) : Json(nullptr)},
          {"initial_loss", json_number(range.initial_loss)},
          {"lowest",
           {{"learning_rate", lowest.learning_rate}, {"smoothed_loss", json_number(lowest.smoothed_loss)}}},
          {"end", name_of(range.end)},
          {"points", std::move(points)},
          {"notes", texts_of(search.notes, console.reader())},
          {"next", next.empty() ? Json(nullptr) : Json(next)}};
}

void print(Console& console, const TrainSettings& settings, const LearningRateSearch& search,
           const std::string& next) {
  const LearningRateRange& range = search.range;
  const std::size_t width = std::min<std::size_t>(console.out_width(), 110);
  const auto line = [&](std::string_view label, const std::string& text) {
    std::string first = console.heading(label);
    first.append(10 - std::min<std::size_t>(10, label.size()), ' ');
    console.out(wrapped(first, text, width));
  };
  line("Network", caption_of(search.plan.network));
  line("By", fmt::format("{}, batches of {}, {}", name_of(search.plan.optimizer),
                         count_of(search.plan.batch_size, "row"),
                         count_of(search.plan.training_rows, "training row")));
  line("Tested", tested_text(range));
  line("Loss",
       fmt::format("{} while the rate is too low to matter, at its lowest {}",
                   number_text(range.initial_loss), number_text(range.steps.at(range.lowest).smoothed_loss)));
  line("Rate", suggestion_text(range));
  if (!settings.report.empty()) line("Report", printable(settings.report) + "  (open it in a browser)");
  console.out("\n" + render_range_text(range, std::min<std::size_t>(width, 80), 11));
  if (!next.empty()) console.out("\n" + console.heading("Next:") + "\n  " + printable(next) + "\n");
}

void check_report_path(FileSystem& file_system, const TrainSettings& settings) {
  if (settings.report.empty()) return;
  if (settings.report == "-") {
    throw UsageError({.what = "a report cannot go to standard output",
                      .setting = Setting::report,
                      .advice = "name a file"});
  }
  check_output(file_system, settings.report, Setting::report,
               {settings.request.data.path, settings.request.data.labels_path});
}

}  // namespace

void refuse_options_of_models(const Command& command) {
  const std::string search = option_name(Setting::find_learning_rate);
  command.refuse_if_set(Setting::learning_rate, search + " searches it");
  for (const Setting option : {Setting::output, Setting::checkpoint, Setting::every, Setting::resume})
    command.refuse_if_set(option, search + " is a measurement, which writes no model");
}

ExitCode run_find_learning_rate(Console& console, const Command& command, const TrainSettings& settings) {
  FileSystem& file_system = real_file_system();
  check_report_path(file_system, settings);
  const ComputeResources resources(settings.compute);
  const LearningRateSearch search = find_learning_rate(file_system, resources.compute(), settings.request);
  note_all(console, search.notes);
  const std::string next = command_with_rate(console, command, search);
  if (!settings.report.empty()) {
    const LearningRateReport report{.range = search.range,
                                    .data_name = search.data_name,
                                    .network = caption_of(search.plan.network),
                                    .optimizer = std::string(name_of(search.plan.optimizer)),
                                    .batch_size = search.plan.batch_size,
                                    .training_rows = search.plan.training_rows,
                                    .command = next,
                                    .notes = search.notes,
                                    .face = Face::command_line};
    write_file_atomically(file_system, settings.report, render_learning_rate_report(report));
  }
  if (settings.json) {
    write_json(console, json_of(console, settings, search, next));
  } else {
    print(console, settings, search, next);
  }
  console.flush();
  return ExitCode::done;
}

}  // namespace chainrule::cli
