#include "chainrule/data/json_reader.h"

#include "data/row_formats.h"

namespace chainrule {
namespace {

using Words = std::vector<std::string>;
using test::cells_of;

Table read(const std::string& text, const ReadOptions& options = {}) {
  return test::read_rows(json_rows, text, options);
}
ErrorText error_of(const std::string& text) {
  return test::error_of_rows(json_rows, text);
}

TEST(JsonReader, LinesAndArraysGiveTheSameTable) {
  const std::string a = R"({"size": 1.5, "colour": "red", "sold": true})";
  const std::string b = R"({"colour": "deep \"blue\", \u00e9\ud83d\ude00", "size": -2E1, "sold": null})";
  const std::string c = R"({"size": NaN, "sold": false, "note": "x\ny"})";
  const Table lines = read(a + "\n\n" + b + "\r\n" + c);
  EXPECT_EQ(test::names_of(lines), (Words{"size", "colour", "sold", "note"}));
  EXPECT_EQ(cells_of(lines, "size"), (Words{"1.5", "-20", ""}));
  EXPECT_EQ(cells_of(lines, "colour"), (Words{"red", "deep \"blue\", \u00e9\U0001f600", ""}));
  EXPECT_EQ(cells_of(lines, "sold"), (Words{"true", "", "false"}));
  EXPECT_EQ(cells_of(lines, "note"), (Words{"", "", "x y"}));
  EXPECT_EQ(lines.cell_position(1, 0), "t.csv:3:1");
  const Table pretty = read("[\n " + a + ",\n " + b + ",\n\n " + c + "\n]\n");
  EXPECT_EQ(pretty.cell_position(2, 0), "t.csv:5:1");
  const Table compact = read("[" + a + "," + b + "," + c + "]");
  EXPECT_EQ(compact.cell_position(2, 0), "t.csv, row 3, column size");
  for (const Table& other : {pretty, compact}) {
    for (const std::string& name : test::names_of(lines))
      EXPECT_EQ(cells_of(other, name), cells_of(lines, name));
  }
}

TEST(JsonReader, ObjectsInCellsBecomeColumnsAndTheirNullsDoNot) {
  const Table table = read(R"({"id": 1, "owner": null}
{"id": 2, "owner": {"age": 41, "home": {"zip": "012"}}}
{"id": 3, "owner": {"age": 7}})");
  EXPECT_EQ(test::names_of(table), (Words{"id", "owner.age", "owner.home.zip"}));
  EXPECT_EQ(cells_of(table, "owner.age"), (Words{"", "41", "7"}));
}

TEST(JsonReader, NumbersKeepTheirSpellingAmongWords) {
  const Table table = read(R"({"code": 100000, "x": 1}
{"code": 12345678901234567890, "x": 2}
{"code": "n", "x": 3}
{"code": "m", "x": 3})");
  EXPECT_EQ(cells_of(table, "code"), (Words{"100000", "12345678901234567890", "n", "m"}));
}

TEST(JsonReader, AKeyMayComeLateAndALateFaultHasItsPlace) {
  std::string text, array = "[";
  for (int row = 0; row < 60'000; ++row) {
    text += "{\"x\": " + std::to_string(row % 7) + ", \"y\": \"a\"}\n";
    array += "{\"x\":1,\"y\":2},";
  }
  const Table table = read(text + R"({"x": 1, "y": "b", "late": 5})");
  EXPECT_EQ(test::names_of(table), (Words{"x", "y", "late"}));
  EXPECT_EQ(table.columns[2].numbers[60'000], 5);
  EXPECT_EQ(error_of(text + R"({"x": 1 "y": 2})").where, "t.csv:60001:9");
  EXPECT_EQ(error_of(text + R"({"x": "much", "y": "b"})").where, "t.csv:60001:1 (column \"x\")");
  EXPECT_EQ(error_of(array + R"({"x":"much","y":2}])").where, "t.csv, row 60001 (column \"x\")");
}

TEST(JsonReader, FaultsAreRefusedByName) {
  const std::pair<const char*, const char*> faults[] = {
      {R"({"a": [1, 2]})", "the key \"a\" holds a list"},
      {R"({"data": [{"a": 1}]})", "the key \"data\" holds a list"},
      {"[1, 2, 3]", "the JSON holds values without names"},
      {"[[1, 2], [3, 4]]", "the JSON holds values without names"},
      {R"({"a": 1, "a": 2})", "a key that comes twice in a record"},
      {R"({"a": {"b": 1}, "a.b": 2})", "a key that comes twice in a record"},
      {R"({"": 1})", "a key without a name"},
      {R"({"a": 1)", "the text is not JSON"},
      {R"([{"a": 1}, {"a": 2})", "the text is not JSON"},
      {R"([{"a": 1}] x)", "the text is not JSON"},
      {R"({"a": 007})", "the text is not JSON"},
      {R"({"a": tru})", "the text is not JSON"},
      {R"({"a": "x)", "the text is not JSON"},
      {R"({"a": "\q"})", "the text is not JSON"},
      {R"({'a': 1})", "the text is not JSON"},
      {"[]", "the table has no rows"},
      {R"({"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}})", "the JSON holds a table by columns"},
  };
  for (const auto& [text, what] : faults)
    EXPECT_EQ(error_of(text).what, what) << text;
}

TEST(JsonReader, ADeepObjectIsRefusedBeforeTheStackIsFull) {
  std::string text;
  for (int level = 0; level < 100'000; ++level)
    text += "{\"a\":";
  EXPECT_EQ(error_of(text).what, "objects within objects are too deep");
}

TEST(JsonReader, IsToldFromTextTables) {
  for (const char* const text :
       {"{\"a\": 1}", " [\n{\"a\":1}]", "\xef\xbb\xbf{ \"a\"", "[]", "[[1]]", "[1,2]", "{}"})
    EXPECT_TRUE(begins_as_json(text)) << text;
  for (const char* const text : {"", "[x],[y]\n1,2\n", "{a},b\n", "a,{\"b\"}\n", "\"{\",b\n"})
    EXPECT_FALSE(begins_as_json(text)) << text;
}

}  // namespace
}  // namespace chainrule
