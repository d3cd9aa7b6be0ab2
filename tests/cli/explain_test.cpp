// `chainrule explain`, as a user runs it.
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "support/worked_examples.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;
using testing_support::expect_equal;
using testing_support::worked_examples;

// A network of the worked examples without its results.
Json question(const Json& example) {
  Json network;
  for (const char* const key : {"sizes", "activations", "loss", "reduction", "lambda", "eta", "W", "b"})
    network[key] = example.at(key);
  for (const Json& sample : example.at("samples"))
    network["samples"].push_back({{"x", sample.at("x")}, {"t", sample.at("t")}});
  return network;
}

TEST(Explain, AnswersTheWorkedExamplesAsJson) {
  const Folder folder;
  for (const char* const key :
       {"seed000_networks", "seed001_networks", "seed002_networks", "seed004_networks"}) {
    for (const Json& example : worked_examples().at(key)) {
      const std::string path = folder.write("net.json", question(example).dump());
      const Result result = run({"explain", "--network", path, "--format", "json"});
      ASSERT_EQ(result.code, 0) << result.err;
      const Json answer = Json::parse(result.out);
      for (const char* const name : {"total_loss", "dW", "db", "W_new", "b_new", "total_loss_after_update"})
        expect_equal(answer.at(name), example.at(name), 1e-12, name);
    }
  }
}

// z = (0.35 0.1 + 0.9 0.8, 0.35 0.4 + 0.9 0.6) = (0.755, 0.68), a = (0.680267, 0.663739), then 0.690283.
TEST(Explain, WorksThroughANetworkWithoutBiases) {
  const Folder folder;
  const std::string path = folder.write(
      "net.json",
      R"({"sizes": [2, 2, 1], "activations": ["logistic", "logistic"], "loss": "half_squared_error",
                      "eta": 1, "W": [[[0.1, 0.8], [0.4, 0.6]], [[0.3, 0.9]]],
                      "samples": [{"x": [0.35, 0.9], "t": [0.5]}]})");
  const Result page = run({"explain", "--network", path});
  ASSERT_EQ(page.code, 0) << page.err;
  for (const char* const number : {"0.680267", "0.663739", "0.690283", "0.0406811", "0.272326", "0.872998",
                                   "0.0990709", "0.797611", "0.39714", "0.592646"})
    EXPECT_TRUE(contains(page.out, number));
  EXPECT_FALSE(contains(page.out, "b_1"));
  const Json answer = Json::parse(run({"explain", "--network", path, "--format", "json"}).out);
  EXPECT_TRUE(answer.at("b_new")[0].empty());
}

TEST(Explain, TheExampleOf004HasEveryNumberOfThePage) {
  const Result page = run({"explain", "--example", "004"});
  ASSERT_EQ(page.code, 0) << page.err;
  for (const char* const words : {"z_5 = ", "7.979583862337768", "0.9975186881409558", "w_(2,5)^new",
                                  "δ_1^(1)", "-1.525286068019", "The loss rises"})
    EXPECT_TRUE(contains(page.out, words));
  const Json exact = worked_examples().at("seed004_example").at("exact");
  const Json answer = Json::parse(run({"explain", "--example", "004", "--format", "json"}).out);
  expect_equal(answer.at("samples")[0].at("delta"), exact.at("delta"), 1e-11, "delta");
}

TEST(Explain, NarrowsToAParameterInAnyNotation) {
  const Folder folder;
  const Result of_004 = run({"explain", "--example", "004", "--parameter", "w(2,5)"});
  EXPECT_TRUE(contains(of_004.out, "∂L/∂w_(2,5) = "));
  EXPECT_FALSE(contains(of_004.out, "∂L/∂w_(2,4) = "));
  const std::string path =
      folder.write("net.json", question(worked_examples().at("seed000_networks")[0]).dump());
  const Result of_000 = run({"explain", "--network", path, "--parameter", "ω23 of L1"});
  ASSERT_EQ(of_000.code, 0) << of_000.err;
  EXPECT_TRUE(contains(of_000.out, "ω\u0302_23^L1 = "));
  EXPECT_TRUE(contains(of_000.out, "= 0.679534"));
  EXPECT_TRUE(contains(of_000.err, "a name of notation 000"));
  const Result refused = run({"explain", "--example", "004", "--notation", "001", "--parameter", "w(2,5)"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(contains(refused.err, "a name in notation 001"));
  const Result none = run({"explain", "--example", "004", "--parameter", "w(9,9)"});
  EXPECT_EQ(none.code, 2);
  EXPECT_TRUE(contains(none.err, "no such parameter"));
}

TEST(Explain, WritesPagesIntoFiles) {
  const Folder folder;
  for (const auto& [format, start] : std::vector<std::pair<std::string, std::string>>{
           {"html", "<!DOCTYPE html>"}, {"latex", "\\documentclass"}, {"text", "One step"}, {"json", "{"}}) {
    const std::string path = folder / ("page." + format);
    const Result result = run({"explain", "--example", "004", "--format", format, "-o", path});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(read_text(path).starts_with(start));
  }
}

TEST(Explain, WorksOnATrainedModel) {
  const Result page =
      run({"explain", penguins_model(), example("penguins.csv"), "--rows", "3", "--parameter", "b[1][0]"});
  ASSERT_EQ(page.code, 0) << page.err;
  EXPECT_TRUE(contains(page.out, "softmax_cross_entropy, 1 sample"));
  EXPECT_TRUE(contains(page.out, "b_1^(2) new = "));
  const Json both = Json::parse(
      run({"explain", penguins_model(), example("penguins.csv"), "--rows", "1-2,5", "--format", "json"}).out);
  EXPECT_EQ(both.at("samples").size(), 3u);
  EXPECT_EQ(both.at("reduction"), "mean");
  const Result large = run({"explain", penguins_model(), example("penguins.csv")});
  EXPECT_TRUE(contains(large.out, "more; --all shows them"));
}

TEST(Explain, LeavesOutRowsWithoutATargetWhenAsked) {
  const Folder folder;
  const std::string table = folder.write("gaps.csv", "a,b,y\n1,2,\n2,3,no\n3,1,yes\n1,1,no\n4,2,yes\n");
  const std::string model = folder / "m.safetensors";
  ASSERT_EQ(run({"train", table, "--missing-target", "skip", "--validation", "none", "--hidden", "2",
                 "--epochs", "2", "-o", model})
                .code,
            0);
  for (std::vector<std::string> command :
       std::vector<std::vector<std::string>>{{"explain", model, table},
                                             {"inspect", model, "--gradients", table},
                                             {"gradcheck", model, table}}) {
    EXPECT_EQ(run(command).code, 3) << command[0];
    command.insert(command.end(), {"--missing-target", "skip"});
    EXPECT_EQ(run(command).code, 0) << command[0];
  }
}

TEST(Explain, SettingsOfTheStepCanBeChanged) {
  const Json plain =
      Json::parse(run({"explain", "--example", "004", "--decay", "0", "--format", "json"}).out);
  const Json expected = worked_examples()
                            .at("seed004_example")
                            .at("exact")
                            .at("updated_plain_sgd (lambda=0): W-eta*delta n^T, b-eta*delta");
  expect_equal(plain.at("W_new"), expected.at("W"), 1e-12, "W_new");
  const Json penalised = Json::parse(
      run({"explain", "--example", "004", "--decay", "0", "--lambda", "1", "--format", "json"}).out);
  EXPECT_GT(penalised.at("total_loss").get<double>(), 1);
}

TEST(Explain, SaysWhatIsWrong) {
  const Folder folder;
  Json network = question(worked_examples().at("seed000_networks")[0]);
  network["W"][1] = Json::array({Json::array({1, 2}), Json::array({3, 4})});
  const std::string misfit = folder.write("misfit.json", network.dump());
  const std::string broken = folder.write("broken.json", "{\"sizes\": [2,");
  struct Mistake {
    std::vector<std::string> arguments;
    int code;
    std::string words;
  };
  const std::vector<Mistake> mistakes = {
      {{"explain"}, 2, "nothing to explain"},
      {{"explain", "--example", "005"}, 2, "004"},
      {{"explain", "--example", "004", "--network", misfit}, 2, "more than one"},
      {{"explain", penguins_model()}, 2, "a model needs a row"},
      {{"explain", penguins_model(), example("penguins.csv"), "--rows", "1000"}, 2, "a row from 1 to 344"},
      {{"explain", penguins_model(), example("penguins.csv"), "--rows", "5-2"}, 2, "ascending"},
      {{"explain", "--example", "004", "--rows", "2"}, 2, "--rows"},
      {{"explain", "--network", misfit}, 3, "misfit.json.W[1][0]"},
      {{"explain", "--network", misfit}, 3, "3 numbers, one for each unit of hidden layer 1"},
      {{"explain", "--network", broken}, 3, "not proper JSON"},
      {{"explain", "--network", folder / "none.json"}, 3, "none.json"},
      {{"explain", "--example", "004", "--notation", "005"}, 2, "000, 001, 002, 003, 004"},
      {{"explain", "--example", "004", "--digits", "18"}, 2, "at most 17"},
      {{"explain", "--example", "004", "--learning-rate", "-1"}, 2, "--learning-rate"},
      {{"explain", "--network", "/dev/zero"}, 3, "/dev/zero"},
      {{"explain", "--example", "004", "--reduction", "median"}, 2, "mean"},
      {{"explain", "--network", misfit, "-o", misfit}, 2, "misfit.json"},
  };
  for (const Mistake& mistake : mistakes) {
    const Result result = run(mistake.arguments);
    EXPECT_EQ(result.code, mistake.code) << result.err;
    EXPECT_TRUE(contains(result.err, mistake.words));
    EXPECT_EQ(result.out, "");
  }
  Json misspelt = question(worked_examples().at("seed000_networks")[0]);
  misspelt["lamda"] = 1;
  const Result noted = run({"explain", "--network", folder.write("m.json", misspelt.dump())});
  EXPECT_EQ(noted.code, 0);
  EXPECT_TRUE(contains(noted.err, "did you mean \"lambda\"?"));
}

}  // namespace
}  // namespace chainrule::cli_test
