// Finds how a text table is written: what separates its cells. Looks at the first records (at most 50, and at
// most 1 MiB if that holds two).
//
// Delimiter: the first of , ; tab | that cuts all records into the same number of cells, at least two. If
// commas occur only between digits ("1,5;2,5") and another delimiter also fits, the commas are decimal marks
// and the other delimiter is chosen. A delimiter also fits if only the first record has another width, in one
// of two layouts:
//
//   end_delimiter   each row, or only the header, or each row but the header ends with a delimiter: the cells
//                   after it are all empty
//   short_header    the header has one cell fewer than the rows, and the rows begin with a counter or with
//                   distinct words: row names, as R writes them
//
// If none fits: runs of spaces and tabs, if they cut all records into the same number of cells, but not a
// number from its unit ("5 kg"); else the delimiter under which the most records have the same width, if
// these are more than half (the others are then reported as ragged rows). If no record has two cells, the
// table has one column. header_guess.h decides whether the first record is a header.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/data/csv_records.h"
#include "chainrule/data/read_options.h"

namespace chainrule {

inline constexpr std::size_t kSampleRecords = 50;
inline constexpr std::size_t kSampleBytes = std::size_t{1} << 20;

// The start of a table, cut by one delimiter. The sample ends at anything that is not a record, such as an
// unclosed quote.
enum class RowShape { single, even, end_delimiter, header_end_delimiter, short_header, ragged };

struct CsvSample {
  char delimiter = ',';  // kBlanks: runs of spaces and tabs
  RowShape shape = RowShape::ragged;
  std::size_t end_delimiters = 1;                 // the number of delimiters at the end of a row
  std::vector<char> other_delimiters;             // those that also cut all records into equally many cells
  std::vector<std::vector<std::string>> records;  // cells without quotes and blanks around them
  bool is_faulty = false;
};

// Whether the cell repeats a name of the header, as in a table joined from several files. If such a file
// began with a byte order mark, the mark is part of the cell, and so are the quotes after it.
bool is_name_again(std::string_view cell, std::string_view name);

// `text` is the start of the table without its byte order mark; `state` is `ended` if it is the whole table.
CsvSample take_sample(std::string_view text, InputState state, const CsvDialect& dialect);
// The delimiter of the dialect is not used.
CsvSample find_delimiter(std::string_view text, InputState state, const CsvDialect& dialect = {});
// Cuts by runs of spaces and tabs.
CsvSample take_blanks_sample(std::string_view text, InputState state, CsvDialect dialect);
// Sets the shape. Then removes the empty last cells of an end delimiter, and puts an empty name before a
// short_header.
void find_shape(CsvSample& sample);
// For a table that seems to have one column: a sign or a run of signs that no option can name, or that is not
// tried, and that cuts all records into equally many cells ("::", a fullwidth comma); "" if there is none.
std::string unusual_separator(const CsvSample& sample);

}  // namespace chainrule
