// What is made of predictions: metrics of probabilities, the threshold of two classes, prediction intervals.
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> training(const std::string& data, const std::string& model,
                                  const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"train",    example(data), "--hidden", "8",
                                        "--epochs", "10",          "-o",       model};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// A model of the two classes of pima.csv, made once for all tests of the process.
const std::string& pima_model() {
  static const Folder folder;
  static const std::string path = [] {
    const Result result = run(training("pima.csv", folder / "pima.safetensors"));
    EXPECT_EQ(result.code, 0) << result.err;
    return folder / "pima.safetensors";
  }();
  return path;
}

TEST(EvaluateProbabilities, TheirMetricsStandBesideTheOthers) {
  const Result text = run({"evaluate", pima_model(), example("pima.csv")});
  EXPECT_EQ(text.code, 0) << text.err;
  for (const char* const name : {"auc", "average_precision", "log_loss", "brier", "calibration_error"})
    EXPECT_TRUE(contains(text.out, name)) << text.out;
  const Result document = run({"evaluate", pima_model(), example("pima.csv"), "--json"});
  EXPECT_EQ(Json::parse(document.out).at("threshold"), 0.5);
  const Json metrics = Json::parse(document.out).at("metrics");
  for (const char* const name : {"auc", "average_precision", "log_loss", "brier", "calibration_error"}) {
    EXPECT_GT(metrics.at(name), 0) << name;
    EXPECT_LT(metrics.at(name), 1) << name;
  }
  // The loss of the training is the log loss, but for the rounding of its terms.
  EXPECT_NEAR(metrics.at("log_loss").get<double>(), metrics.at("loss").get<double>(), 1e-5);
  const Result one = run({"evaluate", pima_model(), example("pima.csv"), "--metric", "auc", "--json"});
  EXPECT_EQ(Json::parse(one.out).at("score").at("value"), metrics.at("auc"));
  EXPECT_EQ(run({"evaluate", pima_model(), example("pima.csv"), "--metric", "auc", "--fail-under", "1"}).code,
            1);
  const Result lower =
      run({"evaluate", pima_model(), example("pima.csv"), "--metric", "brier", "--fail-under", "0.1"});
  EXPECT_EQ(lower.code, 2);
}

TEST(EvaluateProbabilities, AnAreaOfOneClassIsNoNumber) {
  const Folder folder;
  std::vector<std::string> lines = lines_of(read_text(example("pima.csv")));
  std::string text = lines.front() + "\n";
  const std::string last = lines.back();
  const std::string truth = last.substr(last.rfind(',') + 1);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].substr(lines[i].rfind(',') + 1) == truth) text += lines[i] + "\n";
  }
  const std::string data = folder.write("one.csv", text);
  const Result result = run({"evaluate", pima_model(), data, "--json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(Json::parse(result.out).at("metrics").at("auc").is_null());
  EXPECT_TRUE(contains(result.out, "auc is not defined where all rows are of one class"));
  EXPECT_FALSE(contains(run({"evaluate", pima_model(), data}).out, " auc "));
  const Result alone = run({"evaluate", pima_model(), data, "--metric", "auc"});
  EXPECT_EQ(alone.code, 3);
  EXPECT_TRUE(contains(alone.err, "auc is not defined for these rows")) << alone.err;
}

TEST(EvaluateProbabilities, APerceptronHasNone) {
  const Folder folder;
  ASSERT_EQ(
      run({"train", example("pima.csv"), "--model", "perceptron", "--epochs", "3", "-o", folder / "p"}).code,
      0);
  const Result refused = run({"evaluate", folder / "p", example("pima.csv"), "--metric", "auc"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(contains(refused.err, "a perceptron model has no auc")) << refused.err;
  EXPECT_FALSE(contains(run({"evaluate", folder / "p", example("pima.csv")}).out, "log_loss"));
  const Result threshold = run({"predict", folder / "p", example("pima.csv"), "--threshold", "0.3"});
  EXPECT_EQ(threshold.code, 2);
  EXPECT_TRUE(contains(threshold.err, "a perceptron says yes or no")) << threshold.err;
}

TEST(Threshold, IsChosenOnTheHeldOutRowsAndTheTextSaysSo) {
  const Folder folder;
  const Result trained =
      run(training("pima.csv", folder / "m", {"--optimise", "f1", "--report", folder / "r.html"}));
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(contains(trained.out, "and the threshold")) << trained.out;
  EXPECT_TRUE(contains(trained.out, "with the threshold 0."));
  EXPECT_TRUE(contains(trained.err, "These rows chose it")) << trained.err;
  EXPECT_TRUE(contains(read_text(folder / "r.html"), "These rows chose it"));
  EXPECT_TRUE(contains(read_text(folder / "r.html"), "<dt>Threshold</dt>"));
  const Result inspected = run({"inspect", folder / "m"});
  EXPECT_TRUE(contains(inspected.out, "\nthreshold 0.")) << inspected.out;
  EXPECT_TRUE(contains(inspected.out, "--optimise")) << inspected.out;

  const double threshold =
      Json::parse(run({"inspect", folder / "m", "--json"}).out).at("target").at("threshold");
  EXPECT_GT(threshold, 0);
  EXPECT_LT(threshold, 0.5);
  // Predictions obey it, and --threshold takes its place.
  const auto count_of_yes = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"predict", folder / "m", example("pima.csv"), "--probabilities"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const std::vector<std::string> lines = lines_of(run(arguments).out);
    std::map<std::string, int> counts;
    for (std::size_t i = 1; i < lines.size(); ++i)
      ++counts[lines[i].substr(0, lines[i].find(','))];
    return counts.rbegin()->second;  // of the class that is last in the alphabet
  };
  const int chosen = count_of_yes({}), usual = count_of_yes({"--threshold", "0.5"});
  EXPECT_GT(chosen, usual);
  const auto recall = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"evaluate", folder / "m", example("pima.csv"), "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Json::parse(run(arguments).out).at("metrics").at("per_class").at(1).at("recall").get<double>();
  };
  EXPECT_GT(recall({}), recall({"--threshold", "0.5"}));
}

TEST(Threshold, RefusalsNameTheOption) {
  const Folder folder;
  const auto refusal = [&](const std::vector<std::string>& arguments) {
    const Result result = run(arguments, {.folder = folder.path()});
    EXPECT_EQ(result.code, 2) << result.err;
    return result.err;
  };
  EXPECT_TRUE(contains(refusal({"predict", penguins_model(), example("penguins.csv"), "--threshold", "0.3"}),
                       "at:       --threshold"));
  EXPECT_TRUE(contains(refusal(training("iris.csv", "m", {"--threshold", "0.3"})), "task classes"));
  EXPECT_TRUE(contains(refusal(training("diabetes.csv", "m", {"--optimise", "mcc"})), "task regression"));
  EXPECT_TRUE(contains(refusal(training("pima.csv", "m", {"--optimise", "f1", "--validation", "none"})),
                       "--validation 0.2"));
  EXPECT_TRUE(contains(refusal(training("pima.csv", "m", {"--costs", "1,5"})), "--optimise cost"));
  EXPECT_TRUE(contains(refusal(training("pima.csv", "m", {"--optimise", "cost", "--costs", "1"})),
                       "there are two kinds of mistakes"));
  EXPECT_TRUE(contains(refusal(training("pima.csv", "m", {"--optimise", "f1", "--threshold", "0.5"})),
                       "--threshold gives the threshold itself"));
  EXPECT_EQ(folder.names(), std::vector<std::string>());
}

// Columns of a table that the model never saw: x alone decides.
std::string rows_of_one_column(int first, int end) {
  std::string text = "x,day,colour,y\n";
  for (int r = first; r < end; ++r) {
    const int x = r * 37 % 101;
    text += std::to_string(x) + "," + std::to_string(r * 59 % 31) + "," + (r * 7 % 5 < 2 ? "red," : "blue,") +
            (x < 50 ? "low\n" : "high\n");
  }
  return text;
}

TEST(EvaluateImportance, ListsTheColumnsWithTheMostImportantFirst) {
  const Folder folder;
  const std::string data = folder.write("t.csv", rows_of_one_column(0, 300));
  const std::string others = folder.write("n.csv", rows_of_one_column(1000, 1200));
  ASSERT_EQ(run({"train", data, "--target", "y", "--hidden", "8", "--epochs", "60", "--members", "1",
                 "--learning-rate", "0.02", "-o", folder / "m"})
                .code,
            0);
  const Result text = run({"evaluate", folder / "m", others, "--importance"});
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_TRUE(contains(text.out, "importance of columns: how much the loss")) << text.out;
  EXPECT_TRUE(contains(text.out, "accuracy falls by"));
  EXPECT_LT(text.out.rfind("\nx "), text.out.rfind("\nday "));
  EXPECT_LT(text.out.rfind("\nx "), text.out.rfind("\ncolour "));
  EXPECT_FALSE(contains(run({"evaluate", folder / "m", others}).out, "importance"));

  const Result document = run({"evaluate", folder / "m", others, "--importance", "--json"});
  const Json importance = Json::parse(document.out).at("importance");
  EXPECT_EQ(importance.at("rows"), 200);
  EXPECT_EQ(importance.at("shuffles"), 5);
  ASSERT_EQ(importance.at("columns").size(), 3u);
  EXPECT_EQ(importance.at("columns")[0].at("column"), "x");
  EXPECT_TRUE(importance.at("columns")[0].at("beyond_chance"));
  EXPECT_GT(importance.at("columns")[0].at("error_rise"), 0.3);
  EXPECT_EQ(run({"evaluate", folder / "m", others, "--importance", "--json", "--threads", "1"}).out,
            document.out);
  EXPECT_TRUE(contains(run({"evaluate", folder / "m", data, "--importance"}).err,
                       "the importance of columns shows what the model uses"));
  const Result both = run({"evaluate", folder / "m", others, "--importance", "--metric", "accuracy"});
  EXPECT_EQ(both.code, 2);
  EXPECT_TRUE(contains(both.err, "--metric prints a single number")) << both.err;
}

// The page of the default training, which is a mixture: measured out of fold.
TEST(TrainReport, SaysWhy) {
  const Folder folder;
  const std::string data = folder.write("t.csv", rows_of_one_column(0, 300));
  const std::string page = folder / "r.html";
  ASSERT_EQ(run({"train", data, "--target", "y", "--effort", "quick", "--members", "3", "--epochs", "20",
                 "--report", page, "-o", folder / "m"})
                .code,
            0);
  const std::string text = read_text(page);
  for (const char* const part :
       {"How far its probabilities can be trusted (300 rows, out of fold)",
        "The rows predicted worst (300 rows, out of fold)", "Lines are those of t.csv.",
        "Which columns matter", "each row is predicted by the networks that were not trained on it",
        "Who votes: "})
    EXPECT_TRUE(contains(text, part)) << part;
  // The model is the same as without a report.
  ASSERT_EQ(run({"train", data, "--target", "y", "--effort", "quick", "--members", "3", "--epochs", "20",
                 "-o", folder / "n"})
                .code,
            0);
  EXPECT_EQ(read_text(folder / "m"), read_text(folder / "n"));
}

TEST(PredictInterval, AddsTwoColumns) {
  const Folder folder;
  ASSERT_EQ(run(training("diabetes.csv", folder / "m")).code, 0);
  const Result predicted = run({"predict", folder / "m", example("diabetes.csv"), "--interval", "0.9"});
  ASSERT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_EQ(lines_of(predicted.out).front(), "progression,low progression,high progression");
  EXPECT_EQ(lines_of(predicted.out).size(), 443u);
  EXPECT_TRUE(contains(run({"inspect", folder / "m"}).out, "intervals from the errors of 88 rows"));
  const Result narrow = run({"predict", folder / "m", example("diabetes.csv"), "--interval", "0.999"});
  EXPECT_EQ(narrow.code, 2);
  EXPECT_EQ(narrow.out, "");
  EXPECT_TRUE(contains(narrow.err, "999 held-out rows for 0.999")) << narrow.err;

  ASSERT_EQ(run(training("diabetes.csv", folder / "n", {"--validation", "none"})).code, 0);
  const Result none = run({"predict", folder / "n", example("diabetes.csv"), "--interval", "0.9"});
  EXPECT_EQ(none.code, 2);
  EXPECT_TRUE(contains(none.err, "train --validation 0.2")) << none.err;
  const Result classes = run({"predict", penguins_model(), example("penguins.csv"), "--interval", "0.9"});
  EXPECT_EQ(classes.code, 2);
  EXPECT_TRUE(contains(classes.err, "an interval is for the prediction of a number")) << classes.err;
}

}  // namespace
}  // namespace chainrule::cli_test
