#include "chainrule/data/open_table.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "data/table_files.h"
#include "support/ordinary_user.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::gzip;
using test::TemporaryFile;
using std::string_literals::operator""s;

TEST(OpenTable, SeesTheFormatByContentAndNotByName) {
  const auto layout_of = [](const std::string& name, const std::string& bytes) {
    const TemporaryFile file(name, bytes);
    return open_table(real_file_system(), file.path(), {})->layout();
  };
  const TableLayout text = layout_of("numbers.idx", "a;b\n1;2\n");
  EXPECT_EQ(text.format, TableFormat::text);
  EXPECT_EQ(text.delimiter, ';');
  EXPECT_FALSE(text.compressed);
  EXPECT_EQ(text.column_names, (std::vector<std::string>{"a", "b"}));
  const TableLayout compressed = layout_of("table.csv", gzip("a,b\n1,2\n"));
  EXPECT_EQ(compressed.format, TableFormat::text);
  EXPECT_TRUE(compressed.compressed);
  const TableLayout idx = layout_of("table.csv", gzip("\0\0\x08\x03\0\0\0\x01\0\0\0\x01\0\0\0\x02xy"s));
  EXPECT_EQ(idx.format, TableFormat::idx);
  EXPECT_TRUE(idx.compressed);
  EXPECT_EQ(idx.image_columns, 2u);
  std::ifstream npy(CHAINRULE_SOURCE_DIR "/tests/data/f8.npy", std::ios::binary);
  EXPECT_EQ(layout_of("table", std::string(std::istreambuf_iterator<char>(npy), {})).format,
            TableFormat::npy);
}

TEST(ReadTable, ReadsEveryFormatWithKindsGivenOrFound) {
  const TemporaryFile csv("t.csv", "a,b\n1,x\n2,y\n");
  const Table words = read_table(real_file_system(), csv.path());
  EXPECT_EQ(words.source, csv.path());
  EXPECT_EQ(words.columns[1].words, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(words.cell_position(1, 1), csv.path() + ":3:2");

  const TemporaryFile labels("labels.gz", gzip("\0\0\x08\x01\0\0\0\x03\5\0\5"s));
  EXPECT_EQ(read_table(real_file_system(), labels.path()).columns[0].numbers, (std::vector<double>{5, 0, 5}));
  const Table classes =
      read_table(real_file_system(), labels.path(), {.column_kinds = {{"label", ColumnKind::category}}});
  EXPECT_EQ(classes.columns[0].words, (std::vector<std::string>{"5", "0"}));
  EXPECT_EQ(classes.cell_position(1, 0), labels.path() + ", row 2, column label");
  EXPECT_EQ(
      data_error_of([&] {
        read_table(real_file_system(), labels.path(), {.column_kinds = {{"lable", ColumnKind::category}}});
      }).advice,
      "did you mean \"label\"?");
}

// Feeds standard input from a file during the test.
class StandardInputFrom {
 public:
  explicit StandardInputFrom(const std::string& bytes) : file_("stdin", bytes), saved_(dup(STDIN_FILENO)) {
    std::FILE* const file = std::fopen(file_.path().c_str(), "rb");
    dup2(fileno(file), STDIN_FILENO);
    std::fclose(file);
  }
  ~StandardInputFrom() {
    dup2(saved_, STDIN_FILENO);
    close(saved_);
  }
  StandardInputFrom(const StandardInputFrom&) = delete;
  StandardInputFrom& operator=(const StandardInputFrom&) = delete;

 private:
  TemporaryFile file_;
  int saved_;
};

TEST(ReadTable, ADashIsStandardInputCompressedOrNot) {
  for (const bool is_compressed : {false, true}) {
    const std::string text = "a,b\n1,2\n3,4\n";
    const StandardInputFrom input(is_compressed ? gzip(text) : text);
    const Table table = read_table(real_file_system(), "-");
    EXPECT_EQ(table.columns[1].numbers, (std::vector<double>{2, 4}));
    EXPECT_EQ(table.cell_position(0, 1), "<stdin>:2:2");
  }
}

TEST(ReadTable, MissingFileAndDirectoryAreDataErrors) {
  const TemporaryFile file("t.csv", "a\n1\n");
  EXPECT_EQ(data_error_of([&] { read_table(real_file_system(), file.directory() + "/u.csv"); }).where,
            file.directory() + "/u.csv");
  EXPECT_EQ(data_error_of([&] { read_table(real_file_system(), file.directory()); }).where, file.directory());
}

TEST(ReadTable, OnlyTextTablesHaveRowsToKeep) {
  const TemporaryFile file("t.idx", "\0\0\x08\x01\0\0\0\x02\x07\x09"s);
  const std::string& path = file.path();
  EXPECT_THROW(open_table(real_file_system(), path, {.row_text = RowText::keep}), UsageError);
  EXPECT_THROW(read_table(real_file_system(), path, {.row_text = RowText::keep}), UsageError);
  EXPECT_EQ(read_table(real_file_system(), path).rows(), 2u);
}

TEST(ReadTable, UnreadableFileIsADataError) {
  const TemporaryFile file("t.csv", "a\n1\n");
  std::filesystem::permissions(file.path(), std::filesystem::perms::none);
  const test::OrdinaryUser user(file.directory());
  if (!user.is_ordinary()) GTEST_SKIP() << "root may read every file";
  EXPECT_EQ(data_error_of([&] { read_table(real_file_system(), file.path()); }).where, file.path());
}

TEST(ReadTable, CompressedTableCutShortIsADataError) {
  const std::string whole = gzip("a,b\n1,2\n3,4\n");
  const TemporaryFile file("t.csv.gz", whole.substr(0, whole.size() - 3));
  EXPECT_EQ(data_error_of([&] { read_table(real_file_system(), file.path()); }).what,
            "the compressed file is cut short");
}

TEST(ReadTable, Utf16WithoutAMarkIsRefusedForItsNulBytes) {
  const TemporaryFile file("t.csv", "a\0,\0b\0\n\0001\0,\0002\0\n\0"s);
  const ErrorText report = data_error_of([&] { read_table(real_file_system(), file.path()); });
  EXPECT_EQ(report.what, "a NUL byte in a text table");
  EXPECT_EQ(report.where, file.path() + ":1:1");
}

TEST(ReadTable, FashionMnistIsReadWhereItIsInstalled) {
  const std::string path = "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the package dataset-fashion-mnist is not installed";
  const Table table = read_table(real_file_system(), path);
  EXPECT_EQ(table.rows(), 10'000u);
  EXPECT_EQ(table.columns.size(), 784u);
  EXPECT_EQ(table.image_rows, 28u);
  EXPECT_EQ(table.image_columns, 28u);
  EXPECT_TRUE(table.columns[0].is_bytes);
}

}  // namespace
}  // namespace chainrule
