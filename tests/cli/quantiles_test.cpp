// Several quantiles of one number in one network, from training to prediction; and the console block of
// docs/predictions.md.
#include <nlohmann/json.hpp>

#include "cli/console_blocks.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> training(const std::string& model, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {
      "train", example("diabetes.csv"), "--quantiles", "0.9,0.1,0.5", "--hidden", "8", "--epochs",
      "20",    "--batch-size",          "8",           "-o",          model};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

const std::string& diabetes_model() {
  static const Folder folder;
  static const std::string path = [] {
    const Result result = run(training(folder / "m.safetensors"));
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(contains(result.out, "d2_pinball")) << result.out;
    EXPECT_TRUE(contains(result.out, "at or below quantile 0.1")) << result.out;
    return folder / "m.safetensors";
  }();
  return path;
}

TEST(QuantilesOfTheCommandLine, ArePredictedInAscendingColumns) {
  const Result result = run({"predict", diabetes_model(), example("diabetes.csv")});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<std::string> lines = lines_of(result.out);
  ASSERT_GT(lines.size(), 400u);
  EXPECT_EQ(lines[0], "quantile 0.1 progression,quantile 0.5 progression,quantile 0.9 progression");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const Json cells = Json::parse("[" + lines[i] + "]");
    ASSERT_EQ(cells.size(), 3u) << lines[i];
    ASSERT_LE(cells[0], cells[1]);
    ASSERT_LE(cells[1], cells[2]);
  }
  EXPECT_EQ(run({"predict", diabetes_model(), example("diabetes.csv"), "--show", "2"}).code, 0);
}

TEST(QuantilesOfTheCommandLine, AreEvaluatedByThePinballLossAndTheirShares) {
  const Result text = run({"evaluate", diabetes_model(), example("diabetes.csv")});
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_TRUE(contains(text.out, "pinball_loss")) << text.out;
  EXPECT_TRUE(contains(text.out, "rows at or below")) << text.out;
  EXPECT_TRUE(contains(text.out, "mae")) << "of the median: " << text.out;
  const Result importance = run({"evaluate", diabetes_model(), example("diabetes.csv"), "--importance"});
  EXPECT_TRUE(contains(importance.out, "pinball loss rises by")) << importance.out;
  const Json document =
      Json::parse(run({"evaluate", diabetes_model(), example("diabetes.csv"), "--json"}).out);
  EXPECT_EQ(document.at("score").at("name"), "d2_pinball");
  const Json& metrics = document.at("metrics");
  ASSERT_EQ(metrics.at("per_quantile").size(), 3u);
  EXPECT_EQ(metrics.at("per_quantile")[0].at("quantile"), 0.1);
  EXPECT_NEAR(metrics.at("per_quantile")[0].at("coverage").get<double>(), 0.1, 0.08);
  EXPECT_NEAR(metrics.at("per_quantile")[2].at("coverage").get<double>(), 0.9, 0.08);
  const Result one = run({"evaluate", diabetes_model(), example("diabetes.csv"), "--metric", "pinball_loss"});
  EXPECT_EQ(Json::parse(one.out), metrics.at("pinball_loss"));
}

TEST(QuantilesOfTheCommandLine, WithoutTheMedianHaveNoMeanError) {
  const Folder folder;
  ASSERT_EQ(run(training(folder / "m", {"--quantiles", "0.05,0.95"})).code, 2) << "given twice";
  const Result trained = run({"train", example("diabetes.csv"), "--quantiles", "0.05,0.95", "--epochs", "5",
                              "--hidden", "8", "-o", folder / "m"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const Json metrics =
      Json::parse(run({"evaluate", folder / "m", example("diabetes.csv"), "--json"}).out).at("metrics");
  EXPECT_FALSE(metrics.contains("rmse"));
  EXPECT_TRUE(metrics.contains("d2_pinball"));
  const Result refused = run({"evaluate", folder / "m", example("diabetes.csv"), "--metric", "rmse"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(contains(refused.err, "a quantile model has no rmse")) << refused.err;
  EXPECT_TRUE(contains(refused.err, "pinball_loss")) << refused.err;
}

TEST(QuantilesOfTheCommandLine, AreInspectedCheckedAndExplained) {
  const Result text = run({"inspect", diabetes_model()});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_TRUE(contains(text.out, "the quantiles 0.1, 0.5, 0.9 of a number")) << text.out;
  const Json document = Json::parse(run({"inspect", diabetes_model(), "--json"}).out);
  EXPECT_EQ(document.at("target").at("quantiles"), Json({0.1, 0.5, 0.9}));
  const Result checked = run({"gradcheck", diabetes_model(), example("diabetes.csv")});
  EXPECT_EQ(checked.code, 0) << checked.err << checked.out;
  const Result explained = run({"explain", diabetes_model(), example("diabetes.csv"), "--rows", "1"});
  EXPECT_EQ(explained.code, 0) << explained.err;
  EXPECT_TRUE(contains(explained.out, "quantile")) << explained.out;
}

TEST(QuantilesOfTheCommandLine, TakeTheOtherWaysOfTraining) {
  const Folder folder;
  const Result trained =
      run(training(folder / "m", {"--checkpoint", folder / "c", "--report", folder / "r.html"}));
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(contains(read_text(folder / "r.html"), "Rows at or below it"));
  const Result crossed = run({"cv", example("diabetes.csv"), "--quantiles", "0.1,0.9", "--epochs", "2",
                              "--hidden", "4", "--folds", "3"});
  EXPECT_EQ(crossed.code, 0) << crossed.err;
  EXPECT_TRUE(contains(crossed.out, "d2_pinball")) << crossed.out;
  EXPECT_FALSE(contains(crossed.out, "rmse")) << crossed.out;
  const Result mixture = run({"train", example("diabetes.csv"), "--quantiles", "0.1,0.5,0.9", "--effort",
                              "quick", "--epochs", "3", "-o", folder / "mixture"});
  EXPECT_EQ(mixture.code, 0) << mixture.err;
  EXPECT_TRUE(contains(mixture.out, "networks that vote")) << mixture.out;
  EXPECT_TRUE(contains(mixture.out, "out of fold")) << mixture.out;
}

TEST(QuantilesOfTheCommandLine, WhatDoesNotFitIsRefusedByName) {
  const auto refusal = [](const std::vector<std::string>& arguments) {
    const Result result = run(arguments);
    EXPECT_EQ(result.code, 2) << result.err;
    return result.err;
  };
  const std::string data = example("diabetes.csv");
  EXPECT_TRUE(contains(refusal({"train", data, "--quantiles", "0.1,1"}), "--quantiles"));
  EXPECT_TRUE(contains(refusal({"train", data, "--quantiles", "0.5,0.5"}), "a quantile is given twice"));
  EXPECT_TRUE(contains(refusal({"train", data, "--quantiles", "0.1,0.9", "--loss", "huber"}),
                       "quantiles are learned by the loss quantile"));
  EXPECT_TRUE(
      contains(refusal({"train", data, "--quantiles", "0.1,0.9", "--loss", "quantile", "--quantile", "0.5"}),
               "--quantiles gives all of them"));
  EXPECT_TRUE(contains(refusal({"train", data, "--quantiles", "0.1,0.9", "--model", "rbf"}), "--quantiles"));
  EXPECT_TRUE(contains(refusal({"train", data, "--quantiles", "0.1,0.9", "--target", "bmi,progression"}),
                       "quantiles are those of one number"));
  EXPECT_TRUE(contains(refusal({"train", example("iris.csv"), "--quantiles", "0.1,0.9"}),
                       "the target is one of classes"));
  EXPECT_TRUE(
      contains(refusal({"predict", diabetes_model(), data, "--interval", "0.9"}), "leave --interval out"));
}

TEST(PredictionsPage, CommandsSayWhatStandsBelowThem) {
  const std::filesystem::path source = CHAINRULE_SOURCE_DIR;
  const std::vector<std::vector<ShownCommand>> blocks =
      console_blocks(read_text(source / "docs/predictions.md"));
  EXPECT_FALSE(blocks.empty());
  for (const std::vector<ShownCommand>& block : blocks)
    expect_block(block);
}

}  // namespace
}  // namespace chainrule::cli_test
