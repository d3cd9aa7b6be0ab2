// Mixtures of networks as a user trains them: the same bytes on every processor path and number of threads,
// and after an interruption.
#include <gtest/gtest.h>

#include <span>
#include <variant>

#include "chainrule/base/file_system.h"
#include "chainrule/base/hash.h"
#include "chainrule/io/model_file.h"
#include "cli/checkpoint_training.h"

namespace chainrule::cli_test {
namespace {

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
