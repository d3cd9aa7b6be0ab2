#include "chainrule/session/source.h"

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/column_match.h"
#include "chainrule/data/fann_reader.h"
#include "chainrule/data/open_table.h"
#include "chainrule/data/word_spelling.h"

namespace chainrule {

Table load_table(FileSystem& file_system, const DataSource& source, TableLayout* layout) {
  Table table = read_table(file_system, source.path, source.read, layout);
  if (source.labels_path.empty()) return table;
  Table labels = read_table(file_system, source.labels_path);
  if (labels.columns.size() != 1) {
    throw DataError({.what = "a labels file has one column",
                     .where = source.labels_path,
                     .expected = "1 column",
                     .got = std::to_string(labels.columns.size()),
                     .advice = "put the inputs first and name the labels with " + named(source.labels)});
  }
  if (labels.rows() != table.rows()) {
    throw DataError({.what = "labels and inputs have different numbers of rows",
                     .where = source.labels_path,
                     .expected = count_of(table.rows(), "row") + " as in " + source.path,
                     .got = std::to_string(labels.rows()),
                     .advice = "check that the two files belong together"});
  }
  labels.columns.front().name = kJoinedLabel;
  labels.columns.front().is_bytes = false;
  table.columns.push_back(std::move(labels.columns.front()));
  return table;
}

namespace {

// The targets: as named, else the outputs of a file of FANN, else the last column that is not left out.
std::vector<std::string> target_names(const Table& table, const SchemaOptions& options) {
  if (!options.targets.empty()) return options.targets;
  if (const auto outputs = fann_outputs(table.columns); outputs.size() > 1) {
    std::vector<std::string> names;
    for (const std::size_t place : outputs)
      names.push_back(table.columns[place].name);
    return names;
  }
  for (std::size_t c = table.columns.size(); c > 0; --c) {
    const std::string& name = table.columns[c - 1].name;
    const bool is_ignored = std::ranges::find(options.ignored, name) != options.ignored.end();
    if (!is_ignored && name != options.weight_column) return {name};
  }
  return {};
}

// load_training_table without the truth values.
Table load_as_spelled(FileSystem& file_system, const DataSource& source, const SchemaOptions& options,
                      TableLayout* layout) {
  Table table = load_table(file_system, source, layout);
  const bool has_classes = options.task == Task::binary || options.task == Task::classes;
  if (!has_classes || source.path == "-" || !source.labels_path.empty() || table.lines.empty()) return table;
  DataSource again = source;
  for (const std::string& name : target_names(table, options)) {
    const auto column = std::ranges::find(table.columns, name, &Column::name);
    const bool is_given = std::ranges::any_of(source.read.column_kinds,
                                              [&name](const auto& given) { return given.first == name; });
    if (column == table.columns.end() || column->kind != ColumnKind::numeric || is_given) continue;
    const bool are_whole = std::ranges::all_of(
        column->numbers, [](double value) { return std::isnan(value) || std::trunc(value) == value; });
    if (are_whole) continue;
    again.read.column_kinds.emplace_back(name, ColumnKind::category);
    again.read.column_missing_words.emplace_back(name, source.read.missing_words);
  }
  if (again.read.column_kinds.size() == source.read.column_kinds.size()) return table;
  return load_table(file_system, again, layout);
}

}  // namespace

Table load_training_table(FileSystem& file_system, const DataSource& source, const SchemaOptions& options,
                          TableLayout* layout) {
  Table table = load_as_spelled(file_system, source, options, layout);
  std::vector<Message> notes = fold_truth_words(table);
  table.notes.insert(table.notes.end(), notes.begin(), notes.end());
  return table;
}

}  // namespace chainrule
