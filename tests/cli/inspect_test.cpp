// `chainrule inspect --gradients`, as a user runs it.
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

TEST(InspectGradients, ShowsATableAndTheVerdicts) {
  const Result result = run({"inspect", penguins_model(), "--gradients", example("penguins.csv")});
  ASSERT_EQ(result.code, 0) << result.err;
  for (const char* const words :
       {"one backward pass over 344 rows", "rms of delta", "gradient norm", "1      8  relu",
        "2      3  softmax", "healthy: the gradient reaches it"}) {
    EXPECT_TRUE(contains(result.out, words));
  }
}

TEST(InspectGradients, JsonHasOneEntryALayer) {
  const Json json = Json::parse(
      run({"inspect", penguins_model(), "--gradients", example("penguins.csv"), "--rows", "40", "--json"})
          .out);
  EXPECT_EQ(json["rows"], 40);
  ASSERT_EQ(json["layers"].size(), 2u);
  EXPECT_EQ(json["layers"][0]["units"], 8);
  EXPECT_GT(json["layers"][0]["delta_rms"].get<double>(), 0);
  EXPECT_TRUE(json["layers"][1]["flat_share"].is_null());
  EXPECT_EQ(json["layers"][1]["delta_ratio"], 1);
  EXPECT_EQ(json["notes"], Json::array());
}

TEST(InspectGradients, NamesTheLayerWhereTheGradientVanishes) {
  const Folder folder;
  const std::string model = folder / "deep.safetensors";
  const Result trained = run({"train", example("iris.csv"), "--hidden", "8,8,8,8,8,8,8,8,8,8,8,8",
                              "--activation", "logistic", "--epochs", "2", "-o", model, "--json"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(contains(trained.err, "The gradient vanishes on its way down: in layer 1 (8 logistic units)"));
  const Json json = Json::parse(trained.out);
  EXPECT_EQ(json["gradient_health"]["layers"][0]["verdict"], "vanishing");
  EXPECT_EQ(json["history"][0]["layers"].size(), 13u);
  const Result result = run({"inspect", model, "--gradients", example("iris.csv")});
  EXPECT_TRUE(contains(result.out, "softplus"));
}

TEST(InspectGradients, MeasuresRadialBasisFunctions) {
  const Folder folder;
  const std::string model = folder / "rbf.safetensors";
  const Result trained =
      run({"train", example("iris.csv"), "--model", "rbf", "--centres", "12", "-o", model, "--json"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(Json::parse(trained.out)["gradient_health"]["layers"].size(), 2u);
  const Json json = Json::parse(run({"inspect", model, "--gradients", example("iris.csv"), "--json"}).out);
  EXPECT_EQ(json["layers"][0]["kind"], "rbf");
  EXPECT_EQ(json["layers"][0]["units"], 12);
  EXPECT_GT(json["layers"][0]["delta_rms"].get<double>(), 0);
  EXPECT_TRUE(json["layers"][0]["flat_share"].is_null());
}

TEST(InspectGradients, MistakesAreNamed) {
  const Folder folder;
  const std::string model = penguins_model();
  const std::string no_target = folder.write("t.csv", "island,year\nBiscoe,2007\n");
  const Result missing = run({"inspect", model, "--gradients", no_target});
  EXPECT_EQ(missing.code, 3);
  EXPECT_TRUE(contains(missing.err, "is missing"));
  EXPECT_EQ(missing.out, "");
  EXPECT_EQ(run({"inspect", model, "--gradients", folder / "none.csv"}).code, 3);
  const std::string perceptron = folder / "p.safetensors";
  ASSERT_EQ(
      run({"train", example("iris.csv"), "--model", "perceptron", "--epochs", "2", "-o", perceptron}).code,
      0);
  const Result flat = run({"inspect", perceptron, "--gradients", example("iris.csv")});
  EXPECT_EQ(flat.code, 2);
  EXPECT_TRUE(contains(flat.err, "a perceptron has no gradient to measure"));
  for (const char* const option :
       {"--rows", "--labels", "--delimiter", "--header", "--decimal", "--missing"}) {
    const std::string value = option == std::string("--delimiter") ? "comma"
                              : option == std::string("--header")  ? "present"
                              : option == std::string("--decimal") ? "comma"
                                                                   : "5";
    const Result result = run({"inspect", model, option, value});
    EXPECT_EQ(result.code, 2) << option << result.err;
    EXPECT_TRUE(contains(result.err, "it belongs to --gradients"));
  }
}

}  // namespace
}  // namespace chainrule::cli_test
