// Reads a table with the columns that a model knows, and encodes rows of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/session/source.h"
#include "chainrule/train/model.h"

namespace chainrule {

// The reading options of `data`, plus the words for missing cells that the model was trained with.
ReadOptions reading_options(const Model& model, const DataSource& data);
// load_table with column kinds that come from a model and not from the user: its error names the training
// table.
Table load_as_training_table(FileSystem& file_system, const DataSource& source);
// The whole table with the column kinds that the model knows, so that a short file is not typed differently.
Table read_for_model(FileSystem& file_system, const Model& model, const DataSource& data);
// The same, without the rows that lack a target if `data` asks for that. May be empty.
Table load_table_for(FileSystem& file_system, const Model& model, const DataSource& data);

// Inputs and targets of the rows, encoded as in training. Throws DataError for a row without a target.
Dataset<double> encode_rows(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows);

std::vector<double> parameters_in_double(const Model& model);

}  // namespace chainrule
