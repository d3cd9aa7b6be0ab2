// Reads CSV/TSV, IDX and NPY files, plain or gzip-compressed, whole or in chunks of bounded memory.
//
// Text tables (RFC 4180 and what people really have): delimiter , ; tab | found, given, or named by a first
// line sep=; as spreadsheets write it; quotes "" doubled, quoted line breaks; LF, CRLF or CR; a UTF-8 byte
// order mark; UTF-16 and invalid UTF-8 refused with advice; a header found or given. Strict: a row of another
// width, an unclosed quote, a duplicate or empty column name are errors with file:line:column, never guessed
// away (ReadOptions::leniency mends them and says so). Blank lines are skipped when the table has more than
// one column.
//
// Columns are typed by looking at every cell (`read_table`): numeric when all cells that are not missing are
// numbers; category when less than nine tenths are; between the two the first text cell is an error that
// names its place, for a stray word in a column of numbers must not silently become a category. Infinite
// cells and magnitudes over float's largest (3.4e38) are errors. `missing_words` are matched after trimming
// blanks, quoted or not. Columns of dates are refused when used (see schema.h).
#pragma once

#include <memory>
#include <string>

#include "chainrule/base/file_system.h"
#include "chainrule/data/read_options.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// "-" reads standard input (file descriptor 0). Throws DataError: missing file, directory, empty file,
// duplicate or empty column names, ragged rows. A header without rows is no error here.
std::unique_ptr<TableReader> open_table(FileSystem& file_system, const std::string& path,
                                        const ReadOptions& options);

// The whole table, columns typed by looking. `layout`, when given, receives what was found out about the
// file.
Table read_table(FileSystem& file_system, const std::string& path, const ReadOptions& options = {},
                 TableLayout* layout = nullptr);

}  // namespace chainrule
