#include "chainrule/data/idx_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/table_files.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::file_of;
using test::source_of;
using std::string_literals::operator""s;
using Kinds = std::vector<std::optional<ColumnReading>>;

std::string idx(char type, std::vector<unsigned> sizes, const std::string& body) {
  std::string bytes = {'\0', '\0', type, static_cast<char>(sizes.size())};
  for (const unsigned size : sizes) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += static_cast<char>(size >> shift & 0xff);
  }
  return bytes + body;
}

Table read(std::unique_ptr<ByteSource> source, ColumnKind kind = ColumnKind::numeric) {
  const auto reader = open_idx(std::move(source));
  return reader->next_rows(SIZE_MAX, Kinds(reader->layout().column_names.size(), kind));
}

std::vector<double> numbers(const std::string& bytes) {
  return read(file_of(bytes)).columns.at(0).numbers.to_vector();
}

TEST(IdxReader, OneDimensionIsAColumnOfLabels) {
  const Table table = read(file_of(idx(0x08, {3}, "\x00\x07\xff"s)));
  ASSERT_EQ(table.columns.size(), 1u);
  EXPECT_EQ(table.columns[0].name, "label");
  EXPECT_EQ(table.columns[0].numbers, (std::vector<double>{0, 7, 255}));
  EXPECT_TRUE(table.columns[0].is_bytes);
  EXPECT_TRUE(table.lines.empty());
}

TEST(IdxReader, ThreeDimensionsAreImagesOnePerRow) {
  // Two images of height 2 and width 3, values 0..11 in file order.
  std::string body;
  for (char value = 0; value < 12; ++value)
    body += value;
  const Table table = read(file_of(idx(0x08, {2, 2, 3}, body)));
  ASSERT_EQ(table.columns.size(), 6u);
  EXPECT_EQ(table.image_rows, 2u);
  EXPECT_EQ(table.image_columns, 3u);
  for (std::size_t c = 0; c < 6; ++c) {
    EXPECT_EQ(table.columns[c].name, "pixel_" + std::to_string(c + 1));
    EXPECT_EQ(table.columns[c].numbers, (std::vector<double>{double(c), double(c + 6)}));
    EXPECT_TRUE(table.columns[c].is_bytes);
  }
}

TEST(IdxReader, TwoAndFourDimensionsAreRowsWithoutImages) {
  const Table two = read(file_of(idx(0x08, {1, 2}, "ab")));
  EXPECT_EQ(two.columns.size(), 2u);
  EXPECT_EQ(two.image_rows, 0u);
  const Table four = read(file_of(idx(0x08, {1, 2, 1, 3}, "abcdef")));
  EXPECT_EQ(four.columns.size(), 6u);
  EXPECT_EQ(four.image_rows, 0u);
}

TEST(IdxReader, ReadsEveryTypeBigEndian) {
  EXPECT_EQ(numbers(idx(0x09, {2}, "\x01\xff"s)), (std::vector<double>{1, -1}));
  EXPECT_EQ(numbers(idx(0x0b, {2}, "\x01\x02\xff\xfe"s)), (std::vector<double>{258, -2}));  // 0x0102 = 258
  EXPECT_EQ(numbers(idx(0x0c, {1}, "\x00\x01\x00\x00"s)), (std::vector<double>{65536}));
  EXPECT_EQ(numbers(idx(0x0d, {1}, "\x3f\xc0\x00\x00"s)), (std::vector<double>{1.5}));  // 0x3fc00000 = 1.5f
  EXPECT_EQ(numbers(idx(0x0e, {1}, "\xc0\x04\0\0\0\0\0\0"s)), (std::vector<double>{-2.5}));
  EXPECT_FALSE(read(file_of(idx(0x09, {1}, "a"))).columns[0].is_bytes);
}

TEST(IdxReader, NotANumberIsMissingAndInfiniteIsAnErrorAtItsPlace) {
  EXPECT_TRUE(std::isnan(numbers(idx(0x0d, {1}, "\x7f\xc0\x00\x00"s))[0]));
  const std::string body = "\x3f\xc0\0\0\x3f\xc0\0\0\x3f\xc0\0\0\x7f\x80\0\0"s;
  const ErrorText report = data_error_of([&] { read(file_of(idx(0x0d, {2, 2}, body), "x.idx")); });
  EXPECT_EQ(report.what, "the number is too large");
  EXPECT_EQ(report.where, "x.idx, row 2, column pixel_2");
  EXPECT_EQ(report.got, "inf");
}

TEST(IdxReader, GivesRowsInChunksAndOnlyWantedColumns) {
  const auto reader = open_idx(source_of(idx(0x08, {5, 2}, "\1\2\3\4\5\6\7\10\11\12"), 1));
  const Kinds second_only = {std::nullopt, ColumnKind::numeric};
  EXPECT_EQ(reader->next_rows(2, second_only).columns[1].numbers, (std::vector<double>{2, 4}));
  const Table rows = reader->next_rows(2, second_only);
  EXPECT_EQ(rows.columns[1].numbers, (std::vector<double>{6, 8}));
  EXPECT_TRUE(rows.columns[0].numbers.empty());
  EXPECT_EQ(rows.rows(), 2u);
  EXPECT_EQ(reader->next_rows(2, second_only).columns[1].numbers, (std::vector<double>{10}));
  EXPECT_EQ(reader->next_rows(2, second_only).rows(), 0u);
}

TEST(IdxReader, LabelsMayBeReadAsWords) {
  const Table table = read(file_of(idx(0x08, {4}, "\2\0\2\1"s)), ColumnKind::category);
  EXPECT_EQ(table.columns[0].kind, ColumnKind::category);
  EXPECT_EQ(table.columns[0].words, (std::vector<std::string>{"2", "0", "1"}));
  EXPECT_EQ(table.columns[0].codes, (std::vector<std::int32_t>{0, 1, 0, 2}));
  EXPECT_FALSE(table.columns[0].is_bytes);
}

TEST(IdxReader, ManyRowsKeepTheirPlaceAcrossBlocks) {
  // 3,000 rows of 700 bytes are more than one block of 1 MiB. Value (r, c) = (7 r + 13 c) mod 251.
  std::string body;
  for (unsigned r = 0; r < 3000; ++r) {
    for (unsigned c = 0; c < 700; ++c)
      body += static_cast<char>((7 * r + 13 * c) % 251);
  }
  const Table table = read(test::source_of(idx(0x08, {3000, 700}, body)));
  for (unsigned c = 0; c < 700; ++c) {
    ASSERT_EQ(table.columns[c].numbers.size(), 3000u);
    for (unsigned r = 0; r < 3000; ++r)
      ASSERT_EQ(table.columns[c].numbers[r], (7 * r + 13 * c) % 251);
  }
}

TEST(IdxReader, NoRowsIsATableWithoutRows) {
  const Table table = read(file_of(idx(0x08, {0, 28, 28}, "")));
  EXPECT_EQ(table.columns.size(), 784u);
  EXPECT_EQ(table.rows(), 0u);
}

TEST(IdxReader, FileThatIsTooShortIsAnErrorWithBothLengths) {
  const std::string whole = idx(0x0b, {2, 3}, "abcdefghijkl");
  for (std::size_t length = 4; length < whole.size(); ++length) {
    for (const bool is_length_known : {true, false}) {
      const std::string part = whole.substr(0, length);
      const ErrorText report =
          data_error_of([&] { read(is_length_known ? file_of(part) : source_of(part)); });
      EXPECT_EQ(report.what, "the file is cut short") << length;
      EXPECT_EQ(report.where, "t.csv");
      if (length < 12) continue;
      EXPECT_EQ(report.expected, "24 bytes, as the header says (2 x 3 values of 2 bytes)");
      EXPECT_EQ(report.got, std::to_string(length) + " bytes");
    }
  }
}

TEST(IdxReader, FileThatIsTooLongIsAnError) {
  for (const unsigned rows : {0u, 2u}) {
    const std::string bytes = idx(0x08, {rows}, std::string(rows, 'a') + "b");
    EXPECT_EQ(data_error_of([&] { read(file_of(bytes)); }).what, "the file continues after its last value");
    EXPECT_EQ(data_error_of([&] { read(source_of(bytes)); }).what, "the file continues after its last value");
  }
}

TEST(IdxReader, ImpossibleSizesAllocateNothing) {
  // 4,294,967,295 rows of a megabyte each: refused by the length of the file, or by the end of the pipe.
  const std::string tall = idx(0x0e, {0xffffffffu, 100'000}, "abc");
  EXPECT_EQ(data_error_of([&] { read(file_of(tall)); }).what, "the file is cut short");
  EXPECT_EQ(data_error_of([&] { read(source_of(tall)); }).what, "the file is cut short");
  EXPECT_EQ(data_error_of([&] {
              read(file_of(idx(0x08, {1, 0xffffffffu}, "")));
            }).what,
            "too many values in a row");
  // 2^32 * 2^32 * 2^32 overflows 64 bits.
  EXPECT_EQ(data_error_of([&] {
              read(file_of(idx(0x08, {1, 0x80000000u, 0x80000000u, 0x80000000u}, "")));
            }).what,
            "too many values in a row");
  EXPECT_EQ(data_error_of([&] {
              read(file_of(idx(0x08, {4, 0, 28}, "")));
            }).what,
            "the rows of the file are empty");
}

TEST(IdxReader, UnknownTypeAndNoDimensionsAreErrors) {
  for (const std::string& bytes : {"\0\0\x07\x01"s, "\0\0\x0a\x01"s, "\0\0\x08\0"s}) {
    const ErrorText report = data_error_of([&] { open_idx(file_of(bytes + "\0\0\0\1"s)); });
    EXPECT_EQ(report.what, "not an IDX file that can be read");
  }
}

}  // namespace
}  // namespace chainrule
