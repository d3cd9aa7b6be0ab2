// A table full of faults, as a user meets it: refused with its place, repaired with --lenient and a note for
// each kind.
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

// Thirty good rows; then a short one, a long one, a word, a stray quote, a byte of another encoding, the
// header.
std::string messy_table() {
  std::string text = "x,z,y\n";
  for (int i = 0; i < 30; ++i) {
    text += std::to_string(i * 37 % 101) + "." + std::to_string(i % 10) + (i % 3 == 0 ? ",p," : ",q,") +
            (i % 2 == 0 ? "a\n" : "b\n");
  }
  return text + "1.5,p\n1.5,p,a,a\nmuch,p,a\n1.5,\"p\" q,a\n1.5,\xfc,a\nx,z,y\n2.5,q,b\n";
}

const std::vector<std::string> kNotes = {
    "1 row with too few cells, left out (first: t.csv:32)",
    "1 row with too many cells, left out (first: t.csv:33)",
    "1 cell that is not a number, taken for missing (first: t.csv:34:1 (column \"x\") \"much\")",
    "1 line with a quote out of place, taken literally (first: t.csv:35:2 (column \"z\"))",
    "1 cell with bytes that are not UTF-8, replaced by U+FFFD (first: t.csv:36:2 (column \"z\"))",
    "1 line that repeats the column names, left out (first: t.csv:37)",
};

// Notes are wrapped to the terminal's width: compared without the blanks.
std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

void expect_notes(const Result& result) {
  EXPECT_EQ(result.code, 0) << result.err;
  const std::string told = without_blanks(result.err);
  for (const std::string& note : kNotes)
    EXPECT_TRUE(told.find(without_blanks(note)) != std::string::npos) << note << "\n" << result.err;
}

TEST(MessyTable, EachCommandThatReadsTablesRefusesOrMendsAndSaysSo) {
  const Folder folder;
  folder.write("t.csv", messy_table());
  const auto in_folder = [&](const std::vector<std::string>& arguments) {
    return run(arguments, {.folder = folder.path()});
  };
  const std::vector<std::string> train = {"train", "t.csv",         "--epochs",         "3",
                                          "-o",    "m.safetensors", "--missing-target", "skip"};
  const Result refused = in_folder(train);
  EXPECT_EQ(refused.code, 3);
  EXPECT_TRUE(contains(refused.err, "t.csv:32"));
  EXPECT_EQ(folder.names(), std::vector<std::string>{"t.csv"});

  std::vector<std::string> lenient = train;
  lenient.emplace_back("--lenient");
  expect_notes(in_folder(lenient));
  expect_notes(in_folder({"data", "describe", "t.csv", "--lenient"}));
  expect_notes(in_folder({"evaluate", "m.safetensors", "t.csv", "--lenient", "--missing-target", "skip"}));

  for (const std::vector<std::string>& reader :
       {std::vector<std::string>{"explain", "m.safetensors", "t.csv"},
        {"gradcheck", "m.safetensors", "t.csv"},
        {"inspect", "m.safetensors", "--gradients", "t.csv"}}) {
    std::vector<std::string> arguments = reader;
    arguments.insert(arguments.end(), {"--missing-target", "skip"});
    EXPECT_EQ(in_folder(arguments).code, 3) << reader[0];
    arguments.emplace_back("--lenient");
    expect_notes(in_folder(arguments));
  }

  // The model does not record that its table was repaired.
  EXPECT_EQ(in_folder({"predict", "m.safetensors", "t.csv"}).code, 3);
  const Result predicted = in_folder({"predict", "m.safetensors", "t.csv", "--lenient", "--passthrough"});
  expect_notes(predicted);
  // The header, 30 rows, and of the seven lines behind them all but the short row, the long row and the
  // header.
  EXPECT_EQ(std::count(predicted.out.begin(), predicted.out.end(), '\n'), 1 + 30 + 4);

  const Result split = in_folder({"data", "split", "t.csv", "-o", "a.csv,b.csv", "--lenient"});
  EXPECT_EQ(split.code, 0) << split.err;
  EXPECT_TRUE(contains(split.err, "1 row with too few cells"));
}

TEST(MessyTable, NumbersWithACommaThatWereTakenForMissingNameTheOption) {
  const Folder folder;
  std::string table = "x;y\n";
  for (int i = 0; i < 30; ++i)
    table += std::to_string(i) + (i % 2 == 0 ? ";a\n" : ";b\n");
  folder.write("t.csv", table);
  folder.write("new.csv", "x;y\n1;a\n2;b\n3;a\n3,5;b\n");
  const RunOptions here = {.folder = folder.path()};
  ASSERT_EQ(run({"train", "t.csv", "--epochs", "1", "--keep", "x", "-o", "m"}, here).code, 0);
  const Result predicted = run({"predict", "m", "new.csv", "--lenient"}, here);
  EXPECT_EQ(predicted.code, 0);
  EXPECT_TRUE(contains(predicted.err, "\"3,5\"; --decimal comma reads such numbers")) << predicted.err;
  EXPECT_EQ(run({"predict", "m", "new.csv", "--lenient", "--decimal", "comma"}, here).err, "");
}

TEST(MessyTable, MostlyBrokenIsRefusedWithLenientToo) {
  const Folder folder;
  folder.write("t.csv", "x,z,y\n1,2,a\n1\n2\n3\n");
  const Result result = run({"train", "t.csv", "--lenient"}, {.folder = folder.path()});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "3 rows of 4"));
  EXPECT_TRUE(contains(result.err, "at most half"));
}

TEST(MessyTable, TheLocaleOfTheProcessChangesNothing) {
  const std::string locales = CHAINRULE_SOURCE_DIR "/build/locale";
  if (!std::filesystem::exists(locales + "/de_DE.UTF-8")) GTEST_SKIP() << "no German locale here";
  const Folder folder;
  folder.write("t.csv", messy_table());
  folder.write("comma.csv", "x;y\n1,5;a\n-2,25;b\n3;a\n1.000;b\n");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"data", "describe", "t.csv", "--lenient", "--json"},
        std::vector<std::string>{"data", "describe", "comma.csv"},
        std::vector<std::string>{"data", "describe", "comma.csv", "--decimal", "comma", "--lenient"}}) {
    const Result plain = run(arguments, {.folder = folder.path()});
    const Result german = run(arguments, {.environment = {{"LC_ALL", "de_DE.UTF-8"}, {"LOCPATH", locales}},
                                          .folder = folder.path()});
    EXPECT_EQ(german.code, plain.code);
    EXPECT_EQ(german.out, plain.out);
    EXPECT_EQ(german.err, plain.err);
  }
}

TEST(MessyTable, DecimalCommasAndTheSepLineOfSpreadsheets) {
  const Folder folder;
  folder.write("t.csv", "sep=;\r\nx;y\r\n1,5;a\r\n-2,25;b\r\n3;a\r\n");
  const Result refused = run({"data", "describe", "t.csv"}, {.folder = folder.path()});
  EXPECT_EQ(refused.code, 3);
  EXPECT_TRUE(contains(refused.err, "t.csv:3:1"));
  EXPECT_TRUE(contains(refused.err, "--decimal comma"));
  const Result read = run({"data", "describe", "t.csv", "--decimal", "comma"}, {.folder = folder.path()});
  EXPECT_EQ(read.code, 0) << read.err;
  EXPECT_TRUE(contains(read.out, "semicolon"));
  EXPECT_TRUE(contains(read.out, "-2.25 to 3"));
}

}  // namespace
}  // namespace chainrule::cli_test
