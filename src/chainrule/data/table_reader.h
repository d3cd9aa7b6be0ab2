// The interface to every table format: a layout, then rows in chunks of bounded memory. open_table.h finds
// the reader for a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/read_options.h"
#include "chainrule/data/table.h"

namespace chainrule {

enum class TableFormat { text, idx, npy };

// What is known about a file before its cells are interpreted.
struct TableLayout {
  std::string path;
  TableFormat format = TableFormat::text;
  bool compressed = false;
  char delimiter = ',';
  bool has_header = false;
  bool has_byte_order_mark = false;
  std::uint64_t preamble_bytes = 0;  // before the header: byte order mark, sep= line, comment lines
  std::uint64_t first_line = 1;      // of what follows the preamble
  std::string header_text;           // the header record as it is in the file, "" without one
  // header, or column_1 ...; pixel_1 ... for IDX; column_1 ... for NPY
  std::vector<std::string> column_names;
  std::size_t image_rows = 0;
  std::size_t image_columns = 0;
};

class TableReader {
 public:
  virtual ~TableReader() = default;
  virtual const TableLayout& layout() const = 0;
  // The next rows, at most `max_rows`, with columns of the given kinds, one per column of the file. nullopt:
  // the column is not wanted; its cells are neither parsed nor kept, and the Column stays empty. Throws
  // DataError, with its place, for a cell that does not fit its kind. No rows: the end.
  virtual Table next_rows(std::size_t max_rows, std::span<const std::optional<ColumnKind>> kinds) = 0;
  // The repairs in all rows so far.
  virtual TableRepairs repairs() const { return {}; }
};

}  // namespace chainrule
