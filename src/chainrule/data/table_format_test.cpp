#include "chainrule/data/table_format.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "chainrule/base/error.h"
#include "data/table_files.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::source_of;
using std::string_literals::operator""s;

TEST(FindFormat, IsDecidedByTheFirstBytesWhichStayUnread) {
  const std::pair<std::string, TableFormat> files[] = {
      {"a,b\n1,2\n", TableFormat::text},      {"", TableFormat::text},
      {"\0\0\x08\x01"s, TableFormat::idx},    {"\x93NUMPY\1\0"s, TableFormat::npy},
      {"{\"a\": 1}\n", TableFormat::json},    {"@relation r\n", TableFormat::arff},
      {"1 1:0.5 3:2\n", TableFormat::libsvm}, {"1 2 1\n0 0\n0\n", TableFormat::fann},
      {"GGUF,PAR2\n1,2\n", TableFormat::text}};
  for (const auto& [bytes, format] : files) {
    const auto source = source_of(bytes);
    EXPECT_EQ(find_format(*source), format) << bytes;
    EXPECT_EQ(source->peek(bytes.size()), bytes);
  }
}

TEST(FindFormat, FilesOfOtherKindsAreNamed) {
  const std::pair<std::string, const char*> files[] = {
      {"\xff\xfe"
       "a\0,\0"s,
       "text in UTF-16"},
      {"\xfe\xff\0a\0,"s, "text in UTF-16"},
      {"\0\0\xfe\xff\0\0\0a"s, "text in UTF-32"},
      {"PK\x03\x04..."s, "a ZIP archive (or a spreadsheet or .npz file, which are ZIP archives)"},
      {"\xd0\xcf\x11\xe0..."s, "an old spreadsheet (.xls)"},
      {"\x89PNG\r\n"s, "a PNG image"},
      {"\x04\x22\x4d\x18..."s, "an lz4 archive"},
      {"PAR1..."s, "a Parquet file"},
      {"SQLite format 3\0"s, "an SQLite database"},
      {"ARROW1\0\0"s, "an Arrow file (Feather)"},
      {"\x89HDF\r\n"s, "an HDF5 file (a model of Keras, or arrays)"},
      {"X\n\0\0\0\x03"s, "an R object (.rds)"},
      {"\x80\x04\x95..."s, "a Python pickle (a model of scikit-learn or joblib?)"},
      {"<?xml version=\"1.0\"?><a/>", "an XML file"},
      {" <!DOCTYPE html>", "a web page (HTML)"},
      {"GGUF\x03\0\0\0"s, "a GGUF model"},
  };
  for (const auto& [bytes, name] : files) {
    const ErrorText report = data_error_of([&] { find_format(*source_of(bytes)); });
    EXPECT_EQ(report.what, "the file is not a table that can be read") << name;
    EXPECT_EQ(report.where, "t.csv");
    EXPECT_EQ(report.got, name);
    EXPECT_FALSE(report.advice.empty());
  }
}

// Eight bytes of length, then JSON.
TEST(FindFormat, AModelFileIsNamed) {
  EXPECT_EQ(data_error_of([] { find_format(*source_of("\x10\0\0\0\0\0\0\0{\"a\":1}"s)); }).got,
            "a model file (safetensors)");
}

}  // namespace
}  // namespace chainrule
