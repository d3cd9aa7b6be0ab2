// Finds how a text table is written: its delimiter, and whether its first record is a header. Looks at the
// first records (at most 50, and at most 1 MiB if that holds two).
//
// Delimiter: the first of , ; tab | that cuts all records into the same number of cells, at least two. If
// commas occur only between digits ("1,5;2,5") and another delimiter also fits, the commas are decimal marks
// and the other delimiter is chosen. If none fits: the one under which most records have as many cells as the
// first (the others are then reported as ragged rows). If no record has two cells, the table has one column.
//
// Header: no cell of the first record is a number, and either
//   - below a first cell that is a word, all cells present are numbers (an empty or duplicate name among the
//     others is then an error, not a reason to take the header for data), or
//   - all columns are words, and the first cells are distinct names (a letter or _ first, at most 64 bytes,
//     one line), none of which occurs again below in its column.
// A record of at least two cells that equals the first one is skipped: it is a repeated header. A single
// record with such names is a header without rows. Blank records do not count.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/csv_records.h"

namespace chainrule {

inline constexpr std::size_t kSampleRecords = 50;
inline constexpr std::size_t kSampleBytes = std::size_t{1} << 20;

// The start of a table, cut by one delimiter. Anything that is not a record (an unclosed quote) ends the
// sample.
struct CsvSample {
  char delimiter = ',';
  std::vector<std::vector<std::string>> records;  // cells without quotes and blanks around them
  bool is_faulty = false;
};

// Whether the cell repeats a name of the header, as in a table joined from several files. If such a file
// began with a byte order mark, the mark is part of the cell, and so are the quotes after it.
bool is_name_again(std::string_view cell, std::string_view name);

// `text` is the start of the table without its byte order mark; `state` says whether it is all of it.
CsvSample take_sample(std::string_view text, InputState state, char delimiter);
CsvSample find_delimiter(std::string_view text, InputState state);
bool has_header(const CsvSample& sample, const MissingWords& missing);

}  // namespace chainrule
