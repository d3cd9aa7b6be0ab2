// Where a table comes from: one file, or inputs and labels in two.
#pragma once

#include <string>

#include "chainrule/base/file_system.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// labels_path: for IDX and NPY, a file of one column and as many rows; empty when the target is a column of
// `path`.
struct DataSource {
  std::string path;
  std::string labels_path;
  ReadOptions read;
};

// The whole table; labels are joined as a last column named "label". Throws DataError when the labels have
// another number of rows or more than one column.
Table load_table(FileSystem& file_system, const DataSource& source, TableLayout* layout = nullptr);

}  // namespace chainrule
