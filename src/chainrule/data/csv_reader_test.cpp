#include "chainrule/data/csv_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "data/csv_reading.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::Kinds;
using test::source_of;
using test::texts;
using test::Texts;

TEST(OpenCsv, GivesRowsInChunksAndThenNone) {
  const auto reader = open_csv(source_of("a,b\n1,x\n2,y\n3,x\n4,z\n5,x\n"), {});
  EXPECT_EQ(reader->layout().column_names, (Texts{"a", "b"}));
  EXPECT_TRUE(reader->layout().has_header);
  const Kinds kinds = {ColumnKind::numeric, ColumnKind::category};
  const Table first = reader->next_rows(2, kinds);
  EXPECT_EQ(first.columns[0].numbers, (std::vector<double>{1, 2}));
  EXPECT_EQ(first.columns[1].words, (Texts{"x", "y"}));
  EXPECT_EQ(first.lines, (std::vector<std::uint64_t>{2, 3}));
  const Table second = reader->next_rows(2, kinds);
  EXPECT_EQ(texts(second, 1), (Texts{"x", "z"}));
  EXPECT_EQ(second.lines, (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(reader->next_rows(100, kinds).rows(), 1u);
  EXPECT_EQ(reader->next_rows(100, kinds).rows(), 0u);
  EXPECT_EQ(reader->next_rows(100, kinds).rows(), 0u);
}

TEST(OpenCsv, ColumnsThatAreNotWantedAreNotLookedAt) {
  const auto reader = open_csv(source_of("a,b\n1,x\n2,inf\n"), {});
  const Table table = reader->next_rows(10, Kinds{ColumnKind::numeric, std::nullopt});
  EXPECT_EQ(table.columns[0].numbers, (std::vector<double>{1, 2}));
  EXPECT_EQ(table.columns[1].name, "b");
  EXPECT_TRUE(table.columns[1].numbers.empty() && table.columns[1].codes.empty());
  EXPECT_EQ(table.lines.size(), 2u);
}

TEST(OpenCsv, CellThatDoesNotFitItsKindIsAnErrorAtItsPlace) {
  const auto first_error = [](const std::string& text) {
    return data_error_of([&] {
      open_csv(source_of(text), {})->next_rows(10, Kinds{ColumnKind::numeric, std::nullopt});
    });
  };
  EXPECT_EQ(first_error("a,b\n1,2\nx,3\n").where, "t.csv:3:1 (column \"a\")");
  EXPECT_EQ(first_error("a,b\n1,2\nx,3\n").what, "text in a numeric column");
  EXPECT_EQ(first_error("a,b\n1,2\n1e39,3\n").what, "the number is too large");
  EXPECT_EQ(first_error("a;b\n1;2\n3,5;3\n").what, "a number with a decimal comma");
}

TEST(OpenCsv, WrongNumberOfKindsIsAStateError) {
  const auto reader = open_csv(source_of("a,b\n1,x\n"), {});
  EXPECT_THROW(reader->next_rows(1, Kinds{ColumnKind::numeric}), StateError);
}

TEST(OpenCsv, NoAdviceSkipsTheNamesThatAModelKnows) {
  ReadOptions options;
  options.known_names = {"w", "y"};
  NumberForm kilograms;
  kilograms.suffix = "kg";
  const auto error = data_error_of([&] {
    open_csv(source_of("w\n5 g\n20 g\n"), options)
        ->next_rows(10, Kinds{ColumnReading(ColumnKind::numeric, kilograms)});
  });
  EXPECT_EQ(error.where, "t.csv:2:1 (column \"w\")");
  EXPECT_EQ(error.advice.find("skip"), std::string::npos) << error.advice;
}

TEST(OpenCsv, ATotalInAColumnOfNumbersIsLeftOutByItsLine) {
  const std::string text = "a,b\n1,2\n2,3\n4,4\nTotal,9\n";
  for (const bool is_pipe : {false, true}) {
    const auto error = data_error_of([&] {
      open_csv(is_pipe ? source_of(text) : test::file_of(text), {})
          ->next_rows(10, Kinds{ColumnKind::numeric, ColumnKind::numeric});
    });
    EXPECT_NE(error.advice.find("skip_last"), std::string::npos) << error.advice;
    EXPECT_EQ(error.advice.find("missing"), std::string::npos) << error.advice;
  }
}

}  // namespace
}  // namespace chainrule
