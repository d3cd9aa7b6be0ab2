// `chainrule tune`: its files, its clock, and that an interrupted search continues.
#include <unistd.h>
#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> penguins_tune(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"tune", example("penguins.csv"), "--target", "species", "--epochs",
                                        "12"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(TuneCommand, WritesAModelItsOptionsAndTheTrials) {
  const Folder folder;
  const Result result = run(penguins_tune({"--trials", "4"}), {.folder = folder.path()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(folder.names(),
            (std::vector<std::string>{"penguins.safetensors", "penguins.toml", "penguins.trials.jsonl"}));
  EXPECT_TRUE(contains(result.out, "on the folds, which chose it: too good"));
  EXPECT_TRUE(contains(result.out, "that took no part in the search: accuracy"));
  // The same model again, by train with the options found.
  const Result again = run({"train", example("penguins.csv"), "--config", folder / "penguins.toml", "-o",
                            folder / "again.safetensors"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(read_text(folder / "again.safetensors"), read_text(folder / "penguins.safetensors"));
}

TEST(TuneCommand, ContinuesFromItsTrialsWithTheSameResult) {
  const Folder whole, resumed;
  EXPECT_EQ(run(penguins_tune({"--trials", "4", "--quiet"}), {.folder = whole.path()}).code, 0);
  std::vector<std::string> lines = lines_of(read_text(whole / "penguins.trials.jsonl"));
  ASSERT_GT(lines.size(), 12u);
  std::string kept;
  for (std::size_t i = 0; i < 9; ++i)
    kept += lines[i] + "\n";
  resumed.write("penguins.trials.jsonl", kept);
  const Result result = run(penguins_tune({"--trials", "4"}), {.folder = resumed.path()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "8 trainings of an earlier run"));
  for (const std::string name : {"penguins.safetensors", "penguins.toml"})
    EXPECT_EQ(read_text(resumed / name), read_text(whole / name));
  // Another search does not take them.
  const Result other = run(penguins_tune({"--trials", "4", "--seed", "2"}), {.folder = resumed.path()});
  EXPECT_EQ(other.code, 2);
  EXPECT_TRUE(contains(other.err, "of another search"));
}

// Two processes that compute all the time share the machine with it. Where others do so as well, one run may
// be kept waiting: the best of three counts.
TEST(TuneCommand, KeepsToItsTime) {
  std::vector<pid_t> others;
  for (int i = 0; i < 2; ++i) {
    others.push_back(fork());
    if (others.back() == 0) {
      while (getppid() != 0) {  // burns a core until it is killed
      }
    }
  }
  double shortest = 1e9;
  for (int attempt = 0; attempt < 3 && shortest > 3 * 1.05; ++attempt) {
    const Folder folder;
    const auto start = std::chrono::steady_clock::now();
    const Result result =
        run(penguins_tune({"--time-budget", "3s", "--patience", "0", "--json"}), {.folder = folder.path()});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    shortest = std::min(shortest, took.count());
    if (result.code != 0) continue;
    EXPECT_GT(Json::parse(result.out)["trainings"], 0);
    EXPECT_TRUE(std::filesystem::exists(folder / "penguins.safetensors"));
  }
  for (const pid_t other : others) {
    kill(other, SIGKILL);
    waitpid(other, nullptr, 0);
  }
  EXPECT_LT(shortest, 3 * 1.05);
}

TEST(TuneCommand, SearchesTheSpaceOfAFile) {
  const Folder folder;
  const std::string space = folder.write("space.toml",
                                         "hidden = [\"8\", \"8,4\", none]\n"
                                         "dropout = 0..0.5\n"
                                         "learning_rate = 0.001..0.1 log\n"
                                         "[tune]\n"
                                         "batch-size = [16, 64]\n");
  const Result result =
      run(penguins_tune({"--space", space, "--trials", "8", "--json", "--quiet"}), {.folder = folder.path()});
  EXPECT_EQ(result.code, 0) << result.err;
  const Json json = Json::parse(result.out);
  EXPECT_EQ(json["trials"], 8);
  bool has_none = false;
  for (const std::string& line : lines_of(read_text(folder / "penguins.trials.jsonl"))) {
    const Json trial = Json::parse(line);
    if (!trial.contains("options") || trial["options"].empty()) continue;
    const std::string hidden = trial["options"]["hidden"];
    EXPECT_TRUE(hidden == "8" || hidden == "8,4" || hidden == "none") << hidden;
    // Without a hidden layer there is nothing to drop.
    EXPECT_EQ(trial["options"].contains("dropout"), hidden != "none");
    has_none = has_none || hidden == "none";
    EXPECT_TRUE(trial["options"]["batch-size"] == "16" || trial["options"]["batch-size"] == "64");
  }
  EXPECT_TRUE(has_none);
}

TEST(TuneCommand, RefusesSpacesAndOptionsThatMakeNoSense) {
  const Folder folder;
  const auto refused = [&](const std::string& space, std::vector<std::string> more,
                           const std::string& words) {
    if (!space.empty()) more.insert(more.end(), {"--space", folder.write("space.toml", space)});
    const Result result = run(penguins_tune(more), {.folder = folder.path()});
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_TRUE(contains(result.err, words));
    EXPECT_EQ(result.out, "");
    EXPECT_LE(folder.names().size(), 1u);
  };
  refused("hiden = [8, 16]\n", {}, "did you mean \"hidden\"?");
  refused("hidden = [8, 16]\n", {"--hidden", "4"}, "is given, and the space searches it");
  refused("learning-rate = 0.1..0.01\n", {}, "the smaller one first");
  refused("target = [a, b]\n", {}, "all trainings share this option");
  refused("epochs = [5, 10]\n", {}, "is the same in all trials");
  refused("learning-rate = [fast, slow]\n", {}, "learning-rate =");
  refused("# nothing\n", {}, "no options to search");
  refused("", {"--time", "60s"}, "--time-budget 60s");
  refused("", {"--time-budget", "1s", "--state", "penguins.safetensors"}, "the same file");
  refused("", {"--model", "rbf"}, "no usual space");
  std::filesystem::remove(folder / "space.toml");
  const Result late = run(penguins_tune({"--time-budget", "0.001s"}), {.folder = folder.path()});
  EXPECT_EQ(late.code, 2) << late.err;
  EXPECT_TRUE(contains(late.err, "too short for one trial"));
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace chainrule::cli_test
