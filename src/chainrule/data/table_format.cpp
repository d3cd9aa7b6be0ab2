#include "chainrule/data/table_format.h"

#include <string>
#include <string_view>

#include "chainrule/base/error.h"
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

// Files often mistaken for a table, so that the message can say more than "binary".
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
    {"\x89PNG"sv, "a PNG image", "put the pixels of all images into one IDX or NPY file, one row per image"},
    {"\xff\xd8\xff"sv, "a JPEG image",
     "put the pixels of all images into one IDX or NPY file, one row per image"},
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

}  // namespace

TableFormat find_format(ByteSource& source) {
  refuse_foreign_formats(source);
  refuse_model_files(source);
  if (source.peek(kNpyMagic.size()) == kNpyMagic) return TableFormat::npy;
  // No text begins with two NUL bytes.
  if (source.peek(2) == "\0\0"sv) return TableFormat::idx;
  return TableFormat::text;
}

}  // namespace chainrule
