// Text tables in chunks: rows of known kinds, in bounded memory (see open_table.h). Whole tables:
// csv_table.h.
#pragma once

#include <cstddef>
#include <memory>

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// The source must be at the start of the table. read_ahead, the number of bytes cut into records at a time,
// does not change the result.
std::unique_ptr<TableReader> open_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
                                      std::size_t read_ahead = kReadAhead);

}  // namespace chainrule
