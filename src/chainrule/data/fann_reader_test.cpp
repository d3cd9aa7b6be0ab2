#include "chainrule/data/fann_reader.h"

#include "data/row_formats.h"

namespace chainrule {
namespace {

using Words = std::vector<std::string>;

const test::OpenRows kOpen = [](std::unique_ptr<ByteSource> file, const ReadOptions&) {
  return fann_rows(std::move(file));
};

TEST(FannReader, APairOfLinesIsARow) {
  const Table table = test::read_rows(kOpen, "4 2 1\n0 0\n0\n0 1\n1\n\n1 0 \n1\n1 1\n0\n");
  EXPECT_EQ(test::names_of(table), (Words{"input_1", "input_2", "output_1"}));
  EXPECT_EQ(test::cells_of(table, "output_1"), (Words{"0", "1", "1", "0"}));
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{2, 4, 7, 9}));
}

TEST(FannReader, ManyRowsKeepTheirLines) {
  std::string text = "60001 2 2\n";
  for (int row = 0; row < 60'000; ++row)
    text += "1 2\n3 4\n";
  const Table table = test::read_rows(kOpen, text + "5e-1 -6\n7 8\n");
  EXPECT_EQ(table.rows(), 60'001u);
  EXPECT_EQ(table.columns[0].numbers[60'000], 0.5);
  EXPECT_EQ(table.cell_position(60'000, 0), "t.csv:120002:1");
}

TEST(FannReader, FaultsAreRefused) {
  const std::pair<const char*, const char*> faults[] = {
      {"2 2 1\n0 0\n0\n", "the file is cut short"},
      {"2 2 1\n0 0\n0\n0 1\n", "the file is cut short"},
      {"1 2 1\n0 0\n0\n0 1\n1\n", "the file continues after its last row"},
      {"1 2 1\n0 0 0\n0\n", "a line with another number of inputs"},
      {"1 2 1\n0 0\n0 1\n", "a line with another number of outputs"},
      {"1 2 1\n0 x\n0\n", "a cell that is not a number"},
  };
  for (const auto& [text, what] : faults)
    EXPECT_EQ(test::error_of_rows(kOpen, text).what, what);
}

TEST(FannReader, IsToldFromTablesOfNumbers) {
  for (const char* const text :
       {"4 2 1\n0 0\n0\n", "1 1 1\n0.5\n-1e3\n", "2 3 2\r\n1 2 3\r\n4 5\r\n", "1 1 1\n1\n1"})
    EXPECT_TRUE(begins_as_fann(text)) << text;
  for (const char* const text : {"", "1 2 3\n4 5 6\n7 8 9\n", "5 3 3\n1 2 3\n4 5 6\n", "4 2 1\n",
                                 "4,2,1\n0,0\n0\n", "a b c\n1 2\n3\n"})
    EXPECT_FALSE(begins_as_fann(text)) << text;
}

}  // namespace
}  // namespace chainrule
