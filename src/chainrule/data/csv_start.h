// Reads what comes before the rows of a text table:
//
//   byte order mark ? line "sep=;" ? comment lines (lenient only) * header ?
//
// The delimiter comes from the options, else from that line, else it is found, as is the header
// (csv_layout.h).
#pragma once

#include "chainrule/data/byte_source.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/table_reader.h"
#include "chainrule/data/table_repairs.h"

namespace chainrule {

// Reads up to the header, but not the header: column names and header text stay empty. repairs: null for a
// strict reader. Throws DataError for an empty file and for an impossible delimiter.
TableLayout find_layout(ByteSource& source, const ReadOptions& options, const MissingWords& missing,
                        TableRepairs* repairs);

}  // namespace chainrule
