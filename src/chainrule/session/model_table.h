// A table read as a model knows its columns, and rows of it as numbers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/session/source.h"
#include "chainrule/train/model.h"

namespace chainrule {

// The reading options of `data`, and the words for missing cells that the model was trained with.
ReadOptions reading_options(const Model& model, const DataSource& data);
// load_table with kinds of columns that a model asks for, not a user: its error speaks of the training table.
Table load_as_training_table(FileSystem& file_system, const DataSource& source);
// The whole table with the kinds of columns the model knows, so that a short file cannot be typed
// differently.
Table read_for_model(FileSystem& file_system, const Model& model, const DataSource& data);
// The same; rows without a target are left out when `data` asks for it. May be empty.
Table load_table_for(FileSystem& file_system, const Model& model, const DataSource& data);

// Inputs and targets of the rows, encoded as in training. Throws DataError for a row without a target.
Dataset<double> encode_rows(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows);

std::vector<double> parameters_in_double(const Model& model);

}  // namespace chainrule
