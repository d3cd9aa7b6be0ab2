// `chainrule predict`: predictions for the rows of a table, as a stream of CSV rows. With --show, the first
// rows drawn in the terminal: images with their classes, or a table of inputs and predictions.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>

#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/data/class_values.h"
#include "chainrule/exit_codes.h"
#include "chainrule/io/image_text.h"
#include "chainrule/io/model_file.h"
#include "chainrule/io/report_words.h"
#include "chainrule/session/session.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

struct PredictSettings {
  std::string model_path;
  PredictRequest request;
  ComputeOptions compute;
  std::optional<double> threshold;
  std::string output;
  std::size_t show = 0;
  bool probabilities = false, passthrough = false, strict = false, quiet = false;
};

// "Sneaker 97.3%", "3.51", "red yes, round no".
std::string prediction_text(const Model& model, const Predictions& predictions, std::size_t row) {
  const TargetEncoding& target = model.encoder.target;
  std::string text;
  switch (target.task) {
    case Task::binary:
    case Task::classes:
    case Task::ordinal: {
      const std::size_t chosen = predictions.classes[row];
      text = printable(class_name(target, chosen));
      return has_probabilities(model) ? text + " " + percent_text(predictions.values(row, chosen)) : text;
    }
    case Task::multi_label:
      for (std::size_t i = 0; i < predictions.values.columns(); ++i) {
        if (!text.empty()) text += ", ";
        const bool is_yes = predictions.values(row, i) >= 0.5;
        text += printable(target.class_names[i]) + " " +
                (has_category_values(target, i) ? printable(label_values(target, i)[is_yes ? 1 : 0])
                                                : std::string(is_yes ? "yes" : "no"));
      }
      return text;
    case Task::regression:
      for (std::size_t i = 0; i < predictions.values.columns(); ++i) {
        if (!text.empty()) text += ", ";
        text += number_text(predictions.values(row, i));
      }
      return text;
  }
  return text;
}

// Images side by side, as many as fit the width of the terminal, each with its prediction below.
void show_pictures(Console& console, const Model& model, const Table& table, const Predictions& predictions) {
  const std::size_t height = model.encoder.image_rows, width = model.encoder.image_columns;
  std::vector<const Column*> pixels;
  const ColumnFinder place_of(table);
  for (const ColumnEncoding& input : model.encoder.inputs) {
    pixels.push_back(&table.columns[place_of(input.name)]);
  }
  const std::size_t room = console.out_width();
  for (std::size_t row = 0; row < table.rows();) {
    std::vector<std::vector<std::string>> blocks;
    std::size_t used = 0;
    while (row < table.rows()) {
      std::vector<double> values;
      for (const Column* column : pixels)
        values.push_back(column->numbers[row]);
      std::vector<std::string> lines =
          split_text(render_image_text(values, height, width, console.out_colour()), '\n');
      if (!lines.empty() && lines.back().empty()) lines.pop_back();
      std::size_t wide = 0;
      for (const std::string& line : lines)
        wide = std::max(wide, visible_width(line));
      lines.push_back(shortened(prediction_text(model, predictions, row), std::max<std::size_t>(wide, 12)));
      wide = std::max(wide, visible_width(lines.back()));
      if (!blocks.empty() && used + 2 + wide > room) break;
      used += wide + (blocks.empty() ? 0 : 2);
      for (std::string& line : lines)
        line.append(wide - visible_width(line), ' ');
      blocks.push_back(std::move(lines));
      ++row;
    }
    for (std::size_t i = 0; i < blocks.front().size(); ++i) {
      std::string line;
      for (const std::vector<std::string>& block : blocks)
        line += (line.empty() ? "" : "  ") + block[i];
      while (line.ends_with(' '))
        line.pop_back();
      console.out(line + "\n");
    }
    console.out("\n");
  }
}

// The first rows as a table: the inputs that fit, then the prediction.
void show_table(Console& console, const Model& model, const Table& table, const Predictions& predictions) {
  const std::string target_names = name_list(model.encoder.target.columns, 3);
  std::vector<std::string> predicted;
  std::size_t used = display_width(target_names) + 4;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    predicted.push_back(prediction_text(model, predictions, row));
    used = std::max(used, display_width(predicted.back()) + 4);
  }
  std::vector<std::vector<std::string>> rows(table.rows() + 1);
  std::vector<Align> alignment;
  std::size_t left_out = 0;
  for (const ColumnEncoding& input : model.encoder.inputs) {
    const Column& column = table.columns[table.column_index(input.name)];
    std::vector<std::string> cells = {shortened(printable(column.name), 24)};
    for (std::size_t row = 0; row < table.rows(); ++row) {
      cells.push_back(column.is_missing(row) ? "-" : shortened(printable(column.text(row)), 24));
    }
    std::size_t wide = 0;
    for (const std::string& cell : cells)
      wide = std::max(wide, display_width(cell));
    if (used + wide + 2 > console.out_width() || left_out > 0) {
      ++left_out;
      continue;
    }
    used += wide + 2;
    for (std::size_t i = 0; i < cells.size(); ++i)
      rows[i].push_back(std::move(cells[i]));
    alignment.push_back(column.kind == ColumnKind::numeric ? Align::right : Align::left);
  }
  rows[0].push_back("-> " + target_names);
  for (std::size_t row = 0; row < table.rows(); ++row)
    rows[row + 1].push_back("-> " + predicted[row]);
  console.out(aligned(rows, alignment));
  if (left_out > 0)
    console.note(count_of(left_out, "more column") + " not shown; the predictions use all columns");
}

ExitCode show_rows(Console& console, FileSystem& file_system, const Compute& compute, const Model& model,
                   const PredictSettings& settings) {
  const Table table = first_rows(file_system, model, settings.request.data, settings.show);
  const Predictions predictions = predict_table(compute, model, table);
  if (model.encoder.image_rows > 0) {
    show_pictures(console, model, table, predictions);
  } else {
    show_table(console, model, table, predictions);
  }
  console.flush();
  note_all(console, notes_of(table));
  note_encoding(console, predictions.report);
  return ExitCode::done;
}

ExitCode run_predict(Console& console, const Command& command, PredictSettings& settings) {
  if (settings.quiet) console.be_quiet();
  PredictRequest& request = settings.request;
  if (settings.show > 0) {
    for (const Setting option :
         {Setting::output, Setting::probabilities, Setting::top, Setting::interval, Setting::passthrough}) {
      command.refuse_if_set(option, "--show draws rows and writes no table");
    }
  }
  if (request.top > 0)
    command.refuse_if_set(Setting::probabilities, "--top writes the probabilities of its classes");
  refuse_gzip_name(settings.output);
  if (settings.probabilities) request.probabilities = Probabilities::append;
  if (settings.passthrough) request.echo = RowEcho::passthrough;
  if (settings.strict) request.faulty_row = FaultyRow::refuse;
  FileSystem& file_system = real_file_system();
  Model model = load_model(file_system, settings.model_path);
  if (settings.threshold) override_threshold(*settings.threshold, model);
  const ComputeResources resources(settings.compute);
  if (settings.show > 0) return show_rows(console, file_system, resources.compute(), model, settings);

  if (!settings.output.empty() && settings.output != "-") {
    check_output(file_system, settings.output, Setting::output, {settings.model_path, request.data.path});
  }
  // Ctrl-C removes a file that is half written.
  const InterruptGuard guard("\n");
  ResultSink sink(console, file_system, settings.output);
  const PredictSummary summary =
      predict_file(file_system, resources.compute(), model, request, [&](std::string_view text) {
        guard.check();
        sink.write(text);
      });
  sink.finish();
  note_all(console, summary.repairs);
  note_encoding(console, summary.report);
  if (summary.unanswered > 0)
    console.note(count_of(summary.unanswered, "row") + " without a finite prediction, left empty (first: " +
                 printable(summary.first_unanswered) + "); --strict makes this an error");
  if (sink.is_file())
    console.note(count_of(summary.rows, "prediction") + " written to " + printable(settings.output));
  return ExitCode::done;
}

}  // namespace

void add_predict_command(Command& root) {
  Command& command = root.subcommand("predict", "predict the rows of a table with a trained model");
  const auto settings = std::make_shared<PredictSettings>();
  command.example("predict penguins.safetensors new.csv > predictions.csv",
                  "one prediction per row, in the order of the rows");
  command.example("predict penguins.safetensors new.csv --passthrough --probabilities -o predictions.csv",
                  "the rows as they are, the predictions, and the probabilities");
  command.example("predict diabetes.safetensors new.csv --interval 0.9",
                  "numbers, and between which two the target lies in nine cases of ten");
  command.example("predict clothes.safetensors t10k-images-idx3-ubyte.gz --show 5",
                  "draw the first five with their predictions");
  command.example("predict penguins.safetensors - < new.csv | head", "as part of a pipe");
  command.describe("Tables of any size stream through; columns are found by their names.");
  command.positional("MODEL", "a model file that `train` wrote", settings->model_path);
  command.positional("DATA", "the table, or - for standard input", settings->request.data.path);
  command.heading("The predictions");
  command.flag(option_name(Setting::probabilities), "add a column with the probability of each class",
               settings->probabilities);
  command.option(
      {.setting = Setting::top, .value = "K", .help = "the K most probable classes with their probabilities"},
      {.apply = [settings](const Given& given) { settings->request.top = parse_count(given.once(), 1); }});
  command.option(
      {.setting = Setting::interval,
       .value = "SHARE",
       .help = "of numbers: two more columns, between which the target lies with this probability"},
      to_number(settings->request.interval, {.minimum = 0, .maximum = 1, .ends = Limits::Ends::excluded}));
  add_threshold_option(command, settings->threshold);
  command.flag(option_name(Setting::passthrough), "each row as it is in DATA, then the prediction",
               settings->passthrough);
  command.flag(option_name(Setting::strict),
               "a row without a finite prediction is an error; without this its prediction is empty",
               settings->strict);
  command.option(
      {.names = "--show", .value = "N", .help = "draw the first N rows with their predictions instead"},
      {.apply = [settings](const Given& given) { settings->show = parse_count(given.once(), 1); }});
  command.heading("The table");
  command.option({.setting = Setting::labels,
                  .value = "FILE",
                  .help = "accepted so that the arguments of `evaluate` work here too; not used",
                  .completion = Completion::file},
                 {.apply = [](const Given& given) { given.once(); }});
  add_reading_options(command, settings->request.data.read);
  add_lenient_option(command, settings->request.data.read);
  command.heading("This run");
  add_compute_options(command, settings->compute);
  command.config_file();
  command.heading("Options");
  command.option({.setting = Setting::output,
                  .names = "-o",
                  .value = "FILE",
                  .help = "where to write the predictions; - is standard output",
                  .shown_default = "standard output",
                  .completion = Completion::file},
                 to_text(settings->output));
  command.flag("--quiet", "no notes", settings->quiet);
  command.on_run(
      [settings](Console& console, Command& self) { return run_predict(console, self, *settings); });
}

}  // namespace chainrule::cli
