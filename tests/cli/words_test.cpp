// The words of other libraries and of textbooks: understood wherever a name may be written, recorded by our
// name, or named by "did you mean".
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

std::string table() {
  std::string text = "a,b,y,three\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i % 7) + "." + std::to_string(i % 10) + "," + std::to_string(i * 31 % 11) + "," +
            (i % 3 == 0 ? "p" : "q") + ",c" + std::to_string(i % 3) + "\n";
  return text;
}

struct Words {
  std::string option;
  std::vector<std::string> words;
  std::string name;  // what the model records
};

TEST(WordsOfOthers, AreUnderstoodAndRecordedByOurName) {
  const Folder folder;
  folder.write("t.csv", table());
  for (const Words& row : {
           Words{"--activation", {"sigmoid", "Sigmoid", "logistic"}, "logistic"},
           Words{"--activation", {"linear", "identity"}, "identity"},
           Words{"--activation", {"silu", "SiLU"}, "swish"},
           Words{"--activation", {"lrelu", "LeakyReLU", "leaky-relu"}, "leaky_relu"},
           Words{"--activation", {"ReLU", "rectifier"}, "relu"},
           Words{"--output-activation", {"sigmoid"}, "logistic"},
           Words{"--loss", {"mse", "MSE", "MSELoss"}, "mean_squared_error"},
           Words{"--loss", {"bce", "BCELoss", "binary_crossentropy"}, "binary_cross_entropy"},
           Words{"--loss",
                 {"cross_entropy", "CrossEntropyLoss", "log_loss", "nll", "softmax"},
                 "cross_entropy"},
           Words{"--optimizer", {"sgd", "SGD", "gd"}, "gradient_descent"},
           Words{"--optimizer", {"nag", "Nesterov"}, "nesterov"},
           Words{"--optimizer", {"RMSprop", "rms_prop"}, "rmsprop"},
           Words{"--optimizer", {"AdamW"}, "adamw"},
           Words{"--model", {"neural_network", "MLP"}, "mlp"},
           Words{"--scaling", {"standardize", "z-score"}, "standard"},
           Words{"--scaling", {"MinMax", "minmaxscaler"}, "min_max"},
           Words{"--initializer", {"kaiming_uniform"}, "he_uniform"},
           Words{"--schedule", {"cosine_annealing", "CosineAnnealingLR"}, "cosine"},
           Words{"--precision", {"float64", "fp64"}, "double"},
           Words{"--task", {"binary_classification"}, "binary"},
       }) {
    for (const std::string& word : row.words) {
      const Result trained = run(
          {"train", "t.csv", "--target", "y", "--epochs", "1", "--hidden", "4", row.option, word, "-o", "m"},
          {.folder = folder.path()});
      EXPECT_EQ(trained.code, 0) << row.option << " " << word << ": " << trained.err;
      const Result shown = run({"inspect", "m", "--json"}, {.folder = folder.path()});
      EXPECT_TRUE(contains(shown.out, "\"" + row.option.substr(2) + "\": \"" + row.name + "\""))
          << row.option << " " << word << ": " << shown.out;
    }
  }
}

TEST(WordsOfOthers, AreSortedOutByTheTask) {
  const Folder folder;
  folder.write("t.csv", table());
  const auto loss_of = [&](const std::string& target) {
    const Result trained =
        run({"train", "t.csv", "--target", target, "--epochs", "1", "--loss", "cross_entropy", "-o", "m"},
            {.folder = folder.path()});
    return trained.code == 0 ? run({"inspect", "m", "--json"}, {.folder = folder.path()}).out : trained.err;
  };
  EXPECT_TRUE(contains(loss_of("y"), "binary_cross_entropy"));
  EXPECT_TRUE(contains(loss_of("three"), "softmax_cross_entropy"));
  const std::string of_numbers = loss_of("a");
  EXPECT_TRUE(contains(of_numbers, "does not fit the task") && contains(of_numbers, "at:       --loss"))
      << of_numbers;
}

TEST(WordsOfOthers, ThatMayMeanSeveralThingsAreAskedAbout) {
  const Folder folder;
  folder.write("t.csv", table());
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--initializer", "xavier", "glorot_uniform"},
        {"--scaling", "normalize", "min_max"},
        {"--task", "classification", "multi_label"},
        {"--optimizer", "nadam", "adam"},
        {"--optimizer", "bfgs", "lbfgs"},
        {"--optimizer", "adagrad", "rmsprop"},
        {"--activation", "rbf", "model"},
        {"--activation", "sigmod", "did you mean \"sigmoid\"?"},
        {"--loss", "hinge", "perceptron"}}) {
    const Result refused = run({"train", "t.csv", words[0], words[1]}, {.folder = folder.path()});
    EXPECT_EQ(refused.code, 2) << words[1];
    const std::size_t advice = refused.err.find("try: ");
    ASSERT_NE(advice, std::string::npos) << refused.err;
    EXPECT_TRUE(contains(refused.err.substr(advice), words[2])) << refused.err;
  }
}

TEST(WordsOfOthers, AreUnderstoodAsScores) {
  for (const auto& [word, name] : {std::pair{"acc", "accuracy"},
                                   {"f1", "macro_f1"},
                                   {"balanced-accuracy", "balanced_accuracy"},
                                   {"roc_auc", "auc"},
                                   {"ECE", "calibration_error"}}) {
    const Result ours = run({"evaluate", penguins_model(), example("penguins.csv"), "--metric", name});
    const Result theirs = run({"evaluate", penguins_model(), example("penguins.csv"), "--metric", word});
    EXPECT_EQ(theirs.code, 0) << theirs.err;
    EXPECT_EQ(theirs.out, ours.out) << word;
  }
}

TEST(WordsOfOthers, AreUnderstoodInNetworkFiles) {
  const Folder folder;
  const auto with = [&](const std::string& activation, const std::string& loss) {
    folder.write("n.json",
                 R"({"sizes": [1, 1], "activations": [")" + activation + R"("], "loss": ")" + loss +
                     R"(", "eta": 1, "W": [[[0.5]]], "b": [[0.1]], "samples": [{"x": [1], "t": [1]}]})");
    return run({"explain", "--network", "n.json"}, {.folder = folder.path()});
  };
  const std::string ours = with("logistic", "mean_squared_error").out;
  EXPECT_TRUE(contains(ours, "logistic"));
  for (const std::string activation : {"sigmoid", "Sigmoid", "expit"})
    EXPECT_EQ(with(activation, "mse").out, ours) << activation;
  EXPECT_EQ(with("sigmoid", "log_loss").out, with("logistic", "binary_cross_entropy").out);
  const Result unknown = with("sigmod", "mse");
  EXPECT_EQ(unknown.code, 3);
  EXPECT_TRUE(contains(unknown.err, "did you mean \"sigmoid\"?")) << unknown.err;
}

}  // namespace
}  // namespace chainrule::cli_test
