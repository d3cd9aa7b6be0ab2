// Reads rows of numbers stored as binary elements of a fixed size: the body of IDX and NPY files.
//
//   row-major:     element (r, c) is at (r * columns + c) * size
//   column-major:  element (r, c) is at (c * rows + r) * size; the whole body is then kept in memory
//
// The size of the body is checked against the length of the file before anything is allocated; if the length
// is unknown (compressed, a pipe), memory grows only with the bytes that arrive.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

enum class ElementKind { boolean, unsigned_integer, signed_integer, floating };
enum class ByteOrder { little, big };
enum class ElementOrder { row_major, column_major };

struct PackedLayout {
  ElementKind kind = ElementKind::unsigned_integer;
  std::size_t element_bytes = 1;
  ByteOrder byte_order = ByteOrder::little;
  ElementOrder order = ElementOrder::row_major;
  std::uint64_t rows = 0;
  std::uint64_t columns = 1;
  bool is_bytes = false;  // Column::is_bytes of all columns
};

// The source must be at the first element; table_layout has the names of the columns. Throws DataError if
// the length of the file does not match.
std::unique_ptr<TableReader> open_packed_rows(std::unique_ptr<ByteSource> source, TableLayout table_layout,
                                              PackedLayout layout);

// Throws DataError if a file claims no columns, more columns than a table may have, or more bytes than can
// be counted. `shape` is for the message ("60000 x 28 x 28").
void check_packed_shape(const std::string& display_name, const std::string& shape,
                        std::span<const std::uint64_t> row_shape, std::uint64_t rows,
                        std::size_t element_bytes);

}  // namespace chainrule
