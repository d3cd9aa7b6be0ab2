#include "chainrule/session/inspection.h"

#include <algorithm>
#include <numeric>

#include "chainrule/base/error.h"
#include "chainrule/session/perceptron_words.h"

namespace chainrule {

TableDescription describe_table(FileSystem& file_system, const DataSource& source,
                                const SchemaOptions& options) {
  TableDescription description;
  const Table table = load_table(file_system, source, &description.layout);
  description.rows = table.rows();
  description.columns = summarise_table(table);
  try {
    description.schema = make_schema(table, options);
  } catch (const DataError& error) {
    description.schema_problem = error.what();
  }
  return description;
}

GradientCheck check_model_gradient(FileSystem& file_system, const Model& model, const DataSource& data,
                                   std::size_t rows, const GradientCheckOptions& options) {
  if (is_perceptron(model.network)) {
    throw StateError(
        {.what = "a perceptron has no gradient to check: its threshold units are flat, but for a jump",
         .expected = "a network that was trained by descent",
         .got = "one layer of sign units",
         .advice = "nothing was left out: the perceptron rule needs no gradient"});
  }
  DataSource source = data;
  if (!model.encoder.missing_words.empty()) source.read.missing_words = model.encoder.missing_words;
  const Table table = load_table(file_system, source);
  if (table.rows() == 0) {
    throw DataError({.what = "the table has no rows to check the gradient on", .where = source.path});
  }
  std::vector<std::uint32_t> chosen(std::min(rows, table.rows()));
  std::iota(chosen.begin(), chosen.end(), 0u);
  Dataset<double> dataset{.inputs = Matrix<double>(chosen.size(), model.encoder.features()),
                          .targets = Matrix<double>(chosen.size(), model.encoder.target.outputs())};
  encode_inputs<double>(model.encoder, table, chosen, dataset.inputs.view());
  encode_targets<double>(model.encoder, table, chosen, dataset.targets.view());
  const std::vector<double> parameters = std::visit(
      [](const auto& values) { return std::vector<double>(values.begin(), values.end()); }, model.parameters);
  LossOptions loss = model.loss;
  if (loss.reduction == Reduction::single) loss.reduction = Reduction::mean;
  return check_gradient(model.network, parameters, loss, dataset, options);
}

}  // namespace chainrule
