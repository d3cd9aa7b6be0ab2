#include "chainrule/data/row_transcript.h"

#include <gtest/gtest.h>

#include "chainrule/data/open_table.h"
#include "data/row_formats.h"

namespace chainrule {
namespace {

using Words = std::vector<std::string>;
using test::TemporaryFile;

constexpr const char* kFiles[] = {
    "{\"a\": 1, \"b\": \"x, \\\"y\\\"\"}\n{\"a\": 2, \"b\": \"z\"}\n",
    "@relation r\n@attribute a numeric\n@attribute b {'x, \\\"y\\\"',z}\n@data\n1,'x, \"y\"'\n2,z\n",
};

TEST(RowTranscript, RowsAreEchoedAsCsv) {
  for (const char* const text : kFiles) {
    const TemporaryFile file("t", text);
    const auto reader = open_table(real_file_system(), file.path(), {.row_text = RowText::keep});
    EXPECT_EQ(reader->layout().delimiter, ',');
    EXPECT_EQ(reader->layout().header_text, "\"a\",\"b\"");
    const Table table = reader->next_rows(10, std::vector<std::optional<ColumnReading>>(2));
    // The texts of JSON stay in quotes, so that "1" is not 1.
    const char* const last = text[0] == '{' ? "2,\"z\"" : "2,z";
    EXPECT_EQ(table.row_text, (Words{"1,\"x, \"\"y\"\"\"", last})) << text;
  }
}

TEST(RowTranscript, ChunksGiveTheRowsOfTheWholeTable) {
  std::string text;
  for (int row = 0; row < 1000; ++row)
    text += "1 1:" + std::to_string(row) + " 3:0.5\n\n";
  const TemporaryFile file("t", text);
  const auto reader = open_table(real_file_system(), file.path(), {});
  EXPECT_EQ(reader->layout().format, TableFormat::libsvm);
  std::size_t rows = 0;
  while (true) {
    const Table part = reader->next_rows(7, std::vector<std::optional<ColumnReading>>(4, ColumnReading{}));
    if (part.rows() == 0) break;
    EXPECT_EQ(part.columns[0].numbers[0], static_cast<double>(rows));
    EXPECT_EQ(part.lines[0], 2 * rows + 1);
    rows += part.rows();
  }
  EXPECT_EQ(rows, 1000u);
}

TEST(RowTranscript, SettingsOfTextTablesAreRefusedByName) {
  const TemporaryFile file("t", kFiles[0]);
  for (const ReadOptions& options :
       {ReadOptions{.delimiter = ';'}, ReadOptions{.header = HeaderChoice::absent}, ReadOptions{.skip = 1},
        ReadOptions{.comment = '#'}}) {
    EXPECT_THROW(read_table(real_file_system(), file.path(), options), UsageError);
    EXPECT_THROW(open_table(real_file_system(), file.path(), options), UsageError);
  }
  // Who names a delimiter has a text table, even if it looks like LIBSVM.
  const TemporaryFile pairs("t", "1 1:5 2:7\n2 1:6 2:8\n");
  EXPECT_EQ(read_table(real_file_system(), pairs.path(), {.delimiter = ' ', .header = HeaderChoice::absent})
                .columns.size(),
            3u);
}

TEST(RowTranscript, MissingWordsAndUnitsAreThoseOfTextTables) {
  std::string text;
  for (int row = 0; row < 30; ++row)
    text += "{\"x\": \"" + (row == 7 ? std::string("n/a") : std::to_string(row)) + "\", \"y\": 1}\n";
  const TemporaryFile file("t", text);
  const Table table = read_table(real_file_system(), file.path());
  EXPECT_EQ(table.columns[0].kind, ColumnKind::numeric);
  EXPECT_TRUE(table.columns[0].is_missing(7));
}

}  // namespace
}  // namespace chainrule
