#include "chainrule/base/message.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(Message, IsMadeOfAnyText) {
  const std::string text = "b";
  const std::string_view view = "c";
  const Message message = Message("a") + (text + "-") + view + Message();
  EXPECT_EQ(message.text(), "ab-c");
  EXPECT_EQ(message, "ab-c");
  EXPECT_NE(message, "ab");
  EXPECT_TRUE(Message("").empty());
  EXPECT_TRUE(Message().empty());
  EXPECT_FALSE(named(Setting::keep).empty());
}

TEST(Message, NamesASettingAsTheFaceDoes) {
  const Message message = "leave " + named(Setting::label_smoothing) + " out, or try " +
                          set_to(Setting::activation, "relu") + ".";
  EXPECT_EQ(message.text(Face::json), "leave label-smoothing out, or try activation relu.");
  EXPECT_EQ(message.text(Face::cpp), "leave .label_smoothing out, or try .activations = {Activation::relu}.");
  EXPECT_EQ(message.text(Face::python), "leave label smoothing out, or try activation=\"relu\".");
  EXPECT_EQ(message.text(), message.text(Face::cpp));
}

TEST(Message, KeepsWhatItQuotes) {
  const Message message =
      "the word \".keep x\" of a cell; use " + set_to_text(Setting::keep, ".schema.kept") + ".";
  EXPECT_EQ(message.text(Face::python), "the word \".keep x\" of a cell; use keep=[\".schema.kept\"].");
}

TEST(Message, LeavesOutWhatAFaceCannotSet) {
  const Message message =
      "use batches" + where_settable(", or a decay (" + set_to(Setting::decay, "0.5") + ")") + ".";
  EXPECT_EQ(message.text(Face::json), "use batches, or a decay (decay 0.5).");
  EXPECT_EQ(message.text(Face::cpp), "use batches, or a decay (.schedule.decay = 0.5).");
  EXPECT_EQ(message.text(Face::python), "use batches.");
  EXPECT_TRUE(where_settable({}).empty());
}

// The user of `predict`, which has --missing but not --column.
Reader reader_of_predict() {
  return {Face::command_line, [](Setting setting) {
            return std::string(setting == Setting::missing || setting == Setting::decimal ? "" : "train");
          }};
}

TEST(Message, NamesAnOptionOfAnotherCommandWithThatCommand) {
  const Message message = "use " + set_to_text(Setting::keep, "a") + ", " +
                          set_to_any(Setting::missing, "WORD") + " or a smaller " +
                          named(Setting::learning_rate) + ".";
  EXPECT_EQ(message.text(reader_of_predict()),
            "use train --keep a, --missing WORD or a smaller train --learning-rate.");
  EXPECT_EQ(message.text(Face::command_line), "use --keep a, --missing WORD or a smaller --learning-rate.");
  EXPECT_EQ(set_to_text(Setting::resume, "run1").text(reader_of_predict()), "chainrule train --resume run1")
      << "a whole command needs no other in front";
}

TEST(Message, ListsTheChoicesThatTheReaderHas) {
  const Message all = any_of({"correct the cell", "use " + set_to_text(Setting::missing, "x"),
                              "use " + set_to_text(Setting::column, "c")});
  EXPECT_EQ(all.text(Face::command_line), "correct the cell, use --missing x, or use --column c=category");
  EXPECT_EQ(all.text(reader_of_predict()), "correct the cell, or use --missing x");
  EXPECT_EQ(any_of({"use " + set_to_text(Setting::column, "c")}).text(reader_of_predict()), "");
  EXPECT_EQ(("a" + any_of({"b"}) + "c").text(), "abc");
  EXPECT_EQ(any_of({"use a decay (" + set_to(Setting::decay, "0.5") + ")", "fewer units"}).text(Face::python),
            "fewer units")
      << "the Python package has no such setting";
  EXPECT_EQ(all, all + "");
  EXPECT_NE(all, any_of({"correct the cell"}));
}

TEST(Message, IsEqualWhenItSaysTheSame) {
  const Message grown = Message("a") + "b" + named(Setting::seed) + "c" + "d";
  EXPECT_EQ(grown, "ab" + named(Setting::seed) + "cd");
  EXPECT_NE(grown, "ab" + named(Setting::keep) + "cd");
  EXPECT_NE(grown, grown.text());
  Message twice = grown;
  twice += twice;
  EXPECT_EQ(twice, grown + grown);
}

TEST(TextsOf, ShowsEachMessage) {
  EXPECT_EQ(texts_of({"a", named(Setting::seed)}, Face::python), (std::vector<std::string>{"a", "seed"}));
}

}  // namespace
}  // namespace chainrule
