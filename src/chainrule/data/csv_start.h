// What stands before the rows of a text table, and what it says of them:
//
//   byte order mark ? line "sep=;" ? comment lines (lenient only) * header ?
//
// The delimiter is the one of the options, else the one that the line names, else found; so is whether there
// is a header (csv_layout.h).
#pragma once

#include "chainrule/data/byte_source.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/table_reader.h"
#include "chainrule/data/table_repairs.h"

namespace chainrule {

// Reads up to the header, without it: column names and header text stay empty. repairs: null for a strict
// reader. Throws DataError for an empty file and a delimiter that cannot be one.
TableLayout find_layout(ByteSource& source, const ReadOptions& options, const MissingWords& missing,
                        TableRepairs* repairs);

}  // namespace chainrule
