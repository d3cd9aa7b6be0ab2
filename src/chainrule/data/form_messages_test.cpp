#include "chainrule/data/form_messages.h"

#include <gtest/gtest.h>

#include "data/table_files.h"

namespace chainrule {
namespace {

FormNote kilograms(const std::string& column) {
  return {.column = column,
          .finding = {.verdict = FormVerdict::numeric, .form = {.suffix = "kg"}},
          .value = "5 kg",
          .number = 5};
}

TEST(NotesOnForms, ColumnsWithTheSameFormShareANote) {
  std::vector<FormNote> found = {kilograms("a"), kilograms("b")};
  EXPECT_EQ(
      texts_of(notes_on_forms(found), Face::command_line),
      (std::vector<std::string>{
          "\"a\" is read as numbers without \"kg\" (\"5 kg\" is 5); use --column a=category for words.",
          "\"b\" is read as numbers without \"kg\" (\"5 kg\" is 5); use --column b=category for words."}));
  for (const char* name : {"c", "d"})
    found.push_back(kilograms(name));
  EXPECT_EQ(
      texts_of(notes_on_forms(found), Face::command_line),
      (std::vector<std::string>{"4 columns (\"a\", \"b\", \"c\", ...) are read as numbers without \"kg\" "
                                "(\"5 kg\" is 5); use --column a=category for words."}));
}

TEST(NotesOnForms, EachFaceNamesItsOwnSetting) {
  const std::vector<FormNote> found = {
      {.column = "zip", .finding = {.verdict = FormVerdict::zeros}, .value = "007"}};
  const std::vector<Message> notes = notes_on_forms(found);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].text(Face::command_line).find("use --column zip=numeric for numbers"),
            std::string::npos);
  EXPECT_NE(notes[0].text(Face::python).find("read_table(kinds={\"zip\": \"numeric\"})"), std::string::npos)
      << notes[0].text(Face::python);
  EXPECT_NE(notes[0].text(Face::cpp).find("{{\"zip\", ColumnKind::numeric}}"), std::string::npos)
      << notes[0].text(Face::cpp);
}

TEST(ThrowNotANumber, AdviceFitsTheCell) {
  const auto report = [](const std::string& value, const NumberForm& form = {}) {
    return test::data_error_of([&] { throw_not_a_number(value, "here", "mass", form); });
  };
  EXPECT_EQ(report("3,14").what, "a number with a decimal comma");
  EXPECT_NE(report("1,234.5").advice.find(".data.read.thousands = \"comma\""), std::string::npos);
  EXPECT_NE(report("5 kg").advice.find(".data.read.strip = {\"kg\"}"), std::string::npos);
  EXPECT_EQ(report("5 lb", {.suffix = "kg"}).expected, "a number, alone or with \"kg\"");
  EXPECT_EQ(report("1.5", {.thousands = ".", .decimal = DecimalMark::comma}).expected,
            "a number such as 1.234,5");
  EXPECT_EQ(report("mass").what, "a column's name appears among its numbers: the header is repeated");
  EXPECT_EQ(report("tall", {.prefix = "$"}).expected, "a number such as $12.5");
}

}  // namespace
}  // namespace chainrule
