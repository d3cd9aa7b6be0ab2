// Names and words from files, and names of files, that would control a terminal or a page: no command writes
// them as they are.
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

// An escape sequence, C1's CSI, characters that turn the direction of the text or have no width, a separator.
const std::vector<std::string> kDangerous = {"\x1b",   "\xc2\x9b", "\x07",   "\u202e", "\u2066",    "\u200b",
                                             "\u2028", "\u2029",   "\ufeff", "\u00ad", "\U000e0041"};

void expect_harmless(const std::string& text, const std::string& what) {
  for (const std::string& character : kDangerous)
    EXPECT_FALSE(contains(text, character)) << what << ": " << text;
}

// Two inputs, a name and a class; each name and word has all of the characters.
std::string dangerous_table() {
  std::string all;
  for (const std::string& character : kDangerous)
    all += character + "a";
  std::string text = "\"x" + all + "\",\"k" + all + "\",\"n" + all + "\",\"y" + all + "\"\n";
  for (int row = 0; row < 40; ++row) {
    text += std::to_string(row * 7 % 11) + ",\"" + (row % 3 == 0 ? "K" : "k") + all + "\",\"" + all +
            std::to_string(row) + "\",\"" + (row % 2 == 0 ? "p" : "q") + all + "\"\n";
  }
  return text;
}

TEST(UntrustedText, NoCommandWritesItAsItIs) {
  const Folder folder;
  const std::string table = "t\x1b[2J\u202e.csv", model = "m\x1b[2J\u202e", report = "r\x1b[2J\u202e.html";
  folder.write(table, dangerous_table());
  const auto in_folder = [&](const std::vector<std::string>& arguments) {
    const Result result = run(arguments, {.folder = folder.path()});
    expect_harmless(result.out, arguments[0] + " out");
    expect_harmless(result.err, arguments[0] + " err");
    return result;
  };
  EXPECT_EQ(in_folder({"data", "describe", table}).code, 0);
  EXPECT_EQ(in_folder({"train", table, "--epochs", "3", "-o", model, "--report", report}).code, 0);
  expect_harmless(read_text(folder / report), "report");
  EXPECT_EQ(in_folder({"inspect", model}).code, 0);
  EXPECT_EQ(in_folder({"inspect", model, "--gradients", table}).code, 0);
  EXPECT_EQ(in_folder({"evaluate", model, table}).code, 0);
  EXPECT_EQ(in_folder({"predict", model, table, "--show", "3"}).code, 0);
  EXPECT_EQ(in_folder({"predict", model, table, "-o", "p\x1b[2J.csv"}).code, 0);
  EXPECT_EQ(in_folder({"gradcheck", model, table}).code, 0);
  EXPECT_EQ(in_folder({"explain", model, table}).code, 0);
  EXPECT_EQ(in_folder({"data", "split", table, "-o", "a\x1b.csv,b\u202e.csv"}).code, 0);
  // Faults, with their places and advice.
  EXPECT_EQ(in_folder({"train", table, "--target", "nothing\x1b[2J"}).code, 3);
  EXPECT_EQ(in_folder({"train", table, "--keep", "x\u202e"}).code, 3);
  EXPECT_EQ(in_folder({"predict", model, "no such\x1b[2J\u202e"}).code, 3);
  EXPECT_EQ(in_folder({"predict", table, table}).code, 4);
  EXPECT_EQ(in_folder({"data", "describe", table, "--column", "x\x1b=numeric"}).code, 3);
  EXPECT_EQ(in_folder({"data", "describe", table, "--task", "\x1b[2J"}).code, 2);
  EXPECT_EQ(in_folder({"frobnicate\x1b[2J"}).code, 2);
}

TEST(UntrustedText, PredictionsInAFileStayAsTheyAre) {
  const Folder folder;
  folder.write("t.csv", dangerous_table());
  const auto in_folder = [&](const std::vector<std::string>& arguments) {
    return run(arguments, {.folder = folder.path()});
  };
  ASSERT_EQ(in_folder({"train", "t.csv", "--epochs", "3", "-o", "m"}).code, 0);
  ASSERT_EQ(in_folder({"predict", "m", "t.csv", "-o", "p.csv"}).code, 0);
  for (const std::string& character : kDangerous)
    EXPECT_TRUE(contains(read_text(folder / "p.csv"), character));
}

}  // namespace
}  // namespace chainrule::cli_test
