// Training data of FANN (fann_read_train_from_file in its reference manual):
//
//   first line   ROWS INPUTS OUTPUTS
//   then, for each row, a line with its inputs and a line with its outputs, separated by blanks
//
// The columns are input_1 ... and output_1 ...; the line of a row is that of its inputs.
#pragma once

#include <memory>
#include <string_view>

#include "chainrule/data/row_transcript.h"

namespace chainrule {

bool begins_as_fann(std::string_view start);
std::unique_ptr<RowSource> fann_rows(std::unique_ptr<ByteSource> file);

}  // namespace chainrule
