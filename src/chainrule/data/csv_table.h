// Whole text tables, with columns typed by their cells (see open_table.h).
//
// A table is read in pieces (csv_piece.h), in parallel on the threads of ReadOptions::pool, and typed in one
// pass (column_typer.h); its text is never in memory as a whole. If a column of numbers turns out to be
// categorical, the spelling of its earlier cells is needed: the file is then read again from its start. A
// source that cannot be read twice (a pipe) is kept in memory until the end.
#pragma once

#include <cstddef>
#include <memory>

#include "chainrule/base/error.h"
#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"
#include "chainrule/data/text_source.h"

namespace chainrule {

// Text and cells of a piece fit into the second-level cache of the thread that reads it.
inline constexpr std::size_t kPieceBytes = 256 * 1024;

// The source must be at the start of the table. piece_bytes does not change the result. (If a compressed
// file is damaged and its rows are faulty too, either fault may be reported.)
//
// If the guess was that there is no header, but a fault in the first row shows that this row is one (its kind
// differs from that of all cells below), the table is read again with a header. Any other fault is reported
// together with options that would read the table, if there are any (reading_advice.h).
Table read_csv(std::unique_ptr<ByteSource> source, const ReadOptions& options,
               std::size_t piece_bytes = kPieceBytes, TableLayout* found_layout = nullptr);

// The report of a fault; advice on options that would read the table comes before its own advice. `columns`:
// how many the table must then have; 0: at least two.
ErrorReport advised_report(const ErrorReport& report, TextSource& source, const ReadOptions& options,
                           std::size_t columns = 0);

}  // namespace chainrule
