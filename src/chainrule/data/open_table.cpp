#include "chainrule/data/open_table.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/data/arff_reader.h"
#include "chainrule/data/byte_source.h"
#include "chainrule/data/csv_reader.h"
#include "chainrule/data/csv_table.h"
#include "chainrule/data/fann_reader.h"
#include "chainrule/data/idx_reader.h"
#include "chainrule/data/json_reader.h"
#include "chainrule/data/libsvm_reader.h"
#include "chainrule/data/npy_reader.h"
#include "chainrule/data/table_format.h"

namespace chainrule {

namespace {

// Null for the formats that are not converted to CSV.
std::unique_ptr<RowSource> rows_of(std::unique_ptr<ByteSource>& source, TableFormat format,
                                   const ReadOptions& options) {
  switch (format) {
    case TableFormat::libsvm:
      return libsvm_rows(std::move(source), options);
    case TableFormat::arff:
      return arff_rows(std::move(source));
    case TableFormat::json:
      return json_rows(std::move(source), options);
    case TableFormat::fann:
      return fann_rows(std::move(source));
    case TableFormat::text:
    case TableFormat::idx:
    case TableFormat::npy:
      break;
  }
  return nullptr;
}

// Who names a delimiter has a text table, even if it begins like a file of another format.
TableFormat format_of(ByteSource& source, const ReadOptions& options) {
  const TableFormat format = find_format(source);
  const bool may_be_text = format == TableFormat::libsvm || format == TableFormat::fann;
  return may_be_text && options.delimiter ? TableFormat::text : format;
}

std::unique_ptr<TableReader> open_source(std::unique_ptr<ByteSource> source, TableFormat format,
                                         const ReadOptions& options) {
  if (format == TableFormat::text) return open_csv(std::move(source), options);
  if (std::unique_ptr<RowSource> rows = rows_of(source, format, options))
    return open_transcript(std::move(rows), options);
  if (options.row_text == RowText::keep) {
    throw UsageError({.what = "only rows of a text table can be passed through unchanged",
                      .where = source->display_name(),
                      .expected = "CSV or TSV",
                      .got = std::string(description_of(format))});
  }
  return format == TableFormat::idx ? open_idx(std::move(source)) : open_npy(std::move(source));
}

}  // namespace

std::unique_ptr<TableReader> open_table(FileSystem& file_system, const std::string& path,
                                        const ReadOptions& options, AtPause at_pause) {
  std::unique_ptr<ByteSource> source = open_byte_source(file_system, path);
  // A regular file never pauses.
  if (at_pause == AtPause::give_rows && !source->can_rewind()) source->stop_at_pauses();
  const TableFormat format = format_of(*source, options);
  return open_source(std::move(source), format, options);
}

Table read_table(FileSystem& file_system, const std::string& path, const ReadOptions& options,
                 TableLayout* layout) {
  std::unique_ptr<ByteSource> source = open_byte_source(file_system, path);
  const TableFormat format = format_of(*source, options);
  if (format == TableFormat::text) return read_csv(std::move(source), options, kPieceBytes, layout);
  if (std::unique_ptr<RowSource> rows = rows_of(source, format, options))
    return read_transcript(std::move(rows), options, layout);

  Table names = {.source = source->display_name()};
  const std::unique_ptr<TableReader> reader = open_source(std::move(source), format, options);
  if (layout != nullptr) *layout = reader->layout();
  std::vector<std::optional<ColumnReading>> kinds(reader->layout().column_names.size(), ColumnKind::numeric);
  if (!options.column_kinds.empty() || !options.column_readings.empty()) {
    for (const std::string& name : reader->layout().column_names)
      names.columns.push_back({.name = name});
    const ColumnFinder place_of(names);
    for (const auto& [name, kind] : options.column_kinds)
      kinds[place_of(name)] = kind;
    for (const auto& [name, reading] : options.column_readings)
      kinds[place_of(name)] = reading;
  }
  return reader->next_rows(std::numeric_limits<std::size_t>::max(), kinds);
}

}  // namespace chainrule
