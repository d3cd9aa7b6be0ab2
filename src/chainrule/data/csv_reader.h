// Text tables (see table_reader.h): the reader in chunks, and the reader of whole tables that types columns
// by looking.
//
// A whole table is typed in one pass (column_typer.h). Its text stays in memory until then, because the rows
// before a column turned from numbers to words are needed once more, in the spelling of the file.
#pragma once

#include <memory>

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// The source must be at the start of the table; read_ahead is the number of bytes cut into records at a time.
std::unique_ptr<TableReader> open_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
                                      std::size_t read_ahead = kReadAhead);
Table read_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
               std::size_t read_ahead = kReadAhead, TableLayout* found_layout = nullptr);

}  // namespace chainrule
