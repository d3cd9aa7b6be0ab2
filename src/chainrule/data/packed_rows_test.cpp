#include "chainrule/data/packed_rows.h"

#include <gtest/gtest.h>

#include "data/table_files.h"

namespace chainrule {
namespace {

using Kinds = std::vector<std::optional<ColumnReading>>;

std::unique_ptr<TableReader> open(const std::string& body, PackedLayout layout) {
  TableLayout table_layout = {.path = "t.csv", .format = TableFormat::npy};
  for (std::uint64_t c = 0; c < layout.columns; ++c)
    table_layout.column_names.push_back("c" + std::to_string(c));
  return open_packed_rows(test::source_of(body), table_layout, layout);
}

TEST(PackedRows, ChunksOfAnySizeGiveTheSameNumbersInBothOrders) {
  // Element (r, c) is 10 r + c; 40 rows are more than one tile of 32.
  constexpr std::uint64_t kRows = 40, kColumns = 3;
  std::string row_major, column_major;
  for (std::uint64_t r = 0; r < kRows; ++r) {
    for (std::uint64_t c = 0; c < kColumns; ++c)
      row_major += {static_cast<char>(10 * r + c), static_cast<char>((10 * r + c) >> 8)};
  }
  for (std::uint64_t c = 0; c < kColumns; ++c) {
    for (std::uint64_t r = 0; r < kRows; ++r)
      column_major += {static_cast<char>(10 * r + c), static_cast<char>((10 * r + c) >> 8)};
  }
  for (const ElementOrder order : {ElementOrder::row_major, ElementOrder::column_major}) {
    for (const std::size_t chunk : {1u, 7u, 33u, 100u}) {
      const auto reader = open(order == ElementOrder::row_major ? row_major : column_major,
                               {.element_bytes = 2, .order = order, .rows = kRows, .columns = kColumns});
      std::uint64_t r = 0;
      const Kinds kinds(kColumns, ColumnKind::numeric);
      for (Table rows = reader->next_rows(chunk, kinds); rows.rows() != 0;
           rows = reader->next_rows(chunk, kinds)) {
        EXPECT_LE(rows.rows(), chunk);
        for (std::size_t i = 0; i < rows.rows(); ++i, ++r) {
          for (std::uint64_t c = 0; c < kColumns; ++c)
            EXPECT_EQ(rows.columns[c].numbers[i], 10 * r + c);
        }
      }
      EXPECT_EQ(r, kRows);
    }
  }
}

TEST(PackedRows, NegativeZeroIsTheSameWordAsZero) {
  const std::string zeros("\0\0\0\0\0\0\0\x80\0\0\xc0\x7f", 12);  // 0.0f, -0.0f, not-a-number
  const auto reader = open(zeros, {.kind = ElementKind::floating, .element_bytes = 4, .rows = 3});
  const Table table = reader->next_rows(3, Kinds{ColumnKind::category});
  EXPECT_EQ(table.columns[0].words, (std::vector<std::string>{"0"}));
  EXPECT_EQ(table.columns[0].codes, (std::vector<std::int32_t>{0, 0, kMissingCode}));
}

TEST(PackedRows, WrongNumberOfKindsIsAStateError) {
  const auto reader = open("ab", {.rows = 1, .columns = 2});
  EXPECT_THROW(reader->next_rows(1, Kinds{ColumnKind::numeric}), StateError);
}

TEST(CheckPackedShape, RefusesProductsThatDoNotFit) {
  const auto what = [](std::vector<std::uint64_t> row_shape, std::uint64_t rows, std::size_t bytes) {
    return test::data_error_of([&] { check_packed_shape("t", "shape", row_shape, rows, bytes); }).what;
  };
  EXPECT_NO_THROW(check_packed_shape("t", "shape", std::vector<std::uint64_t>{1000, 1000}, 5, 8));
  EXPECT_EQ(what({1000, 1001}, 5, 8), "too many values in a row");
  EXPECT_EQ(what({std::uint64_t{1} << 32, std::uint64_t{1} << 32}, 5, 8), "too many values in a row");
  EXPECT_EQ(what({0, std::uint64_t{1} << 63}, 5, 8), "the rows of the file are empty");
  EXPECT_EQ(what({4}, std::uint64_t{1} << 62, 1), "the sizes in the header are impossible");
  EXPECT_EQ(what({4}, std::uint64_t{1} << 59, 8), "the sizes in the header are impossible");
}

}  // namespace
}  // namespace chainrule
