// How a table is to be read: what the caller knows of the file, and what is to be found.
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

}  // namespace chainrule
