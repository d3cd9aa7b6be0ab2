#include "chainrule/session/source.h"

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/open_table.h"

namespace chainrule {

Table load_table(FileSystem& file_system, const DataSource& source, TableLayout* layout) {
  Table table = read_table(file_system, source.path, source.read, layout);
  if (source.labels_path.empty()) return table;
  Table labels = read_table(file_system, source.labels_path);
  if (labels.columns.size() != 1) {
    throw DataError({.what = "a labels file has one column",
                     .where = source.labels_path,
                     .expected = "1 column",
                     .got = std::to_string(labels.columns.size()),
                     .advice = "put the inputs first and name the labels with " + named(Setting::labels)});
  }
  if (labels.rows() != table.rows()) {
    throw DataError({.what = "labels and inputs have different numbers of rows",
                     .where = source.labels_path,
                     .expected = count_of(table.rows(), "row") + " as in " + source.path,
                     .got = std::to_string(labels.rows())});
  }
  labels.columns.front().name = "label";
  labels.columns.front().is_bytes = false;
  table.columns.push_back(std::move(labels.columns.front()));
  return table;
}

}  // namespace chainrule
