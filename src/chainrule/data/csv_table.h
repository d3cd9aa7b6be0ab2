// Whole text tables, with columns typed by their cells (see open_table.h).
//
// A table is read in pieces (csv_piece.h), in parallel on the threads of ReadOptions::pool, and typed in one
// pass (column_typer.h); its text is never in memory as a whole. If a column turns from numbers to words, the
// rows before are needed again, as the file spells them: the file is then read again from its start. A source
// that cannot be read twice (a pipe) is kept in memory until the end.
#pragma once

#include <cstddef>
#include <memory>

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// Text and cells of a piece fit into the second-level cache of the thread that reads it.
inline constexpr std::size_t kPieceBytes = 256 * 1024;

// The source must be at the start of the table. piece_bytes does not change the result. (If a compressed
// file is damaged and its rows are faulty too, either fault may be reported.)
Table read_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
               std::size_t piece_bytes = kPieceBytes, TableLayout* found_layout = nullptr);

}  // namespace chainrule
