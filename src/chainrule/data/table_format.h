// Which format a table file has, seen by its first bytes and never by its name.
#pragma once

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// Reads nothing past the first bytes. Throws DataError, with advice, for what people mistake for a table:
// spreadsheets, archives, images, model files, text in UTF-16.
TableFormat find_format(ByteSource& source);

}  // namespace chainrule
