// Columns of numbers with units and signs, through the readers of text tables: found in the whole table, and
// read in chunks as a model asks for it.
#include <gtest/gtest.h>

#include "chainrule/base/text.h"
#include "chainrule/data/csv_reader.h"
#include "data/csv_reading.h"
#include "support/flag.h"

namespace chainrule {
namespace {

using testing_support::flag;

using test::error_of;
using test::Kinds;
using test::read_text;
using test::source_of;
using test::texts;
using test::Texts;

std::string column_text(const Texts& cells, char delimiter = ',') {
  std::string text = std::string("a") + delimiter + "b\n";
  for (const std::string& cell : cells)
    text += "\"" + cell + "\"" + delimiter + "1\n";
  return text;
}

Texts repeated(const Texts& cells, std::size_t times) {
  Texts all;
  for (std::size_t i = 0; i < times; ++i)
    all.insert(all.end(), cells.begin(), cells.end());
  return all;
}

// Row 60,000 has the last cell; the rows before repeat the others.
Texts until_row_60000(const Texts& others, const std::string& last) {
  Texts cells;
  for (std::size_t r = 0; r + 1 < 60'000; ++r)
    cells.push_back(others[r % others.size()]);
  cells.push_back(last);
  return cells;
}

std::string notes_text(const Table& table) {
  std::string text;
  for (const Message& note : table.notes)
    text += note.text(Face::command_line) + "\n";
  return text;
}

struct Instance {
  Texts cells;
  std::vector<double> values;
  std::string note;  // a part of it
};

// Reads the column whole and in chunks, with the form that was found.
void expect_numbers(const Instance& instance, const ReadOptions& options = {}) {
  const std::string text = column_text(instance.cells);
  const Table table = read_text(text, options);
  const Column& column = table.columns[0];
  ASSERT_EQ(column.kind, ColumnKind::numeric) << instance.cells[0];
  ASSERT_EQ(column.numbers.size(), instance.values.size());
  for (std::size_t r = 0; r < instance.values.size(); ++r)
    EXPECT_EQ(column.numbers[r], instance.values[r]) << instance.cells[r];
  EXPECT_NE(notes_text(table).find(instance.note), std::string::npos) << notes_text(table);
  const auto reader = open_csv(source_of(text), {});
  const Kinds readings = {ColumnReading(ColumnKind::numeric, *column.form), std::nullopt};
  const Table chunk = reader->next_rows(1000, readings);
  for (std::size_t r = 0; r < instance.values.size(); ++r)
    EXPECT_EQ(chunk.columns[0].numbers[r], instance.values[r]) << instance.cells[r];
  // A table that a model reads: settled, in one piece.
  const Table again =
      read_text(text, {.column_readings = {{"a", ColumnReading(ColumnKind::numeric, *column.form)}}});
  EXPECT_EQ(again.columns[0].numbers.to_vector(), column.numbers.to_vector());
  EXPECT_TRUE(again.notes.empty());
}

TEST(NumberColumns, UnitsAreTakenOffAndNoted) {
  const std::vector<Instance> kInstances = {
      {{"88.4 kg", "51.5 kg", "66 kg"}, {88.4, 51.5, 66}, "without \"kg\" (\"88.4 kg\" is 88.4)"},
      {{"12kg", "13kg", "14.5kg"}, {12, 13, 14.5}, "without \"kg\""},
      {{"87%", "3 %", "12.5%"}, {87, 3, 12.5}, "\"12.5%\" is 12.5"},
      {{"60 km/h", "80 km/h", "-5 km/h"}, {60, 80, -5}, "km/h"},
      {{"5 furlongs", "7.5 furlongs", "6 furlongs"}, {5, 7.5, 6}, "furlongs"},
      {{"$64.3", "-$5", "$1,234.50"}, {64.3, -5, 1234.5}, "without \"$\" (\"$1,234.50\" is 1234.5)"},
      {{"EUR 5", "EUR 7.25", "EUR -3"}, {5, 7.25, -3}, "without \"EUR\""},
      {{"5 \u20ac", "6\u20ac", "7.5\u00a0\u20ac"}, {5, 6, 7.5}, "without \"\u20ac\""},
      {{"($1,234)", "$5", "$-6"}, {-1234, 5, -6}, "\"($1,234)\" is -1234"},
  };
  for (const Instance& instance : kInstances)
    expect_numbers(instance);
}

TEST(NumberColumns, GroupsOfDigitsAreFound) {
  const std::vector<Instance> kInstances = {
      {{"9,840.00", "999", "1,234,567.8"}, {9840, 999, 1234567.8}, "is 1234567.8"},
      {{"1.299,99", "12,5", "1.234.567"}, {1299.99, 12.5, 1234567}, "is 1234567"},
      {{"9 740", "999", "1 234 567.5"}, {9740, 999, 1234567.5}, "is 1234567.5"},
      {{"9'740", "9\u2019740.5", "12"}, {9740, 9740.5, 12}, "9\u2019740.5"},
      {{"9_740", "12_345", "7"}, {9740, 12345, 7}, "12_345"},
      {{"(87.4)", "12", "(1,234)"}, {-87.4, 12, -1234}, "\"(1,234)\" is -1234"},
      {{"0x36A", "0x1F", "0xff"}, {874, 31, 255}, "hexadecimal (\"0x36A\" is 874)"},
      // Plain numbers before the first group are read again: 1.234 is 1234.
      {{"1.234", "12.500", "1.299,99"}, {1234, 12500, 1299.99}, "1.299,99"},
  };
  for (const Instance& instance : kInstances)
    expect_numbers(instance);
  expect_numbers({{"9.840,00", "6.150,00", "12,5"}, {9840, 6150, 12.5}, "9.840,00"},
                 {.decimal = DecimalMark::comma});
  expect_numbers({{"12,5 kg", "1.234,5 kg", "3 kg"}, {12.5, 1234.5, 3}, "kg"},
                 {.decimal = DecimalMark::comma});
}

TEST(NumberColumns, OneCellOfSixtyThousandSettlesTheForm) {
  const Table grouped = read_text(column_text(until_row_60000({"12", "7.5"}, "1,234.5")));
  EXPECT_EQ(grouped.columns[0].numbers[59'999], 1234.5);
  EXPECT_EQ(grouped.columns[0].form->thousands, ",");
  const Table accounts = read_text(column_text(until_row_60000({"12", "7.5"}, "(5)")));
  EXPECT_EQ(accounts.columns[0].numbers[59'999], -5);
  const Table respelled = read_text(column_text(until_row_60000({"1.234", "17"}, "1.234.567")));
  EXPECT_EQ(respelled.columns[0].numbers[0], 1234);
  const auto unit = error_of(column_text(until_row_60000({"12 kg", "7.5 kg"}, "5 lb")));
  EXPECT_EQ(unit.where, "t.csv:60001:1 (column \"a\")");
  EXPECT_NE(unit.what.find("another unit"), std::string::npos) << unit.what;
  const auto word = error_of(column_text(until_row_60000({"$12", "$7.5"}, "tall")));
  EXPECT_EQ(word.where, "t.csv:60001:1 (column \"a\")");
  EXPECT_EQ(word.expected, "a number such as $12.5");
}

TEST(NumberColumns, NumbersWithoutTheUnitAreCountedOrRefused) {
  Texts cells = repeated({"5 kg"}, 18);
  cells.insert(cells.end(), {"7", "8"});
  const Table table = read_text(column_text(cells));
  EXPECT_EQ(table.columns[0].numbers[19], 8);
  EXPECT_NE(notes_text(table).find("2 cells have the number alone"), std::string::npos) << notes_text(table);
  for (const std::string cell : {"5 kg", "87%", "$5"}) {
    const auto report = error_of(column_text({"1", "2", "3", "4", cell, "6", "7.5"}));
    EXPECT_NE(report.advice.find(".data.read.strip = {\"" + Texts{"kg", "%", "$"}[cell == "5 kg"  ? 0
                                                                                  : cell == "87%" ? 1
                                                                                                  : 2]),
              std::string::npos)
        << report.advice;
    EXPECT_EQ(read_text(column_text({"1", "2", "3", "4", cell, "6", "7.5"}), {.strip = {"kg", "%", "$"}})
                  .columns[0]
                  .kind,
              ColumnKind::numeric);
  }
}

TEST(NumberColumns, DifferentUnitsAreNotedOrRefused) {
  for (const Texts& units : {Texts{"12 kg", "5 lb"}, Texts{"$5", "EUR 6"}, Texts{"5 cm", "6 in"}}) {
    const Table table = read_text(column_text(repeated(units, 5)));
    EXPECT_EQ(table.columns[0].kind, ColumnKind::category);
    EXPECT_NE(notes_text(table).find("different units"), std::string::npos) << notes_text(table);
  }
  Texts different;
  for (int i = 0; i < 30; ++i)
    different.push_back(std::to_string(i) + (i % 2 ? " kg" : " lb"));
  const auto report = error_of(column_text(different));
  EXPECT_EQ(report.where, "t.csv:3:1 (column \"a\")");
  EXPECT_EQ(report.got, "\"1 kg\" beside \"0 lb\"");
  const Table stripped = read_text(column_text(different), {.strip = {"kg", "lb"}});
  EXPECT_EQ(stripped.columns[0].numbers[3], 3);
  EXPECT_EQ(read_text(column_text(different), {.column_kinds = {{"a", ColumnKind::category}}})
                .columns[0]
                .words.size(),
            30u);
}

TEST(NumberColumns, WordsThatHoldDigitsStayWords) {
  for (const Texts& words : {Texts{"Q1", "Q2", "Q3", "Q4"},
                             Texts{"class 1", "class 2", "class 3"},
                             Texts{"A12", "B7", "C9"},
                             Texts{"room 101", "room 102", "room 7"},
                             Texts{"1st", "2nd", "3rd"},
                             Texts{"4WD", "2WD", "4WD", "2WD", "4WD"},
                             Texts{"12A", "12B", "13A"},
                             Texts{"12A", "13A", "14A"},
                             Texts{"1", "1a", "2", "2a", "3", "3a"},
                             Texts{"192.168.100.101", "192.168.100.102"},
                             Texts{"1.2.3", "1.2.3b"},
                             Texts{"(1)", "(2)", "(3)"},
                             Texts{"1.2.3", "1.10.0", "2.0.0"},
                             Texts{"192.168.0.1", "10.0.0.7"},
                             Texts{"612 345 678", "613 111 222", "699 000 111"},
                             Texts{"18-25", "26-35", "36-45"},
                             Texts{"2024-01-31", "2024-02-01"},
                             Texts{"12:30", "13:45"},
                             Texts{"5 PM", "6 PM"},
                             Texts{"+49 170 1234567", "+49 171 7654321"},
                             Texts{"<5", "5-10", ">10"}}) {
    const Table table = read_text(column_text(repeated(words, 3)));
    EXPECT_EQ(table.columns[0].kind, ColumnKind::category) << words[0];
  }
  EXPECT_NE(notes_text(read_text(column_text(repeated({"4WD", "2WD"}, 3)))).find(flag("column a=numeric")),
            std::string::npos);
  const ReadOptions numeric = {.column_kinds = {{"a", ColumnKind::numeric}}};
  EXPECT_EQ(read_text(column_text({"4WD", "2WD", "4WD", "2WD"}), numeric).columns[0].numbers[1], 2);
  EXPECT_EQ(read_text(column_text({"Q1", "Q2", "Q3"}), numeric).columns[0].numbers[2], 3);
  EXPECT_EQ(error_of(column_text({"Q1", "Q2", "R3"}), numeric).where, "t.csv:4:1 (column \"a\")");
}

TEST(NumberColumns, ACommaThatMayBeEitherIsRefusedByName) {
  for (const Texts& cells :
       {Texts{"1,234", "2,500"}, Texts{"1,234", "999", "12,345"}, Texts{"1,234 kg", "5,678 kg", "2,100 kg"},
        Texts{"\u20ac1,234", "\u20ac5,678"}}) {
    const auto report = error_of(column_text(cells));
    EXPECT_NE(report.what.find("two ways"), std::string::npos) << cells[0] << report.what;
    EXPECT_NE(report.advice.find(".data.read.thousands"), std::string::npos);
    EXPECT_NE(report.advice.find("DecimalMark::comma"), std::string::npos);
    EXPECT_GE(read_text(column_text(cells), {.thousands = ","}).columns[0].numbers[0], 1234);
    EXPECT_EQ(read_text(column_text(cells), {.decimal = DecimalMark::comma}).columns[0].numbers[0], 1.234);
    EXPECT_EQ(read_text(column_text(cells), {.decimal = DecimalMark::point}).columns[0].numbers[0], 1234);
  }
  EXPECT_EQ(read_text(column_text({"$1,234", "$5,678"})).columns[0].numbers[0], 1234);
  EXPECT_EQ(read_text(column_text({"(1,234)", "5,678"})).columns[0].numbers[0], -1234);
}

TEST(NumberColumns, APointThatMaySeparateThousandsIsNoted) {
  const auto notes = [](const Texts& cells) { return notes_text(read_text(column_text(cells, ';'))); };
  for (const Texts& cells : {Texts{"1.234", "12.500", "999"}, Texts{"1.100", "2.750"},
                             until_row_60000({"100.000", "7"}, "2.000")}) {
    EXPECT_NE(notes(cells).find(flag("thousands point")), std::string::npos) << notes(cells);
  }
  for (const Texts& cells : {Texts{"1.234", "12.5"}, Texts{"0.123", "1.234"}, Texts{"1.234", "1234.567"},
                             Texts{"1", "2"}, until_row_60000({"100.000", "7"}, "2.5")}) {
    EXPECT_EQ(notes(cells), "");
  }
  const Table table = read_text(column_text({"1.234", "12.500", "999"}, ';'), {.thousands = "."});
  EXPECT_EQ(table.columns[0].numbers.to_vector(), (std::vector<double>{1234, 12500, 999}));
  EXPECT_TRUE(table.notes.empty());
}

TEST(NumberColumns, ZerosInFrontMakeWords) {
  for (const std::string code : {"007", "01234", "00"}) {
    for (const Texts& cells :
         {Texts{"1", code, "12"}, Texts{code, "2", "3"}, until_row_60000({"1", "90210"}, code)}) {
      const Table table = read_text(column_text(cells));
      ASSERT_EQ(table.columns[0].kind, ColumnKind::category) << code;
      EXPECT_EQ(table.columns[0].text(0), cells[0]);
      EXPECT_NE(notes_text(table).find("\"" + code + "\" begin with a zero; use --column a=numeric"),
                std::string::npos)
          << notes_text(table);
      const Table numeric = read_text(column_text(cells), {.column_kinds = {{"a", ColumnKind::numeric}}});
      EXPECT_EQ(numeric.columns[0].kind, ColumnKind::numeric);
      EXPECT_TRUE(numeric.notes.empty());
    }
  }
  // With decimals beside them, the zeros only fill the width.
  const Table padded = read_text(column_text({"007", "012.5", "100"}));
  EXPECT_EQ(padded.columns[0].numbers.to_vector(), (std::vector<double>{7, 12.5, 100}));
  EXPECT_NE(notes_text(padded).find("because some have decimals"), std::string::npos) << notes_text(padded);
  EXPECT_EQ(read_text(column_text({"0", "0.5", "-007", "10"})).columns[0].kind, ColumnKind::numeric);
}

TEST(NumberColumns, UnusualBlanksCountNeitherInCellsNorNamesNorWords) {
  for (const std::string blank : {"\u00a0", "\u200b", "\ufeff", "\u202f"}) {
    const Table table = read_text(blank + "a" + blank + ",b\n" + blank + "12.5" + blank + ",red" + blank +
                                  "\n1," + blank + "red\n2,\"" + blank + "red\"\n" + blank + ",blue\n");
    EXPECT_EQ(table.columns[0].name, "a");
    EXPECT_EQ(texts(table, 0), (Texts{"12.5", "1", "2", ""}));
    EXPECT_EQ(table.columns[1].words, (Texts{"red", "blue"}));
  }
}

TEST(NumberColumns, LenientlyAnotherUnitIsAMissingCell) {
  Texts cells = repeated({"5 kg"}, 10);
  cells.emplace_back("5 lb");
  const Table table = read_csv(source_of(column_text(cells)), {.leniency = Leniency::lenient});
  EXPECT_EQ(table.columns[0].kind, ColumnKind::numeric);
  EXPECT_TRUE(table.columns[0].is_missing(10));
}

TEST(NumberColumns, OneDecimalCommaAmongPointsIsAFaultOfItsCell) {
  for (const std::size_t times : {1, 4}) {
    const auto error = error_of(column_text(repeated({"1,5", "2.25", "3.7", "4.5"}, times)));
    EXPECT_EQ(error.what, "a number with a decimal comma among numbers with a decimal point");
    EXPECT_EQ(error.advice.find("decimal"), std::string::npos) << error.advice;
  }
}

TEST(NumberColumns, OneDecimalCommaAmongThousandsIsNamedAtItsLine) {
  const auto error = error_of(column_text(until_row_60000({"2,709", "1,234", "3,100"}, "1,5")));
  EXPECT_EQ(error.where, "t.csv:60001:1 (column \"a\")");
  EXPECT_EQ(error.got, "\"1,5\"");
}

TEST(NumberColumns, AWholeColumnOfCommasWithASignIsNoCategoryToALenientReader) {
  const std::string text = column_text({"12,50 \u20ac", "2,25 \u20ac", "3,70 \u20ac"});
  EXPECT_EQ(error_of(text, {.leniency = Leniency::lenient}).what, "a number with a decimal comma");
}

TEST(NumberColumns, ANumberWithAUnitMayBeTooLarge) {
  EXPECT_EQ(error_of(column_text({"1 kg", "1e39 kg", "4 kg"})).where, "t.csv:3:1 (column \"a\")");
}

}  // namespace
}  // namespace chainrule
