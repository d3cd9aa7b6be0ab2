// Classes in an order and probabilities as targets, from training to prediction.
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

const Folder& folder() {
  static const Folder one;
  return one;
}

// A grade that grows with x, and probabilities of three classes.
std::string table() {
  static const std::string path = [] {
    std::string text = "x,z,grade,p_cat,p_dog,p_bird\n";
    const std::vector<std::string> grades = {"low", "medium", "high"};
    const std::vector<std::string> shares = {"0.7,0.2,0.1", "0.2,0.7,0.1", "0.25,0.25,0.5"};
    for (int row = 0; row < 120; ++row) {
      const int x = row * 37 % 120, which = x / 40;
      text += std::to_string(x / 2) + "," + std::to_string(row * 7 % 11) + "," +
              grades[static_cast<std::size_t>(which)] + "," + shares[static_cast<std::size_t>(which)] + "\n";
    }
    write_text(folder() / "t.csv", text);
    return folder() / "t.csv";
  }();
  return path;
}

Result train(const std::string& model, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"train", table(),           "--hidden", "8",  "--epochs",
                                        "100",   "--learning-rate", "0.05",     "-o", folder() / model};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(arguments);
}

const std::string& ordered_model() {
  static const std::string path = [] {
    const Result result = train("ordered", {"--target", "grade", "--ignore", "p_cat,p_dog,p_bird",
                                            "--class-order", "low,medium,high"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(contains(result.out, "one of 3 classes in this order: low, medium and high")) << result.out;
    EXPECT_TRUE(contains(result.out, "off by ")) << result.out;
    return folder() / "ordered";
  }();
  return path;
}

const std::string& soft_model() {
  static const std::string path = [] {
    const Result result =
        train("soft", {"--target", "p_cat,p_dog,p_bird", "--soft-labels", "--ignore", "grade"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(contains(result.out, "the probabilities of 3 classes: p_cat, p_dog and p_bird"))
        << result.out;
    EXPECT_TRUE(contains(result.out, "mean probabilities")) << result.out;
    return folder() / "soft";
  }();
  return path;
}

TEST(OrderedClassesOfTheCommandLine, ArePredictedAsOtherClasses) {
  const Result result = run({"predict", ordered_model(), table(), "--probabilities"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<std::string> lines = lines_of(result.out);
  EXPECT_EQ(lines[0], "grade,probability low,probability medium,probability high");
  EXPECT_EQ(lines[1].substr(0, 4), "low,");
  EXPECT_EQ(run({"predict", ordered_model(), table(), "--top", "2"}).code, 0);
  EXPECT_EQ(run({"predict", ordered_model(), table(), "--show", "2"}).code, 0);
}

TEST(OrderedClassesOfTheCommandLine, AreEvaluatedByTheirDistance) {
  const Result text = run({"evaluate", ordered_model(), table()});
  EXPECT_TRUE(contains(text.out, "class_distance")) << text.out;
  const Json metrics = Json::parse(run({"evaluate", ordered_model(), table(), "--json"}).out).at("metrics");
  EXPECT_EQ(metrics.at("task"), "ordinal");
  const Json& confusion = metrics.at("confusion");
  double distance = 0;
  for (std::size_t t = 0; t < 3; ++t) {
    for (std::size_t p = 0; p < 3; ++p)
      distance += confusion[t][p].get<double>() * static_cast<double>(t < p ? p - t : t - p);
  }
  EXPECT_NEAR(metrics.at("class_distance").get<double>(), distance / 120, 1e-12);
  EXPECT_EQ(run({"evaluate", ordered_model(), table(), "--metric", "class_distance"}).code, 0);
  EXPECT_EQ(run({"evaluate", ordered_model(), table(), "--importance"}).code, 0);
}

TEST(OrderedClassesOfTheCommandLine, AreInspectedExplainedCheckedAndReported) {
  EXPECT_TRUE(contains(run({"inspect", ordered_model()}).out, "in this order"));
  EXPECT_EQ(Json::parse(run({"inspect", ordered_model(), "--json"}).out).at("target").at("classes").size(),
            3u);
  EXPECT_EQ(run({"gradcheck", ordered_model(), table(), "--parameters", "20"}).code, 0);
  EXPECT_EQ(run({"explain", ordered_model(), table(), "--rows", "1"}).code, 0);
  const Result report = train(
      "reported", {"--target", "grade", "--class-order", "low,medium,high", "--report", folder() / "r.html"});
  ASSERT_EQ(report.code, 0) << report.err;
  const std::string page = read_text(folder() / "r.html");
  EXPECT_TRUE(contains(page, "The classes have an order"));
  EXPECT_TRUE(contains(page, "above low"));
}

TEST(OrderedClassesOfTheCommandLine, AreCrossValidated) {
  const Result result = run({"cv", table(), "--target", "grade", "--class-order", "low,medium,high",
                             "--folds", "3", "--epochs", "5", "--hidden", "4", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "class_distance"));
}

TEST(SoftLabelsOfTheCommandLine, ArePredictedAsClassAndProbabilities) {
  const Result result = run({"predict", soft_model(), table(), "--probabilities"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<std::string> lines = lines_of(result.out);
  EXPECT_EQ(lines[0], "class,probability p_cat,probability p_dog,probability p_bird");
  EXPECT_EQ(lines[1].substr(0, 6), "p_cat,");
  EXPECT_TRUE(contains(run({"predict", soft_model(), table(), "--passthrough"}).out, "p_bird,class\n"));
}

TEST(SoftLabelsOfTheCommandLine, AreEvaluatedByTheirCrossEntropy) {
  const Json metrics = Json::parse(run({"evaluate", soft_model(), table(), "--json"}).out).at("metrics");
  EXPECT_NEAR(metrics.at("log_loss").get<double>(), metrics.at("loss").get<double>(), 1e-5);
  EXPECT_GT(metrics.at("log_loss").get<double>(), 0.7) << "the entropy of the targets";
  EXPECT_FALSE(metrics.contains("auc"));
  const Result refused = run({"evaluate", soft_model(), table(), "--metric", "auc"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(run({"inspect", soft_model()}).code, 0);
  EXPECT_EQ(run({"gradcheck", soft_model(), table(), "--parameters", "20"}).code, 0);
  EXPECT_EQ(run({"explain", soft_model(), table(), "--rows", "1"}).code, 0);
}

TEST(SoftLabelsOfTheCommandLine, AreCrossValidatedAndReported) {
  const std::vector<std::string> targets = {"--target", "p_cat,p_dog,p_bird", "--soft-labels"};
  const Result cv = run(
      {"cv", table(), targets[0], targets[1], targets[2], "--folds", "3", "--epochs", "5", "--hidden", "4"});
  EXPECT_EQ(cv.code, 0) << cv.err;
  const Result report =
      train("reported", {targets[0], targets[1], targets[2], "--report", folder() / "s.html"});
  ASSERT_EQ(report.code, 0) << report.err;
  EXPECT_TRUE(contains(read_text(folder() / "s.html"), "The network distinguishes the 3 classes (p_cat"));
}

TEST(TargetsOfTheCommandLine, ThatMakeNoSenseAreRefused) {
  const auto refusal = [](const std::vector<std::string>& more, int code) {
    const Result result = train("refused", more);
    EXPECT_EQ(result.code, code) << result.err;
    return result.err;
  };
  EXPECT_TRUE(contains(refusal({"--target", "grade", "--class-order", "low,high,best"}, 3),
                       "not in the order of the classes"));
  EXPECT_TRUE(
      contains(refusal({"--target", "grade", "--class-order", "low,high"}, 2), "leave --class-order out"));
  EXPECT_TRUE(contains(refusal({"--target", "grade", "--task", "ordinal"}, 2), "--class-order A,B,C"));
  EXPECT_TRUE(contains(refusal({"--target", "p_cat,p_dog", "--soft-labels"}, 3), "do not add up to 1"));
  EXPECT_TRUE(contains(refusal({"--target", "x", "--soft-labels"}, 3), "not a probability"));
  EXPECT_TRUE(contains(refusal({"--target", "p_cat,p_dog,p_bird", "--soft-labels", "--task", "classes"}, 2),
                       "--task"));
  EXPECT_TRUE(
      contains(refusal({"--target", "p_cat,p_dog,p_bird", "--soft-labels", "--class-weight", "balanced"}, 2),
               "--class-weight"));
}

}  // namespace
}  // namespace chainrule::cli_test
