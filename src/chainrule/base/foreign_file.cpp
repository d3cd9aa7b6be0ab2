// First bytes are those of each format's specification, or of what its programs write; ZIP archives are
// distinguished by the name of their first member, which begins 30 bytes into the file (APPNOTE, 4.3.7).
//
// The commands were run with DuckDB 2.0, pandas 3.1 and PyArrow 26 (2026-11).
#include "chainrule/base/foreign_file.h"

#include <algorithm>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): it is used below

// Two of them begin a comment in SQL; three in a line of their own, a document in YAML.
constexpr char kDashes[] = {'-', '-', '-', '\n'};

struct KnownStart {
  std::string_view bytes;
  ForeignFile file;
  std::size_t at = 0;      // where the bytes are
  bool is_binary = false;  // the bytes could begin a text, too: a control character must follow
};

constexpr std::string_view kFromUtf16 =
    "save the table as UTF-8 (spreadsheets call it \"CSV UTF-8\"), or convert it: iconv -f UTF-16 -t UTF-8 "
    "FILE > NEW";
constexpr std::string_view kFromUtf32 = "convert it: iconv -f UTF-32 -t UTF-8 FILE > NEW";
constexpr std::string_view kFromParquet =
    "convert it: duckdb -c \"copy (from 'FILE') to 'FILE.csv'\", or with pandas and PyArrow: python3 -c "
    "\"import pandas; pandas.read_parquet('FILE').to_csv('FILE.csv', index=False)\"";
constexpr std::string_view kFromFeather =
    "convert it with pandas and PyArrow: python3 -c \"import pandas; "
    "pandas.read_feather('FILE').to_csv('FILE.csv', index=False)\"";
constexpr std::string_view kFromOrc =
    "convert it with pandas and PyArrow: python3 -c \"import pandas; "
    "pandas.read_orc('FILE').to_csv('FILE.csv', index=False)\"";
constexpr std::string_view kFromSpreadsheet = "open it and save the sheet as CSV";
constexpr std::string_view kFromNpz = "save its arrays one by one with numpy.save";
constexpr std::string_view kFromSqlite =
    "export the table as CSV: sqlite3 -header -csv FILE \"select * from TABLE\" > NEW.csv";
constexpr std::string_view kFromHdf5 =
    "export the table as CSV, with pandas: python3 -c \"import pandas; "
    "pandas.read_hdf('FILE').to_csv('FILE.csv', index=False)\", or save its arrays with numpy.save";
constexpr std::string_view kFromR =
    "write it as CSV in R: write.csv(readRDS(\"FILE\"), \"NEW.csv\", "
    "row.names = FALSE)";
constexpr std::string_view kFromRData =
    "write its table as CSV in R: load(\"FILE\"), then write.csv(NAME, \"NEW.csv\", row.names = FALSE)";
constexpr std::string_view kFromStata =
    "convert it with pandas: python3 -c \"import pandas; pandas.read_stata('FILE').to_csv('FILE.csv', "
    "index=False)\"";
constexpr std::string_view kFromSas =
    "convert it with pyreadstat: python3 -c \"import pyreadstat; "
    "pyreadstat.read_sas7bdat('FILE')[0].to_csv('FILE.csv', index=False)\"";
constexpr std::string_view kFromXport =
    "convert it with pyreadstat: python3 -c \"import pyreadstat; "
    "pyreadstat.read_xport('FILE')[0].to_csv('FILE.csv', index=False)\"";
constexpr std::string_view kFromSpss =
    "convert it with pandas and pyreadstat: python3 -c \"import pandas; "
    "pandas.read_spss('FILE').to_csv('FILE.csv', index=False)\"";
constexpr std::string_view kFromPickle =
    "write its table as CSV from the program that made the file; loading a pickle runs the code in it, so "
    "load only your own";
constexpr std::string_view kFromMatlab = "write the table as CSV: writetable or writematrix in MATLAB";
constexpr std::string_view kFromGitLfs = "fetch the file itself in its repository: git lfs pull";
constexpr std::string_view kFromGitAnnex = "fetch the file itself in its repository: git annex get FILE";
constexpr std::string_view kFromSql =
    "load the dump into a database and export the table as CSV, for example: sqlite3 NEW.db < FILE, then "
    "sqlite3 "
    "-header -csv NEW.db \"select * from TABLE\" > NEW.csv";
constexpr std::string_view kExportCsv = "export the table as CSV";
constexpr std::string_view kNoTable = "give the file of the table";
constexpr std::string_view kUnpack = "unpack it first, and give the table in it";
constexpr std::string_view kFromImages =
    "put the pixels of all images into one IDX or NPY file, one row per image";
constexpr std::string_view kFromXml = "export the table as CSV, or as JSON, one object per row";

// The longer of two beginnings stands first.
constexpr KnownStart kStarts[] = {
    // text in other encodings
    {"\xff\xfe\0\0"sv, {ForeignKind::encoding, "text in UTF-32", kFromUtf32}},
    {"\0\0\xfe\xff"sv, {ForeignKind::encoding, "text in UTF-32", kFromUtf32}},
    {"\xff\xfe"sv, {ForeignKind::encoding, "text in UTF-16", kFromUtf16}},
    {"\xfe\xff"sv, {ForeignKind::encoding, "text in UTF-16", kFromUtf16}},
    // what version control keeps in place of a large file
    {"version https://git-lfs.github.com/spec/"sv,
     {ForeignKind::table, "a Git LFS pointer in place of the file itself", kFromGitLfs}},
    {"version https://hawser.github.com/spec/"sv,
     {ForeignKind::table, "a Git LFS pointer in place of the file itself", kFromGitLfs}},
    {"/annex/objects/"sv,
     {ForeignKind::table, "a git-annex pointer in place of the file itself", kFromGitAnnex}},
    // tables
    {"PAR1"sv, {ForeignKind::table, "a Parquet file", kFromParquet}},
    {"ARROW1"sv, {ForeignKind::table, "an Arrow file (Feather)", kFromFeather}, 0, true},
    {"FEA1"sv, {ForeignKind::table, "a Feather file", kFromFeather}, 0, true},
    {"ORC"sv, {ForeignKind::table, "an ORC file", kFromOrc}, 0, true},
    {"Obj\x01"sv, {ForeignKind::table, "an Avro file", kExportCsv}},
    {"\xd0\xcf\x11\xe0"sv, {ForeignKind::table, "an old spreadsheet (.xls)", kFromSpreadsheet}},
    {"\x89HDF"sv, {ForeignKind::array, "an HDF5 file (a model of Keras, or arrays)", kFromHdf5}},
    {"CDF\x01"sv, {ForeignKind::array, "a NetCDF file", kExportCsv}},
    {"CDF\x02"sv, {ForeignKind::array, "a NetCDF file", kExportCsv}},
    {"SQLite format 3\0"sv, {ForeignKind::table, "an SQLite database", kFromSqlite}},
    {"RDX2\n"sv, {ForeignKind::table, "an R workspace (.RData)", kFromRData}},
    {"RDX3\n"sv, {ForeignKind::table, "an R workspace (.RData)", kFromRData}},
    {"X\n\0\0\0"sv, {ForeignKind::table, "an R object (.rds)", kFromR}},
    {"<stata_dta>"sv, {ForeignKind::table, "a Stata file (.dta)", kFromStata}},
    {"\x72\x02\x01\0"sv, {ForeignKind::table, "a Stata file (.dta)", kFromStata}},
    {"\x73\x02\x01\0"sv, {ForeignKind::table, "a Stata file (.dta)", kFromStata}},
    {"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60"sv,
     {ForeignKind::table, "a SAS data set (.sas7bdat)", kFromSas}},
    {"HEADER RECORD*******"sv, {ForeignKind::table, "a SAS transport file (.xpt)", kFromXport}},
    {"$FL2"sv, {ForeignKind::table, "an SPSS file (.sav)", kFromSpss}},
    {"$FL3"sv, {ForeignKind::table, "an SPSS file (.zsav)", kFromSpss}},
    {"MATLAB 5.0"sv, {ForeignKind::array, "a MATLAB file (.mat)", kFromMatlab}},
    // archives; the first three also inside another compressed file
    {"\x1f\x8b\x08"sv, {ForeignKind::archive, "a gzip archive", "unpack it first: gzip -d -c FILE > NEW"}},
    {"\xfd"
     "7zXZ\0"sv,
     {ForeignKind::archive, "an xz archive", "unpack it first: xz -d -c FILE > NEW"}},
    {"\x28\xb5\x2f\xfd"sv,
     {ForeignKind::archive, "a zstd archive", "unpack it first: zstd -d -c FILE > NEW"}},
    {"\x5d\0\0"sv,
     {ForeignKind::archive, "an lzma archive (.lzma)", "unpack it first: unlzma -c FILE > NEW"}},
    {"\x1f\x9d"sv,
     {ForeignKind::archive, "a file packed by compress (.Z)", "unpack it first: gzip -d -c FILE > NEW"}},
    {"\x04\x22\x4d\x18"sv, {ForeignKind::archive, "an lz4 archive", "unpack it first: lz4 -d FILE NEW"}},
    {"LZIP"sv, {ForeignKind::archive, "an lzip archive", "unpack it first: lzip -d -k FILE"}, 0, true},
    {"7z\xbc\xaf\x27\x1c"sv, {ForeignKind::archive, "a 7z archive", "unpack it first: 7z x FILE"}},
    {"Rar!\x1a\x07"sv, {ForeignKind::archive, "a RAR archive", kUnpack}},
    {"ustar"sv, {ForeignKind::archive, "a tar archive", "unpack it first: tar -xf FILE"}, 257},
    // images, documents and programs
    {"\x7f"
     "ELF"sv,
     {ForeignKind::document, "a program (ELF)", kNoTable}},
    {"\xcf\xfa\xed\xfe"sv, {ForeignKind::document, "a program (Mach-O)", kNoTable}},
    {"MZ"sv, {ForeignKind::document, "a program (of Windows)", kNoTable}, 0, true},
    {"\x89PNG"sv, {ForeignKind::image, "a PNG image", kFromImages}},
    {"\xff\xd8\xff"sv, {ForeignKind::image, "a JPEG image", kFromImages}},
    {"GIF87a"sv, {ForeignKind::image, "a GIF image", kFromImages}},
    {"GIF89a"sv, {ForeignKind::image, "a GIF image", kFromImages}},
    {"II*\0"sv, {ForeignKind::image, "a TIFF image", kFromImages}},
    {"MM\0*"sv, {ForeignKind::image, "a TIFF image", kFromImages}},
    {"WEBP"sv, {ForeignKind::image, "a WebP image", kFromImages}, 8, true},
    {"%PDF-"sv, {ForeignKind::document, "a PDF document", kExportCsv}},
    {"{\\rtf"sv, {ForeignKind::document, "an RTF document", kExportCsv}},
    {"%YAML"sv, {ForeignKind::document, "a YAML file", kFromXml}},
    {{kDashes, 4}, {ForeignKind::document, "a YAML file", kFromXml}},
    // models
    {"TFL3"sv, {ForeignKind::model, "a TensorFlow Lite model", ""}, 4, true},
    {"GGUF"sv, {ForeignKind::model, "a GGUF model", ""}, 0, true},
    {"lmgg"sv, {ForeignKind::model, "a GGML model", ""}, 0, true},
    {"CBM1"sv, {ForeignKind::model, "a CatBoost model", ""}, 0, true},
    {"binf"sv, {ForeignKind::model, "an XGBoost model (old binary format)", ""}, 0, true},
    {"tree\nversion="sv, {ForeignKind::model, "a LightGBM model", ""}},
    {"FANN_FLO_"sv, {ForeignKind::model, "a network of FANN", ""}},
    {"FANN_FIX_"sv, {ForeignKind::model, "a network of FANN", ""}},
    {"\xac\xed\0\x05"sv, {ForeignKind::model, "a Java object (a model of WEKA?)", ""}},
};

constexpr ForeignFile kPickle = {ForeignKind::model, "a Python pickle (a model of scikit-learn or joblib?)",
                                 kFromPickle};

unsigned char byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0xff;
}

bool has_control_characters(std::string_view start) {
  return std::ranges::any_of(start.substr(0, 32), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

// Protocols 0 and 1 have no mark: they begin with an empty list or dictionary that is put into the memo (p0
// or q\0), or with the name of a class.
bool is_old_pickle(std::string_view start) {
  for (const std::string_view object : {"(dp0\n", "(lp0\n", "(dp1\n", "(lp1\n", "(tp0\n"})
    if (start.starts_with(object)) return true;
  if (start.size() >= 3 && (start[0] == '}' || start[0] == ']') && start[1] == 'q' && start[2] < 2)
    return true;
  if (!start.starts_with('c')) return false;
  static constexpr std::string_view kModules[] = {"copy_reg",    "copyreg", "__builtin__", "builtins",
                                                  "__main__",    "numpy",   "pandas",      "sklearn",
                                                  "collections", "joblib",  "xgboost",     "torch"};
  const std::string_view module = start.substr(1, start.find_first_of(".\n") - 1);
  const std::size_t name = start.find('\n');
  const std::size_t end = name == std::string_view::npos ? name : start.find('\n', name + 1);
  if (end == std::string_view::npos || end + 1 >= start.size()) return false;
  return std::ranges::find(kModules, module) != std::end(kModules) &&
         std::string_view("pq(").find(start[end + 1]) != std::string_view::npos;
}

// By the name of the first member.
ForeignFile zip_archive(std::string_view start) {
  constexpr std::size_t kName = 30;
  const std::size_t length = byte_at(start, 26);
  const std::string_view name = start.size() > kName ? start.substr(kName, length) : "";
  const std::string_view rest = start.size() > kName ? start.substr(kName) : "";
  if (name.ends_with(".npy")) return {ForeignKind::array, "a NumPy archive (.npz)", kFromNpz};
  if (name.ends_with("data.pkl") || name.ends_with(".format_version") || name.ends_with("/version"))
    return {ForeignKind::model, "a PyTorch file", kFromPickle};
  if (name == "metadata.json" || name == "config.json") return {ForeignKind::model, "a Keras model", kUnpack};
  if (rest.starts_with("mimetypeapplication/vnd.oasis.opendocument"))
    return {ForeignKind::table, "an OpenDocument file (.ods)", kFromSpreadsheet};
  if (name.starts_with("[Content_Types]") || name.starts_with("_rels/") || name.starts_with("xl/") ||
      name.starts_with("docProps/")) {
    return {ForeignKind::table, "an Office document (.xlsx)", kFromSpreadsheet};
  }
  return {ForeignKind::archive, "a ZIP archive (or a spreadsheet or .npz file, which are ZIP archives)",
          "unzip it first; save a spreadsheet's sheet as CSV, the arrays of an .npz file one by one with "
          "numpy.save"};
}

std::optional<ForeignFile> markup(std::string_view start) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (start.starts_with(kByteOrderMark)) start.remove_prefix(kByteOrderMark.size());
  const std::size_t first = start.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || start[first] != '<') return std::nullopt;
  const std::string text = lower_case_ascii(start.substr(first));
  if (text.find("<pmml") != std::string::npos) return ForeignFile{ForeignKind::model, "a PMML model", ""};
  if (text.starts_with("<!doctype html") || text.starts_with("<html") || text.starts_with("<table")) {
    return ForeignFile{ForeignKind::document, "a web page (HTML)",
                       "download the table itself, or export it as CSV"};
  }
  if (text.starts_with("<?xml") || text.starts_with("<!--"))
    return ForeignFile{ForeignKind::document, "an XML file", kFromXml};
  return std::nullopt;
}

// XGBoost writes its model as one object with the key "learner", as JSON or as UBJSON; LightGBM and others
// write JSON with their own first keys.
std::optional<ForeignFile> object_model(std::string_view start) {
  if (!start.starts_with('{')) return std::nullopt;
  const std::size_t key = start.find_first_not_of(" \t\r\n", 1);
  const bool is_json = key != std::string_view::npos && start[key] == '"';
  if (is_json && start.substr(key).starts_with("\"learner\""))
    return ForeignFile{ForeignKind::model, "an XGBoost model (JSON)", ""};
  if (!is_json && start.substr(0, 64).find("learner") != std::string_view::npos)
    return ForeignFile{ForeignKind::model, "an XGBoost model (UBJSON)", ""};
  return std::nullopt;
}

// The first line of the text, taken off.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// Statements, and nothing but comments and settings before them.
std::optional<ForeignFile> sql_dump(std::string_view start) {
  const std::string text = lower_case_ascii(start);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = trim(take_line(rest));
    for (const std::string_view statement : {"insert into ", "create table ", "drop table "}) {
      if (line.starts_with(statement))
        return ForeignFile{ForeignKind::table, "an SQL dump (statements such as INSERT)", kFromSql};
    }
    const bool may_be_sql = line.empty() || line.starts_with(std::string_view(kDashes, 2)) ||
                            line.starts_with("/*") || line.ends_with(';');
    if (!may_be_sql) break;
  }
  return std::nullopt;
}

// Protocol 0 is text: "(lp0" begins a list, "(dp0" a dictionary, "cMODULE" and "NAME" an object.
bool is_text_pickle(std::string_view start) {
  const auto is_memo = [](std::string_view line) {
    return line.size() > 1 && line[0] == 'p' &&
           line.find_first_not_of("0123456789", 1) == std::string_view::npos;
  };
  if (start.find('\n') == std::string_view::npos) return false;
  const std::string_view first = take_line(start);
  if (first.starts_with("(l") || first.starts_with("(d")) return is_memo(first.substr(2));
  if (!first.starts_with('c')) return false;
  take_line(start);
  const bool is_module = first.find('.') != std::string_view::npos || first == "ccopy_reg" ||
                         first == "c__builtin__" || first == "cbuiltins";
  return is_memo(take_line(start)) || (is_module && (start.starts_with('(') || byte_at(start, 0) == 'q'));
}

// Protocol buffers: field 1 (0x08) is the version of the format, and field 2 or 3 follows.
std::optional<ForeignFile> protocol_buffer(std::string_view start) {
  if (byte_at(start, 0) != 0x08 || start.size() < 3) return std::nullopt;
  const unsigned char version = byte_at(start, 1), next = byte_at(start, 2);
  if (version == 1 && next == 0x12)
    return ForeignFile{ForeignKind::model, "a TensorFlow model (protobuf)", ""};
  const bool is_field =
      next == 0x12 || next == 0x1a || next == 0x22 || next == 0x32 || next == 0x3a || next == 0x42;
  if (version >= 1 && version < 0x20 && is_field) return ForeignFile{ForeignKind::model, "an ONNX model", ""};
  return std::nullopt;
}

}  // namespace

std::optional<ForeignFile> recognise_foreign_file(std::string_view start) {
  if (start.starts_with("PK\x03\x04")) return zip_archive(start);
  if (byte_at(start, 0) == 0x80 && byte_at(start, 1) >= 2 && byte_at(start, 1) <= 5) {
    if (start.substr(2).starts_with("\x8a\x0a\x6c\xfc\x9c\x46"))
      return ForeignFile{ForeignKind::model, "a PyTorch file", kFromPickle};
    return kPickle;
  }
  if (is_old_pickle(start)) return kPickle;
  // joblib's compressed pickles are bare zlib streams.
  const unsigned char level = byte_at(start, 1);
  if (start.starts_with('x') && (level == 0x01 || level == 0x5e || level == 0x9c || level == 0xda) &&
      !is_valid_utf8(start.substr(0, std::min<std::size_t>(start.size(), 16)))) {
    return kPickle;
  }
  // A continuation mark, then the length of the schema.
  if (start.starts_with("\xff\xff\xff\xff") && start.size() >= 8 && start.substr(6).starts_with("\0\0"sv))
    return ForeignFile{ForeignKind::table, "an Arrow stream", kExportCsv};
  for (const KnownStart& known : kStarts) {
    if (start.size() <= known.at || !start.substr(known.at).starts_with(known.bytes)) continue;
    if (!known.is_binary || has_control_characters(start)) return known.file;
  }
  if (is_text_pickle(start)) return kPickle;
  if (const auto found = sql_dump(start)) return found;
  if (const auto found = protocol_buffer(start)) return found;
  if (const auto found = object_model(start)) return found;
  return markup(start);
}

std::string with_file_name(std::string_view advice, std::string_view path) {
  const bool is_plain = !path.empty() && path.front() != '-' && std::ranges::all_of(path, [](char c) {
    const char letter = static_cast<char>(c | 0x20);
    return (c >= '0' && c <= '9') || (letter >= 'a' && letter <= 'z') ||
           std::string_view("./_-+").find(c) != std::string_view::npos;
  });
  std::string text;
  for (std::size_t at = 0; at < advice.size();) {
    const std::size_t place = is_plain ? advice.find("FILE", at) : std::string_view::npos;
    text += advice.substr(at, place - at);
    if (place == std::string_view::npos) break;
    text += path;
    at = place + 4;
  }
  return text;
}

}  // namespace chainrule
