#include "chainrule/io/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

namespace chainrule {

enum class Mood { glad, sad };

template <>
struct EnumNames<Mood> {
  static constexpr std::string_view kind = "mood";
  static constexpr EnumName<Mood> table[] = {{Mood::glad, "glad", ""}, {Mood::sad, "sad", ""}};
};

namespace {

JsonTree parsed(const std::string& text) {
  return parse_json_strictly(text, "here");
}

ErrorText refusal_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const ModelFileError& error) {
    return text_of(error.report());
  }
  ADD_FAILURE() << "no ModelFileError was thrown";
  return {};
}

ErrorText refusal_of_text(const std::string& text) {
  return refusal_of([&text] { parse_json_strictly(text, "m.safetensors: header"); });
}

TEST(ParseJsonStrictly, ReadsProperJson) {
  const JsonTree value = parsed(R"( {"a":[1,-2,2.5,true,null],"b":{"a":"\u00e4"}} )");
  EXPECT_EQ(value.find("a")->list().size(), 5u);
  EXPECT_EQ(value.find("b")->find("a")->text(), "\xc3\xa4");
}

TEST(ParseJsonStrictly, RefusesAKeyThatStandsTwiceInOneObject) {
  const ErrorText report = refusal_of_text(R"({"a":1,"b":{"x":1,"y":2,"x":3}})");
  EXPECT_EQ(report.got, "\"x\" twice");
  EXPECT_EQ(report.where, "m.safetensors: header");
  EXPECT_NO_THROW(parse_json_strictly(R"([{"a":1},{"a":2},{"b":{"b":{"b":1}}}])", "here"))
      << "once in each object";
}

TEST(ParseJsonStrictly, RefusesTheSameKeyWrittenInTwoWays) {
  EXPECT_EQ(refusal_of_text(R"({"a":1,"\u0061":2})").got, "\"a\" twice");
}

TEST(ParseJsonStrictly, RefusesWhatIsNestedDeeperThan64Levels) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_NO_THROW(parse_json_strictly(nested(64), "here"));
  EXPECT_EQ(refusal_of_text(nested(65)).expected, "at most 64 levels");
  refusal_of_text(std::string(1'000'000, '['));
  std::string objects;
  for (int i = 0; i < 65; ++i)
    objects += "{\"a\":";
  EXPECT_EQ(refusal_of_text(objects).expected, "at most 64 levels");
}

TEST(ParseJsonStrictly, RefusesWhatIsNotJson) {
  for (const char* text : {"",         " ",    "{",        "[1,]",     "{\"a\":1,}",  "{'a':1}",
                           "// no\n1", "1 2",  "NaN",      "Infinity", "01",          "+1",
                           ".5",       "1.",   "\"\x01\"", "\"\xff\"", "\"\\ud800\"", "\xef\xbb\xbf{}",
                           "{}\x01",   "{1:2}"}) {
    SCOPED_TRACE(text);
    EXPECT_NE(refusal_of_text(text).what.find("not proper JSON"), std::string::npos);
  }
}

TEST(ParseJsonStrictly, RefusesNumbersBeyondDouble) {
  EXPECT_EQ(refusal_of_text("[1e400]").expected, "numbers up to 1.7976931348623157e+308");
  EXPECT_EQ(parsed("1e-400").number(), 0.0);
}

TEST(ParseJsonStrictly, RefusesLongNumbersOutsideOfTexts) {
  const std::string digits(1001, '1');
  EXPECT_EQ(refusal_of_text("[1," + digits + "]").got, "1,001 characters");
  EXPECT_NO_THROW(parse_json_strictly("[\"a\\\"" + digits + "\",1]", "here"));
  EXPECT_NO_THROW(parse_json_strictly("[0." + digits.substr(3) + ",1]", "here"));
  refusal_of_text("[\"a\\");  // a text that ends with an escape
}

TEST(ParseJsonStrictly, TakesFromTheRoomWhatItReads) {
  JsonRoom room{.values = 8};
  parse_json_strictly(R"({"a":[1,"b",null],"c":{}})", "here", room);  // two objects, a list and three in it
  EXPECT_EQ(room.values, 2u);
  EXPECT_NO_THROW(parse_json_strictly("[0]", "here", room));
  const ErrorText report = refusal_of([&room] { parse_json_strictly("0", "m: header", room); });
  EXPECT_NE(report.what.find("too many values"), std::string::npos) << report.what;
  EXPECT_EQ(report.where, "m: header");
}

TEST(ParseJsonStrictly, ReadsMillionsOfSmallValuesInTimeThatGrowsWithTheirNumber) {
  // A reader of quadratic time would take hours for these 15 MB, not a second.
  std::string text = "[";
  for (int i = 0; i < 3'000'000; ++i)
    text += i % 2 == 0 ? "{}," : "[],";
  text += "{}]";
  EXPECT_EQ(parsed(text).list().size(), 3'000'001u);
}

TEST(ParseJsonStrictly, KeepsEveryValueInItsPlace) {
  const std::string text = R"({"a":{"b":[[1,{"c":[]}],{},"x"],"d":null},"e":[{"f":{"g":2.5}},-3,true]})";
  EXPECT_EQ(canonical_json(parsed(text)), nlohmann::json::parse(text).dump());
  EXPECT_EQ(canonical_json(parsed("7")), "7");
}

TEST(ParseJsonStrictly, FindsMembersInWhateverOrderTheyStand) {
  const JsonTree value = parsed(R"({"c":3,"a":1,"d":4,"b":2})");
  EXPECT_EQ(value.find("a")->count(), 1u);
  EXPECT_EQ(value.find("d")->count(), 4u);
  EXPECT_EQ(value.find("e"), nullptr);
  EXPECT_EQ(canonical_json(value), R"({"a":1,"b":2,"c":3,"d":4})");
}

TEST(ParseJsonStrictly, ReadsManyMembersInDescendingOrderInTimeThatGrowsWithTheirNumber) {
  std::string text = "{";
  for (int i = 999'999; i > 100'000; --i)
    text += "\"" + std::to_string(i) + "\":0,";
  EXPECT_EQ(parsed(text + "\"\":0}").object().size(), 900'000u);
}

TEST(JsonTree, TellsTheKindsOfNumbersApart) {
  EXPECT_EQ(JsonTree(-1).count(), std::nullopt);
  EXPECT_EQ(JsonTree(1.0).count(), std::nullopt);
  EXPECT_EQ(JsonTree(1u).count(), 1u);
  EXPECT_EQ(JsonTree(-1).number(), -1.0);
  EXPECT_EQ(JsonTree(true).number(), std::nullopt);
  EXPECT_EQ(JsonTree("1").number(), std::nullopt);
  EXPECT_TRUE(JsonTree(-1).is_whole());
  EXPECT_FALSE(JsonTree(1.0).is_whole());
}

TEST(JsonTree, CountsItselfAndAllThatIsInIt) {
  EXPECT_EQ(parsed(R"({"a":[1,"b",null],"c":{}})").count_values(), 6u);
  EXPECT_EQ(JsonTree().count_values(), 1u);
}

TEST(CanonicalJson, SortsKeysAndLeavesOutBlanks) {
  JsonTree list = JsonTree::empty_list();
  list.add(true);
  list.add(nullptr);
  list.add("x");
  EXPECT_EQ(canonical_json(JsonTree::empty_object()
                               .with("b", 1)
                               .with("a", std::move(list))
                               .with("c", JsonTree::empty_object())),
            R"({"a":[true,null,"x"],"b":1,"c":{}})");
  EXPECT_EQ(canonical_json(JsonTree::empty_list()), "[]");
}

TEST(CanonicalJson, WritesDoublesShortestAndExact) {
  EXPECT_EQ(canonical_json(std::vector<double>{0.1, 1.0, 1e30, 5e-324, -2.5}), "[0.1,1,1e+30,5e-324,-2.5]");
  EXPECT_EQ(canonical_json(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(canonical_json(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(CanonicalJson, KeepsTheSignOfZero) {
  EXPECT_EQ(canonical_json(-0.0), "-0.0");
  EXPECT_TRUE(std::signbit(parsed("-0.0").number().value()));
}

TEST(CanonicalJson, EscapesOnlyWhatJsonAsksFor) {
  EXPECT_EQ(canonical_json("a\"b\\c/d\n\t\r\x01\x7f\xc3\xa4"),
            "\"a\\\"b\\\\c/d\\n\\t\\r\\u0001\x7f\xc3\xa4\"");
  for (int c = 0; c < 128; ++c) {
    const std::string text(1, static_cast<char>(c));
    EXPECT_EQ(parsed(canonical_json(text)).text(), text) << c;
  }
}

TEST(CanonicalJson, RefusesWhatJsonDoesNotHave) {
  EXPECT_THROW(canonical_json(std::numeric_limits<double>::infinity()), StateError);
  EXPECT_THROW(canonical_json(std::nan("")), StateError);
  EXPECT_THROW(canonical_json("\xff"), StateError);
  EXPECT_THROW(canonical_json(JsonTree::empty_object().with("\xff", 1)), StateError);
}

TEST(JsonValue, SaysWhereItStands) {
  const JsonTree data = parsed(R"({"layers":[{"inputs":3},{"inputs":"x"}],"a.b":1})");
  const JsonValue root(data, "m: network");
  EXPECT_EQ(root.member("layers").elements()[1].member("inputs").where(), "m: network.layers[1].inputs");
  EXPECT_EQ(root.member("a.b").where(), "m: network[\"a.b\"]");
  const ErrorText report = refusal_of([&] { root.member("layers").elements()[1].member("inputs").count(); });
  EXPECT_EQ(report.where, "m: network.layers[1].inputs");
  EXPECT_EQ(report.expected, "a whole number of at least 0");
  EXPECT_EQ(report.got, "\"x\"");
}

TEST(JsonValue, RefusesMissingAndUnknownMembers) {
  const JsonTree data = parsed(R"({"a":1,"b":2})");
  const JsonValue value(data, "m");
  EXPECT_NO_THROW(value.require_members({"b", "a"}));
  EXPECT_EQ(refusal_of([&] { value.require_members({"a", "c"}); }).expected, "\"c\"");
  EXPECT_EQ(refusal_of([&] { value.require_members({"a"}); }).got, "\"b\"");
  EXPECT_EQ(refusal_of([&] { value.member("z"); }).expected, "\"z\"");
  EXPECT_TRUE(value.has_member("a"));
  EXPECT_FALSE(value.has_member("z"));
}

TEST(JsonValue, RefusesValuesOfTheWrongType) {
  const JsonTree number = 1, text = "x", list = JsonTree::empty_list(), object = JsonTree::empty_object(),
                 nothing = nullptr, truth = true;
  for (const JsonTree* data : {&text, &list, &object, &nothing, &truth}) {
    refusal_of([&] { JsonValue(*data, "m").number(); });
    refusal_of([&] { JsonValue(*data, "m").count(); });
  }
  for (const JsonTree* data : {&number, &list, &object, &nothing, &truth}) {
    refusal_of([&] { JsonValue(*data, "m").text(); });
    refusal_of([&] { JsonValue(*data, "m").word<Mood>(); });
  }
  for (const JsonTree* data : {&number, &text, &object, &nothing, &truth}) {
    refusal_of([&] { JsonValue(*data, "m").elements(); });
  }
  for (const JsonTree* data : {&number, &text, &list, &nothing, &truth}) {
    refusal_of([&] { JsonValue(*data, "m").member("a"); });
    refusal_of([&] { JsonValue(*data, "m").require_members({}); });
    refusal_of([&] { JsonValue(*data, "m").member_names(); });
    EXPECT_FALSE(JsonValue(*data, "m").has_member("a"));
  }
}

TEST(JsonValue, CountsAreWholeAndWithinTheirLimit) {
  const JsonTree large = 101u, negative = -1, fraction = 1.0;
  EXPECT_EQ(JsonValue(large, "m").count(), 101u);
  EXPECT_EQ(refusal_of([&] { JsonValue(large, "m").count(100); }).expected, "at most 100");
  refusal_of([&] { JsonValue(negative, "m").count(); });
  EXPECT_EQ(refusal_of([&] { JsonValue(fraction, "m").count(); }).got, "1.0") << "1 would be one";
  EXPECT_EQ(JsonValue(negative, "m").number(), -1.0) << "every number is a double";
}

TEST(JsonValue, WordsComeFromTheNameTable) {
  const JsonTree known = "sad", unknown = "sadd";
  EXPECT_EQ(JsonValue(known, "m").word<Mood>(), Mood::sad);
  const ErrorText report = refusal_of([&] { JsonValue(unknown, "m").word<Mood>(); });
  EXPECT_EQ(report.what, "the model file holds an unknown mood");
  EXPECT_EQ(report.expected, "glad, sad");
}

}  // namespace
}  // namespace chainrule
