#include "chainrule/data/target_copies.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::numbers;
using testing_support::table_of;
using testing_support::words;

std::vector<std::string> copy_notes(const Table& table) {
  std::vector<Message> notes;
  note_target_copies(table, make_schema(table, {}), notes);
  return texts_of(notes, Face::command_line);
}

Table table_with(std::vector<double> other, bool is_words, std::size_t rows = 40) {
  std::vector<double> x;
  std::vector<std::string> y, recoded;
  for (std::size_t r = 0; r < rows; ++r) {
    x.push_back(static_cast<double>(r % 9) + 0.5);
    y.push_back(r % 3 == 0 ? "red" : "blue");
    recoded.push_back(r % 3 == 0 ? "R" : "B");
  }
  if (is_words) return table_of({numbers("x", x), words("colour", recoded), words("y", y)});
  return table_of({numbers("x", x), numbers("z", std::move(other)), words("y", y)});
}

TEST(TargetCopies, ARecodedClassIsNamed) {
  const std::vector<std::string> notes = copy_notes(table_with({}, true));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(
      notes.front(),
      "\"colour\" is the target \"y\" in another form; unless it is known when you predict, use --ignore "
      "colour.");
  std::vector<double> code(40);
  for (std::size_t r = 0; r < 40; ++r)
    code[r] = r % 3 == 0 ? 17 : -4;
  EXPECT_EQ(copy_notes(table_with(code, false)).size(), 1u);
  code[39] = -4 + 1;  // one row differs
  EXPECT_TRUE(copy_notes(table_with(code, false)).empty());
}

TEST(TargetCopies, ANumberInAnotherUnitIsNamed) {
  std::vector<double> celsius, fahrenheit, noise;
  for (int r = 0; r < 50; ++r) {
    celsius.push_back(r * r / 7.0);
    fahrenheit.push_back(32 + 1.8 * celsius.back());
    noise.push_back(celsius.back() + 0.01 * (r % 3));
  }
  EXPECT_EQ(
      copy_notes(table_of({numbers("n", noise), numbers("f", fahrenheit), numbers("c", celsius)})).size(),
      1u);
  EXPECT_TRUE(copy_notes(table_of({numbers("n", noise), numbers("c", celsius)})).empty());
}

TEST(TargetCopies, EachTargetIsNamedAndEachCopyOnce) {
  std::vector<double> x, p, q, r, copy_of_p, copy_of_q;
  for (int row = 0; row < 50; ++row) {
    x.push_back(row % 7 + 0.5);
    p.push_back(row * row / 7.0);
    q.push_back(2 * p.back() - 1);  // so that one copy is that of both
    r.push_back(row % 11 + 0.25 * (row % 3));
    copy_of_p.push_back(32 + 1.8 * p.back());
    copy_of_q.push_back(-r.back());
  }
  const Table table = table_of({numbers("x", x), numbers("c", copy_of_p), numbers("d", copy_of_q),
                                numbers("p", p), numbers("q", q), numbers("r", r)});
  std::vector<Message> notes;
  note_target_copies(table, make_schema(table, {.targets = {"p", "q", "r"}}), notes);
  const std::vector<std::string> texts = texts_of(notes, Face::command_line);
  ASSERT_EQ(texts.size(), 2u);
  EXPECT_TRUE(texts[0].starts_with("\"c\" is the targets \"p\"")) << texts[0];
  EXPECT_NE(texts[0].find("\"q\""), std::string::npos) << texts[0];
  EXPECT_TRUE(texts[1].starts_with("\"d\" is the target \"r\"")) << texts[1];
}

TEST(TargetCopies, OneDifferenceFarDownIsEnough) {
  std::vector<double> code(70'000), x(70'000);
  std::vector<std::string> y;
  for (std::size_t r = 0; r < code.size(); ++r) {
    code[r] = static_cast<double>(r % 2);
    x[r] = static_cast<double>(r % 9) + 0.5;
    y.push_back(r % 2 == 0 ? "no" : "yes");
  }
  EXPECT_EQ(copy_notes(table_of({numbers("x", x), numbers("z", code), words("y", y)})).size(), 1u);
  code[60'000] = 1;
  EXPECT_TRUE(copy_notes(table_of({numbers("x", x), numbers("z", code), words("y", y)})).empty());
}

TEST(TargetCopies, SmallTablesAgreeByChance) {
  EXPECT_TRUE(copy_notes(table_with({}, true, 12)).empty());
}

}  // namespace
}  // namespace chainrule
