#include "chainrule/session/model_table.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encode_targets.h"

namespace chainrule {

ReadOptions reading_options(const Model& model, const DataSource& data) {
  ReadOptions options = data.read;
  for (const std::string& word : model.encoder.missing_words) {
    if (std::find(options.missing_words.begin(), options.missing_words.end(), word) ==
        options.missing_words.end()) {
      options.missing_words.push_back(word);
    }
  }
  return options;
}

Table read_for_model(FileSystem& file_system, const Model& model, const DataSource& data) {
  DataSource source = data;
  source.read = reading_options(model, data);
  for (const SchemaColumn& column : model.schema.columns) {
    const bool is_joined_label = !data.labels_path.empty() && column.role == ColumnRole::target;
    if (column.role != ColumnRole::ignored && !is_joined_label) {
      source.read.column_kinds.emplace_back(column.name, column.kind);
    }
  }
  return load_as_training_table(file_system, source);
}

Table load_as_training_table(FileSystem& file_system, const DataSource& source) {
  try {
    return load_table(file_system, source);
  } catch (const DataError& error) {
    // The reader's message is about a kind that the user gave; here the kind comes from the model.
    for (const auto& [name, kind] : source.read.column_kinds) {
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
