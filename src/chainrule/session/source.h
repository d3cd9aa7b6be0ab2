// Where a table comes from: one file, or two files with inputs and labels.
#pragma once

#include <string>

#include "chainrule/base/file_system.h"
#include "chainrule/base/names.h"
#include "chainrule/data/read_options.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

enum class MissingTarget { refuse, skip };

template <>
struct EnumNames<MissingTarget> {
  static constexpr std::string_view kind = "way with missing targets";
  static constexpr EnumName<MissingTarget> table[] = {
      {MissingTarget::refuse, "refuse", "a row without a target is an error"},
      {MissingTarget::skip, "skip", "rows without a target are left out"},
  };
};

// labels_path: for IDX and NPY, a file with one column and as many rows; empty if the target is a column of
// `path`.
struct DataSource {
  std::string path;
  std::string labels_path;
  ReadOptions read;
  MissingTarget missing_target = MissingTarget::refuse;
};

// The whole table; labels are joined as a last column named "label". Throws DataError if the labels have a
// different number of rows or more than one column.
Table load_table(FileSystem& file_system, const DataSource& source, TableLayout* layout = nullptr);

}  // namespace chainrule
