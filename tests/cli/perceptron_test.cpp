// `chainrule train --model perceptron` and every command that takes such a model, as a user runs them.
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

TEST(PerceptronCommand, TrainsPredictsEvaluatesAndInspects) {
  const Folder folder;
  const std::string model = folder / "p.safetensors", data = example("penguins.csv");
  const Result trained = run({"train", data, "--target", "species", "--model", "perceptron", "-o", model});
  ASSERT_EQ(trained.code, 0) << trained.err;
  for (const char* const words :
       {"the perceptron rule (plain), learning rate 0.1, row by row", "corrections"})
    EXPECT_TRUE(contains(trained.err, words));
  EXPECT_TRUE(contains(trained.out, "correctly for a whole epoch"));
  const Result predicted = run({"predict", model, data, "--quiet"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_EQ(lines_of(predicted.out).size(), 345u);
  const Result shown = run({"predict", model, data, "--show", "2"});
  EXPECT_TRUE(contains(shown.out, "-> Adelie\n"));  // no probability
  const Json evaluated = Json::parse(run({"evaluate", model, data, "--json"}).out);
  EXPECT_GT(evaluated["metrics"]["accuracy"].get<double>(), 0.95);
  const Result inspected = run({"inspect", model});
  for (const char* const words :
       {"Hyperplanes", "Gentoo: ", "bill_depth_mm", "The class with the largest sum", "loss perceptron",
        "ended by all_right", "--model", "perceptron"})
    EXPECT_TRUE(contains(inspected.out, words));
}

TEST(PerceptronCommand, ExclusiveOrEndsWithAProof) {
  const Folder folder;
  const std::string data = folder.write("xor.csv", run({"data", "generate", "xor_gate"}).out);
  const std::vector<std::string> command = {
      "train", data, "--model", "perceptron", "-o", folder / "x.safetensors", "--validation", "none"};
  const Result result = run(command);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "no hyperplane separates 1 from 0, proven"));
  EXPECT_TRUE(contains(result.out, "it is proven that no"));
  std::vector<std::string> arguments = command;
  arguments.insert(arguments.end(), {"--json", "--quiet", "--row-order", "given"});
  const Json json = Json::parse(run(arguments).out);
  EXPECT_EQ(json["stop_reason"], "not_separable");
  const Json& unit = json["perceptron"]["units"][0];
  EXPECT_EQ(unit["tells"], "1 from 0");
  EXPECT_EQ(unit["verdict"], "not_separable");
  EXPECT_EQ(unit["proof"], "exact");
  EXPECT_EQ(unit["evidence"], "repeated_weights");
  EXPECT_EQ(unit["rows_in_proof"], 4);
  EXPECT_GT(json["perceptron"]["corrections"].get<int>(), 0);
  EXPECT_EQ(json["history"][0]["corrections"].is_number(), true);
  EXPECT_FALSE(json["history"][0].contains("gradient_norm"));

  arguments = command;
  arguments.insert(arguments.end(), {"--variant", "pocket", "--json", "--quiet"});
  EXPECT_EQ(Json::parse(run(arguments).out)["training"]["accuracy"],
            0.75);  // three of four is the best possible
}

TEST(PerceptronCommand, TheSameSeedGivesTheSameFileOnAnyThreads) {
  const Folder folder;
  for (const char* const variant : {"plain", "pocket", "averaged"}) {
    std::vector<std::string> files;
    for (const char* const threads : {"1", "3"}) {
      const std::string model = folder / (std::string(variant) + threads + ".safetensors");
      const Result result = run({"train", example("iris.csv"), "--model", "perceptron", "--variant", variant,
                                 "--epochs", "30", "--threads", threads, "-o", model, "--quiet"});
      ASSERT_EQ(result.code, 0) << result.err;
      files.push_back(read_text(model));
    }
    EXPECT_EQ(files[0], files[1]) << variant;
    EXPECT_TRUE(contains(files[0], "\\\"sign\\\""));
  }
}

TEST(PerceptronCommand, ReportsLikeAnyOther) {
  const Folder folder;
  const Result result =
      run({"train", example("iris.csv"), "--model", "perceptron", "--sign-of-zero", "minus", "--epochs", "20",
           "-o", folder / "i.safetensors", "--report", folder / "i.html"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(read_text(folder / "i.html"), "</html>"));
}

TEST(PerceptronCommand, MistakesAreTold) {
  const Folder folder;
  const std::string iris = example("iris.csv");
  const auto refused = [&](std::vector<std::string> arguments, const std::string& words) {
    arguments.insert(arguments.end(), {"-o", folder / "m.safetensors", "--quiet"});
    const Result result = run(arguments);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(contains(result.err, words));
  };
  refused({"train", iris, "--model", "perceptrn"}, "did you mean \"perceptron\"?");
  refused({"train", example("diabetes.csv"), "--model", "perceptron"}, "the target is a number");
  for (const char* const option : {"--hidden", "--batch-size", "--patience", "--l2", "--clip-norm"})
    refused({"train", iris, "--model", "perceptron", option, "3"},
            std::string(option) + " would change nothing");
  refused({"train", iris, "--model", "perceptron", "--optimizer", "adam"},
          "--optimizer would change nothing");
  refused({"train", iris, "--variant", "pocket"}, "it belongs to --model perceptron");
  refused({"train", iris, "--sign-of-zero", "zero"}, "it belongs to --model perceptron");
  refused({"train", iris, "--loss", "perceptron"}, "the perceptron loss belongs to a perceptron");
  refused({"train", iris, "--model", "perceptron", "--learning-rate", "2"}, "above 0, at most 1");
  EXPECT_EQ(folder.names(), std::vector<std::string>{});

  const std::string model = folder / "p.safetensors";
  ASSERT_EQ(run({"train", iris, "--model", "perceptron", "--epochs", "2", "-o", model}).code, 0);
  const Result probabilities = run({"predict", model, iris, "--probabilities"});
  EXPECT_EQ(probabilities.code, 2);
  EXPECT_TRUE(contains(probabilities.err, "it has no probabilities"));
  const Result checked = run({"gradcheck", model, iris});
  EXPECT_EQ(checked.code, 2);
  EXPECT_TRUE(contains(checked.err, "a perceptron has no gradient to check"));
}

}  // namespace
}  // namespace chainrule::cli_test
