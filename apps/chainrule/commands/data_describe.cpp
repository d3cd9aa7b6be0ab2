// `chainrule data describe`: how a table is read. Each column has its kind, its role in training, missing
// cells, distinct values and flags; then the notes of the schema, or why training cannot start.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/exit_codes.h"
#include "chainrule/session/session.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

struct DescribeSettings {
  DataSource data;
  SchemaOptions schema = {.max_words = std::nullopt};
  bool json = false;
};

// Why training could not start; "" where it can.
std::string problem_text(const Console& console, const TableDescription& description) {
  if (!description.schema_problem) return "";
  return format_error(*description.schema_problem, console.reader());
}

std::string delimiter_word(char delimiter) {
  switch (delimiter) {
    case ',':
      return "comma";
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    case ' ':
      return "blanks";
    default:
      return std::string(1, delimiter);
  }
}

std::string values_text(const ColumnSummary& column) {
  if (column.distinct == 0) return "";
  if (column.kind == ColumnKind::numeric) {
    return fmt::format("{} to {}, mean {}, spread {}", plain_number(column.minimum),
                       plain_number(column.maximum), plain_number(column.mean),
                       plain_number(column.standard_deviation));
  }
  std::string text;
  for (const auto& [word, count] : column.most_common) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", shortened(printable(word), 20),
                        format_count(count));
  }
  return text + (column.distinct > column.most_common.size() ? ", ..." : "");
}

std::vector<std::string> flags_of(const ColumnSummary& column) {
  std::vector<std::string> flags;
  if (column.looks_like_date) flags.emplace_back("date");
  if (column.looks_like_identifier) flags.emplace_back("identifier");
  if (column.is_constant) flags.emplace_back("constant");
  return flags;
}

std::string layout_text(const TableLayout& layout) {
  std::string text;
  if (layout.format == TableFormat::text) {
    text = fmt::format("text, cells separated by {}, {}", delimiter_word(layout.delimiter),
                       layout.has_header ? "first row names the columns" : "no header: columns are numbered");
    if (layout.has_byte_order_mark) text += ", byte order mark";
  } else {
    text = description_of(layout.format);
    text = text.substr(text.starts_with("an ") ? 3 : text.starts_with("a ") ? 2 : 0);
  }
  if (layout.image_rows > 0)
    text += fmt::format(", images of {} x {}", layout.image_rows, layout.image_columns);
  if (layout.compressed) text += ", " + std::string(layout.compression);
  return text;
}

void print_description(Console& console, const TableDescription& description) {
  console.out(fmt::format("{}\n{}\n{}, {}\n\n", console.heading(printable(description.layout.path)),
                          layout_text(description.layout), count_of(description.rows, "row"),
                          count_of(description.columns.size(), "column")));
  // An image has a column for each pixel: the first and the last are enough.
  constexpr std::size_t kShown = 60;
  const std::size_t columns = description.columns.size();
  std::vector<std::vector<std::string>> rows = {
      {"column", "kind", "role", "missing", "distinct", "values", "flags"}};
  for (std::size_t i = 0; i < columns; ++i) {
    if (columns > kShown && i == kShown / 2) {
      rows.push_back({fmt::format("... {} more", columns - kShown)});
      i = columns - kShown / 2;
    }
    const ColumnSummary& column = description.columns[i];
    std::string role = "?";
    if (description.schema && i < description.schema->columns.size()) {
      role = name_of(description.schema->columns[i].role);
    }
    rows.push_back({shortened(printable(column.name), 30), std::string(name_of(column.kind)), role,
                    format_count(column.missing), format_count(column.distinct), values_text(column),
                    join(flags_of(column), ", ")});
  }
  console.out(aligned(rows, {Align::left, Align::left, Align::left, Align::right, Align::right}));
  const std::size_t width = std::min<std::size_t>(console.out_width(), 110);
  console.out("\n");
  for (const Message& note : description.notes)
    console.out(wrapped("- ", printable(note.text(console.reader())), width));
  if (description.schema) {
    for (const Message& note : description.schema->notes)
      console.out(wrapped("- ", printable(note.text(console.reader())), width));
  } else {
    console.out(wrapped("", "`train` cannot start yet:\n" + problem_text(console, description), width));
  }
}

Json json_of_description(const Console& console, const TableDescription& description) {
  Json columns = Json::array();
  for (const ColumnSummary& column : description.columns) {
    Json json = {{"name", column.name},
                 {"kind", name_of(column.kind)},
                 {"missing", column.missing},
                 {"distinct", column.distinct}};
    if (column.kind == ColumnKind::numeric) {
      json["minimum"] = json_number(column.minimum);
      json["maximum"] = json_number(column.maximum);
      json["mean"] = json_number(column.mean);
      json["standard_deviation"] = json_number(column.standard_deviation);
    } else {
      Json common = Json::array();
      for (const auto& [word, count] : column.most_common)
        common.push_back({{"word", word}, {"rows", count}});
      json["most_common"] = std::move(common);
    }
    json["flags"] = flags_of(column);
    columns.push_back(std::move(json));
  }
  const TableLayout& layout = description.layout;
  Json json = {
      {"path", layout.path},         {"format", name_of(layout.format)}, {"compressed", layout.compressed},
      {"header", layout.has_header}, {"rows", description.rows},         {"columns", std::move(columns)}};
  if (layout.format == TableFormat::text) json["delimiter"] = std::string(1, layout.delimiter);
  if (layout.image_rows > 0) json["picture"] = {layout.image_rows, layout.image_columns};
  if (!description.notes.empty()) json["notes"] = texts_of(description.notes, console.reader());
  json["schema"] = description.schema ? json_of(*description.schema) : Json(nullptr);
  json["problem"] = problem_text(console, description);
  return json;
}

ExitCode run_describe(Console& console, const DescribeSettings& settings) {
  const TableDescription description = describe_table(real_file_system(), settings.data, settings.schema);
  if (settings.json) {
    write_json(console, json_of_description(console, description));
  } else {
    print_description(console, description);
  }
  console.flush();
  note_all(console, description.repairs);
  return ExitCode::done;
}

}  // namespace

void add_data_describe_command(Command& data) {
  Command& command = data.subcommand("describe", "how a table is read: columns, kinds, missing cells, task");
  const auto settings = std::make_shared<DescribeSettings>();
  command.example("data describe penguins.csv --target species", "and how `train` would use it");
  command.example("data describe train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz", "images");
  command.positional("FILE", "the table, or - for standard input", settings->data.path);
  command.heading("The table");
  command.option({.setting = Setting::target,
                  .value = "NAME",
                  .help = "the column to learn; several: a,b",
                  .shown_default = "the last column"},
                 to_list(settings->schema.targets));
  command.option({.setting = Setting::ignore, .value = "NAME", .help = "columns to leave out: a,b"},
                 to_list(settings->schema.ignored));
  command.option({.setting = Setting::keep,
                  .value = "NAME",
                  .help = "columns to use even if they look like identifiers: a,b"},
                 to_list(settings->schema.kept));
  command.option(
      {.setting = Setting::task, .value = "WORD", .help = "what to learn", .shown_default = "detected"},
      to_word(settings->schema.task));
  command.option({.setting = Setting::max_words,
                  .value = "N",
                  .help = "of a column with more categories, the rare ones become one",
                  .shown_default = "by the rows: up to 1,000"},
                 to_count(settings->schema.max_words));
  add_labels_option(command, settings->data.labels_path);
  add_column_option(command, settings->data.read);
  add_reading_options(command, settings->data.read);
  add_lenient_option(command, settings->data.read);
  command.heading("Options");
  command.flag("--json", "one JSON document", settings->json);
  command.on_run([settings](Console& console, Command&) { return run_describe(console, *settings); });
}

}  // namespace chainrule::cli
