// LIBSVM files, also those of SVMlight, XGBoost and LightGBM (www.csie.ntu.edu.tw/~cjlin/libsvm, README):
//
//   line = label [qid:N] *(index:value) ["#" comment]        -1 3:0.5 17:1 # an example
//
// Indices are whole numbers from 0 or 1 and ascend; a feature that a line leaves out is 0. The columns are
// feature_1 ... feature_N (from feature_0 if the file has an index 0), qid if a line has one, and last label.
// N is the largest index in the file or among the features that a model knows. Where a model knows them,
// an index 0 that it does not know is refused, because every feature would be shifted by one; a note reports
// that the model's index 0 never comes, and values with an index above its largest.
//
// The table is kept in full: at most 2^31 cells, and kMostColumns columns.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "chainrule/data/row_transcript.h"

namespace chainrule {

bool begins_as_libsvm(std::string_view start);
// Whether a table has the columns of such a file.
bool has_libsvm_names(std::span<const std::string> names);
std::unique_ptr<RowSource> libsvm_rows(std::unique_ptr<ByteSource> file, const ReadOptions& options);

}  // namespace chainrule
