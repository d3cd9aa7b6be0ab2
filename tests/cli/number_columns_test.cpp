// Numbers with units and signs, as a user meets them: noted where the table is described and trained on, and
// read the same where the model predicts.
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

bool tells(const std::string& text, const std::string& part) {
  return without_blanks(text).find(without_blanks(part)) != std::string::npos;
}

struct Spelling {
  std::string before, after;
  bool is_grouped = false;
};

// Sixty rows of a weight of 1,000 to 2,000 that decides the class; numbers in the spelling, or plainly.
std::string table_of(const Spelling& spelling, bool has_target) {
  std::string text = has_target ? "weight,height,heavy\n" : "weight,height\n";
  for (int i = 0; i < 60; ++i) {
    const int weight = 1000 + i * 37 % 1000;
    std::string number = std::to_string(weight) + ".5";
    if (spelling.is_grouped) number.insert(1, ",");
    text += "\"" + spelling.before + number + spelling.after + "\"," + std::to_string(150 + i % 7);
    text += has_target ? (weight > 1500 ? ",yes\n" : ",no\n") : "\n";
  }
  return text;
}

TEST(NumberColumns, AModelOfSpelledNumbersIsThatOfPlainOnes) {
  const Folder folder;
  const RunOptions here = {.folder = folder.path()};
  const std::vector<std::string> train = {"train", "t.csv", "--epochs", "5", "-o", "m.safetensors"};
  const auto answers = [&](const Spelling& spelling, const Spelling& asked) {
    folder.write("t.csv", table_of(spelling, true));
    folder.write("new.csv", table_of(asked, false));
    const Result trained = run(train, here);
    EXPECT_EQ(trained.code, 0) << trained.err;
    EXPECT_EQ(run({"evaluate", "m.safetensors", "t.csv"}, here).code, 0);
    const Result predicted = run({"predict", "m.safetensors", "new.csv", "--probabilities"}, here);
    EXPECT_EQ(predicted.code, 0) << predicted.err;
    return predicted.out;
  };
  const std::string expected = answers({}, {});
  for (const Spelling& spelling :
       {Spelling{"", " kg"}, Spelling{"$", "", true}, Spelling{"", "%"}, Spelling{"", "", true}}) {
    EXPECT_EQ(answers(spelling, spelling), expected) << spelling.before << spelling.after;
    EXPECT_EQ(answers(spelling, {}), expected) << spelling.before << spelling.after;
    const Result described = run({"data", "describe", "t.csv"}, here);
    EXPECT_TRUE(tells(described.out, "\"weight\" is read as numbers")) << described.out;
  }
  answers({"", " kg"}, {});
  folder.write("new.csv", table_of({"", " lb"}, false));
  const Result other = run({"predict", "m.safetensors", "new.csv"}, here);
  EXPECT_EQ(other.code, 3);
  EXPECT_TRUE(contains(other.err, "new.csv:2:1")) << other.err;
  EXPECT_EQ(run({"predict", "m.safetensors", "new.csv", "--strip", "lb"}, here).code, 0);
}

TEST(NumberColumns, AdviceWorksWhenItIsFollowed) {
  const Folder folder;
  const RunOptions here = {.folder = folder.path()};
  const auto describe = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"data", "describe", "t.csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, here);
  };
  struct Case {
    Case(std::string cells, std::string named, std::vector<std::string> way)
        : table(std::move(cells)), advice(std::move(named)), options(std::move(way)) {}
    std::string table, advice;
    std::vector<std::string> options;
  };
  std::string mixed = "a,y\n";
  for (int i = 0; i < 40; ++i)
    mixed += std::to_string(i) + (i % 3 ? " kg" : " lb") + (i % 2 ? ",p\n" : ",q\n");
  const std::string either = "a;y\n1,234;p\n5,678;q\n2,100;p\n";
  const std::string partly = "a,y\n1,p\n2,q\n3 kg,p\n4 kg,q\n";
  for (const Case& one : {Case{mixed, "--strip kg", {"--strip", "kg", "--strip", "lb"}},
                          Case{mixed, "--column a=category", {"--column", "a=category"}},
                          Case{either, "--thousands comma", {"--thousands", "comma"}},
                          Case{either, "--decimal comma", {"--decimal", "comma"}},
                          Case{partly, "--strip kg", {"--strip", "kg"}}}) {
    folder.write("t.csv", one.table);
    const Result refused = describe({});
    EXPECT_EQ(refused.code, 3) << refused.out;
    EXPECT_TRUE(tells(refused.err, one.advice)) << refused.err;
    EXPECT_EQ(describe(one.options).code, 0) << one.advice;
  }
  // Notes, too.
  std::string zeros = "zip,y\n", sentinels = "a,y\n";
  for (int i = 0; i < 40; ++i) {
    zeros += (i % 4 ? "0123" : "9021") + std::to_string(i % 5) + (i % 2 ? ",p\n" : ",q\n");
    sentinels += (i % 9 ? std::to_string(50 + i % 7) : "-999") + (i % 2 ? ",p\n" : ",q\n");
  }
  folder.write("t.csv", zeros);
  EXPECT_TRUE(tells(describe({}).out, "use --column zip=numeric for numbers")) << describe({}).out;
  EXPECT_TRUE(tells(describe({"--column", "zip=numeric"}).out, "1230 to 90214"));
  folder.write("t.csv", sentinels);
  EXPECT_TRUE(tells(describe({}).out, "use --missing -999")) << describe({}).out;
  EXPECT_TRUE(tells(describe({"--missing", "-999"}).out, "50 to 56")) << describe({"--missing", "-999"}).err;
}

TEST(NumberColumns, LabelsWithZerosInFrontAreClassesOfTheirOwn) {
  const Folder folder;
  const RunOptions here = {.folder = folder.path()};
  std::string text = "a,y\n";
  for (int i = 0; i < 60; ++i)
    text += std::to_string(i % 3) + "." + std::to_string(i % 7) +
            std::vector<std::string>{",01\n", ",1\n", ",2\n"}[static_cast<std::size_t>(i % 3)];
  folder.write("t.csv", text);
  const Result trained = run({"train", "t.csv", "--epochs", "60", "-o", "m.safetensors"}, here);
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(tells(trained.out + trained.err, "begin with a zero"));
  const Result predicted = run({"predict", "m.safetensors", "t.csv"}, here);
  EXPECT_TRUE(contains(predicted.out, "\n01\n")) << predicted.out;
  EXPECT_EQ(run({"evaluate", "m.safetensors", "t.csv"}, here).code, 0);
}

}  // namespace
}  // namespace chainrule::cli_test
