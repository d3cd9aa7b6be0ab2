// `chainrule train --model rbf` and the commands that follow it, as a user runs them.
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using nlohmann::json;

const std::vector<std::string> kTextbook = {"--output-training", "closed_form", "--fine-tune", "0"};

std::vector<std::string> joined(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Rbf, ClassesAreLearnedBySoftmaxAndFineTuning) {
  const Folder folder;
  const std::string model = folder / "m.safetensors";
  const Result trained = run({"train", example("iris.csv"), "--model", "rbf", "-o", model, "--json"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const json outcome = json::parse(trained.out);
  EXPECT_EQ(outcome["network"]["layers"][1]["activation"], "softmax");
  EXPECT_NE(outcome["stop_reason"], "closed_form");
  EXPECT_GE(outcome["held_out"]["accuracy"], 0.9);
  EXPECT_TRUE(contains(trained.err, "at most 400 epochs")) << trained.err;
  EXPECT_TRUE(contains(run({"gradcheck", model, example("iris.csv")}).out, "passed"));
}

TEST(Rbf, ARidgeMeansLeastSquares) {
  const Folder folder;
  const Result trained =
      run({"train", example("iris.csv"), "--model", "rbf", "--ridge", "0.1", "-o", folder / "m.safetensors"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(contains(trained.out, "dense 3 identity")) << trained.out;
}

TEST(Rbf, FromATableToAnswersWithEveryCommand) {
  const Folder folder;
  const std::string data = example("iris.csv"), model = folder / "m.safetensors";
  const Result trained = run(joined({"train", data, "--model", "rbf", "--centres", "20", "-o", model,
                                     "--json", "--report", folder / "r.html"},
                                    kTextbook));
  ASSERT_EQ(trained.code, 0) << trained.err;
  const json outcome = json::parse(trained.out);
  EXPECT_EQ(outcome["network"]["layers"][0]["kind"], "rbf");
  EXPECT_EQ(outcome["network"]["layers"][0]["units"], 20);
  EXPECT_EQ(outcome["stop_reason"], "closed_form");
  EXPECT_EQ(outcome["options"]["centres"], "20");
  EXPECT_EQ(outcome["options"]["model"], "rbf");
  EXPECT_GE(outcome["held_out"]["accuracy"], 0.9);
  EXPECT_TRUE(contains(read_text(folder / "r.html"), "the output weights were computed in closed form"));
  EXPECT_TRUE(contains(run({"evaluate", model, data}).out, "accuracy 0.9"));
  EXPECT_TRUE(contains(run({"inspect", model}).out, "layers.0.centre  [4, 20]"));
  EXPECT_TRUE(contains(run({"gradcheck", model, data}).out, "passed"));
  EXPECT_EQ(lines_of(run({"predict", model, data}).out).size(), 151u);
}

TEST(Rbf, SaysInTheSummaryWhatWasChosen) {
  const Folder folder;
  const Result result = run(joined(
      {"train", example("diabetes.csv"), "--model", "rbf", "-o", folder / "m.safetensors"}, kTextbook));
  EXPECT_EQ(result.code, 0);
  EXPECT_TRUE(contains(result.out, "rbf 40 -> dense 1 identity")) << result.out;
  EXPECT_TRUE(contains(result.err, "centres by k_means, output weights by least squares, ridge 0.01"));
  EXPECT_TRUE(contains(result.err, "40 centres are means of clusters"));
  EXPECT_FALSE(contains(result.err, "learning rate")) << "nothing went down a gradient";
}

TEST(Rbf, OptionsOfOtherModelsAreRefusedByName) {
  const Folder folder;
  struct Mistake {
    std::vector<std::string> options;
    std::string words;
  };
  const std::vector<Mistake> mistakes = {
      {{"--centres", "5"}, "--centres would change nothing: it belongs to --model rbf"},
      {{"--fine-tune", "5"}, "it belongs to --model rbf"},
      {{"--model", "rbf", "--hidden", "5"}, "--hidden would change nothing"},
      {{"--model", "rbf", "--activation", "tanh"}, "it belongs to --model mlp"},
      {{"--model", "rbf", "--loss", "huber"}, "the loss follows from --output-training"},
      {joined({"--model", "rbf", "--epochs", "5"}, kTextbook), "--fine-tune EPOCHS"},
      {joined({"--model", "rbf", "--optimizer", "momentum"}, kTextbook), "solved for at once"},
      {joined({"--model", "rbf", "--error-goal", "0.1"}, kTextbook),
       "--centre-choice orthogonal_least_squares"},
      {{"--model", "rbf", "--width", "2"}, "it belongs to --widths fixed"},
      {{"--model", "rbf", "--widths", "fixed", "--width-factor", "2"}, "nearest_neighbour and common"},
      {{"--model", "rbf", "--output-training", "softmax", "--ridge", "1"}, "--l2 is the penalty"},
      {{"--model", "rbf", "--centres", "121"}, "there are more centres than training rows"},
      {{"--model", "rbf", "--centres", "0"}, "a whole number of at least 1"},
      {{"--model", "rbf", "--width-factor", "0"}, "above 0"},
      {{"--model", "rbv"}, "did you mean \"rbf\"?"},
  };
  for (const Mistake& mistake : mistakes) {
    std::vector<std::string> words = {"train", example("iris.csv"), "-o", folder / "m.safetensors"};
    words.insert(words.end(), mistake.options.begin(), mistake.options.end());
    const Result result = run(words);
    EXPECT_EQ(result.code, 2) << mistake.words;
    EXPECT_TRUE(contains(result.err, mistake.words)) << result.err;
    EXPECT_TRUE(folder.names().empty());
  }
}

TEST(Rbf, OptionsOfDescentAreTakenWhereThereIsDescent) {
  const Folder folder;
  const Result tuned =
      run({"train", example("iris.csv"), "--model", "rbf", "--output-training", "closed_form", "--fine-tune",
           "3", "--optimizer", "momentum", "--learning-rate", "0.001", "-o", folder / "m.safetensors"});
  EXPECT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_TRUE(contains(tuned.err, "momentum, learning rate 0.001, batches of 32 rows, at most 3 epochs"))
      << tuned.err;
  const Result softmax = run({"train", example("iris.csv"), "--model", "rbf", "--output-training", "softmax",
                              "--epochs", "4", "--l2", "0.01", "-o", folder / "n.safetensors"});
  EXPECT_EQ(softmax.code, 0) << softmax.err;
  EXPECT_TRUE(contains(softmax.out, "dense 3 softmax")) << softmax.out;
  const Result lbfgs = run({"train", example("iris.csv"), "--model", "rbf", "--optimizer", "lbfgs", "-o",
                            folder / "o.safetensors"});
  EXPECT_EQ(lbfgs.code, 0) << lbfgs.err;
  EXPECT_TRUE(contains(lbfgs.err, "lbfgs, all rows at once, at most 400 epochs")) << lbfgs.err;
}

}  // namespace
}  // namespace chainrule::cli_test
