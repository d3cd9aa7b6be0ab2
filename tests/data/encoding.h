// Fits and applies encoders on small tables, for the tests of the encoder's parts.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/file_system.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encode_targets.h"
#include "chainrule/data/fit_encoder.h"
#include "chainrule/data/open_table.h"
#include "support/test_tables.h"

namespace chainrule::testing_support {

inline Schema schema_for(const Table& table, std::vector<std::string> targets,
                         std::optional<Task> task = {}) {
  return make_schema(table, {.targets = std::move(targets), .task = task});
}

inline Encoder fit(const Table& table, std::vector<std::string> targets, const EncoderOptions& options = {},
                   std::optional<Task> task = {}) {
  return fit_encoder(table, schema_for(table, std::move(targets), task), all_rows(table), options);
}

template <typename T = double>
std::vector<std::vector<T>> encoded(const Encoder& encoder, const Table& table,
                                    EncodeReport* report = nullptr) {
  Matrix<T> features(table.rows(), encoder.features());
  for (T& value : features.values())
    value = T{77};  // every element must be written
  const EncodeReport made = encode_inputs<T>(encoder, table, all_rows(table), features.view());
  if (report != nullptr) *report = made;
  std::vector<std::vector<T>> rows;
  for (std::size_t r = 0; r < table.rows(); ++r)
    rows.emplace_back(features.row(r), features.row(r) + features.columns());
  return rows;
}

template <typename T = double>
std::vector<std::vector<T>> encoded_targets(const Encoder& encoder, const Table& table) {
  Matrix<T> targets(table.rows(), encoder.target.outputs());
  for (T& value : targets.values())
    value = T{77};
  encode_targets<T>(encoder, table, all_rows(table), targets.view());
  std::vector<std::vector<T>> rows;
  for (std::size_t r = 0; r < table.rows(); ++r)
    rows.emplace_back(targets.row(r), targets.row(r) + targets.columns());
  return rows;
}

template <typename T>
using Rows = std::vector<std::vector<T>>;

// bill: 1, missing, 5: mean 3, standard deviation 2. island: b, a, missing.
inline Table birds() {
  return table_of({numbers("bill", {1, kMissing, 5}), words("island", {"b", "a", ""}),
                   words("species", {"x", "y", "x"})});
}

inline Table example_table(const std::string& name) {
  return read_table(real_file_system(), std::string(CHAINRULE_SOURCE_DIR "/examples/data/") + name);
}

}  // namespace chainrule::testing_support
