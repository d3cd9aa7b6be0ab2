// Where a table comes from: one file, or two files with inputs and labels.
#pragma once

#include <string>

#include "chainrule/base/file_system.h"
#include "chainrule/base/names.h"
#include "chainrule/data/read_options.h"
#include "chainrule/data/schema.h"
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
  static constexpr EnumSynonym synonyms[] = {
      {"drop omit", "skip"},
  };
};
static_assert(has_sound_synonyms<MissingTarget>());

// labels_path: for IDX and NPY, a file with one column and as many rows; empty if the target is a column of
// `path`.
struct DataSource {
  std::string path;
  std::string labels_path;
  ReadOptions read;
  MissingTarget missing_target = MissingTarget::refuse;
  Setting labels = Setting::labels;  // the name of labels_path in messages
};

// The whole table; labels are joined as a last column named "label" (kJoinedLabel). Throws DataError if the
// labels have a different number of rows or more than one column.
Table load_table(FileSystem& file_system, const DataSource& source, TableLayout* layout = nullptr);

// load_table for training. Truth values in several spellings become one category each, with a note
// (word_spelling.h). If the task makes classes of target numbers that are not whole, these keep the spelling
// of the file ("1.10"); this takes a second reading, which is impossible for a pipe.
Table load_training_table(FileSystem& file_system, const DataSource& source, const SchemaOptions& options,
                          TableLayout* layout = nullptr);

}  // namespace chainrule
