// Whole text tables, with columns typed by looking (see open_table.h).
//
// A table is read in pieces (csv_piece.h), side by side on the threads of ReadOptions::pool, and typed in
// one pass (column_typer.h); its text never stands in memory as a whole. The rows before a column turned from
// numbers to words are needed once more, in the spelling of the file: it is then read again from its start.
// What cannot be read twice (a pipe) is kept until the end.
#pragma once

#include <cstddef>
#include <memory>

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// Text and cells of a piece stay in the second-level cache of the thread that reads it.
inline constexpr std::size_t kPieceBytes = 256 * 1024;

// The source must be at the start of the table. piece_bytes does not change what comes of it. (Of a damaged
// compressed file whose rows are at fault, too, either is told.)
Table read_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
               std::size_t piece_bytes = kPieceBytes, TableLayout* found_layout = nullptr);

}  // namespace chainrule
