#include "chainrule/session/worked_model.h"

#include <algorithm>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/session/model_table.h"

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
                        .got = format_count(row),
                        .advice = "choose one of these rows"});
    }
    chosen.push_back(static_cast<std::uint32_t>(row - 1));
  }
  return chosen;
}

}  // namespace

WorkedNetwork worked_network_of(FileSystem& file_system, const Model& model, const DataSource& data,
                                const std::vector<std::size_t>& rows, std::vector<Message>* repairs) {
  const Table table = load_table_for(file_system, model, data);
  if (repairs != nullptr) *repairs = notes_of(table);
  const std::vector<std::uint32_t> chosen = table_rows(table, data, rows);
  const Dataset<double> encoded = encode_rows(model.encoder, table, chosen);

  std::vector<WorkedSample> samples;
  for (std::size_t n = 0; n < chosen.size(); ++n) {
    const double *x = encoded.inputs.row(n), *target = encoded.targets.row(n);
    samples.push_back({{x, x + encoded.inputs.columns()}, {target, target + encoded.targets.columns()}});
  }
  return make_worked_network(model.network, parameters_in_double(model), model.loss, std::move(samples));
}

}  // namespace chainrule
