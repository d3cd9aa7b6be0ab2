#include "chainrule/data/open_table.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/data/byte_source.h"
#include "chainrule/data/csv_reader.h"
#include "chainrule/data/csv_table.h"
#include "chainrule/data/idx_reader.h"
#include "chainrule/data/npy_reader.h"
#include "chainrule/data/table_format.h"

namespace chainrule {

namespace {

std::unique_ptr<TableReader> open_source(std::unique_ptr<ByteSource> source, TableFormat format,
                                         const ReadOptions& options) {
  if (format != TableFormat::text && options.row_text == RowText::keep) {
    throw UsageError({.what = "only rows of a text table can be passed through unchanged",
                      .where = source->display_name(),
                      .expected = "CSV or TSV",
                      .got = format == TableFormat::idx ? "an IDX file" : "an NPY file"});
  }
  switch (format) {
    case TableFormat::idx:
      return open_idx(std::move(source));
    case TableFormat::npy:
      return open_npy(std::move(source));
    case TableFormat::text:
      break;
  }
  return open_csv(std::move(source), options);
}

}  // namespace

std::unique_ptr<TableReader> open_table(FileSystem& file_system, const std::string& path,
                                        const ReadOptions& options) {
  std::unique_ptr<ByteSource> source = open_byte_source(file_system, path);
  const TableFormat format = find_format(*source);
  return open_source(std::move(source), format, options);
}

Table read_table(FileSystem& file_system, const std::string& path, const ReadOptions& options,
                 TableLayout* layout) {
  std::unique_ptr<ByteSource> source = open_byte_source(file_system, path);
  const TableFormat format = find_format(*source);
  if (format == TableFormat::text) return read_csv(std::move(source), options, kPieceBytes, layout);

  Table names = {.source = source->display_name()};
  const std::unique_ptr<TableReader> reader = open_source(std::move(source), format, options);
  if (layout != nullptr) *layout = reader->layout();
  std::vector<std::optional<ColumnKind>> kinds(reader->layout().column_names.size(), ColumnKind::numeric);
  if (!options.column_kinds.empty()) {
    for (const std::string& name : reader->layout().column_names)
      names.columns.push_back({.name = name});
    const ColumnFinder place_of(names);
    for (const auto& [name, kind] : options.column_kinds)
      kinds[place_of(name)] = kind;
  }
  return reader->next_rows(std::numeric_limits<std::size_t>::max(), kinds);
}

}  // namespace chainrule
