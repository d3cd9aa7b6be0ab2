// ARFF, the format of WEKA (waikato.github.io/weka-wiki/formats_and_processing/arff_stable):
//
//   % a comment
//   @relation NAME
//   @attribute NAME numeric | real | integer | string | date ["FORMAT"] | {red, 'dark green', ...}
//   @data
//   5.1,?,'dark green'          ? is a missing value
//   {0 5.1, 2 red}              a sparse row: attributes from 0; others are 0, or the first of a list
//
// Numeric attributes are numbers. Strings, and attributes with a list of values, are categories even if their
// cells look like numbers.
#pragma once

#include <memory>
#include <string_view>

#include "chainrule/data/row_transcript.h"

namespace chainrule {

bool begins_as_arff(std::string_view start);
std::unique_ptr<RowSource> arff_rows(std::unique_ptr<ByteSource> file);

}  // namespace chainrule
