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
      "use batches" + where_settable(", or all rows (" + set_to(Setting::batch_size, "all") + ")") + ".";
  EXPECT_EQ(message.text(Face::json), "use batches, or all rows (batch-size all).");
  EXPECT_EQ(message.text(Face::cpp), "use batches, or all rows (.batch_size = 0).");
  EXPECT_EQ(message.text(Face::python), "use batches.");
  EXPECT_TRUE(where_settable({}).empty());
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
