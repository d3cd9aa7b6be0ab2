// The interface to every table format: a layout, then rows in chunks of bounded memory. open_table.h finds
// the reader for a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/data/read_options.h"
#include "chainrule/data/table.h"

namespace chainrule {

enum class TableFormat { text, idx, npy, libsvm, arff, json, fann };

template <>
struct EnumNames<TableFormat> {
  static constexpr std::string_view kind = "table format";
  static constexpr EnumName<TableFormat> table[] = {
      {TableFormat::text, "text", "a text table"},
      {TableFormat::idx, "idx", "an IDX file"},
      {TableFormat::npy, "npy", "an NPY file"},
      {TableFormat::libsvm, "libsvm", "a LIBSVM file"},
      {TableFormat::arff, "arff", "an ARFF file"},
      {TableFormat::json, "json", "a JSON file of records"},
      {TableFormat::fann, "fann", "training data of FANN"},
  };
};

inline std::string_view description_of(TableFormat format) {
  for (const EnumName<TableFormat>& entry : EnumNames<TableFormat>::table) {
    if (entry.value == format) return entry.description;
  }
  return "";
}

// The name given to a nameless first column that only numbers or names the rows, as in Python's pandas.
inline constexpr const char* kIndexName = "Unnamed: 0";

// What is known about a file before its cells are read.
struct TableLayout {
  std::string path;
  TableFormat format = TableFormat::text;
  bool compressed = false;
  std::string_view compression;  // "gzip", "xz" or "zstd"; "" if it is not compressed
  char delimiter = ',';          // a space where blanks separate the cells
  bool has_header = false;
  bool has_index = false;  // the first column, a counter or row names, has no name in the header: kIndexName
  bool has_byte_order_mark = false;
  std::uint64_t preamble_bytes = 0;  // before the header: byte order mark, sep= line, comment lines
  std::uint64_t first_line = 1;      // of what follows the preamble
  std::string header_text;           // the header record as it is in the file, "" without one
  // header, or column_1 ...; pixel_1 ... for IDX; column_1 ... for NPY; keys, attributes, feature_1 ... for
  // the formats of row_transcript.h
  std::vector<std::string> column_names;
  std::size_t image_rows = 0;
  std::size_t image_columns = 0;
};

class TableReader {
 public:
  virtual ~TableReader() = default;
  virtual const TableLayout& layout() const = 0;
  // The next rows, at most `max_rows`. `readings`: the kind and form of each column of the file. nullopt: the
  // column is not wanted; its cells are neither parsed nor kept, and the Column stays empty.
  // Throws DataError, with its place, for a cell that does not fit. No rows: the end.
  virtual Table next_rows(std::size_t max_rows, std::span<const std::optional<ColumnReading>> readings) = 0;
  // Whether next_rows would wait because the other end of a pipe has sent no whole row yet.
  virtual bool would_wait() const { return false; }
  // The repairs in all rows so far.
  virtual TableRepairs repairs() const { return {}; }
  // Guesses and observations so far, as in Table::notes.
  virtual std::vector<Message> notes() const { return {}; }
};

}  // namespace chainrule
