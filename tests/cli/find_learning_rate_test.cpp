// `chainrule train --find-learning-rate`: a measurement that writes no model.
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> search(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {
      "train",    example("penguins.csv"), "--target", "species", "--preset",
      "textbook", "--find-learning-rate"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(FindLearningRate, PrintsARateWithTheCommandThatTrainsWithItAndWritesNothing) {
  const Folder folder;
  const Result result = run(search({"--hidden", "8"}), {.folder = folder.path()});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(folder.names().empty());
  EXPECT_TRUE(contains(result.out, "a tenth of the rate with the lowest loss")) << result.out;
  EXPECT_TRUE(contains(result.out, "┴ suggested rate"));
  const std::size_t at = result.out.find("Next:\n  ");
  ASSERT_NE(at, std::string::npos) << result.out;
  const std::string command = result.out.substr(at + 8, result.out.find('\n', at + 8) - at - 8);
  EXPECT_TRUE(contains(command, " train " + example("penguins.csv") +
                                    " --target species --preset textbook --hidden 8 --learning-rate 0."))
      << command;
  const Result training = run({}, {.folder = folder.path(), .shell_line = command + " --epochs 5 --json"});
  EXPECT_EQ(training.code, 0) << training.err;
  EXPECT_TRUE(Json::parse(training.out)["options"].contains("learning-rate"));
}

TEST(FindLearningRate, HasItsPointsInTheDocumentTheSameOnAnyNumberOfThreads) {
  const Result one = run(search({"--json", "--quiet", "--threads", "1"}));
  const Result three = run(search({"--json", "--quiet", "--threads", "3"}));
  ASSERT_EQ(one.code, 0) << one.err;
  const Json json = Json::parse(one.out), other = Json::parse(three.out);
  EXPECT_EQ(json["points"], other["points"]);
  EXPECT_EQ(json["learning_rate"], other["learning_rate"]);
  EXPECT_GT(json["points"].size(), 100u);
  EXPECT_EQ(json["points"][0]["learning_rate"], 1e-6);
  EXPECT_GT(json["learning_rate"].get<double>(), 1e-4);
  EXPECT_LT(json["learning_rate"].get<double>(), 1);
  EXPECT_EQ(json["optimizer"], "adam");
}

TEST(FindLearningRate, WritesAReportIfThereIsToBeOne) {
  const Folder folder;
  const Result result = run(search({"--report", folder / "rate.html"}));
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(folder.names(), std::vector<std::string>{"rate.html"});
  EXPECT_TRUE(contains(read_text(folder / "rate.html"), "Loss over the learning rate"));
}

TEST(FindLearningRate, RefusesWhatHasNoUseForIt) {
  const struct {
    std::vector<std::string> more;
    std::string words;
  } cases[] = {
      {{"-o", "m"}, "--output would change nothing: --find-learning-rate is a measurement"},
      {{"--learning-rate", "0.1"}, "--find-learning-rate searches it"},
      {{"--checkpoint", "d"}, "writes no model"},
      {{"--optimizer", "lbfgs"}, "has no learning rate to search"},
      {{"--model", "perceptron"}, "trained by descent alone"},
      {{"--model", "rbf"}, "trained by descent alone"},
      {{"--report", "-"}, "cannot go to standard output"},
  };
  const Folder folder;
  for (const auto& one : cases) {
    const Result result = run(search(one.more), {.folder = folder.path()});
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_TRUE(contains(result.err, one.words)) << result.err;
    EXPECT_EQ(result.out, "");
  }
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace chainrule::cli_test
