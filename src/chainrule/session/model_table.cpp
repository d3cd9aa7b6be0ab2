#include "chainrule/session/model_table.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/column_match.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encode_targets.h"
#include "chainrule/data/libsvm_reader.h"
#include "chainrule/data/missing_cells.h"
#include "chainrule/data/open_table.h"

namespace chainrule {

ReadOptions reading_options(const Model& model, const DataSource& data) {
  ReadOptions options = data.read;
  const Encoder& encoder = model.encoder;
  if (!encoder.missing_words.empty()) {
    const std::vector<std::string> given = given_missing_words(data.read);
    const auto with_given = [&given](std::vector<std::string> words) {
      for (const std::string& word : given) {
        if (std::ranges::find(words, word) == words.end()) words.push_back(word);
      }
      return words;
    };
    options.missing_words = with_given(encoder.missing_words);
    for (const auto& [name, words] : encoder.column_missing_words)
      options.column_missing_words.emplace_back(name, with_given(words));
  }
  for (const std::string& word : encoder.kept_in_quotes)
    options.not_missing.push_back('"' + word + '"');
  for (const ColumnEncoding& input : encoder.inputs)
    options.known_names.push_back(input.name);
  // Of a LIBSVM file also the features that the model leaves out: they are no surprise in another file.
  std::vector<std::string> names;
  for (const SchemaColumn& column : model.schema.columns)
    names.push_back(column.name);
  if (has_libsvm_names(names)) {
    for (const SchemaColumn& column : model.schema.columns)
      if (column.role == ColumnRole::ignored) options.known_names.push_back(column.name);
  }
  const std::vector<std::string>& targets = encoder.target.columns;
  options.known_names.insert(options.known_names.end(), targets.begin(), targets.end());
  return options;
}

void settle_missing_words(const Schema& schema, ReadOptions& read) {
  std::unordered_set<std::string> have_their_own;
  for (const auto& [name, words] : read.column_missing_words)
    have_their_own.insert(name);
  for (const SchemaColumn& column : schema.columns) {
    if (column.kind == ColumnKind::category && column.role != ColumnRole::ignored &&
        !have_their_own.contains(column.name)) {
      read.column_missing_words.emplace_back(column.name, read.missing_words);
    }
  }
}

std::vector<std::pair<std::string, ColumnReading>> column_readings(const Encoder& encoder,
                                                                   const Schema& schema) {
  std::unordered_map<std::string_view, NumberForm> forms;
  for (const ColumnEncoding& input : encoder.inputs)
    if (input.form != NumberForm()) forms.emplace(input.name, input.form);
  for (std::size_t t = 0; t < encoder.target.forms.size(); ++t)
    forms.emplace(encoder.target.columns[t], encoder.target.forms[t]);
  std::vector<std::pair<std::string, ColumnReading>> readings;
  // Classes that the user named: a table may hold the names instead of the numbers.
  const TargetEncoding& target = encoder.target;
  const bool are_named = is_of_one_class(target.task) && !target.soft_labels && target.forms.empty() &&
                         target.class_names != target.class_values;
  for (const SchemaColumn& column : schema.columns) {
    if (column.role == ColumnRole::ignored) continue;
    if (are_named && column.role == ColumnRole::target) {
      readings.emplace_back(column.name, ColumnReading(ColumnKind::category));
      continue;
    }
    const auto form = forms.find(column.name);
    readings.emplace_back(column.name,
                          ColumnReading(column.kind, form == forms.end() ? NumberForm() : form->second));
  }
  return readings;
}

namespace {

// The readings by the numbered names of a table without header, whose columns are those of the model in their
// order; nullopt for other tables. A pipe cannot be opened a second time.
std::optional<std::vector<std::pair<std::string, ColumnReading>>> readings_by_position(
    FileSystem& file_system, const Model& model, const DataSource& source) {
  if (source.path == "-" || file_system.status(source.path).kind != FileKind::regular) return std::nullopt;
  ReadOptions options = source.read;
  options.column_readings.clear();
  const TableLayout layout = open_table(file_system, source.path, options)->layout();
  const std::vector<std::string>& names = layout.column_names;
  const ColumnMatch match = match_columns(model.encoder, names);
  if (!layout.has_header) require_inputs(model.encoder, names, match, source.path);
  if (match.kind != MatchKind::by_position) return std::nullopt;
  const auto wanted = wanted_readings(model.encoder, names, TargetsWanted::yes, source.path);
  std::vector<std::pair<std::string, ColumnReading>> readings;
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (wanted[c]) readings.emplace_back(names[c], *wanted[c]);
  }
  return readings;
}

}  // namespace

Table read_for_model(FileSystem& file_system, const Model& model, const DataSource& data) {
  DataSource source = data;
  source.read = reading_options(model, data);
  for (auto& [name, reading] : column_readings(model.encoder, model.schema)) {
    const auto& targets = model.encoder.target.columns;
    const bool is_joined_label =
        !data.labels_path.empty() && std::find(targets.begin(), targets.end(), name) != targets.end();
    if (!is_joined_label) source.read.column_readings.emplace_back(name, std::move(reading));
  }
  try {
    return load_as_training_table(file_system, source);
  } catch (const DataError&) {
    auto readings = readings_by_position(file_system, model, source);
    if (!readings) throw;
    source.read.column_readings = std::move(*readings);
  }
  return load_as_training_table(file_system, source);
}

Table load_as_training_table(FileSystem& file_system, const DataSource& source) {
  try {
    return load_table(file_system, source);
  } catch (const DataError& error) {
    // The reader's message is about a kind that the user gave; here the kind comes from the model.
    for (const auto& [name, reading] : source.read.column_readings) {
      if (error.report().what != "there is no column " + quoted(name)) continue;
      ErrorReport report = error.report();
      report.expected = "the columns of the training table, " + quoted(name) + " among them";
      report.got = "column " + quoted(name) + " is missing";
      throw DataError(std::move(report));
    }
    throw;
  }
}

Table load_table_for(FileSystem& file_system, const Model& model, const DataSource& data) {
  Table table = read_for_model(file_system, model, data);
  if (data.missing_target == MissingTarget::skip) drop_rows_without(table, model.encoder.target.columns);
  return table;
}

Dataset<double> encode_rows(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows) {
  Dataset<double> dataset{.inputs = Matrix<double>(rows.size(), encoder.features()),
                          .targets = Matrix<double>(rows.size(), encoder.target.outputs())};
  encode_inputs<double>(encoder, table, rows, dataset.inputs.view());
  encode_targets<double>(encoder, table, rows, dataset.targets.view());
  return dataset;
}

std::vector<double> parameters_in_double(const Model& model) {
  return std::visit([](const auto& values) { return std::vector<double>(values.begin(), values.end()); },
                    model.parameters);
}

}  // namespace chainrule
