#include "chainrule/session/inspection.h"

#include <algorithm>
#include <numeric>

#include "chainrule/base/error.h"
#include "chainrule/session/model_table.h"
#include "chainrule/session/perceptron_words.h"

namespace chainrule {

TableDescription describe_table(FileSystem& file_system, const DataSource& source,
                                const SchemaOptions& options) {
  TableDescription description;
  const Table table = load_training_table(file_system, source, options, &description.layout);
  description.rows = table.rows();
  description.repairs = table.repairs.notes(table.source);
  description.notes = table.notes;
  description.columns = summarise_table(table);
  try {
    description.schema = make_schema(table, options);
  } catch (const DataError& error) {
    description.schema_problem = error.report();
  }
  return description;
}

namespace {

Table load_rows(FileSystem& file_system, const Model& model, const DataSource& data,
                const std::string& purpose, std::vector<Message>* repairs) {
  Table table = load_table_for(file_system, model, data);
  if (repairs != nullptr) *repairs = notes_of(table);
  if (table.rows() == 0) {
    throw DataError({.what = "the table has no rows to " + purpose,
                     .where = data.path,
                     .expected = "rows with inputs and targets",
                     .advice = "check that this is the right file"});
  }
  return table;
}

void refuse_perceptron(const Model& model, const std::string& purpose) {
  if (!is_perceptron(model.network)) return;
  throw StateError({.what = "a perceptron has no gradient to " + purpose +
                            ": its threshold units are flat except for a jump",
                    .expected = "a network that was trained by descent",
                    .got = "one layer of sign units",
                    .advice = "nothing was left out: the perceptron rule needs no gradient"});
}

}  // namespace

GradientCheck check_model_gradient(FileSystem& file_system, const Model& model, const DataSource& data,
                                   std::size_t rows, const GradientCheckOptions& options,
                                   std::vector<Message>* repairs) {
  refuse_perceptron(model, "check");
  const Table table = load_rows(file_system, model, data, "check the gradient on", repairs);
  std::vector<std::uint32_t> chosen(std::min(rows, table.rows()));
  std::iota(chosen.begin(), chosen.end(), 0u);
  const Dataset<double> dataset = encode_rows(model.encoder, table, chosen);
  LossOptions loss = model.loss;
  if (loss.reduction == Reduction::single) loss.reduction = Reduction::mean;
  return check_gradient(model.network, parameters_in_double(model), loss, dataset, options);
}

GradientHealth inspect_gradients(FileSystem& file_system, const Compute& compute, const Model& model,
                                 const DataSource& data, std::size_t rows, std::vector<Message>* repairs) {
  refuse_perceptron(model, "measure");
  DataSource source = data;
  source.read.pool = compute.pool;
  const Table table = load_rows(file_system, model, source, "measure gradients on", repairs);
  std::vector<std::uint32_t> chosen(std::min(rows, table.rows()));
  for (std::size_t i = 0; i < chosen.size(); ++i)
    chosen[i] = static_cast<std::uint32_t>(table.rows() * i / chosen.size());
  const Dataset<double> dataset = encode_rows(model.encoder, table, chosen);
  return measure_gradient_health<double>(compute, model.network, parameters_in_double(model), model.loss,
                                         dataset, chosen.size());
}

}  // namespace chainrule
