// `chainrule cv`: what it prints, what it refuses, and that it writes nothing.
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> penguins_cv(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {
      "cv", example("penguins.csv"), "--target", "species", "--hidden", "8", "--epochs", "80"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(CrossValidationCommand, PrintsTheScoreWithItsErrorAndWritesNothing) {
  const Folder folder;
  const Result result = run(penguins_cv({"--folds", "4"}), {.folder = folder.path()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "4 folds; each model is trained on 258 rows and scored on 86"));
  EXPECT_TRUE(contains(result.out, "accuracy 0.9"));
  EXPECT_TRUE(contains(result.out, ", standard error 0.0"));
  EXPECT_TRUE(contains(result.out, "always predicting the majority class: 0.44"));
  EXPECT_TRUE(contains(result.err, "training 4/4"));
  EXPECT_TRUE(folder.names().empty());
}

TEST(CrossValidationCommand, HasTheSameBytesOnAnyNumberOfThreads) {
  const Result one = run(penguins_cv({"--json", "--threads", "1", "--quiet", "--learning-curve"}));
  const Result three = run(penguins_cv({"--json", "--threads", "3", "--quiet", "--learning-curve"}));
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.out, three.out);
  const Json json = Json::parse(one.out);
  EXPECT_EQ(json["scores"].size(), 5u);
  EXPECT_EQ(json["learning_curve"]["points"].size(), 5u);
  double sum = 0;
  for (const Json& score : json["scores"])
    sum += score["metrics"]["accuracy"].get<double>() / 5;
  EXPECT_NEAR(sum, json["metrics"]["accuracy"]["mean"].get<double>(), 1e-12);
}

TEST(CrossValidationCommand, ComparesASettingOnTheSameFolds) {
  const Result result = run(penguins_cv({"--against", "--learning-rate 0.000001 --hidden '4,4'"}));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "the other setting is better in 0 of 5 folds"));
  EXPECT_TRUE(contains(result.out, "the first setting is better"));
}

TEST(CrossValidationCommand, RefusesWhatItCannotDo) {
  const struct {
    std::vector<std::string> more;
    int code;
    std::string words;
  } cases[] = {
      {{"--folds", "1"}, 2, "at least 2"},
      {{"--folds", "1000"}, 3, "more folds than"},
      {{"--against", "--hiden 8"}, 2, "did you mean \"hidden\"?"},
      {{"--against", "--target island"}, 2, "all trainings share this option"},
      {{"--against", "hidden 8"}, 2, "not an option"},
      {{"--against=--hidden"}, 2, "--hidden needs a value"},
      {{"--against", "--hidden eight"}, 2, "--hidden in --against"},
      {{"--against", "--momentum 0.5"}, 2, "--momentum would change nothing"},
      {{"-o", "m"}, 2, "unknown option \"-o\""},
  };
  for (const auto& one : cases) {
    const Result result = run(penguins_cv(one.more));
    EXPECT_EQ(result.code, one.code) << result.err;
    EXPECT_TRUE(contains(result.err, one.words));
    EXPECT_EQ(result.out, "");
  }
}

TEST(CrossValidationCommand, ABagIsAMixture) {
  const Result result = run({"bag", example("penguins.csv")});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "train DATA --members"));
}

}  // namespace
}  // namespace chainrule::cli_test
