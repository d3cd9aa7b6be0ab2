// Mixtures of networks as a user trains them: the same bytes on every processor path and number of threads,
// and after an interruption.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>
#include <variant>

#include "chainrule/base/file_system.h"
#include "chainrule/base/hash.h"
#include "chainrule/io/model_file.h"
#include "cli/checkpoint_training.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> mixture_of(const Folder& folder, const std::string& model,
                                    std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"train", folder / "t.csv", "--effort", "standard",   "--hidden",
                                        "48",    "--epochs",       "120",      "--patience", "0",
                                        "-o",    folder / model};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(Mixture, HasTheSameBytesOnEveryPathAndNumberOfThreads) {
  const Folder folder;
  const std::string data = example("penguins.csv");
  const std::vector<std::string> arguments = {"train",    data, "--target",   "species",
                                              "--epochs", "5",  "--effort",   "standard",
                                              "--quiet",  "-o", folder / "m", "--threads"};
  std::string first;
  for (const std::string threads : {"1", "2", "3"}) {
    for (const std::string path : {"scalar", "auto"}) {
      std::vector<std::string> all = arguments;
      all.insert(all.end(), {threads, "--vector", path});
      const Result result = run(all);
      ASSERT_EQ(result.code, 0) << result.err;
      if (first.empty()) first = read_text(folder / "m");
      EXPECT_TRUE(read_text(folder / "m") == first) << threads << " " << path;
    }
  }
}

// The golden hash is that of the default training before there were efforts.
TEST(Preset, TextbookKeepsTheParametersOfTheFormerDefault) {
  const Folder folder;
  ASSERT_EQ(
      run({"train", example("iris.csv"), "--target", "species", "--preset", "textbook", "-o", folder / "m"},
          {.environment = {{"CHAINRULE_PRESET", ""}}})
          .code,
      0);
  const Model model = load_model(real_file_system(), folder / "m");
  const auto& parameters = std::get<AlignedVector<float>>(model.parameters);
  Hash hash;
  hash.add_all<float>(parameters);
  EXPECT_EQ(hash.text(), "86133966088d8145");
}

// What the user says is not chosen again.
TEST(Effort, LeavesTheSmoothingOfLabelsThatIsGiven) {
  const Folder folder;
  const auto model_with = [&](const std::string& smoothing) {
    std::vector<std::string> arguments = {"train",    example("penguins.csv"),
                                          "--target", "species",
                                          "--effort", "quick",
                                          "--epochs", "3",
                                          "-o",       folder / "m"};
    if (!smoothing.empty()) arguments.insert(arguments.end(), {"--label-smoothing", smoothing});
    const Result result = run(arguments);
    EXPECT_EQ(result.code, 0) << result.err;
    Hash hash;
    const Model model = load_model(real_file_system(), folder / "m");
    hash.add_all<float>(std::get<AlignedVector<float>>(model.parameters));
    return hash.text();
  };
  EXPECT_EQ(model_with("0.03"), model_with(""));
  EXPECT_NE(model_with("0"), model_with(""));
}

TEST(Preset, OfTheEnvironmentYieldsToAnEffort) {
  const Folder folder;
  const Result result = run({"train", example("iris.csv"), "--target", "species", "--effort", "quick",
                             "--epochs", "2", "-o", folder / "m"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "networks that vote"));
  const Result both = run({"train", example("iris.csv"), "--effort", "quick", "--preset", "textbook"});
  EXPECT_EQ(both.code, 2);
  EXPECT_TRUE(contains(both.err, "--preset textbook chooses nothing"));
}

// A mixture of 4 plain networks and of as many piecewise ones as got a share of the vote.
std::string penguins_model(const Folder& folder) {
  const Result result = run({"train", example("penguins.csv"), "--target", "species", "--effort", "standard",
                             "--epochs", "5", "-o", folder / "m"});
  EXPECT_EQ(result.code, 0) << result.err;
  return folder / "m";
}

TEST(Mixture, ShowsItsVote) {
  const Folder folder;
  const Result text = run({"inspect", penguins_model(folder)});
  EXPECT_TRUE(contains(text.out, "\nVote\n")) << text.out;
  EXPECT_TRUE(contains(text.out, "z = (s_1 z_1 + ... + s_"));
  EXPECT_TRUE(contains(text.out, "weight s"));
  const Json json = Json::parse(run({"inspect", folder / "m", "--json"}).out);
  double weights = 0;
  for (const Json& member : json.at("vote").at("members"))
    weights += member.at("weight").get<double>();
  EXPECT_NEAR(weights, 1, 1e-12);
  EXPECT_GT(json.at("vote").at("temperature").get<double>(), 0);
}

TEST(Mixture, OneMemberIsANetworkOfItsOwn) {
  const Folder folder;
  const std::string model = penguins_model(folder), data = example("penguins.csv");
  const Json whole = Json::parse(run({"inspect", model, "--json"}).out);
  const std::size_t members = whole.at("vote").at("members").size();
  for (const std::size_t k : {std::size_t{1}, members}) {
    const std::string number = std::to_string(k);
    const Result text = run({"inspect", model, "--member", number});
    ASSERT_EQ(text.code, 0) << text.err;
    EXPECT_TRUE(contains(text.out, "member " + number + " of " + std::to_string(members) + ": "));
    EXPECT_FALSE(contains(text.out, "\nVote\n"));
    const Json one = Json::parse(run({"inspect", model, "--member", number, "--json"}).out);
    EXPECT_EQ(one.at("member"), k);
    EXPECT_TRUE(one.at("provenance").at("training_rows").is_null());
    EXPECT_TRUE(one.at("provenance").at("validation_rows").is_null());
    EXPECT_FALSE(one.contains("vote"));
    const Json& report = whole.at("vote").at("members")[k - 1];
    const std::size_t columns = report.at("kind") == "piecewise" ? 1 : 0;
    EXPECT_EQ(one.at("network").at("layers").size(), columns + report.at("hidden").size() + 1);
    const Result check = run({"gradcheck", model, data, "--member", number, "--parameters", "20"});
    EXPECT_EQ(check.code, 0) << check.out << check.err;
    EXPECT_TRUE(contains(check.out, "passed"));
    const Result page = run({"explain", model, data, "--member", number});
    EXPECT_EQ(page.code, 0) << page.err;
    EXPECT_TRUE(contains(page.out, "Forward pass"));
    EXPECT_FALSE(contains(page.out, "The vote of"));
  }
  for (const std::string number : {"0", "99"}) {
    const Result wrong = run({"inspect", model, "--member", number});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_TRUE(contains(wrong.err, "1 to " + std::to_string(members))) << wrong.err;
    EXPECT_TRUE(contains(wrong.err, "--member")) << wrong.err;
  }
  ASSERT_EQ(
      run({"train", example("iris.csv"), "--preset", "textbook", "--epochs", "1", "-o", folder / "one"}).code,
      0);
  const Result one = run({"gradcheck", folder / "one", example("iris.csv"), "--member", "1"});
  EXPECT_EQ(one.code, 2);
  EXPECT_TRUE(contains(one.err, "it has no members")) << one.err;
}

// Without the line breaks of a narrow page.
std::string joined_lines(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

TEST(Mixture, AnExplanationHasTheSizesOfLargeMatricesUnlessItIsToHaveAll) {
  const Folder folder;
  const std::string model = folder / "m", data = example("penguins.csv");
  // 3 networks of 64 units and 15 inputs.
  ASSERT_EQ(
      run({"train", data, "--target", "species", "--effort", "quick", "--epochs", "5", "-o", model}).code, 0);
  const Result page = run({"explain", model, data}), all = run({"explain", model, data, "--all"});
  ASSERT_EQ(page.code, 0) << page.err;
  const std::string text = joined_lines(page.out);
  EXPECT_TRUE(contains(text, "The vote of "));
  EXPECT_TRUE(contains(text, " numbers."));
  EXPECT_TRUE(contains(text, "--member K opens one"));
  EXPECT_TRUE(contains(text, "--all shows them"));
  EXPECT_FALSE(contains(joined_lines(all.out), "--member K opens one"));
  EXPECT_LT(page.out.size(), all.out.size() / 4);
  EXPECT_FALSE(contains(run({"explain", model, data, "--member", "1"}).out, "The vote of "));
}

TEST(Mixture, AnExplanationBeginsWithTheVote) {
  const Folder folder;
  const std::string model = penguins_model(folder), data = example("penguins.csv");
  const Result page = run({"explain", model, data, "--rows", "7"});
  ASSERT_EQ(page.code, 0) << page.err;
  const std::size_t vote = page.out.find("The vote of "), network = page.out.find("The network");
  EXPECT_LT(vote, network) << page.out.substr(0, 3000);
  for (const std::string format : {"html", "latex"})
    EXPECT_TRUE(contains(run({"explain", model, data, "--format", format}).out, "The vote of ")) << format;
  const Json answer = Json::parse(run({"explain", model, data, "--rows", "7", "--format", "json"}).out);
  const Json& row = answer.at("vote").at("samples")[0];
  const Json& members = answer.at("vote").at("members");
  const double temperature = answer.at("vote").at("T");
  ASSERT_EQ(row.at("z_k").size(), members.size());
  for (std::size_t j = 0; j < row.at("z").size(); ++j) {
    double sum = 0;
    for (std::size_t k = 0; k < members.size(); ++k)
      sum += members[k].at("s").get<double>() * row.at("z_k")[k][j].get<double>();
    EXPECT_NEAR(row.at("z")[j].get<double>(), sum / temperature, 1e-12);
    // The parameters are float numbers, which were multiplied by s / T when the members were joined.
    EXPECT_NEAR(row.at("z")[j].get<double>(), answer.at("samples")[0].at("z").back()[j].get<double>(), 1e-5);
  }
  const Result predicted = run({"predict", model, data});
  std::istringstream lines(predicted.out);
  std::string line;
  for (int i = 0; i <= 7; ++i)
    std::getline(lines, line);
  EXPECT_EQ(row.at("prediction"), "species = " + line);
}

TEST(Mixture, StoppedByASignalResumesToTheSameBytes) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(mixture_of(folder, "whole")).code, 0);
  const Result stopped = signalled(folder, mixture_of(folder, "m", {"--checkpoint", folder / "c"}), SIGTERM,
                                   "err", "network 3/");
  ASSERT_EQ(stopped.code, 75) << stopped.err;
  EXPECT_TRUE(contains(stopped.err, "to resume where it stopped: chainrule train --resume ")) << stopped.err;
  EXPECT_EQ(run({"predict", folder / "m", folder / "t.csv"}).code, 0)
      << "the best model so far is there, too";
  EXPECT_TRUE(std::filesystem::exists(folder / "c/checkpoint-member-1.safetensors"));

  const Result resumed = run({"train", "--resume", folder / "c", "--threads", "1"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_TRUE(read_text(folder / "m") == read_text(folder / "whole"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "c")) << "nothing is left to resume";
}

TEST(Mixture, KilledResumesFromTheLastCheckpoints) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(mixture_of(folder, "whole")).code, 0);
  const std::vector<std::string> arguments =
      mixture_of(folder, "m", {"--checkpoint", folder / "c", "--every", "3", "--resume", folder / "c"});
  const Result killed = signalled(folder, arguments, SIGKILL, "err", "network 2/");
  EXPECT_EQ(killed.code, 128 + SIGKILL) << killed.err;
  ASSERT_TRUE(std::filesystem::exists(folder / "c/checkpoint.safetensors"));
  ASSERT_TRUE(std::filesystem::exists(folder / "c/checkpoint-member-1.safetensors"));
  const Result resumed = run(arguments);
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_TRUE(read_text(folder / "m") == read_text(folder / "whole"));
}

TEST(Mixture, CheckpointsOfMembersThatAnEarlierRunLeftAreNotUsed) {
  const Folder folder;
  make_table(folder);
  std::filesystem::create_directory(folder / "c");
  const std::string left = folder.write("c/checkpoint-member-2.safetensors", "of another run");
  ASSERT_EQ(run(mixture_of(folder, "m", {"--checkpoint", folder / "c"})).code, 0);
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST(Mixture, ADamagedCheckpointOfAMemberIsNamed) {
  const Folder folder;
  make_table(folder);
  signalled(folder, mixture_of(folder, "m", {"--checkpoint", folder / "c"}), SIGTERM, "err", "network 2/");
  folder.write("c/checkpoint-member-1.safetensors", "damaged");
  const Result resumed = run({"train", "--resume", folder / "c"});
  EXPECT_EQ(resumed.code, 4) << resumed.err;
  EXPECT_TRUE(contains(resumed.err, "checkpoint-member-1.safetensors"));
}

}  // namespace
}  // namespace chainrule::cli_test
