// Reads CSV/TSV, JSON records, ARFF, LIBSVM, FANN, IDX and NPY files, plain or compressed, whole or in
// chunks of bounded memory.
//
// Text tables (RFC 4180, extended to the files found in practice): delimiter , ; tab | or blanks, detected,
// given, or named by a first line sep=; as spreadsheets write it; doubled quotes and quoted line breaks; LF,
// CRLF or CR; a UTF-8 byte order mark; a header, detected or given. UTF-16 and invalid UTF-8 are refused with
// advice. Reading is strict: a row of another width, an unclosed quote, a duplicate or empty column name are
// errors with file:line:column, never guessed away (ReadOptions::leniency mends and reports them). Blank
// lines are skipped if the table has more than one column.
//
// Columns are typed by looking at every cell (`read_table`): numeric if all cells that are not missing are
// numbers; category if less than nine tenths are. Between the two, the first text cell is an error that names
// its place: a stray word must not silently turn a column of numbers into a category. Numbers with the same
// unit or sign, or in groups of digits, are numbers, with a note (find_form.h). A column of whole numbers,
// some of which begin with a zero, is a category, with a note. Infinite cells and magnitudes above the
// largest float (3.4e38) are errors. Cells are compared with `missing_words` without the blanks around them,
// quoted or not. Columns of dates are refused when they are used (schema.h).
#pragma once

#include <memory>
#include <string>

#include "chainrule/base/file_system.h"
#include "chainrule/data/read_options.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// What a reader does when the input pauses: another program may be waiting for predictions of its rows.
enum class AtPause { wait, give_rows };

// "-" reads standard input (file descriptor 0). Throws DataError: missing file, directory, empty file,
// duplicate or empty column names, ragged rows. A header without rows is not an error here.
std::unique_ptr<TableReader> open_table(FileSystem& file_system, const std::string& path,
                                        const ReadOptions& options, AtPause at_pause = AtPause::wait);

// The whole table, with columns typed by their cells. `layout`, if given, receives the layout that was found.
Table read_table(FileSystem& file_system, const std::string& path, const ReadOptions& options = {},
                 TableLayout* layout = nullptr);

}  // namespace chainrule
