// Records in JSON (RFC 8259): an array of objects, or objects one after the other, usually one per line
// (jsonlines.org). A record is a row and a key is a column.
//
//   {"size": 1.5, "colour": "red", "owner": {"age": 41}, "sold": true, "note": null}
//
// Columns are in the order in which their keys first appear. A key that a record lacks, null and NaN are
// missing cells. Numbers keep their spelling; true and false are categories. An object in a cell becomes
// columns with a point in their names (owner.age); a list in a cell is refused.
#pragma once

#include <memory>
#include <string_view>

#include "chainrule/data/row_transcript.h"

namespace chainrule {

bool begins_as_json(std::string_view start);
std::unique_ptr<RowSource> json_rows(std::unique_ptr<ByteSource> file, const ReadOptions& options);

}  // namespace chainrule
