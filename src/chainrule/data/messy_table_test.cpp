// Text tables with faults: what a strict reader refuses with its place, and what a lenient one mends and
// reports. Neither depends on how the bytes arrive or on how many threads read.
#include <gtest/gtest.h>

#include <cmath>
#include <span>

#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/data/csv_reader.h"
#include "chainrule/data/csv_table.h"
#include "data/table_files.h"

namespace chainrule {
namespace {

using test::source_of;

// Everything a user sees of a table that was read: layout, cells, lines and notes, or the error.
std::string dump(const Table& table, const TableLayout& layout) {
  std::string text = std::string("delimiter ") + layout.delimiter + (layout.has_header ? " header\n" : "\n");
  for (const Column& column : table.columns)
    text += quoted(column.name) + (column.kind == ColumnKind::numeric ? " numbers\n" : " words\n");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    text += std::to_string(table.lines[row]) + ":";
    for (const Column& column : table.columns)
      text += column.is_missing(row) ? " -" : " " + quoted(column.text(row));
    text += "\n";
  }
  return text + join(texts_of(table.repairs.notes(table.source), Face::cpp), "\n");
}

std::string reading_of(const std::string& text, const ReadOptions& options, std::size_t read_ahead,
                       std::size_t piece_bytes) {
  try {
    TableLayout layout;
    const Table table = read_csv(source_of(text, read_ahead), options, piece_bytes, &layout);
    return dump(table, layout);
  } catch (const Error& error) {
    return error.what();
  }
}

// The reading, checked to be the same for every size of the pieces and any number of threads.
std::string reading_of(const std::string& text, ReadOptions options = {}) {
  const std::string whole = reading_of(text, options, kReadAhead, kPieceBytes);
  ThreadPool pool(3);
  for (const std::size_t bytes : {1, 5, 61}) {
    for (ThreadPool* const threads : {static_cast<ThreadPool*>(nullptr), &pool}) {
      options.pool = threads;
      EXPECT_EQ(reading_of(text, options, bytes, bytes), whole) << bytes << "\n" << text;
    }
  }
  return whole;
}

const ReadOptions kLenient = {.leniency = Leniency::lenient};

struct Messy {
  std::string name;
  std::string text;
  std::string refusal;  // part of a strict reader's error; "": not a fault
  std::string note;     // part of a lenient one's note; "": none, or it refuses too
  std::string cells;    // part of what a lenient one reads
};

// Ten good rows, so that what follows is the exception.
const std::string kGood = "x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n9,a\n10,b\n";

std::vector<Messy> messy_tables() {
  return {
      {"a short row", kGood + "11\n12,a\n", "t.csv:12\n  expected: 2 cells",
       "1 row with too few cells at its end, the others count as missing (first: t.csv:12)",
       "12: \"11\" -\n13: \"12\" \"a\""},
      {"a short row that may lack either word", "x,y,z\n1,a,b\n2,b,a\n3,a,b\n4,a\n5,b,a\n", "too few cells",
       "1 row with too few cells, left out (first: t.csv:5)", "4: \"3\" \"a\" \"b\"\n6: \"5\""},
      {"units below the header", "x,y\nkg,\n" + kGood.substr(4), "text in a numeric column",
       "1 line of units or names below the header, left out (first: t.csv:2)",
       "\"x\" numbers\n\"y\" words\n3: \"1\""},
      {"two delimiters at every end", "x,y,,\n1,a,,\n2,b,,\n3,,,\n", "", "",
       "\"y\" words\n2: \"1\" \"a\"\n3:"},
      {"single quotes", "'x','y'\n'1','a, b'\n'2','c'\n", "", "", "\"y\" words\n2: \"1\" \"a, b\"\n3:"},
      {"a long row", kGood + "11,a,b\n12,a\n", "too many cells",
       "1 row with too many cells, left out (first: t.csv:12)", "11: \"10\" \"b\"\n13: \"12\" \"a\""},
      {"a delimiter at the end", kGood + "11,a,\n", "too many cells",
       "1 row with empty cells at its end, cut off (first: t.csv:12)", "12: \"11\" \"a\"\n"},
      {"a delimiter at every end", "x,y,\n1,a,\n2,b,\n", "", "", "\"y\" words\n2: \"1\" \"a\"\n3:"},
      {"a delimiter at every end but the header's", "x,y\n1,a,\n2,b,\n", "", "",
       "\"y\" words\n2: \"1\" \"a\"\n3:"},
      {"a column without a name", "x,,y\n1,a,4\n2,b,5\n", "a column without a name",
       "1 column without a name of its own, numbered (first: t.csv:1:2)", "\"column_2\" words"},
      {"a quote opened inside a cell", kGood + "11,a\n1\"1, a\"\n12,b\n", "a quote is opened in the middle",
       "1 line with a quote opened in the middle of a cell, left out (first: t.csv:13:1",
       "12: \"11\" \"a\"\n14: \"12\" \"b\""},
      {"a doubled name", "x,y,x\n1,a,4\n2,b,5\n", "two columns have the same name", "(first: t.csv:1:3)",
       "\"x_3\" numbers"},
      {"a word among numbers", kGood + "eleven,a\n", "t.csv:12:1 (column \"x\")",
       "1 cell that is not a number, taken for missing (first: t.csv:12:1 (column \"x\") \"eleven\")",
       "12: - \"a\"\n"},
      {"a unit", kGood + "11 kg,a\n", "\"11 kg\"", "first: t.csv:12:1 (column \"x\") \"11 kg\"",
       "12: - \"a\"\n"},
      {"per cent", kGood + "11%,a\n", "\"11%\"", "taken for missing", "12: - \"a\"\n"},
      {"infinite", kGood + "inf,a\n", "too large", "taken for missing", "12: - \"a\"\n"},
      {"thousands", "x;y\n1;a\n2;b\n3;c\n4;a\n5;b\n6;b\n7;a\n8;a\n9;c\n1,234.5;d\n", "", "",
       "11: \"1234.5\" \"d\"\n"},
      {"a stray quote", kGood + "11,\"a\" b\n12,a\n", "text after a closing quote",
       "1 line with a quote out of place, taken literally (first: t.csv:12:2",
       "12: \"11\" \"\\\"a\\\" b\"\n13: \"12\""},
      {"a quote never closed", kGood + "11,\"a\n12,a\n", "a quote is opened and never closed",
       "(first: t.csv:12:2", "12: \"11\" \"\\\"a\"\n13: \"12\" \"a\""},
      {"an inch", kGood + "11,5\"\n", "", "", "12: \"11\" \"5\\\"\"\n"},
      {"another encoding", kGood + "11,M\xfcnchen\n", "text that is not UTF-8",
       "1 cell with bytes that are not UTF-8, replaced by U+FFFD (first: t.csv:12:2", "\"M\ufffdnchen\""},
      {"a NUL byte", kGood + std::string("11,a\0b\n", 7), "a NUL byte", "replaced by U+FFFD", "\"a\ufffdb\""},
      {"the header again", kGood + "x,y\n11,a\n", "the header is repeated",
       "1 line that repeats the column names, left out (first: t.csv:12)", "13: \"11\" \"a\""},
      {"the header of a file with a byte order mark, joined", kGood + "\xef\xbb\xbfx,y\n11,a\n",
       "the header is repeated", "1 line that repeats the column names, left out (first: t.csv:12)",
       "13: \"11\" \"a\""},
      {"the same in quotes", kGood + "\xef\xbb\xbf\"x\",\"y\"\n11,a\n", "text in a numeric column",
       "1 line that repeats the column names, left out (first: t.csv:12)", "13: \"11\" \"a\""},
      {"a comment on top", "# made by hand\n" + kGood, "", "1 comment line, left out (first: t.csv:1)",
       "\"x\" numbers\n\"y\" words\n3: \"1\" \"a\""},
      {"a comment within", kGood + "# the rest is new\n11,a\n", "too few cells",
       "1 comment line, left out (first: t.csv:12)", "13: \"11\" \"a\""},
      {"a spreadsheet's sep= line", "sep=;\nx;y\n1.5;2,a\n2;3,b\n", "", "",
       "delimiter ; header\n\"x\" numbers\n\"y\" words\n3: \"1.5\" \"2,a\""},
      {"sep= and a comma that is named", "sep=,\nx,y\n1,a\n2,b\n", "", "",
       "\"x\" numbers\n\"y\" words\n3: \"1\""},
      {"sep= and a letter", "sep=x\nx,y\n1,a\n2,b\n",
       "this character cannot be a delimiter\n  at:       t.csv:1", "",
       "this character cannot be a delimiter"},
      {"sep= and half a letter", "sep=\xbb\nx,y\n1,a\n", "this character cannot be a delimiter", "",
       "this character cannot be a delimiter"},
      {"blank lines", "x,y\n\n1,a\n\r\n2,b\n\n", "", "", "3: \"1\" \"a\"\n5: \"2\""},
      {"mixed line ends", "x,y\r\n1,a\r2,b\n3,c", "", "", "2: \"1\" \"a\"\n3: \"2\" \"b\"\n4: \"3\""},
      {"blanks around", "x , y\n 1 ,\ta\n2,  b  \n", "", "", "\"x\" numbers\n\"y\" words\n2: \"1\" \"a\""},
      {"several words for missing", "x,y\n1,a\nNA,b\n?,c\nnull,d\n,e\n", "", "",
       "3: - \"b\"\n4: - \"c\"\n5: - \"d\"\n6: - "},
  };
}

TEST(MessyTable, IsRefusedWithItsPlaceOrMendedWithANote) {
  for (const Messy& messy : messy_tables()) {
    SCOPED_TRACE(messy.name);
    const std::string strict = reading_of(messy.text);
    if (!messy.refusal.empty()) {
      EXPECT_NE(strict.find(messy.refusal), std::string::npos) << strict;
      EXPECT_NE(strict.find("\n  at:       t.csv:"), std::string::npos) << strict;
    }
    const std::string lenient = reading_of(messy.text, kLenient);
    EXPECT_NE(lenient.find(messy.cells), std::string::npos) << lenient;
    EXPECT_NE(lenient.find(messy.note), std::string::npos) << lenient;
    // Both readers read a table without faults alike, without a note.
    if (messy.refusal.empty() && messy.note.empty()) {
      EXPECT_EQ(lenient, strict);
    }
    EXPECT_EQ(lenient.find("mended") != std::string::npos, !messy.note.empty()) << lenient;
  }
}

TEST(MessyTable, DecimalCommasAreReadWhenNamed) {
  const std::string text = "x;y\n1,5;a\n-2,25e3;b\n3;a\n";
  EXPECT_NE(reading_of(text).find("DecimalMark::comma"), std::string::npos) << reading_of(text);
  const std::string table = reading_of(text, {.decimal = DecimalMark::comma});
  EXPECT_NE(table.find("\"x\" numbers"), std::string::npos) << table;
  EXPECT_NE(table.find("2: \"1.5\" \"a\"\n3: \"-2250\" \"b\"\n4: \"3\""), std::string::npos) << table;
  // A point separates thousands then, or is a fault.
  const std::string nine = "x;y\n1,5;a\n2;b\n3;b\n4;b\n5;b\n6;b\n7;b\n8;b\n9;b\n";
  EXPECT_NE(reading_of(nine + "1.000;b\n", {.decimal = DecimalMark::comma}).find("11: \"1000\" \"b\""),
            std::string::npos);
  EXPECT_NE(reading_of(nine + "1.5;b\n", {.decimal = DecimalMark::comma}).find("t.csv:11:1"),
            std::string::npos);
}

TEST(MessyTable, MostlyBrokenTablesAreRefusedByALenientReaderToo) {
  const std::string message = reading_of("x,y\n1\n2\n3,a\n", kLenient);
  EXPECT_NE(message.find("most rows of the table would need repair"), std::string::npos) << message;
  EXPECT_NE(message.find("2 rows of 3"), std::string::npos) << message;
  EXPECT_NE(reading_of("x,y\n1\n3,a\n", kLenient).find("1 row with too few cells"), std::string::npos);
  // A column that is mostly not numbers does not become a column of missing cells.
  const ReadOptions numeric = {.leniency = Leniency::lenient, .column_kinds = {{"y", ColumnKind::numeric}}};
  EXPECT_NE(reading_of(kGood, numeric).find("text in a numeric column"), std::string::npos);
}

TEST(MessyTable, RowsPassedOnHaveTheWidthOfTheTable) {
  const std::string text = "x,y,z\n1,2,3\n4\n5,6,7,,\n8,9,10\n11,12,13\n";
  const ReadOptions options = {.leniency = Leniency::lenient, .row_text = RowText::keep};
  const Table table = read_csv(source_of(text), options);
  EXPECT_EQ(table.row_text, (std::vector<std::string>{"1,2,3", "5,6,7", "8,9,10", "11,12,13"}));
}

TEST(MessyTable, InChunksItIsTheSameTable) {
  std::string text = kGood + "11\nx,y\n12,\"a\" b\n13,M\xfc\n" + kGood.substr(4);
  const Table whole = read_csv(source_of(text), kLenient);
  for (const std::size_t read_ahead : {std::size_t{1}, std::size_t{9}, kReadAhead}) {
    const auto reader = open_csv(source_of(text, read_ahead), kLenient, read_ahead);
    const std::vector<std::optional<ColumnReading>> kinds = {ColumnKind::numeric, ColumnKind::category};
    std::size_t rows = 0;
    for (;;) {
      const Table some = reader->next_rows(3, kinds);
      if (some.rows() == 0) break;
      for (std::size_t r = 0; r < some.rows(); ++r, ++rows) {
        for (std::size_t c = 0; c < 2; ++c)
          EXPECT_EQ(some.columns[c].text(r), whole.columns[c].text(rows));
      }
    }
    EXPECT_EQ(rows, whole.rows());
    EXPECT_EQ(reader->repairs().notes("t.csv"), whole.repairs.notes("t.csv"));
  }
}

// --- tables drawn at random --------------------------------------------------------------------------------

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : key_({.seed = seed, .purpose = RandomPurpose::split}) {}
  std::size_t below(std::size_t limit) {
    return static_cast<std::size_t>(random_below(key_, next_++, limit));
  }
  template <std::size_t N>
  std::string one_of(const char* const (&texts)[N]) {
    return texts[below(N)];
  }

 private:
  RandomKey key_;
  std::uint64_t next_ = 0;
};

// Cells with everything that must be quoted, and much that need not be, written in all legal ways; the
// reader must return the cells.
TEST(MessyTable, LegalTablesComeBackAsTheyWereMeant) {
  constexpr const char* kCells[] = {
      "a",    "word", "with, comma", "say \"so\"", "two\nlines",       "semi;colon", "tab\there", "Ünïcode",
      "日本", "\"",   "-",           "x y",        "carriage\rreturn", "#5",         "'",         "e"};
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Draw draw(seed);
    const std::size_t columns = 1 + draw.below(5), rows = 1 + draw.below(12);
    constexpr const char* kEnds[] = {"\n", "\r\n", "\r"};
    const std::string end = draw.one_of(kEnds);
    const char delimiter = ",;\t|"[draw.below(4)];
    std::string text;
    std::string cells;
    for (std::size_t c = 0; c < columns; ++c)
      text += (c == 0 ? "" : std::string(1, delimiter)) + "name" + std::to_string(c);
    text += end;
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        const std::string cell = draw.one_of(kCells);
        const bool must_be_quoted =
            cell.find_first_of(std::string("\"\r\n") + delimiter + "\t") != std::string::npos;
        std::string written = cell;
        if (must_be_quoted || draw.below(3) == 0) {
          written = "\"";
          for (const char letter : cell)
            written += letter == '"' ? std::string("\"\"") : std::string(1, letter);
          written += "\"";
        }
        text += (c == 0 ? "" : std::string(1, delimiter)) + written;
        cells += " " + quoted(cell);
      }
      cells += "\n";
      if (r + 1 != rows || draw.below(2) == 0) text += end;
    }
    ReadOptions options = {.delimiter = delimiter, .header = HeaderChoice::present};
    for (std::size_t c = 0; c < columns; ++c)
      options.column_kinds.emplace_back("name" + std::to_string(c), ColumnKind::category);
    for (const Leniency leniency : {Leniency::strict, Leniency::lenient}) {
      options.leniency = leniency;
      const std::string reading = reading_of(text, options);
      std::string found;
      const Table table = read_csv(source_of(text), options);
      for (std::size_t r = 0; r < table.rows(); ++r) {
        for (const Column& column : table.columns)
          found += " " + quoted(column.text(r));
        found += "\n";
      }
      ASSERT_EQ(found, cells) << text << "\n" << reading;
      EXPECT_EQ(table.repairs.total(), 0u);
    }
  }
}

// Pieces of tables, legal or not, in any order: reading them never depends on how the bytes arrive
// (reading_of checks it), and a lenient reader accepts what a strict one does, with the same cells.
TEST(MessyTable, AnyTextIsReadAlikeInPiecesOfAnySize) {
  constexpr const char* kPieces[] = {"1",    "2.5",   "-3",    "a",     "bc",    ",",    ",",   ",",
                                     ",",    "\n",    "\n",    "\n",    "\n",    "\r\n", "\r",  "\"",
                                     "\"\"", " ",     "\t",    ";",     "\xfc",  "ü",    "NA",  "#",
                                     "x,y",  "1,2\n", "3,4\n", "5,6\n", "\"q\"", "1e39", "1,5", "inf"};
  std::size_t accepted = 0, mended = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Draw draw(1000 + seed);
    std::string text = "x,y\n";
    for (std::size_t count = draw.below(60); count > 0; --count)
      text += draw.one_of(kPieces);
    const std::string strict = reading_of(text);
    const std::string lenient = reading_of(text, kLenient);
    if (lenient.find("mended t.csv") != std::string::npos) ++mended;
    if (!strict.starts_with("delimiter")) continue;
    ++accepted;
    if (lenient.find("mended t.csv") == std::string::npos && lenient.starts_with("delimiter")) {
      EXPECT_EQ(strict, lenient.substr(0, strict.size())) << text;
    }
  }
  // The test is meaningful only while both outcomes are common.
  EXPECT_GT(accepted, 20u);
  EXPECT_GT(mended, 20u);
}

}  // namespace
}  // namespace chainrule
