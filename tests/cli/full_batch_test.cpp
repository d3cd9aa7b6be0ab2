// `chainrule train --optimizer` with the optimizers that need all rows, as a user runs them.
#include <nlohmann/json.hpp>

#include "chainrule/optim/optimizer.h"
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using nlohmann::json;

TEST(FullBatch, EachOptimizerTrainsFromATableToAModel) {
  const Folder folder;
  const std::string data = example("diabetes.csv"), model = folder / "m.safetensors";
  for (const auto& optimizer : enum_table<Optimizer>()) {
    if (!properties_of(optimizer.value).needs_all_rows) continue;
    const Result result = run({"train", data, "--hidden", "4", "--activation", "tanh", "--optimizer",
                               std::string(optimizer.word), "--l2", "0.01", "--patience", "10", "-o", model,
                               "--json", "--report", folder / "r.html"});
    ASSERT_EQ(result.code, 0) << optimizer.word << result.err;
    const json outcome = json::parse(result.out);
    EXPECT_EQ(outcome["options"]["optimizer"], optimizer.word);
    EXPECT_GT(outcome["held_out"]["r2"], 0.3) << optimizer.word;
    EXPECT_TRUE(contains(result.err, std::string(optimizer.word) + ", all rows at once, at most 200 epochs"))
        << result.err;
    EXPECT_FALSE(contains(result.err, "learning rate"));
    EXPECT_EQ(run({"evaluate", model, data}).code, 0);
    EXPECT_TRUE(contains(run({"gradcheck", model, data}).out, "passed"));
  }
}

TEST(FullBatch, TheSameBytesOnAnyNumberOfThreads) {
  const Folder folder;
  for (const std::string optimizer : {"lbfgs", "lm"}) {
    for (const std::string threads : {"1", "2", "3"}) {
      ASSERT_EQ(run({"train", example("diabetes.csv"), "--hidden", "12", "--optimizer", optimizer, "--epochs",
                     "10", "--threads", threads, "-o", folder / ("m" + threads)})
                    .code,
                0);
    }
    EXPECT_EQ(read_text(folder / "m1"), read_text(folder / "m2")) << optimizer;
    EXPECT_EQ(read_text(folder / "m1"), read_text(folder / "m3")) << optimizer;
  }
}

TEST(FullBatch, WhatItHasNoUseForIsRefusedByName) {
  const Folder folder;
  struct Mistake {
    std::vector<std::string> options;
    std::string words;
  };
  const std::vector<Mistake> mistakes = {
      {{"--learning-rate", "0.1"}, "--learning-rate would change nothing: it belongs to --optimizer"},
      {{"--schedule", "cosine"}, "--schedule would change nothing"},
      {{"--weight-decay", "0.1"}, "--weight-decay would change nothing"},
      {{"--clip-norm", "1"}, "--clip-norm would change nothing"},
      {{"--row-order", "given"}, "--row-order would change nothing"},
      {{"--checkpoint", folder / "c"}, "--checkpoint would change nothing"},
      {{"--momentum", "0.5"}, "it belongs to --optimizer momentum and nesterov"},
      {{"--batch-size", "32"}, "needs all rows at once"},
      {{"--members", "3"}, "a mixture of networks is trained in batches"},
      {{"--dropout", "0.1"}, "is not a function of the parameters alone with dropout"},
      {{"--l1", "0.1"}, "l1 has one at 0"},
  };
  for (const Mistake& mistake : mistakes) {
    std::vector<std::string> words = {"train", example("diabetes.csv"), "--optimizer", "scg",
                                      "-o",    folder / "m.safetensors"};
    words.insert(words.end(), mistake.options.begin(), mistake.options.end());
    const Result result = run(words);
    EXPECT_EQ(result.code, 2) << mistake.words;
    EXPECT_TRUE(contains(result.err, mistake.words)) << result.err;
    EXPECT_TRUE(folder.names().empty()) << mistake.words;
  }
  EXPECT_EQ(run({"train", example("diabetes.csv"), "--optimizer", "scg", "--batch-size", "all", "-o",
                 folder / "m.safetensors"})
                .code,
            0);
}

TEST(FullBatch, LevenbergMarquardtNeedsASquaredError) {
  const Folder folder;
  const Result refused = run(
      {"train", example("iris.csv"), "--hidden", "4", "--optimizer", "lm", "-o", folder / "m.safetensors"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(contains(refused.err, "Levenberg-Marquardt minimises squared errors")) << refused.err;
  EXPECT_TRUE(contains(refused.err, "--loss mean_squared_error")) << refused.err;
  const Result trained = run({"train", example("iris.csv"), "--hidden", "4", "--optimizer", "lm", "--loss",
                              "mean_squared_error", "-o", folder / "m.safetensors"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(contains(trained.out, "accuracy 0.9") || contains(trained.out, "accuracy 1.0")) << trained.out;
  const Result large = run({"train", example("diabetes.csv"), "--hidden", "1000", "--optimizer", "lm", "-o",
                            folder / "m.safetensors"});
  EXPECT_EQ(large.code, 2);
  EXPECT_TRUE(contains(large.err, "at most 2,000 parameters")) << large.err;
}

TEST(FullBatch, TheEndAtAMinimumIsReported) {
  const Folder folder;
  const Result result = run({"train", example("diabetes.csv"), "--hidden", "none", "--optimizer", "lm",
                             "--validation", "none", "-o", folder / "m.safetensors"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "no further step lowers the training loss")) << result.out;
}

}  // namespace
}  // namespace chainrule::cli_test
