// How to read a table: what the caller knows about the file, and what to find out.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

enum class HeaderChoice { find, present, absent };
enum class Leniency { strict, lenient };

struct ReadOptions {
  std::optional<char> delimiter;  // empty: found among , ; tab |
  HeaderChoice header = HeaderChoice::find;
  DecimalMark decimal = DecimalMark::point;
  // lenient: faults are mended and counted if possible (table_repairs.h); only in text tables, which are
  // then read row by row.
  Leniency leniency = Leniency::strict;
  std::vector<std::string> missing_words = {"",    "NA",  "N/A",  "na",   "n/a",  "NaN",
                                            "nan", "NAN", "null", "NULL", "None", "?"};
  // Kinds that the user gives for some columns; the others are found.
  std::vector<std::pair<std::string, ColumnKind>> column_kinds;
  // keep: Table::row_text is filled (text tables only; UsageError for IDX and NPY).
  RowText row_text = RowText::drop;
  // Threads that help to read a whole text table; null: the caller reads alone. Table and errors are the
  // same.
  ThreadPool* pool = nullptr;
};

}  // namespace chainrule
