// The sources of an option, in their order: command line, environment, --config, default.
#include <nlohmann/json.hpp>

#include "chainrule/tensor/compute.h"
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

Json train(const std::vector<std::string>& more, const std::map<std::string, std::string>& environment = {}) {
  const Folder folder;
  std::vector<std::string> arguments = {"train", example("iris.csv"), "--epochs", "1", "--json",
                                        "-o",    folder / "m"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Result result = run(arguments, {.environment = environment});
  EXPECT_EQ(result.code, 0) << result.err;
  return Json::parse(result.out);
}

TEST(Settings, CommandLineThenEnvironmentThenConfigThenDefault) {
  const Folder folder;
  const std::string config = folder.write("c.toml", "seed = 3\n");
  EXPECT_EQ(train({})["seed"], 1);
  EXPECT_EQ(train({"--config", config})["seed"], 3);
  EXPECT_EQ(train({"--config", config}, {{"CHAINRULE_SEED", "5"}})["seed"], 5);
  EXPECT_EQ(train({"--config", config, "--seed", "7"}, {{"CHAINRULE_SEED", "5"}})["seed"], 7);
}

TEST(Settings, AnEmptyVariableIsNone) {
  EXPECT_EQ(train({}, {{"CHAINRULE_SEED", ""}})["seed"], 1);
}

TEST(Settings, ConfigTakesListsSectionsCommentsAndUnderscores) {
  const Folder folder;
  const std::string config = folder.write("c.toml",
                                          "# of this table\n"
                                          "hidden = [7, 5]\n"
                                          "learning_rate = 0.02\n"
                                          "[train]\n"
                                          "class-names = \"a,b,c\"\n"
                                          "activation = tanh,relu\n"
                                          "[predict]\n"
                                          "top = 3\n");
  const Json json = train({"--config", config});
  EXPECT_EQ(json["network"]["layers"][0]["outputs"], 7);
  EXPECT_EQ(json["network"]["layers"][1]["outputs"], 5);
  EXPECT_EQ(json["network"]["layers"][0]["activation"], "tanh");
  EXPECT_EQ(json["network"]["layers"][1]["activation"], "relu");
  EXPECT_EQ(json["target"]["classes"], (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_NEAR(json["history"][0]["learning_rate"].get<double>(), 0.02, 1e-12);
  EXPECT_EQ(json["options"]["hidden"], "7,5");
}

TEST(Settings, MistakesNameTheirSource) {
  const Folder folder;
  const std::string unknown = folder.write("u.toml", "epoch = 3\n");
  const std::string bad = folder.write("b.toml", "batch-size = many\n");
  const auto refused = [&](const std::vector<std::string>& more,
                           const std::map<std::string, std::string>& environment,
                           const std::vector<std::string>& words) {
    std::vector<std::string> arguments = {"train", example("iris.csv"), "-o", folder / "m"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = run(arguments, {.environment = environment});
    EXPECT_EQ(result.code, 2) << result.err;
    for (const std::string& word : words)
      EXPECT_TRUE(contains(result.err, word));
  };
  refused({"--config", unknown}, {}, {"u.toml", "\"epochs\""});
  refused({"--config", bad}, {}, {"batch-size in", "b.toml", "\"many\""});
  refused({}, {{"CHAINRULE_THREADS", "two"}}, {"CHAINRULE_THREADS", "\"two\""});
  refused({}, {{"CHAINRULE_VECTOR", "avx3"}}, {"CHAINRULE_VECTOR", "\"avx2\""});
}

TEST(Settings, AConfigThatSaysSomethingElseThanItLooksIsRefused) {
  const Folder folder;
  const auto refused = [&](const std::string& text, const std::vector<std::string>& words) {
    SCOPED_TRACE(text);
    const std::string config = folder.write("c.toml", text);
    const Result result = run({"train", example("iris.csv"), "--config", config, "-o", folder / "m"});
    EXPECT_EQ(result.code, 2) << result.err;
    for (const std::string& word : words)
      EXPECT_TRUE(contains(result.err, word));
    EXPECT_EQ(folder.names(), std::vector<std::string>{"c.toml"});
  };
  refused("hidden = []\n", {"without a value", "hidden in"});
  refused("target = []\n", {"without a value", "target in"});
  refused("epochs = 1\nhidden = [8,4\n", {"bracket", "c.toml:2"});
  refused("target = \"species\n", {"quote", "c.toml:1"});
  refused("target = '\n", {"quote", "c.toml:1"});
  refused("[trian]\nepochs = 3\n", {"[trian]", "did you mean [train]?"});
}

TEST(Settings, TheSectionOfTheCommandGoesBeforeTheTop) {
  const Folder folder;
  const std::string config =
      folder.write("c.toml", "seed = 3\nhidden = [4] # small\n[train]\nseed = 4\n[data.split]\nseed = 5\n");
  const Json json = train({"--config", config});
  EXPECT_EQ(json["seed"], 4);
  EXPECT_EQ(json["options"]["hidden"], "4");
}

TEST(Settings, AConfigFileThatIsNotThereIsToldWithItsName) {
  const Result result = run({"train", example("iris.csv"), "--config", "none.toml"});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "none.toml"));
}

TEST(Settings, OnlyWhatMadeTheModelIsRecorded) {
  const Json json = train({"--hidden", "4", "--threads", "1", "--seed", "9", "--quiet"});
  EXPECT_EQ(json["options"], (Json{{"epochs", "1"}, {"hidden", "4"}, {"preset", "textbook"}}));
}

TEST(Settings, Bf16FromTheEnvironmentIsSaid) {
  const std::vector<std::string> arguments = {"bench", "train",  "--layers", "64,16,10",      "--batch-size",
                                              "8",     "--time", "0.01s",    "--matrix-unit", "portable"};
  const std::string note = "precision bf16 comes from the environment variable CHAINRULE_PRECISION";
  EXPECT_TRUE(contains(run(arguments, {.environment = {{"CHAINRULE_PRECISION", "bf16"}}}).err, note));
  std::vector<std::string> given = arguments;
  given.insert(given.end(), {"--precision", "bf16"});
  EXPECT_FALSE(contains(run(given, {.environment = {{"CHAINRULE_PRECISION", "bf16"}}}).err, note));
}

TEST(Settings, TheHeaderSaysHowManyThreadsASmallNetworkUses) {
  const auto header = [](const std::string& hidden, const std::string& threads) {
    const Folder folder;
    return run({"train", example("iris.csv"), "--hidden", hidden, "--epochs", "1", "--threads", threads, "-o",
                folder / "m"})
        .err;
  };
  EXPECT_TRUE(contains(header("8", "1"), "1 thread, seed"));
  EXPECT_TRUE(contains(header("64", "2"), "up to 2 threads, seed"));
  const std::string of_narrow = is_supported(KernelPath::avx2) ? "1 thread (more" : "up to 2 threads";
  EXPECT_TRUE(contains(header("8", "2"), of_narrow));
}

}  // namespace
}  // namespace chainrule::cli_test
