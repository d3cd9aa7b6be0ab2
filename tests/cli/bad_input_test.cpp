// Bad input ends with the right exit code, a message with place and reason, and no half-written file.
#include <sys/stat.h>

#include "chainrule/io/model_file.h"
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

struct BadTable {
  std::string name;
  std::string text;
  std::vector<std::string> options;
  int code;
  std::vector<std::string> words;  // all in the message
};

std::string repeated(const std::string& row, int times) {
  std::string text;
  for (int i = 0; i < times; ++i)
    text += row;
  return text;
}

// Rows "i,a" and "i,b", alternating.
std::string good_rows(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += std::to_string((i * 37) % 101) + "." + std::to_string(i % 10) + (i % 2 == 0 ? ",a\n" : ",b\n");
  return text;
}

TEST(BadInput, AFileThatComesThroughStandardInputIsNotReplaced) {
  const Folder folder;
  const std::string table = read_text(example("iris.csv"));
  folder.write("in.csv", table);
  folder.write("other.csv", table);
  std::filesystem::create_symlink("in.csv", folder / "link.csv");
  ASSERT_EQ(run({"train", "in.csv", "--epochs", "1", "-o", "m"}, {.folder = folder.path()}).code, 0);
  for (const std::string line :
       {"chainrule train - --epochs 1 -o in.csv < in.csv",
        "chainrule train - --epochs 1 -o n --report link.csv < in.csv",
        "chainrule train other.csv --validation - --epochs 1 -o in.csv < in.csv",
        "chainrule predict m - -o in.csv < in.csv", "chainrule predict m - -o link.csv < in.csv",
        "chainrule explain m - -o in.csv < in.csv", "chainrule data split - -o in.csv,q.csv < in.csv",
        "chainrule data split - -o p.csv,in.csv < in.csv"}) {
    const Result result = run({}, {.folder = folder.path(), .shell_line = line});
    EXPECT_EQ(result.code, 2) << line;
    EXPECT_TRUE(contains(result.err, "would replace a file that is read")) << line;
    EXPECT_TRUE(read_text(folder / "in.csv") == table) << line;
  }
  const Result other =
      run({}, {.folder = folder.path(), .shell_line = "chainrule predict m - -o p.csv < in.csv"});
  EXPECT_EQ(other.code, 0) << other.err;
  const Result piped =
      run({}, {.folder = folder.path(), .shell_line = "cat in.csv | chainrule predict m - -o in.csv"});
  EXPECT_EQ(piped.code, 0) << "a pipe has no name: " << piped.err;
}

TEST(BadTable, IsRefusedByTrainWithItsPlace) {
  const std::vector<BadTable> tables = {
      {"empty file", "", {}, 3, {"t.csv", "empty"}},
      {"header only", "x,y\n", {}, 3, {"t.csv", "no rows"}},
      {"one row", "x,y\n1,a\n", {}, 3, {"t.csv", "one row"}},
      {"one class", "x,y\n" + repeated("1,a\n2,a\n3,a\n", 5), {}, 3, {"\"y\"", "one value only"}},
      {"target all missing", "x,y\n" + repeated("1,NA\n2,\n", 5), {}, 3, {"\"y\"", "missing"}},
      {"inputs all missing", "x,y\n" + repeated("NA,a\n,b\n", 5), {}, 3, {"input"}},
      {"ragged row",
       "x,y\n" + good_rows(8) + "1,a,7\n" + good_rows(3),
       {},
       3,
       {"t.csv:10", "2 cells", "3 cells"}},
      {"short row", "x,y\n" + good_rows(8) + "1\n", {}, 3, {"t.csv:10", "too few"}},
      {"open quote", "x,y\n" + good_rows(8) + "\"1,a\n", {}, 3, {"t.csv:10", "quote"}},
      {"text in a numeric column at row 60,000",
       "x,y\n" + good_rows(59999) + "eleven,a\n" + good_rows(10),
       {},
       3,
       {"t.csv:60001:1", "\"eleven\"", "\"x\""}},
      {"1e308", "x,y\n" + good_rows(8) + "1e308,a\n", {}, 3, {"t.csv:10:1", "1e308"}},
      {"inf", "x,y\n" + good_rows(8) + "inf,a\n", {}, 3, {"t.csv:10:1", "inf"}},
      {"duplicate names", "x,x\n" + good_rows(8), {}, 3, {"t.csv:1:2", "\"x\""}},
      {"empty name", "x,\n" + good_rows(8), {}, 3, {"t.csv:1:2", "name"}},
      {"target not found",
       "width,colour\n" + good_rows(8),
       {"--target", "color"},
       3,
       {"\"color\"", "\"colour\""}},
      {"ignored not found",
       "width,colour\n" + good_rows(8),
       {"--ignore", "widht"},
       3,
       {"\"widht\"", "\"width\""}},
      {"a missing target cell", "x,y\n" + good_rows(8) + "3.5,NA\n", {"--target", "y"}, 3, {"t.csv:10:2"}},
      {"dates to learn",
       "x,y\n" + repeated("1.5,2024-01-31\n2.5,2024-02-01\n4.0,2024-02-02\n", 5),
       {},
       3,
       {"t.csv:2:2", "dates", "--task classes"}},
      {"poisson below 0",
       "x,y\n" + repeated("1.5,2.5\n2.5,-0.5\n4.5,1.5\n", 5),
       {"--loss", "poisson", "--validation", "none"},
       3,
       {"t.csv:3:2", "poisson", "-0.5"}},
      {"weights too small",
       "w,x,y\n" + repeated("1e-300,1,a\n1e-300,2,b\n", 8),
       {"--weight-column", "w"},
       3,
       {"weights are 0", "t.csv"}},
      {"every class once",
       "x,y\n1,a\n2,b\n3,c\n",
       {"--validation", "0.2"},
       3,
       {"t.csv", "one row only", "--validation none"}},
      {"too few class names", "x,y\n" + good_rows(20), {"--class-names", "one"}, 3, {"class"}},
  };
  for (const BadTable& table : tables) {
    SCOPED_TRACE(table.name);
    const Folder folder;
    folder.write("t.csv", table.text);
    std::vector<std::string> arguments = {"train", "t.csv", "--epochs", "2"};
    arguments.insert(arguments.end(), table.options.begin(), table.options.end());
    const Result result = run(arguments, {.folder = folder.path()});
    EXPECT_EQ(result.code, table.code) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(contains(result.err, "chainrule: error: "));
    for (const std::string& words : table.words)
      EXPECT_TRUE(contains(result.err, words));
    EXPECT_EQ(folder.names(), std::vector<std::string>{"t.csv"});
  }
}

TEST(BadFile, MissingAndFolderAreTold) {
  const Folder folder;
  const Result missing = run({"train", "nope.csv"}, {.folder = folder.path()});
  EXPECT_EQ(missing.code, 3);
  EXPECT_TRUE(contains(missing.err, "nope.csv"));
  const Result directory = run({"train", folder.path(), "-o", "m"}, {.folder = folder.path()});
  EXPECT_EQ(directory.code, 3);
  EXPECT_TRUE(contains(directory.err, "directory"));
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
}

TEST(BadFile, ABatchLargerThanTheDataIsAllOfThem) {
  const Folder folder;
  const Result result =
      run({"train", example("iris.csv"), "--batch-size", "100000", "--epochs", "1", "-o", folder / "m"});
  EXPECT_EQ(result.code, 0) << result.err;
  // Four fifths of 150 rows.
  EXPECT_TRUE(contains(result.err, "the batch size 100,000 is more than the 120 training rows"));
  ASSERT_EQ(
      run({"train", example("iris.csv"), "--batch-size", "all", "--epochs", "1", "-o", folder / "all"}).code,
      0);
  const auto parameters_in = [&](const std::string& name) {
    return load_model(real_file_system(), folder / name).parameters;
  };
  EXPECT_TRUE(parameters_in("m") == parameters_in("all"));
}

TEST(BadTraining, DivergenceStopsWithFiveAndSaysWhatToTry) {
  const Folder folder;
  const Result result = run({"train", example("diabetes.csv"), "--optimizer", "gradient_descent",
                             "--learning-rate", "1e12", "-o", folder / "m", "--report", folder / "r.html"});
  EXPECT_EQ(result.code, 5) << result.out << result.err;
  EXPECT_TRUE(contains(result.err, "learning rate") || contains(result.err, "--learning-rate"));
  EXPECT_TRUE(contains(result.err, "try:"));
  // The weights before the divergence are kept: at least the initial ones.
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"m", "r.html"}));
  EXPECT_TRUE(contains(result.err, "holds the initial weights")) << result.err;
  EXPECT_EQ(run({"predict", folder / "m", example("diabetes.csv")}).code, 0);
}

TEST(BadTraining, ADivergenceIsOutlivedWhenAsked) {
  const Folder folder;
  const Result result =
      run({"train", example("diabetes.csv"), "--optimizer", "gradient_descent", "--hidden", "none",
           "--learning-rate", "100", "--on-divergence", "halve", "-o", folder / "m"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "with the learning rate 50 instead of 100")) << result.err;
}

TEST(BadOutput, IsRefusedBeforeTraining) {
  const Folder folder;
  // A training would take very long: the refusal must come first.
  const std::vector<std::string> start = {
      "train", example("penguins.csv"), "--epochs", "100000000", "--patience", "0"};
  const auto refused = [&](const std::vector<std::string>& more, const std::string& words) {
    std::vector<std::string> arguments = start;
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = run(arguments, {.folder = folder.path()});
    EXPECT_EQ(result.code, 3) << result.err;
    EXPECT_TRUE(contains(result.err, words));
    EXPECT_EQ(result.err.find("epoch "), std::string::npos);
    EXPECT_EQ(folder.names(), std::vector<std::string>{});
  };
  refused({"-o", "no/such/folder/m.safetensors"}, "no/such/folder");
  refused({"-o", folder.path()}, "directory");
  refused({"--report", "no/such/r.html"}, "no/such");
  if (geteuid() != 0) refused({"-o", "/usr/m.safetensors"}, "/usr");
}

TEST(BadOutput, AFullDiskIsAnErrorAndLeavesNothing) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const Folder folder;
  const Result model =
      run({"train", example("iris.csv"), "--epochs", "1", "-o", "/dev/full"}, {.folder = folder.path()});
  EXPECT_EQ(model.code, 3) << model.out << model.err;
  EXPECT_TRUE(contains(model.err, "No space left"));
  // Each command that writes its result to standard output notices.
  const std::string data = example("penguins.csv");
  const std::vector<std::vector<std::string>> lines = {
      {"predict", penguins_model(), data},
      {"evaluate", penguins_model(), data},
      {"inspect", penguins_model()},
      {"data", "describe", data},
      {"data", "generate", "moons"},
      {"train", "--help"},
      {"--version"},
  };
  for (const std::vector<std::string>& words : lines) {
    SCOPED_TRACE(words[0]);
    const Result result = run(words, {.out_path = "/dev/full"});
    EXPECT_EQ(result.code, 3);
    EXPECT_TRUE(contains(result.err, "No space left"));
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
}

TEST(BadOutput, AllPartsOfASplitOrNone) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const Folder folder;
  const Result result =
      run({"data", "split", example("iris.csv"), "-o", "a.csv,/dev/full"}, {.folder = folder.path()});
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
}

TEST(BadOutput, AFileThatMayNotGrowIsAnErrorAndNoSignal) {
  const Folder folder;
  const Result result =
      run({"data", "generate", "moons", "--rows", "100000", "-o", folder / "m.csv"}, {.largest_file = 4096});
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
}

TEST(BadOutput, ANameThatPromisesGzipIsRefused) {
  const Folder folder;
  const std::string name = folder / "x.csv.gz";
  EXPECT_EQ(run({"data", "generate", "moons", "-o", name}).code, 2);
  EXPECT_EQ(run({"predict", penguins_model(), example("penguins.csv"), "-o", name}).code, 2);
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
}

TEST(BadOptions, ThoseThatWouldChangeNothingAreRefused) {
  const std::string data = example("penguins.csv");
  const std::vector<std::vector<std::string>> lines = {
      {"predict", penguins_model(), data, "--top", "2", "--probabilities"},
      {"data", "generate", "moons", "--classes", "3"},
      {"train", data, "--column", "year=category", "--column", "year=numeric"},
      {"train", example("diabetes.csv"), "--label-smoothing", "0.1"},
      {"train", data, "-o", ""},
      {"train", "-", "--validation", "-"},
  };
  for (const std::vector<std::string>& words : lines) {
    const Result result = run(words);
    EXPECT_EQ(result.code, 2) << words[0] << " " << words.back() << ": " << result.err;
  }
}

TEST(BadData, AModelFileIsNamedAsSuch) {
  const Result result = run({"data", "describe", penguins_model()});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "a model file (safetensors)"));
}

TEST(BadData, AFarRowIsLeftEmptyAndNoNotANumber) {
  const Folder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 40; ++i)
    text += "0.00" + std::to_string(i % 7) + "," + std::to_string(i % 7) + ".5\n";
  const std::string table = folder.write("t.csv", text);
  ASSERT_EQ(run({"train", table, "--outliers", "keep", "--epochs", "3", "-o", folder / "m"}).code, 0);
  // Scaled by the deviation of 0.002 this is near the largest float; sums of it are beyond.
  const std::string bad = folder.write("far.csv", "x,y\n0.001,1\n6e35,1\n");
  const Result answers = run({"predict", folder / "m", bad});
  EXPECT_EQ(answers.code, 0) << answers.err;
  EXPECT_TRUE(answers.out.ends_with("\n\n")) << "no prediction for the second row: " << answers.out;
  EXPECT_TRUE(contains(answers.err, "far.csv:3"));
  const Result strict = run({"predict", folder / "m", bad, "--strict"});
  EXPECT_EQ(strict.code, 3) << strict.out;
  EXPECT_TRUE(contains(strict.err, "far.csv:3"));
  const Result scored = run({"evaluate", folder / "m", bad});
  EXPECT_EQ(scored.code, 0) << scored.err;
  EXPECT_TRUE(contains(scored.err, "left out of the score (first: " + bad + ":3")) << scored.err;
  const Result trained = run({"train", table, "--outliers", "keep", "--validation", bad, "-o", folder / "n"});
  EXPECT_EQ(trained.code, 5) << trained.out;
  EXPECT_TRUE(contains(trained.err, "held-out rows"));
  EXPECT_EQ(run({"predict", folder / "n", table}).code, 0) << "the initial weights are finite";
}

TEST(BadModel, ExitsWithFour) {
  const Folder folder;
  const std::string whole = read_text(penguins_model());
  const std::string data = example("penguins.csv");
  const std::vector<std::pair<std::string, std::string>> files = {
      {"cut", whole.substr(0, whole.size() - 10)},
      {"cut in the header", whole.substr(0, 100)},
      {"eight bytes", whole.substr(0, 8)},
      {"empty", ""},
      {"longer", whole + "x"},
      {"a table", read_text(data)},
      {"a header without an end", std::string("\x00\x00\x10\0\0\0\0\0{", 9) + std::string(1 << 20, '[')},
      {"a header of 2^60 bytes", std::string("\0\0\0\0\0\0\0\x10{}", 10)},
  };
  for (const auto& [name, bytes] : files) {
    SCOPED_TRACE(name);
    const std::string model = folder.write("m.safetensors", bytes);
    for (const std::vector<std::string>& words : {std::vector<std::string>{"predict", model, data},
                                                  {"evaluate", model, data},
                                                  {"inspect", model},
                                                  {"gradcheck", model, data}}) {
      const Result result = run(words);
      EXPECT_EQ(result.code, 4) << words[0];
      EXPECT_EQ(result.out, "");
      EXPECT_TRUE(contains(result.err, "m.safetensors"));
    }
  }
  EXPECT_EQ(run({"inspect", folder / "none.safetensors"}).code, 4);
}

TEST(BadModel, WhatIsNoFileIsRefusedWithoutWaiting) {
  const Folder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string link = folder / "link.safetensors";
  std::filesystem::create_symlink("/dev/zero", link);
  for (const std::string& path : {pipe, link, std::string("/dev/zero"), folder.path().string()}) {
    SCOPED_TRACE(path);
    const Result result = run({"inspect", path});
    EXPECT_EQ(result.code, 4);
    EXPECT_TRUE(contains(result.err, path == folder.path() ? "a directory" : "a device or a pipe"));
  }
}

TEST(WideTable, FitsIntoAModelFile) {
  const Folder folder;
  std::string table;
  for (int row = 0; row < 12; ++row) {
    for (int column = 0; column < 6000; ++column)
      table +=
          (row == 0 ? "c" + std::to_string(column) : std::to_string((row * 7 + column * row) % 31)) + ",";
    table += row == 0 ? "y\n" : row % 2 == 0 ? "a\n" : "b\n";
  }
  folder.write("t.csv", table);
  const Result trained = run({"train", "t.csv", "--epochs", "1", "-o", "m"}, {.folder = folder.path()});
  EXPECT_EQ(trained.code, 0) << trained.err;
  const Result answers = run({"predict", "m", "t.csv"}, {.folder = folder.path()});
  EXPECT_EQ(answers.code, 0) << answers.err;
  EXPECT_EQ(lines_of(answers.out).size(), 12u);
}

TEST(BadModel, ItsProvenanceDoesNotSteerTheTerminal) {
  const Folder folder;
  Model model = load_model(real_file_system(), penguins_model());
  const std::string clear = "\x1b[2J\n";
  Provenance& from = model.provenance;
  for (std::string* const text : {&from.version, &from.data_name, &from.data_hash, &from.stop_reason})
    *text += clear;
  from.options = {{"seed" + clear, "1" + clear}};
  from.held_out = {{"accuracy" + clear, 1}};
  save_model(real_file_system(), folder / "m", model);
  const Result result = run({"inspect", folder / "m"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ((result.out + result.err).find('\x1b'), std::string::npos) << result.out;
  for (const std::string name : {"--seed", "held out accuracy", "version"})
    EXPECT_TRUE(contains(result.out, name));
  EXPECT_TRUE(contains(result.out, "--seed\\x1b[2J\\n"));
}

TEST(BadModel, DataThatDoesNotFitNamesTheColumn) {
  const Folder folder;
  const std::string data = folder.write(
      "t.csv",
      "islnd,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\nDream,1,2,3,4,male,2007\n");
  const Result result = run({"predict", penguins_model(), data});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "\"island\""));
  EXPECT_TRUE(contains(result.err, "\"islnd\""));
}

TEST(BadNames, CannotSteerTheTerminal) {
  // A class named by an escape sequence that would clear the screen.
  const Folder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i * 7 % 40) + ".5," + (i % 2 == 0 ? "a\n" : "\x1b[2Jb\n");
  const std::string data = folder.write("t.csv", text);
  const Result trained = run({"train", data, "--epochs", "2", "-o", folder / "m"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ((trained.out + trained.err).find('\x1b'), std::string::npos);
  const Result evaluated = run({"evaluate", folder / "m", data});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_EQ((evaluated.out + evaluated.err).find('\x1b'), std::string::npos);
  const Result inspected = run({"inspect", folder / "m"});
  EXPECT_EQ((inspected.out + inspected.err).find('\x1b'), std::string::npos);
  const Result described = run({"data", "describe", data});
  EXPECT_EQ((described.out + described.err).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace chainrule::cli_test
