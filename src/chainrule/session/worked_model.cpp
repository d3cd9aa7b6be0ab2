#include "chainrule/session/worked_model.h"

#include <algorithm>
#include <variant>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/encoder.h"

namespace chainrule {
namespace {

std::vector<std::uint32_t> table_rows(const Table& table, const DataSource& data,
                                      const std::vector<std::size_t>& rows) {
  std::vector<std::uint32_t> chosen;
  for (const std::size_t row : rows) {
    if (row == 0 || row > table.rows()) {
      throw UsageError({.what = "the table has no such row",
                        .where = data.path,
                        .expected = "a row from 1 to " + format_count(table.rows()),
                        .got = format_count(row)});
    }
    chosen.push_back(static_cast<std::uint32_t>(row - 1));
  }
  return chosen;
}

}  // namespace

WorkedNetwork worked_network_of(FileSystem& file_system, const Model& model, const DataSource& data,
                                const std::vector<std::size_t>& rows) {
  DataSource source = data;
  if (!model.encoder.missing_words.empty()) source.read.missing_words = model.encoder.missing_words;
  Table table = load_table(file_system, source);
  if (data.missing_target == MissingTarget::skip) drop_rows_without(table, model.encoder.target.columns);
  const std::vector<std::uint32_t> chosen = table_rows(table, source, rows);
  Matrix<double> inputs(chosen.size(), model.encoder.features());
  Matrix<double> targets(chosen.size(), model.encoder.target.outputs());
  encode_inputs<double>(model.encoder, table, chosen, inputs.view());
  encode_targets<double>(model.encoder, table, chosen, targets.view());

  WorkedNetwork worked;
  for (const Layer& layer : model.network.layers) {
    if (!std::holds_alternative<Dropout>(layer)) worked.network.layers.push_back(layer);
  }
  worked.parameters = std::visit([](const auto& values) { return NumberList(values.begin(), values.end()); },
                                 model.parameters);
  worked.loss = model.loss;
  worked.loss.reduction = chosen.size() == 1 ? Reduction::single : Reduction::mean;
  for (std::size_t n = 0; n < chosen.size(); ++n) {
    worked.samples.push_back({{inputs.row(n), inputs.row(n) + inputs.columns()},
                              {targets.row(n), targets.row(n) + targets.columns()}});
  }
  return worked;
}

}  // namespace chainrule
