#include "chainrule/data/arff_reader.h"

#include "data/row_formats.h"

namespace chainrule {
namespace {

using Words = std::vector<std::string>;
using test::cells_of;

const test::OpenRows kOpen = [](std::unique_ptr<ByteSource> file, const ReadOptions&) {
  return arff_rows(std::move(file));
};
Table read(const std::string& text, const ReadOptions& options = {}) {
  return test::read_rows(kOpen, text, options);
}
ErrorText error_of(const std::string& text) {
  return test::error_of_rows(kOpen, text);
}

TEST(ArffReader, TypesAreThoseThatTheHeaderDeclares) {
  const Table table = read(
      "% a comment\n@RELATION 'my plants'\n\n@attribute 'petal length' REAL\n@attribute code {1, 2,'a b'}\n"
      "@attribute note string\n@Attribute class {None,NA}\n@DATA\n% another\n5.1, 2, 'it\\'s, new', None\n"
      "?,'a b',?,NA\n");
  EXPECT_EQ(test::names_of(table), (Words{"petal length", "code", "note", "class"}));
  EXPECT_EQ(table.columns[0].kind, ColumnKind::numeric);
  EXPECT_EQ(table.columns[1].kind, ColumnKind::category);
  EXPECT_EQ(cells_of(table, "code"), (Words{"2", "a b"}));
  EXPECT_EQ(cells_of(table, "note"), (Words{"it's, new", ""}));
  EXPECT_EQ(cells_of(table, "class"), (Words{"None", "NA"})) << "a declared value is not a missing cell";
  EXPECT_TRUE(table.columns[0].is_missing(1));
  EXPECT_EQ(table.lines, (std::vector<std::uint64_t>{10, 11}));
}

TEST(ArffReader, SparseRowsLeaveOutZerosAndFirstValues) {
  const Table table = read(
      "@relation r\n@attribute a numeric\n@attribute b {red,green}\n@attribute c numeric\n@data\n{0 5, 1 "
      "green}\n{}\n"
      "{2 -1}\n{ 0 ?, 2 4 }\n");
  EXPECT_EQ(cells_of(table, "a"), (Words{"5", "0", "0", ""}));
  EXPECT_EQ(cells_of(table, "b"), (Words{"green", "red", "red", "red"}));
  EXPECT_EQ(cells_of(table, "c"), (Words{"0", "0", "-1", "4"}));
}

TEST(ArffReader, ManyRowsAreReadAndALateFaultHasItsPlace) {
  std::string text = "@relation r\n@attribute a numeric\n@attribute b {x,y}\n@data\n";
  for (int row = 0; row < 60'000; ++row)
    text += "1.5,x\n";
  EXPECT_EQ(read(text + "2,y\n").rows(), 60'001u);
  EXPECT_EQ(error_of(text + "2,z\n").where, "t.csv:60005:2 (column \"b\")");
  EXPECT_EQ(error_of(text + "much,y\n").where, "t.csv:60005:1 (column \"a\")");
  EXPECT_EQ(error_of(text + "2\n").where, "t.csv:60005");
}

TEST(ArffReader, FaultsAreRefused) {
  const std::string head = "@relation r\n@attribute a numeric\n@attribute b {x,y}\n";
  const std::pair<std::string, const char*> faults[] = {
      {head, "the ARFF file has no data"},
      {"@relation r\n@data\n1\n", "the ARFF file has no attributes"},
      {head + "@attribute a numeric\n@data\n", "two attributes have the same name"},
      {head + "@attribute c colour\n@data\n", "an attribute of a type that cannot be read"},
      {head + "@attribute c relational\n@data\n", "an attribute of a type that cannot be read"},
      {head + "@attribute c {x,y\n@data\n", "a list of values without its end"},
      {head + "what\n@data\n", "a line that does not belong in the header of an ARFF file"},
      {head + "@data\n1,x,2\n", "a row has too many cells"},
      {head + "@data\n1,x,{2}\n", "a row with a weight"},
      {head + "@data\n1,'x\n", "a quote is opened and never closed"},
      {head + "@data\n{5 1}\n", "a sparse row names an attribute that does not exist"},
      {head + "@data\n{1 x, 0 1}\n", "the attributes of a sparse row do not ascend"},
      {head + "@data\n{0 1\n", "a sparse row without its end"},
  };
  for (const auto& [text, what] : faults)
    EXPECT_EQ(error_of(text).what, what);
}

TEST(ArffReader, AKindThatTheUserGivesComesFirst) {
  const std::string text = "@relation r\n@attribute a {1,2}\n@attribute b numeric\n@data\n1,3\n2,4\n";
  EXPECT_EQ(read(text).columns[0].kind, ColumnKind::category);
  EXPECT_EQ(read(text, {.column_kinds = {{"a", ColumnKind::numeric}}}).columns[0].kind, ColumnKind::numeric);
}

TEST(ArffReader, BeginsWithARelation) {
  EXPECT_TRUE(begins_as_arff("% hello\n\n@Relation x\n"));
  EXPECT_TRUE(begins_as_arff("\xef\xbb\xbf@relation\tx"));
  EXPECT_FALSE(begins_as_arff("@name,b\n1,2\n"));
  EXPECT_FALSE(begins_as_arff("% only a comment\n"));
}

}  // namespace
}  // namespace chainrule
