#include "chainrule/data/column_typer.h"

#include <gtest/gtest.h>

#include "data/table_files.h"

namespace chainrule {
namespace {

std::string place(std::uint64_t line) {
  return "line " + std::to_string(line);
}

// A column of these cells, the first on line 2; "" is missing.
Column type(const std::vector<std::string>& cells, std::optional<ColumnKind> given = std::nullopt,
            TableRepairs* repairs = nullptr) {
  Column column{.name = "a"};
  const TyperOptions options{.kind = given, .mends = repairs != nullptr};
  ColumnTyper typer(column, options);
  TableRepairs none;
  std::uint64_t line = 1;
  for (const std::string& cell : cells) {
    ++line;
    if (cell.empty()) {
      typer.add_missing();
    } else {
      typer.add(cell, cell, line);
    }
  }
  typer.decide(place, repairs != nullptr ? *repairs : none);
  EXPECT_EQ(none.total(), 0u);
  for (std::size_t r = 0; r < typer.rows_to_respell(); ++r) {
    if (cells[r].empty()) {
      typer.respell_missing();
    } else {
      typer.respell(cells[r], cells[r], r + 2, place);
    }
  }
  typer.finish();
  return column;
}

std::string error_place(const std::vector<std::string>& cells,
                        std::optional<ColumnKind> given = std::nullopt) {
  return test::data_error_of([&] { type(cells, given); }).where;
}

TEST(ColumnTyper, KeepsNumbersAsNumbers) {
  const Column column = type({"1", "", "2.50"});
  EXPECT_EQ(column.kind, ColumnKind::numeric);
  EXPECT_EQ(column.text(0), "1");
  EXPECT_TRUE(column.is_missing(1));
  EXPECT_EQ(column.numbers[2], 2.5);
}

TEST(ColumnTyper, RespellsOnlyTheRowsBeforeTheFirstWordAndOnlyNumbers) {
  const auto rows_to_respell = [](const std::vector<std::string>& cells) {
    Column column{.name = "a"};
    const TyperOptions options;
    ColumnTyper typer(column, options);
    for (const std::string& cell : cells) {
      cell.empty() ? typer.add_missing() : typer.add(cell, cell, 1);
    }
    return typer.rows_to_respell();
  };
  EXPECT_EQ(rows_to_respell({"1", "2", "x", "3"}), 2u);
  EXPECT_EQ(rows_to_respell({"", "", "x", "3"}), 0u);
  EXPECT_EQ(rows_to_respell({"1", "2", "3"}), 0u);
  EXPECT_EQ(rows_to_respell({"x", "1"}), 0u);
}

TEST(ColumnTyper, WordsAreNumberedInTheOrderOfTheFile) {
  const Column column = type({"01", "1", "", "x", "1", "y", "01", "z"});
  EXPECT_EQ(column.words, (std::vector<std::string>{"01", "1", "x", "y", "z"}));
  EXPECT_EQ(column.codes, (std::vector<std::int32_t>{0, 1, kMissingCode, 2, 1, 3, 0, 4}));
  EXPECT_TRUE(column.numbers.empty());
}

TEST(ColumnTyper, AGivenCategoryIsNeverChecked) {
  const Column column = type({"1", "inf", "1e999", "3,14", "x"}, ColumnKind::category);
  EXPECT_EQ(column.words.size(), 5u);
}

TEST(ColumnTyper, NamesTheFirstCellThatIsNotANumber) {
  EXPECT_EQ(error_place({"1", "x", "y"}, ColumnKind::numeric), "line 3");
  EXPECT_EQ(error_place({"1", "2", "3", "4", "5", "6", "7", "8", "9", "x"}), "line 11");
  EXPECT_EQ(error_place({"1", "inf", "1e39"}), "line 3");
  // A number that is too large still counts as a number against words: 9 of 10.
  EXPECT_EQ(error_place({"inf", "2", "3", "4", "5", "6", "7", "8", "9", "x"}), "line 11");
  EXPECT_EQ(error_place({"x", "1,5", "2,5", "3,5", "4,5", "5,5", "6,5", "7,5", "8,5", "9,5"}), "line 3");
}

TEST(ColumnTyper, LenientlyAFewOtherCellsCountAsMissing) {
  TableRepairs repairs;
  const Column column =
      type({"1", "x", "3", "", "5", "inf", "7", "8", "9", "10", "11"}, ColumnKind::numeric, &repairs);
  EXPECT_EQ(column.kind, ColumnKind::numeric);
  EXPECT_EQ(column.numbers[0], 1);
  EXPECT_TRUE(column.is_missing(1));
  EXPECT_EQ(column.numbers[2], 3);
  EXPECT_TRUE(column.is_missing(3));
  EXPECT_TRUE(column.is_missing(5));
  EXPECT_EQ(column.numbers[10], 11);
  EXPECT_EQ(repairs.count(Repair::cell), 2u);  // the empty cell was missing anyway
  EXPECT_EQ(repairs.notes("t"),
            std::vector<Message>{
                "mended t: 2 cells that are not numbers, taken for missing (first: line 3 \"x\")"});
  // A column of words is a category, without a note; if the user asks for numbers, it is refused.
  TableRepairs none;
  EXPECT_EQ(type({"x", "y", "3"}, std::nullopt, &none).kind, ColumnKind::category);
  EXPECT_EQ(none.total(), 0u);
  EXPECT_EQ(test::data_error_of([&] { type({"x", "y", "3"}, ColumnKind::numeric, &none); }).where, "line 2");
}

TEST(ColumnTyper, AdviceQuotesWhatAShellWouldNotTake) {
  const auto advice = [](const std::string& value, const std::string& name) {
    return test::data_error_of([&] { throw_not_a_number(value, "here", name); }).advice;
  };
  EXPECT_NE(advice("tall", "mass").find("missing_words.push_back(\"tall\"),"), std::string::npos);
  EXPECT_NE(advice("not known", "mass").find("missing_words.push_back(WORD),"), std::string::npos);
  EXPECT_NE(advice("$(x)", "mass").find("missing_words.push_back(WORD),"), std::string::npos);
  EXPECT_NE(advice("", "mass").find("missing_words.push_back(WORD),"), std::string::npos);
  EXPECT_NE(advice("x", "body mass").find("column_kinds = {{\"body mass\", ColumnKind::category}}"),
            std::string::npos);
}

}  // namespace
}  // namespace chainrule
