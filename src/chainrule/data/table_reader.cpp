// Opens a table of any format. The format is seen by the first bytes, never by the name.
#include "chainrule/data/table_reader.h"

#include <limits>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/byte_source.h"
#include "chainrule/data/csv_reader.h"
#include "chainrule/data/idx_reader.h"
#include "chainrule/data/npy_reader.h"

namespace chainrule {

namespace {

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): it is used below

struct ForeignFormat {
  std::string_view first_bytes;
  std::string_view name;
  std::string_view advice;
};

constexpr std::string_view kUseUtf8 =
    "save the table as UTF-8 (spreadsheets call it \"CSV UTF-8\"), or convert it: iconv -f UTF-16 -t UTF-8 "
    "FILE > NEW";
constexpr std::string_view kExportCsv = "export the table as CSV";
constexpr std::string_view kUnpack = "unpack it first; of compressed files only gzip (.gz) is read";

// What people mistake for a table file, so that the message can say more than "binary".
constexpr ForeignFormat kForeignFormats[] = {
    {"\xff\xfe"sv, "text in UTF-16", kUseUtf8},
    {"\xfe\xff"sv, "text in UTF-16", kUseUtf8},
    {"\0\0\xfe\xff"sv, "text in UTF-32", kUseUtf8},
    {"PK\x03\x04"sv, "a ZIP archive (or a spreadsheet or .npz file, which are ZIP archives)",
     "unzip it first; save a spreadsheet's sheet as CSV, the arrays of an .npz file one by one with "
     "numpy.save"},
    {"\xd0\xcf\x11\xe0"sv, "an old spreadsheet (.xls)", "open it and save the sheet as CSV"},
    {"\xfd"
     "7zXZ\0"sv,
     "an xz archive", kUnpack},
    {"BZh91AY&SY"sv, "a bzip2 archive", kUnpack},
    {"\x28\xb5\x2f\xfd"sv, "a zstd archive", kUnpack},
    {"PAR1"sv, "a Parquet file", kExportCsv},
    {"ARROW1"sv, "an Arrow file", kExportCsv},
    {"\x89HDF"sv, "an HDF5 file", kExportCsv},
    {"SQLite format 3\0"sv, "an SQLite database", kExportCsv},
    {"\x89PNG"sv, "a PNG picture",
     "put the pixels of all pictures into one IDX or NPY file, one row a picture"},
    {"\xff\xd8\xff"sv, "a JPEG picture",
     "put the pixels of all pictures into one IDX or NPY file, one row a picture"},
    {"%PDF-"sv, "a PDF document", kExportCsv},
};

void refuse_foreign_formats(ByteSource& source) {
  for (const ForeignFormat& format : kForeignFormats) {
    if (source.peek(format.first_bytes.size()) != format.first_bytes) continue;
    throw DataError({.what = "the file is not a table that can be read",
                     .where = source.display_name(),
                     .expected = "a text table in UTF-8, IDX or NPY, plain or gzip-compressed",
                     .got = std::string(format.name),
                     .advice = std::string(format.advice)});
  }
}

// A safetensors container: the length of the header in eight bytes, then JSON.
void refuse_model_files(ByteSource& source) {
  const std::string_view start = source.peek(10);
  if (start.size() < 10 || start.substr(4, 4) != "\0\0\0\0"sv || start.substr(8) != "{\"") return;
  throw DataError({.what = "the file is not a table that can be read",
                   .where = source.display_name(),
                   .expected = "a text table in UTF-8, IDX or NPY, plain or gzip-compressed",
                   .got = "a model file (safetensors)",
                   .advice = "give the table here; `chainrule inspect` shows a model"});
}

TableFormat find_format(ByteSource& source) {
  refuse_foreign_formats(source);
  refuse_model_files(source);
  if (source.peek(kNpyMagic.size()) == kNpyMagic) return TableFormat::npy;
  // No text begins with two NUL bytes.
  if (source.peek(2) == "\0\0"sv) return TableFormat::idx;
  return TableFormat::text;
}

std::unique_ptr<TableReader> open_source(std::unique_ptr<ByteSource> source, TableFormat format,
                                         const ReadOptions& options) {
  if (format != TableFormat::text && options.row_text == RowText::keep) {
    throw UsageError({.what = "rows can only be passed on as they stand from a text table",
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
