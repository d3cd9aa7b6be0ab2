// Help, version and the messages for mistakes on the command line.
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

const std::vector<std::vector<std::string>> kCommands = {
    {},
    {"train"},
    {"predict"},
    {"evaluate"},
    {"cv"},
    {"tune"},
    {"inspect"},
    {"data"},
    {"data", "describe"},
    {"data", "split"},
    {"data", "generate"},
    {"gradcheck"},
    {"explain"},
    {"graph"},
    {"lesson"},
    {"bench"},
    {"bench", "train"},
    {"bench", "predict"},
    {"bench", "machine"},
    {"completion"},
};

TEST(Help, OfEveryCommandStartsWithExamplesAndExitsWithZero) {
  for (std::vector<std::string> words : kCommands) {
    std::string path = "chainrule";
    for (const std::string& word : words)
      path += " " + word;
    SCOPED_TRACE(path);
    words.emplace_back("--help");
    const Result result = run(words);
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.err, "");
    ASSERT_TRUE(result.out.starts_with("Examples:\n  chainrule "));
    EXPECT_TRUE(contains(result.out, "\nUsage: " + path));
    for (const std::string& line : lines_of(result.out)) {
      if (!line.starts_with("  chainrule ")) {
        EXPECT_LE(line.size(), 100u) << line;
      }
    }
  }
}

TEST(Help, ListsEveryCommandThatHasOne) {
  // A new command would be missing from the list above: the help must show the same commands.
  const std::string root = run({"--help"}).out;
  std::vector<std::string> found;
  bool inside = false;
  for (const std::string& line : lines_of(root)) {
    if (line == "Commands:") {
      inside = true;
    } else if (line.empty()) {
      inside = false;
    } else if (inside && line.size() > 2 && line[2] != ' ') {
      found.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  const std::vector<std::string> expected = {"train",   "predict", "evaluate",  "cv",      "tune",
                                             "inspect", "data",    "gradcheck", "explain", "graph",
                                             "lesson",  "bench",   "completion"};
  EXPECT_EQ(found, expected);
}

TEST(Help, ShowsDefaultsWordsAndEnvironment) {
  const std::string help = run({"train", "--help"}).out;
  EXPECT_TRUE(contains(help, "[by the effort; 64,32 without one]"));
  EXPECT_TRUE(contains(help, "leaky_relu"));
  EXPECT_TRUE(contains(help, "gradient_descent, momentum, nesterov, rmsprop,"));
  EXPECT_TRUE(contains(help, "CHAINRULE_THREADS"));
}

TEST(Help, OfEachCommandThatReadsTablesHasTheOptionsForReading) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"train"},
                                                                                     {"predict"},
                                                                                     {"evaluate"},
                                                                                     {"cv"},
                                                                                     {"tune"},
                                                                                     {"inspect"},
                                                                                     {"explain"},
                                                                                     {"gradcheck"},
                                                                                     {"data", "describe"},
                                                                                     {"data", "split"}}) {
    std::vector<std::string> arguments = words;
    arguments.emplace_back("--help");
    const std::string help = run(arguments).out;
    for (const std::string option : {"--delimiter", "--header", "--decimal", "--missing", "--lenient"})
      EXPECT_TRUE(contains(help, option)) << words.back();
  }
}

TEST(Help, WinsOverMistakesOnTheSameLine) {
  const Result result = run({"train", "--epohcs", "--help"});
  EXPECT_EQ(result.code, 0);
  EXPECT_TRUE(contains(result.out, "Usage: chainrule train"));
}

TEST(Help, CanBeAskedForWithHelpCommand) {
  EXPECT_EQ(run({"help", "train"}).out, run({"train", "--help"}).out);
}

TEST(Help, GoesToStandardErrorWhenNothingWasAskedFor) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{}, {"data"}}) {
    const Result result = run(words);
    EXPECT_EQ(result.code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(result.err.starts_with("Examples:"));
  }
}

TEST(Version, IsOneLine) {
  const Result result = run({"--version"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "chainrule " CHAINRULE_VERSION "\n");
  EXPECT_EQ(run({"-V"}).out, result.out);
}

struct Mistake {
  std::vector<std::string> arguments;
  std::string words;
};

// Mistakes of a user, and words of the message that names what was meant.
std::vector<Mistake> mistakes_about(const std::string& data) {
  return {
      {{"trian", "x.csv"}, "did you mean \"train\"?"},
      {{"data", "descibe", "x.csv"}, "did you mean \"describe\"?"},
      {{"train", data, "--epoch", "5"}, "did you mean --epochs?"},
      {{"train", data, "--learning_rate", "1"}, "did you mean --learning-rate?"},
      {{"train", data, "--bogus"}, "unknown option \"--bogus\""},
      {{"train", data, "-x"}, "unknown option \"-x\""},
      {{"--bogus"}, "unknown option \"--bogus\""},
      {{"train"}, "DATA is missing"},
      {{"predict", "model"}, "DATA is missing"},
      {{"train", data, "another.csv"}, "one argument too many: \"another.csv\""},
      {{"train", data, "--epochs"}, "--epochs needs a value"},
      {{"train", data, "--epochs", "--seed", "1"}, "--epochs needs a value"},
      {{"train", data, "--epochs="}, "--epochs needs a value"},
      {{"train", data, "--epochs", "0"}, "a whole number of at least 1"},
      {{"train", data, "--epochs", "ten"}, "not a whole number"},
      {{"train", data, "--epochs", "3", "--epochs", "4"}, "given more than once"},
      {{"train", data, "--optimizer", "adm"}, "did you mean \"adam\"?"},
      {{"train", data, "--activation", "relu,tahn"}, "did you mean \"tanh\"?"},
      {{"train", data, "--activation", "relu,tanh,relu"}, "the number of activations"},
      {{"train", data, "--activation", "step"}, "no gradient"},
      {{"train", data, "--hidden", "64;32"}, "not a whole number"},
      {{"train", data, "--learning-rate", "-1"}, "above 0"},
      {{"train", data, "--learning-rate", "nan"}, "not a number"},
      {{"train", data, "--dropout", "1"}, "below 1"},
      {{"train", data, "--validation", "1.5"}, "between 0 and 1"},
      {{"train", data, "--validation-labels", "x"}, "--validation FILE"},
      {{"train", data, "--time-budget", "5x"}, "30s, 5m, 1h"},
      {{"train", data, "--time-budget", "9999999999h"}, "at most 100000h"},
      {{"train", data, "--seed", "-1"}, "not a seed"},
      {{"train", data, "--threads", "0"}, "at least 1"},
      {{"train", data, "--threads", "99999"}, "at most 1024"},
      {{"train", data, "--vector", "neon"}, "auto, scalar, avx2, avx512"},
      {{"train", data, "--precision", "half"}, "float, double, bf16"},
      {{"train", data, "--matrix-unit", "portable"}, "--precision bf16"},
      {{"train", data, "--precision", "bf16", "--matrix-unit", "tpu"}, "auto, amx, portable"},
      {{"train", data, "--precision", "bf16", "--model", "rbf"}, "trained by descent"},
      {{"train", data, "--column", "species"}, "NAME=numeric or NAME=category"},
      {{"train", data, "--delimiter", "x"}, "cannot be a delimiter"},
      {{"train", data, "--momentum", "0.5"}, "--momentum would change nothing"},
      {{"train", data, "--huber-delta", "2"}, "--loss huber"},
      {{"train", data, "--hidden", "none", "--dropout", "0.5"}, "no hidden layer"},
      {{"train", data, "--reduction", "single", "--batch-size", "8"}, "--reduction single"},
      {{"train", data, "--class-weight", "setosa"}, "CLASS=WEIGHT"},
      {{"train", data, "--class-weight", "setsa=2"}, "did you mean \"setosa\"?"},
      {{"train", data, "--loss", "huber"}, "does not fit the task"},
      {{"train", data, "--target", "a", "--labels", "b"}, "both say what to learn"},
      {{"train", data, "-o", "-"}, "standard output"},
      {{"train", data, "-o", "x", "--report", "./x"}, "the same file"},
      {{"evaluate", "m", data, "--metric", "rmse", "--fail-under", "1"}, "lower is better"},
      {{"data", "split", data, "--fractions", "0.8,0.3", "-o", "a,b"}, "sum to more than 1"},
      {{"data", "split", data, "-o", "a"}, "the number of files"},
      {{"data", "split", data, "-o", "a,./a"}, "same file"},
      {{"data", "split", data, "-o", "a,b.gz"}, "written as plain"},
      {{"data", "generate", "moon"}, "did you mean \"moons\"?"},
      {{"bench"}, "nothing to measure"},
      {{"bench", "train", "--layers", "5"}, "inputs and outputs"},
      {{"bench", "train", "--dropout", "1"}, "--dropout"},
      {{"bench", "train", "--time", "25h"}, "at most 24h"},
      {{"bench", "train", "--matrix-unit", "portable"}, "--precision bf16"},
      {{"bench", "predict", "--precision", "bf16"}, "float or double"},
      {{"bench", "predict", "--layers", "5"}, "inputs and outputs"},
      {{"bench", "predict", "--rows", "0"}, "--rows"},
      {{"bench", "machine", "--layers", "5,3"}, "--layers"},
      {{"completion", "powershell"}, "bash, zsh, fish"},
  };
}

TEST(Usage, MistakesExitWithTwoAndNameWhatWasMeant) {
  const Folder folder;
  for (const Mistake& mistake : mistakes_about(example("iris.csv"))) {
    std::string line;
    for (const std::string& word : mistake.arguments)
      line += word + " ";
    SCOPED_TRACE(line);
    const Result result = run(mistake.arguments, {.folder = folder.path()});
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(result.err.starts_with("chainrule: error: ")) << result.err;
    EXPECT_TRUE(contains(result.err, mistake.words));
    EXPECT_EQ(folder.names(), std::vector<std::string>{});
  }
}

TEST(Usage, AValueMayStartWithAMinusSign) {
  // Here -999 is a word for a missing cell, not an option.
  const Folder folder;
  const std::string data = folder.write("t.csv", "x,y\n-999,a\n1,b\n2,a\n3,b\n");
  const Result result = run({"data", "describe", data, "--missing", "-999", "--json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "\"missing\": 1"));
}

}  // namespace
}  // namespace chainrule::cli_test
