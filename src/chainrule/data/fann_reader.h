// Training data of FANN (fann_read_train_from_file in its reference manual):
//
//   first line   ROWS INPUTS OUTPUTS
//   then, for each row, a line with its inputs and a line with its outputs, separated by blanks
//
// The columns are input_1 ... and output_1 ...; the line of a row is that of its inputs.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "chainrule/data/row_transcript.h"

namespace chainrule {

bool begins_as_fann(std::string_view start);
std::unique_ptr<RowSource> fann_rows(std::unique_ptr<ByteSource> file);
// The places of the outputs in a table with these columns: the targets, unless others are named.
// Empty for a table whose columns have other names.
std::vector<std::size_t> fann_outputs(std::span<const Column> columns);

}  // namespace chainrule
