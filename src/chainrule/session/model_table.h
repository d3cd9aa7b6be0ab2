// Reads a table with the columns that a model knows, and encodes rows of it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/data/schema.h"
#include "chainrule/session/source.h"
#include "chainrule/train/model.h"

namespace chainrule {

// The reading options of `data`, with the column names and the words for missing cells of the training table,
// and with the words that the caller added to the usual ones.
ReadOptions reading_options(const Model& model, const DataSource& data);
// Gives the categorical columns of a schema the words for missing cells that `read` has for all columns,
// unless they have their own. Their kind will come from the model: unlike a kind that the user gives, it must
// not make "NA" a category.
void settle_missing_words(const Schema& schema, ReadOptions& read);
// How the used columns of the training table are read.
std::vector<std::pair<std::string, ColumnReading>> column_readings(const Encoder& encoder,
                                                                   const Schema& schema);
// load_table with column kinds that come from a model, not from the user: errors name the training table.
Table load_as_training_table(FileSystem& file_system, const DataSource& source);
// The whole table with the column kinds that the model knows, so that a short file does not get other kinds.
// The columns of a table without header are found by position, unless it comes from a pipe.
Table read_for_model(FileSystem& file_system, const Model& model, const DataSource& data);
// The same, without the rows that lack a target if `data` requests this. May be empty.
Table load_table_for(FileSystem& file_system, const Model& model, const DataSource& data);

// Inputs and targets of the rows, encoded as in training. Throws DataError for a row without a target.
Dataset<double> encode_rows(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows);

std::vector<double> parameters_in_double(const Model& model);

}  // namespace chainrule
