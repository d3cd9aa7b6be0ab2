// Recognises the format of a table file by its first bytes, never by its name.
#pragma once

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// Looks at the first bytes, at most 64 KB, and leaves them unread. Throws DataError, with advice, for files
// often mistaken for a table: spreadsheets, archives, images, model files, text in UTF-16.
TableFormat find_format(ByteSource& source);

}  // namespace chainrule
