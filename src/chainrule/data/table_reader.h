// Reads CSV/TSV, IDX and NPY files, plain or gzip-compressed, whole or in chunks of bounded memory.
//
// Text tables (RFC 4180 and what people really have): delimiter , ; tab | found, given, or named by a first line
// sep=; as spreadsheets write it; quotes "" doubled,
// quoted line breaks; LF, CRLF or CR; a UTF-8 byte order mark; UTF-16 and invalid UTF-8 refused with advice;
// a header found or given. Strict: a row of another width, an unclosed quote, a duplicate or empty column
// name are errors with file:line:column, never guessed away (ReadOptions::leniency mends them and says so). Blank lines are skipped when the table has more
// than one column.
//
// Columns are typed by looking at every cell (`read_table`): numeric when all cells that are not missing are
// numbers; category when less than nine tenths are; between the two the first text cell is an error that
// names its place, for a stray word in a column of numbers must not silently become a category. Infinite
// cells and magnitudes over float's largest (3.4e38) are errors. `missing_words` are matched after trimming
// blanks, quoted or not. Columns of dates are refused when used (see schema.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/base/file_system.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

enum class TableFormat { text, idx, npy };
enum class HeaderChoice { find, present, absent };
enum class Leniency { strict, lenient };

struct ReadOptions {
  std::optional<char> delimiter;  // empty: found among , ; tab |
  HeaderChoice header = HeaderChoice::find;
  DecimalMark decimal = DecimalMark::point;
  // lenient: what can be mended is mended and counted (table_repairs.h); of text tables only, and row by row.
  Leniency leniency = Leniency::strict;
  std::vector<std::string> missing_words = {"",    "NA",  "N/A",  "na",   "n/a",  "NaN",
                                            "nan", "NAN", "null", "NULL", "None", "?"};
  // Kinds given by the user for some columns; the others are found.
  std::vector<std::pair<std::string, ColumnKind>> column_kinds;
  // keep: Table::row_text is filled (text tables only; UsageError for IDX and NPY).
  RowText row_text = RowText::drop;
  // Who helps to read a whole text table; null: the caller reads alone. It changes neither table nor error.
  ThreadPool* pool = nullptr;
};

// What was found out about a file before its cells are interpreted.
struct TableLayout {
  std::string path;
  TableFormat format = TableFormat::text;
  bool compressed = false;
  char delimiter = ',';
  bool has_header = false;
  bool has_byte_order_mark = false;
  std::uint64_t preamble_bytes = 0;  // before the header: byte order mark, sep= line, comment lines
  std::uint64_t first_line = 1;      // of what follows them
  std::string header_text;           // the header record as it stood in the file, "" without one
  std::vector<std::string>
      column_names;  // header, or column_1 ...; pixel_1 ... for IDX; column_1 ... for NPY
  std::size_t picture_rows = 0;
  std::size_t picture_columns = 0;
};

// "-" reads standard input (file descriptor 0). Throws DataError: missing file, directory, empty file, header
// only is NOT an error here (zero rows), duplicate or empty column names, ragged rows.
class TableReader {
 public:
  virtual ~TableReader() = default;
  virtual const TableLayout& layout() const = 0;
  // The next rows, at most `max_rows`, with columns typed as `kinds` says (one a column of the file; nullopt:
  // the column is not wanted, its cells are neither parsed nor kept and the Column stays empty). A cell that
  // does not fit its kind is a DataError with its place. No rows: the end.
  virtual Table next_rows(std::size_t max_rows, std::span<const std::optional<ColumnKind>> kinds) = 0;
  // Of all rows up to now.
  virtual TableRepairs repairs() const { return {}; }
};

std::unique_ptr<TableReader> open_table(FileSystem& file_system, const std::string& path,
                                        const ReadOptions& options);

// The whole table, columns typed by looking. `layout`, when given, receives what was found out about the file.
Table read_table(FileSystem& file_system, const std::string& path, const ReadOptions& options = {},
                 TableLayout* layout = nullptr);

}  // namespace chainrule
