#include "chainrule/data/npy_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "data/table_files.h"

namespace chainrule {
namespace {

using test::data_error_of;
using test::file_of;
using test::source_of;
using std::string_literals::operator""s;
using Kinds = std::vector<std::optional<ColumnReading>>;

std::string npy(const std::string& header, const std::string& body, char major = 1) {
  std::string bytes(kNpyMagic);
  bytes += {major, '\0'};
  for (std::size_t i = 0; i < (major == 1 ? 2u : 4u); ++i)
    bytes += static_cast<char>(header.size() >> (8 * i) & 0xff);
  return bytes + header + body;
}

std::string header_of(const std::string& type, const std::string& shape, const std::string& order = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }   \n";
}

Table read(std::unique_ptr<ByteSource> source) {
  const auto reader = open_npy(std::move(source));
  return reader->next_rows(SIZE_MAX, Kinds(reader->layout().column_names.size(), ColumnKind::numeric));
}

std::vector<double> numbers(const std::string& type, const std::string& body) {
  const std::size_t bytes = static_cast<std::size_t>(type[2] - '0');
  return read(file_of(npy(header_of(type, "(" + std::to_string(body.size() / bytes) + ",)"), body)))
      .columns.at(0)
      .numbers.to_vector();
}

// tests/data/NAME, written by numpy (tests/data/make_npy.py).
std::unique_ptr<ByteSource> fixture(const std::string& name) {
  std::ifstream file(CHAINRULE_SOURCE_DIR "/tests/data/" + name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return file_of(std::string(std::istreambuf_iterator<char>(file), {}), name);
}

TEST(NpyReader, ReadsWhatNumpyWrote) {
  // [[0, 0.5, 1], [1.5, 2, 2.5]] in every file of two dimensions.
  for (const char* name :
       {"f8.npy", "f4_big_endian.npy", "f8_fortran.npy", "f8_version_2.npy", "f8_version_3.npy"}) {
    const Table table = read(fixture(name));
    ASSERT_EQ(table.columns.size(), 3u) << name;
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_EQ(table.columns[c].name, "column_" + std::to_string(c + 1));
      EXPECT_EQ(table.columns[c].numbers, (std::vector<double>{0.5 * double(c), 0.5 * double(c) + 1.5}))
          << name;
    }
  }
  EXPECT_EQ(read(fixture("bool.npy")).columns.at(0).numbers, (std::vector<double>{1, 0, 1}));
}

TEST(NpyReader, ReadsEveryTypeOfBothByteOrders) {
  EXPECT_EQ(numbers("|u1", "\x01\xff"s), (std::vector<double>{1, 255}));
  EXPECT_EQ(numbers("|i1", "\x01\xff"s), (std::vector<double>{1, -1}));
  EXPECT_EQ(numbers("<i2", "\x02\x01"s), (std::vector<double>{258}));
  EXPECT_EQ(numbers(">i2", "\x02\x01"s), (std::vector<double>{513}));
  EXPECT_EQ(numbers("<u2", "\xff\xff"s), (std::vector<double>{65535}));
  EXPECT_EQ(numbers("<i4", "\xff\xff\xff\xff"s), (std::vector<double>{-1}));
  EXPECT_EQ(numbers(">u4", "\xff\xff\xff\xff"s), (std::vector<double>{4294967295.0}));
  EXPECT_EQ(numbers("<i8", "\xfe\xff\xff\xff\xff\xff\xff\xff"s), (std::vector<double>{-2}));
  EXPECT_EQ(numbers(">u8", "\0\0\0\1\0\0\0\0"s), (std::vector<double>{4294967296.0}));
  EXPECT_EQ(numbers("<f4", "\0\0\xc0\x3f"s), (std::vector<double>{1.5}));
  EXPECT_EQ(numbers(">f8", "\xc0\x04\0\0\0\0\0\0"s), (std::vector<double>{-2.5}));
  EXPECT_EQ(numbers("|b1", "\0\1\2"s), (std::vector<double>{0, 1, 1}));
}

TEST(NpyReader, OneDimensionIsOneColumnAndFortranOrderIsTransposed) {
  EXPECT_EQ(read(file_of(npy(header_of("|u1", "(3,)", "True"), "\1\2\3"))).columns.at(0).numbers,
            (std::vector<double>{1, 2, 3}));
  const Table table = read(source_of(npy(header_of("|u1", "(3, 2)", "True"), "\1\2\3\4\5\6"), 1));
  EXPECT_EQ(table.columns[0].numbers, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(table.columns[1].numbers, (std::vector<double>{4, 5, 6}));
}

TEST(NpyReader, FortranOrderComesInChunksToo) {
  const auto reader = open_npy(file_of(npy(header_of("<i2", "(3, 2)", "True"), "\1\0\2\0\3\0\4\0\5\0\6\0"s)));
  const Kinds kinds(2, ColumnKind::numeric);
  EXPECT_EQ(reader->next_rows(2, kinds).columns[1].numbers, (std::vector<double>{4, 5}));
  EXPECT_EQ(reader->next_rows(2, kinds).columns[0].numbers, (std::vector<double>{3}));
  EXPECT_EQ(reader->next_rows(2, kinds).rows(), 0u);
}

TEST(NpyReader, NotANumberIsMissingAndInfiniteIsAnErrorAtItsPlace) {
  EXPECT_TRUE(std::isnan(numbers("<f4", "\0\0\xc0\x7f"s)[0]));
  const std::string header = header_of("<f4", "(2, 2)");
  const ErrorText report = data_error_of(
      [&] { read(file_of(npy(header, "\0\0\xc0\x3f\0\0\xc0\x3f\0\0\x80\xff\0\0\xc0\x3f"s), "x.npy")); });
  EXPECT_EQ(report.what, "the number is too large");
  EXPECT_EQ(report.where, "x.npy, row 2, column column_1");
  EXPECT_EQ(report.got, "-inf");
}

TEST(NpyReader, PlaceOfABadNumberCountsTheRowsOfEarlierChunks) {
  const auto reader =
      open_npy(file_of(npy(header_of("<f4", "(3,)"), "\0\0\xc0\x3f\0\0\xc0\x3f\0\0\x80\x7f"s), "x.npy"));
  const Kinds kinds(1, ColumnKind::numeric);
  reader->next_rows(2, kinds);
  EXPECT_EQ(data_error_of([&] { reader->next_rows(2, kinds); }).where, "x.npy, row 3, column column_1");
}

TEST(NpyReader, PythonObjectsAreRefusedBecauseTheyRunPrograms) {
  const ErrorText report = data_error_of([&] { read(fixture("object.npy")); });
  EXPECT_EQ(report.what, "the NPY file holds Python objects, and loading those can run any program");
  EXPECT_EQ(report.where, "object.npy");
  EXPECT_EQ(report.got, "\"|O\"");
}

TEST(NpyReader, OtherTypesAreRefusedWithAdvice) {
  for (const char* type : {"<f2", "<f16", "<c8", "<c16", "<U3", "|S5", "<M8[ns]", "<m8", "|V4", "f8", "<f",
                           "", "<x4", "<i3", "|i4", "!f8", "<b2"}) {
    const ErrorText report = data_error_of([&] { read(file_of(npy(header_of(type, "(1,)"), "abcdefgh"))); });
    EXPECT_EQ(report.expected, "f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 or b1") << type;
    EXPECT_FALSE(report.advice.empty()) << type;
  }
  EXPECT_EQ(data_error_of([&] { read(fixture("structured.npy")); }).what,
            "the NPY file holds records with named fields");
}

TEST(NpyReader, OtherNumbersOfDimensionsAreRefused) {
  for (const char* shape : {"()", "(1, 1, 1)"}) {
    EXPECT_EQ(data_error_of([&] { read(file_of(npy(header_of("|u1", shape), "a"))); }).what,
              "the array is not a table");
  }
}

TEST(NpyReader, TakesTheKeysInAnyOrderAndBothQuotes) {
  const std::string header = R"({"shape":(2,),"descr":"|u1","fortran_order":False})";
  EXPECT_EQ(read(file_of(npy(header, "\1\2"))).rows(), 2u);
}

TEST(NpyReader, HeaderThatIsNotTheDictionaryIsAnError) {
  for (const std::string header :
       {"", "{}", "{'descr': '|u1'}", "['descr']",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': 2}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)",
        "{'descr: '|u1', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': u1, 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '|u1' 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '|u1\\', 'fortran_order': False, 'shape': (2,)}"}) {
    EXPECT_EQ(data_error_of([&] { read(file_of(npy(header, "\1\2"))); }).what,
              "the header of the NPY file cannot be read")
        << header;
  }
}

TEST(NpyReader, FileCutAnywhereIsAnError) {
  const std::string whole = npy(header_of("<i2", "(2, 2)"), "abcdefgh");
  for (std::size_t length = 6; length < whole.size(); ++length) {
    for (const bool is_length_known : {true, false}) {
      const std::string part = whole.substr(0, length);
      EXPECT_EQ(data_error_of([&] { read(is_length_known ? file_of(part) : source_of(part)); }).what,
                "the file is cut short")
          << length;
    }
  }
  EXPECT_EQ(data_error_of([&] { read(file_of(whole + "x")); }).what,
            "the file continues after its last value");
  EXPECT_EQ(data_error_of([&] { read(source_of(whole + "x")); }).what,
            "the file continues after its last value");
  const std::string fortran = npy(header_of("<i2", "(2, 2)", "True"), "abcdefg");
  EXPECT_EQ(data_error_of([&] { read(source_of(fortran)); }).what, "the file is cut short");
  EXPECT_EQ(data_error_of([&] { read(source_of(fortran + "hi")); }).what,
            "the file continues after its last value");
}

TEST(NpyReader, ImpossibleSizesAllocateNothing) {
  const auto what = [](const std::string& shape, const std::string& order) {
    return data_error_of([&] { read(source_of(npy(header_of("<f8", shape, order), "abc"))); }).what;
  };
  EXPECT_EQ(what("(1000000000000, 1000)", "False"), "the file is cut short");
  EXPECT_EQ(what("(1000000000000, 1000)", "True"), "the file is cut short");
  EXPECT_EQ(what("(18446744073709551615, 2)", "False"), "the sizes in the header are impossible");
  EXPECT_EQ(what("(2, 18446744073709551615)", "False"), "too many values in a row");
  EXPECT_EQ(what("(2, 0)", "False"), "the rows of the file are empty");
}

TEST(NpyReader, UnknownVersionAndEndlessHeaderAreErrors) {
  EXPECT_EQ(data_error_of([&] { read(file_of(npy(header_of("|u1", "(1,)"), "a", 4))); }).got, "4.0");
  EXPECT_EQ(data_error_of([&] { read(file_of(npy(std::string(70'000, ' '), "a", 2))); }).what,
            "the header of the NPY file is too long");
}

}  // namespace
}  // namespace chainrule
