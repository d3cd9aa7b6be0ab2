// Properties of the readers of text tables: what they read does not depend on how the table is written, in
// which pieces it is read, and by how many threads.
#include "chainrule/data/csv_table.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <functional>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/csv_reader.h"
#include "data/csv_reading.h"

namespace chainrule {
namespace {

using test::file_of;
using test::Kinds;
using test::source_of;

struct WrittenTable {
  std::vector<std::vector<std::string>> words;  // by row, then column; "" is missing
  std::string text;
  std::vector<std::uint64_t> lines;
};

// Cells of anything but a word for a missing value, written with quotes where they are needed, and sometimes
// elsewhere.
WrittenTable random_table(char delimiter) {
  static const std::string kPieces[] = {"a",  "B",  "7",    " ",  ",",      ";",      "\t", "|",
                                        "\"", "\n", "\r\n", "\r", "\u00e9", "\u732b", "'",  "-1.5"};
  const auto columns = *rc::gen::inRange<std::size_t>(2, 5);
  const auto rows = *rc::gen::inRange<std::size_t>(1, 20);
  const std::string line_end = *rc::gen::elementOf(std::vector<std::string>{"\n", "\r\n", "\r"});
  WrittenTable table;
  if (*rc::gen::arbitrary<bool>()) table.text += "\xef\xbb\xbf";
  std::uint64_t line = 1;
  for (std::size_t c = 0; c < columns; ++c)
    table.text += (c == 0 ? "" : std::string(1, delimiter)) + "c" + std::to_string(c);
  table.text += line_end;
  ++line;
  for (std::size_t r = 0; r < rows; ++r) {
    table.lines.push_back(line);
    std::vector<std::string>& row = table.words.emplace_back();
    for (std::size_t c = 0; c < columns; ++c) {
      std::string word;
      const auto length = *rc::gen::inRange<std::size_t>(0, 5);
      for (std::size_t i = 0; i < length; ++i) {
        word += kPieces[*rc::gen::inRange<std::size_t>(0, std::size(kPieces))];
      }
      if (word.find_first_not_of(" \t") == std::string::npos) word.clear();  // blanks alone are missing
      row.push_back(word);
      if (c != 0) table.text += delimiter;
      const bool needs_quotes = word.find_first_of(std::string("\"\r\n \t") + delimiter) != std::string::npos;
      if (needs_quotes || *rc::gen::arbitrary<bool>()) {
        table.text += *rc::gen::elementOf(std::vector<std::string>{"", " "}) + "\"";
        for (const char letter : word)
          table.text += letter == '"' ? "\"\"" : std::string(1, letter);
        table.text += "\"" + *rc::gen::elementOf(std::vector<std::string>{"", "  "});
      } else {
        table.text += word;
      }
      for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '\n' || (word[i] == '\r' && (i + 1 == word.size() || word[i + 1] != '\n'))) ++line;
      }
    }
    if (r + 1 < rows || *rc::gen::arbitrary<bool>()) table.text += line_end;
    ++line;
  }
  return table;
}

RC_GTEST_PROP(ReadCsv, RandomTablesWithRandomQuotingReadBackEqual, ()) {
  const char delimiter = *rc::gen::element(',', ';', '\t', '|');
  const WrittenTable written = random_table(delimiter);
  ReadOptions options = {.delimiter = delimiter, .header = HeaderChoice::present, .missing_words = {""}};
  for (std::size_t c = 0; c < written.words[0].size(); ++c) {
    options.column_kinds.emplace_back("c" + std::to_string(c), ColumnKind::category);
  }
  const std::size_t read_ahead = *rc::gen::inRange<std::size_t>(1, 40);
  const Table table = read_csv(source_of(written.text, read_ahead), options, read_ahead);
  RC_ASSERT(table.lines == written.lines);
  RC_ASSERT(table.rows() == written.words.size());
  for (std::size_t r = 0; r < table.rows(); ++r) {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      RC_ASSERT(table.columns[c].text(r) == written.words[r][c]);
  }
  // Chunks give the same cells.
  const auto reader = open_csv(source_of(written.text, read_ahead), options, read_ahead);
  const Kinds kinds(table.columns.size(), ColumnKind::category);
  const auto chunk = *rc::gen::inRange<std::size_t>(1, 6);
  std::size_t r = 0;
  for (Table rows = reader->next_rows(chunk, kinds); rows.rows() != 0;
       rows = reader->next_rows(chunk, kinds)) {
    RC_ASSERT(rows.rows() <= chunk);
    for (std::size_t i = 0; i < rows.rows(); ++i, ++r) {
      RC_ASSERT(rows.lines[i] == written.lines[r]);
      for (std::size_t c = 0; c < kinds.size(); ++c)
        RC_ASSERT(rows.columns[c].text(i) == written.words[r][c]);
    }
  }
  RC_ASSERT(r == table.rows());
}

RC_GTEST_PROP(ReadCsv, RandomNumbersReadBackEqualToTheLastBit, ()) {
  const auto bits = *rc::gen::nonEmpty(rc::gen::arbitrary<std::vector<std::uint64_t>>());
  std::vector<double> numbers;
  std::string text = "a,b\n";
  for (const std::uint64_t pattern : bits) {
    const double number = std::bit_cast<double>(pattern);
    const bool is_usable = std::abs(number) <= 3.4028235e38;
    numbers.push_back(is_usable ? number : std::nan(""));
    text += (is_usable ? format_number(number) : std::string("NA")) + ",1\n";
  }
  const Table table = read_csv(source_of(text), {});
  RC_ASSERT(table.columns[0].numbers.size() == numbers.size());
  for (std::size_t r = 0; r < numbers.size(); ++r) {
    RC_ASSERT(table.columns[0].is_missing(r) == std::isnan(numbers[r]));
    RC_ASSERT(std::isnan(numbers[r]) || table.columns[0].numbers[r] == numbers[r]);
  }
}

std::string outcome_of_reading(const std::function<Table()>& read_it) {
  try {
    const Table table = read_it();
    std::string outcome;
    for (const Column& column : table.columns) {
      outcome += "[" + column.name + " " + std::string(name_of(column.kind));
      for (std::size_t r = 0; r < column.rows(); ++r)
        outcome += "|" + column.text(r);
      outcome += "]";
    }
    for (const std::uint64_t line : table.lines)
      outcome += " " + std::to_string(line);
    return outcome;
  } catch (const DataError& error) {
    return error.what();
  }
}

// The result of reading a text: the table or the message.
std::string outcome_of(const std::string& text, std::size_t read_ahead) {
  return outcome_of_reading([&] { return read_csv(source_of(text, read_ahead), {}, read_ahead); });
}

RC_GTEST_PROP(ReadCsv, AnyTextGivesATableOrADataErrorWhateverIsReadAhead, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("aab112,,,,;\t|\"\"\n\n\n\r .-\xc3\xa9\xff") + std::string(1, '\0')));
  const std::string outcome = outcome_of(text, kReadAhead);
  RC_ASSERT(outcome_of(text, 1) == outcome);
  RC_ASSERT(outcome_of(text, 7) == outcome);
}

// One reader of records from the first byte to the last: rows whose text is kept are not read in pieces.
std::string outcome_row_by_row(const std::string& text) {
  return outcome_of_reading([&] { return read_csv(source_of(text), {.row_text = RowText::keep}); });
}

// Rows of numbers and words with quotes, line breaks in cells, blank lines, and occasional faults. Long
// enough for several windows of small pieces.
std::string random_text() {
  static const std::string kCells[] = {"1",        "-2.5",
                                       "0.125",    "123456789.25",
                                       "1e3",      "",
                                       "NA",       " 7 ",
                                       "\"8\"",    "red",
                                       "\"a,b\"",  "\"two\nlines\"",
                                       "\"\r\n\"", "\"say \"\"so\"\"\"",
                                       "\u00e9",   "007",
                                       "-0",       "1234567890123456"};
  static const std::string kFaults[] = {"\"open", "\"x\"y", "\xff", "1,2,3,4,5", "1e99", "3;4"};
  const auto columns = *rc::gen::inRange<std::size_t>(1, 5);
  const auto rows = *rc::gen::inRange<std::size_t>(1, 400);
  const auto kinds = *rc::gen::inRange<std::size_t>(5, std::size(kCells) + 1);  // few: numbers only
  const std::string line_end = *rc::gen::elementOf(std::vector<std::string>{"\n", "\n", "\r\n", "\r"});
  const auto faulty_row = *rc::gen::inRange<std::size_t>(0, 1200);
  std::string text;
  for (std::size_t c = 0; c < columns; ++c)
    text += (c == 0 ? "c" : ",c") + std::to_string(c);
  text += line_end;
  for (std::size_t r = 0; r < rows; ++r) {
    if (r == faulty_row)
      text += *rc::gen::elementOf(std::vector<std::string>(std::begin(kFaults), std::end(kFaults)));
    // One random number per row: one per cell would take most of the time.
    auto draw = *rc::gen::arbitrary<std::uint32_t>();
    for (std::size_t c = 0; c < columns; ++c, draw = draw * 1664525u + 1013904223u)
      text += (c == 0 ? "" : ",") + kCells[(draw >> 8) % kinds];
    if (r + 1 != rows || draw % 2 == 0) text += line_end;
    if (draw % 16 == 0) text += line_end;
  }
  return text;
}

// One column whose cells are drawn from a few spellings of numbers, so that any row may settle its form.
std::string random_numbers_with_units() {
  static const std::vector<std::vector<std::string>> kSpellings = {{"12 kg", "7", "3.5kg", "1.234"},
                                                                   {"\"1,234.5\"", "7", "0.5", "1.234"},
                                                                   {"1.234", "7", "\"1.234,5\"", "12.500"},
                                                                   {"007", "7", "12", "1.0"},
                                                                   {"(5)", "5", "\"(1,234)\"", "0.25"},
                                                                   {"$5", "-$3", "\"$1,234\"", "7"},
                                                                   {"0x1F", "0xA", "0x7", "0x100"},
                                                                   {"\u22125", "7", "9'740", "1_000"},
                                                                   {"5 kg", "5 lb", "5", "x"},
                                                                   {"\"1,234\"", "\"2,345\"", "7", "9"},
                                                                   {"\u00a05\u00a0", "5", "", "NA"}};
  const auto spellings = *rc::gen::elementOf(kSpellings);
  const auto rows = *rc::gen::inRange<std::size_t>(1, 200);
  const auto rare = *rc::gen::inRange<std::uint32_t>(1, 60);
  const std::string delimiter = *rc::gen::elementOf(std::vector<std::string>{",", ";"});
  std::string text = "a" + delimiter + "b\n";
  auto draw = *rc::gen::arbitrary<std::uint32_t>();
  for (std::size_t r = 0; r < rows; ++r, draw = draw * 1664525u + 1013904223u)
    text += spellings[(draw >> 8) % rare == 0 ? (draw >> 20) % 4 : 1] + delimiter + std::to_string(r) + "\n";
  return text;
}

RC_GTEST_PROP(ReadCsv, NumbersWithUnitsAreReadAlikeInAnyPieces, ()) {
  static ThreadPool three(3);
  const std::string text = random_numbers_with_units();
  const std::string expected = outcome_row_by_row(text);
  const auto piece_bytes = *rc::gen::inRange<std::size_t>(1, 300);
  for (ThreadPool* pool : {static_cast<ThreadPool*>(nullptr), &three}) {
    RC_ASSERT(outcome_of_reading([&] { return read_csv(file_of(text), {.pool = pool}, piece_bytes); }) ==
              expected);
    RC_ASSERT(outcome_of_reading([&] { return read_csv(source_of(text), {.pool = pool}, piece_bytes); }) ==
              expected);
  }
  // A chunk that is read with the kinds and forms that were found holds the same cells.
  Table whole;
  try {
    whole = read_csv(source_of(text), {});
  } catch (const DataError&) {
    return;
  }
  const auto reader = open_csv(source_of(text), {});
  Kinds readings;
  for (const Column& column : whole.columns)
    readings.emplace_back(ColumnReading(column.kind, *column.form));
  std::size_t row = 0;
  for (Table rows = reader->next_rows(7, readings); rows.rows() != 0; rows = reader->next_rows(7, readings)) {
    for (std::size_t i = 0; i < rows.rows(); ++i, ++row) {
      for (std::size_t c = 0; c < readings.size(); ++c)
        RC_ASSERT(rows.columns[c].text(i) == whole.columns[c].text(row));
    }
  }
  RC_ASSERT(row == whole.rows());
}

RC_GTEST_PROP(ReadCsv, PiecesAndThreadsChangeNeitherTableNorError, ()) {
  static ThreadPool two(2), three(3);
  const std::string text = random_text();
  const std::string expected = outcome_row_by_row(text);
  const auto piece_bytes = *rc::gen::inRange<std::size_t>(1, 300);
  for (const std::size_t bytes : {piece_bytes, kPieceBytes}) {
    for (ThreadPool* pool : {static_cast<ThreadPool*>(nullptr), &two, &three}) {
      // A file is read again for the spelling of its first rows; a pipe is kept in memory.
      RC_ASSERT(outcome_of_reading([&] { return read_csv(file_of(text), {.pool = pool}, bytes); }) ==
                expected);
      RC_ASSERT(outcome_of_reading([&] { return read_csv(source_of(text, 11), {.pool = pool}, bytes); }) ==
                expected);
    }
  }
}

TEST(ReadCsv, TablesOfManyWindowsAreReadAsRowByRow) {
  ThreadPool pool(3);
  std::string text = "a,b,c\n";
  for (int r = 0; r < 60'000; ++r) {
    text +=
        std::to_string(r) + "," + std::to_string(r % 977) + ".5," + (r < 40'000 ? "1" : "\"x\ny\"") + "\n";
    if (r % 1000 == 0) text += "\n";
  }
  const std::string expected = outcome_row_by_row(text);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {.pool = &pool}, 4096); }), expected);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {.pool = &pool}); }), expected);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(test::gzip(text)), {.pool = &pool}); }),
            expected);
  text += "1,2\n";
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {.pool = &pool}, 4096); }),
            outcome_row_by_row(text));
}

TEST(ReadCsv, RowLongerThanAnyPieceIsReadAsARow) {
  std::string text = "a,b\n1,2\n";
  for (int r = 0; r < 3; ++r)
    text += "\"" + std::string(700'000, 'x') + "\",\"" + std::string(700'000, 'y') + "\"\n";
  const std::string expected = outcome_row_by_row(text);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {}, 1000); }), expected);
  EXPECT_EQ(outcome_of_reading([&] { return read_csv(file_of(text), {}); }), expected);
}

}  // namespace
}  // namespace chainrule
