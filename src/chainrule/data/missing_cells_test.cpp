#include "chainrule/data/missing_cells.h"

#include <gtest/gtest.h>

#include "chainrule/data/csv_reader.h"
#include "chainrule/data/csv_table.h"
#include "data/table_files.h"

namespace chainrule {
namespace {

using Words = std::vector<std::string>;

// The cells of the first column as text, "-" for a missing one.
Words cells_of(const Table& table) {
  Words cells;
  for (std::size_t row = 0; row < table.rows(); ++row)
    cells.push_back(table.columns[0].is_missing(row) ? "-" : table.columns[0].text(row));
  return cells;
}

Words read(const std::string& text, const ReadOptions& options = {}) {
  const Table table = read_csv(test::file_of(text), options);
  // Reading in pieces, row by row and as a stream gives the same.
  ReadOptions by_row = options;
  by_row.row_text = RowText::keep;
  test::expect_equal(table, read_csv(test::file_of(text), options, 7));
  const Table rows = read_csv(test::file_of(text), by_row);
  test::expect_equal(table, rows);
  EXPECT_EQ(table.missing_words_found.size(), rows.missing_words_found.size());
  const auto reader = open_csv(test::source_of(text), options);
  std::vector<std::optional<ColumnReading>> kinds;
  for (const Column& column : table.columns)
    kinds.emplace_back(column.kind);
  EXPECT_EQ(cells_of(reader->next_rows(SIZE_MAX, kinds)), cells_of(table));
  return cells_of(table);
}

ReadOptions with_category(Words given = {}, Words not_missing = {}) {
  ReadOptions options;
  options.missing_words.insert(options.missing_words.end(), given.begin(), given.end());
  options.not_missing = std::move(not_missing);
  options.column_kinds = {{"c", ColumnKind::category}};
  return options;
}

TEST(MissingCells, TheWordsOfPandasAreMissing) {
  const Words words = {"",       "#N/A",    "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN", "-nan",
                       "1.#IND", "1.#QNAN", "<NA>",     "N/A",  "NA",      "NULL",     "NaN",  "None",
                       "n/a",    "nan",     "null",     "none", "Null",    "?",        "na"};
  std::string text = "c,y\n";
  for (const std::string& word : words)
    text += word + ",1\n";
  text += "-1.5,1\n1,2\n";
  Words expected(words.size(), "-");
  expected.insert(expected.end(), {"-1.5", "1"});
  EXPECT_EQ(read(text), expected);
}

TEST(MissingCells, AWordMayBeTakenOut) {
  const std::string text = "c,y\nNA,1\nDE,1\nNone,2\n,2\n";
  EXPECT_EQ(read(text), (Words{"-", "DE", "-", "-"}));
  ReadOptions options;
  options.not_missing = {"NA"};
  EXPECT_EQ(read(text, options), (Words{"NA", "DE", "-", "-"}));
  options.not_missing = {"NA", " None ", ""};
  EXPECT_EQ(read(text, options), (Words{"NA", "DE", "None", ""}));
}

TEST(MissingCells, AColumnGivenAsCategoryKeepsTheUsualWords) {
  const std::string text = "c,y\nNA,1\nnan,NA\nNone,2\n,2\nx,null\n";
  EXPECT_EQ(read(text, with_category()), (Words{"NA", "nan", "None", "-", "x"}));
  EXPECT_EQ(read(text, with_category({"NA"})), (Words{"-", "nan", "None", "-", "x"})) << "named";
  EXPECT_EQ(read(text, with_category({"x"})), (Words{"NA", "nan", "None", "-", "-"}));
  ReadOptions own = with_category();
  own.missing_words = {"", "nan"};
  EXPECT_EQ(read("c,y\nNA,1\nnan,\n", own), (Words{"NA", "-"})) << "a list of the caller's own";
  const Table table = read_csv(test::file_of(text), with_category());
  EXPECT_TRUE(table.columns[1].is_missing(1) && table.columns[1].is_missing(4)) << "other columns do not";
}

TEST(MissingCells, AColumnMayHaveItsOwnWords) {
  ReadOptions options = with_category();
  options.column_missing_words = {{"c", {"", "NA"}}};
  EXPECT_EQ(read("c,y\nNA,1\nnan,2\n", options), (Words{"-", "nan"}));
  EXPECT_EQ(missing_word_lists(options, Words{"c", "y"}).of_columns,
            (std::vector<std::pair<std::string, Words>>{{"c", {"", "NA"}}}));
}

TEST(MissingCells, AWordMayBeKeptOnlyInQuotes) {
  ReadOptions options;
  options.not_missing = {"\"NA\""};
  EXPECT_EQ(read("c,y\n\"NA\",1\nNA,1\n\"DE\",2\n\" NA\",2\n", options), (Words{"NA", "-", "DE", " NA"}));
  EXPECT_EQ(missing_word_lists(options, {}).kept_in_quotes, Words{"NA"});
}

TEST(MissingCells, ANumberMayStandForAMissingCell) {
  ReadOptions options;
  options.missing_words.emplace_back("-1");
  EXPECT_EQ(read("c,y\n-1,1\n-2,1\n10,2\n-1.0,3\n", options), (Words{"-", "-2", "10", "-1"}));
}

TEST(MissingCells, WordsAreCountedByColumnWithAndWithoutQuotes) {
  std::string text = "c,d,y\n";
  for (int row = 0; row < 60'000; ++row)
    text += "DE,1,2\n";
  text += "NA,1,2\n\"NA\",NA,2\nNone,,2\n";
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{1} << 20}) {
    const Table table = read_csv(test::file_of(text), {}, piece);
    ASSERT_EQ(table.missing_words_found.size(), 3u);
    const MissingWordCount& first = table.missing_words_found[0];
    EXPECT_EQ(first.column, 0u);
    EXPECT_EQ(first.word, "NA");
    EXPECT_EQ(first.cells, 2u);
    EXPECT_EQ(first.quoted_cells, 1u);
    EXPECT_EQ(table.missing_words_found[1].word, "None");
    EXPECT_EQ(table.missing_words_found[2].column, 1u);
  }
}

TEST(MissingCells, AFaultDoesNotCountTheCellsBeforeItTwice) {
  ReadOptions options;
  options.leniency = Leniency::lenient;
  const Table table = read_csv(test::file_of("a,b\nNA,1\nNA,2\nNA,3,4\nx,5\nx,6\nNA,7\n"), options);
  ASSERT_EQ(table.missing_words_found.size(), 1u);
  EXPECT_EQ(table.missing_words_found[0].cells, 3u);
}

}  // namespace
}  // namespace chainrule
