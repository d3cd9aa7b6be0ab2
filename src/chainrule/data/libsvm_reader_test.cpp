#include "chainrule/data/libsvm_reader.h"

#include "data/row_formats.h"

namespace chainrule {
namespace {

using Words = std::vector<std::string>;
using test::cells_of;
using test::names_of;

Table read(const std::string& text, const ReadOptions& options = {}) {
  return test::read_rows(libsvm_rows, text, options);
}
ErrorText error_of(const std::string& text) {
  return test::error_of_rows(libsvm_rows, text);
}

TEST(LibsvmReader, FeaturesThatALineLeavesOutAreZeroAndTheLabelIsTheLastColumn) {
  const Table table = read("# made by hand\n+1 1:0.5 3:-2e1 # the first\n\n-1 2:7\r\n+1\n");
  EXPECT_EQ(names_of(table), (Words{"feature_1", "feature_2", "feature_3", "label"}));
  EXPECT_EQ(cells_of(table, "feature_1"), (Words{"0.5", "0", "0"}));
  EXPECT_EQ(cells_of(table, "feature_3"), (Words{"-20", "0", "0"}));
  EXPECT_EQ(cells_of(table, "label"), (Words{"1", "-1", "1"}));
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{2, 4, 5}));
}

TEST(LibsvmReader, IndicesMayBeginAtZeroAndAQueryIsAColumnWithANote) {
  const Table table = read("2 qid:1 0:1 1:2\n1 qid:1 1:3\n1 qid:2 0:nan\n");
  EXPECT_EQ(names_of(table), (Words{"feature_0", "feature_1", "qid", "label"}));
  EXPECT_EQ(cells_of(table, "qid"), (Words{"1", "1", "2"}));
  EXPECT_TRUE(table.columns[0].is_missing(2));
  ASSERT_FALSE(table.notes.empty());
  EXPECT_NE(table.notes[0].text().find("qid"), std::string::npos);
}

// The largest index may come late.
TEST(LibsvmReader, TheWidthIsThatOfTheWholeFileAndOfTheModel) {
  std::string text;
  for (int row = 0; row < 60'000; ++row)
    text += row % 2 == 0 ? "1 1:1 2:0.5\n" : "-1 2:0.25\n";
  const Table table = test::read_rows(libsvm_rows, text + "1 5:9\n");
  EXPECT_EQ(table.columns.size(), 6u);
  EXPECT_EQ(table.columns[4].numbers[60'000], 9);
  EXPECT_EQ(table.cell_position(60'000, 4), "t.csv:60001:5");
  EXPECT_EQ(read("1 1:1\n", {.known_names = {"feature_1", "feature_2", "feature_3", "label"}}).columns.size(),
            4u);
}

TEST(LibsvmReader, FaultsAreRefusedWithTheirLine) {
  const std::pair<const char*, const char*> faults[] = {
      {"1 1:2\n1 2:x\n", "a value that is not a number"},
      {"1 1:2\n1 2:1 1:1\n", "indices that do not ascend"},
      {"1 1:2\n1 2:1 2:1\n", "an index that comes twice in a line"},
      {"1 1:2\n1 2\n", "a cell that is not index:value"},
      {"1 1:2\n1:1\n", "a line without a label"},
      {"1 1:2\n1,2 1:1\n", "a line with several labels"},
      {"1 1:2\nyes 1:1\n", "a label that is not a number"},
      {"1 1:2\n1 123456789:1\n", "an index that is too large"},
  };
  for (const auto& [text, what] : faults) {
    const ErrorText report = error_of(text);
    EXPECT_EQ(report.what, what);
    EXPECT_EQ(report.where, "t.csv:2") << what;
  }
}

// 10,000 rows of up to 999,999 columns, in 100 KB.
TEST(LibsvmReader, ASmallFileOfManyZerosIsRefusedBeforeItFillsTheMemory) {
  std::string text;
  for (int row = 0; row < 10'000; ++row)
    text += "1 999999:1\n";
  EXPECT_EQ(error_of(text).what, "the table is too large when its zeros are written out");
}

TEST(LibsvmReader, IsToldFromTablesThatLookLikeIt) {
  for (const char* const text : {"1 1:0.5\n", "-1 1:88.4 2:198\n+1 1:1\n", "# c\n3 qid:2 1:0 7:1\n",
                                 "1.5e3 0:1", "1,3 2:1\n", "2:0.5 3:1\n1 2:1\n"}) {
    EXPECT_TRUE(begins_as_libsvm(text)) << text;
  }
  for (const char* const text : {"", "1 2 3\n", "5 12:30\n6 12:45\n", "a,b\n1,2\n", "id 1:2\n", "1 2:3,4\n",
                                 "2026-01-01 12:30:00\n", "1\n2\n3\n"}) {
    EXPECT_FALSE(begins_as_libsvm(text)) << text;
  }
}

}  // namespace
}  // namespace chainrule
