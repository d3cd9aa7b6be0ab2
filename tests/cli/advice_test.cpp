// Advice can be followed: it names options that the command has, columns that are free, and what is not set.
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

std::string numbers(int rows) {
  std::string text = "a,b,y\n";
  for (int i = 0; i < rows; ++i)
    text += std::to_string(i % 7) + "." + std::to_string(i % 10) + "," + std::to_string(i * 31 % 11) + "," +
            (i % 3 == 0 ? "p" : "q") + "\n";
  return text;
}

// The program in a folder with t.csv, and m, a model of it.
class Advice : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("t.csv", numbers(40));
    ASSERT_EQ(in_folder({"train", "t.csv", "--epochs", "2", "-o", "m"}).code, 0);
  }
  Result in_folder(const std::vector<std::string>& arguments) {
    return run(arguments, {.folder = folder_.path()});
  }
  std::string folder_path() const { return folder_.path(); }
  void write(const std::string& name, const std::string& text) { folder_.write(name, text); }
  // All of the error; that it ended with `code` is checked.
  std::string error_of(const std::vector<std::string>& arguments, int code) {
    const Result result = in_folder(arguments);
    EXPECT_EQ(result.code, code) << result.err;
    EXPECT_TRUE(contains(result.err, "at: ") && contains(result.err, "try: ")) << result.err;
    return result.err;
  }

 private:
  Folder folder_;
};

TEST_F(Advice, OnACellNamesOnlyOptionsOfTheCommand) {
  write("bad.csv", "a,b,y\n1,2,p\ntall,3,q\n");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"evaluate", "m", "bad.csv"}, {"gradcheck", "m", "bad.csv"}}) {
    const std::string error = error_of(command, 3);
    EXPECT_TRUE(contains(error, "--missing tall")) << error;
    EXPECT_FALSE(contains(error, "--column")) << error;
    EXPECT_EQ(in_folder({command[0], "m", "bad.csv", "--missing", "tall"}).code, 0);
  }
  EXPECT_TRUE(contains(error_of({"train", "bad.csv", "--column", "a=numeric"}, 3), "--column a=category"));
}

TEST_F(Advice, OnAMissingColumnNamesOneThatIsNotInUse) {
  write("model.csv", "sepal_length,sepal_width,y\n1,2,p\n3,4,q\n2,2,p\n4,4,q\n1,3,p\n5,4,q\n");
  ASSERT_EQ(in_folder({"train", "model.csv", "--keep", "sepal_length,sepal_width", "--validation", "none",
                       "--epochs", "1", "-o", "s"})
                .code,
            0);
  write("used.csv", "sepal_width,z,other\n1,2,3\n");
  const std::string used = error_of({"predict", "s", "used.csv"}, 3);
  EXPECT_TRUE(contains(used, "\"sepal_length\" is missing")) << used;
  EXPECT_FALSE(contains(used, "rename the column \"sepal_width\"")) << used;
  write("free.csv", "sepal_width,sepal_lenght,other\n1,2,3\n");
  EXPECT_TRUE(contains(error_of({"predict", "s", "free.csv"}, 3), "rename the column \"sepal_lenght\""));
}

TEST_F(Advice, OnDivergenceDoesNotRepeatWhatIsSet) {
  write("n.csv", "a,b,y\n1,2,3.5\n2,5,4.5\n3,1,9.25\n4,7,2.125\n5,2,8\n6,6,1\n7,9,3\n8,1,4\n");
  const std::vector<std::string> diverges = {
      "train", "n.csv", "--optimizer", "gradient_descent", "--learning-rate", "1e30", "--task", "regression",
      "-o",    "d"};
  EXPECT_TRUE(contains(error_of(diverges, 5), "(--clip-norm 1)"));
  std::vector<std::string> clipped = diverges;
  clipped.insert(clipped.end(), {"--clip-norm", "1"});
  const Result result = in_folder(clipped);
  EXPECT_EQ(result.code, 5) << result.err;
  EXPECT_FALSE(contains(result.err, "(--clip-norm 1)")) << result.err;
  EXPECT_TRUE(contains(result.err, "a smaller --clip-norm than 1")) << result.err;
}

TEST_F(Advice, OnATableWithoutInputsFitsTheReason) {
  EXPECT_TRUE(contains(error_of({"train", "t.csv", "--ignore", "a,b"}, 3), "--ignore"));
  const std::string delimiter = error_of({"train", "t.csv", "--delimiter", "semicolon"}, 3);
  EXPECT_TRUE(contains(delimiter, "--delimiter")) << delimiter;
  write("one.csv", "y\n1\n2\n3\n2\n1\n");
  EXPECT_TRUE(contains(error_of({"train", "one.csv"}, 3), "add a column"));
}

TEST_F(Advice, OnOptionsOfClassesForANumberSaysSo) {
  const std::string names = error_of({"train", "t.csv", "--target", "a", "--class-names", "x,y"}, 2);
  EXPECT_TRUE(contains(names, "the target is a number") && contains(names, "--task classes")) << names;
  EXPECT_TRUE(contains(error_of({"train", "t.csv", "--target", "a", "--output-activation", "softmax"}, 2),
                       "leave --output-activation out"));
  EXPECT_TRUE(
      contains(error_of({"train", "t.csv", "--target", "a", "--model", "perceptron"}, 2), "--model mlp"));
  EXPECT_TRUE(contains(error_of({"train", "t.csv", "--loss", "perceptron"}, 2), "--model perceptron"));
}

TEST_F(Advice, OnAModelGivenAsATableSaysWhatItIs) {
  ASSERT_EQ(in_folder({"train", "t.csv", "--epochs", "1", "-o", "i.safetensors"}).code, 0);
  const std::string error = error_of({"train", "i.safetensors"}, 3);
  EXPECT_TRUE(contains(error, "a model") && contains(error, "predict")) << error;
  EXPECT_FALSE(contains(error, "would replace")) << error;
}

TEST_F(Advice, OnAParameterThatNoActivationHas) {
  EXPECT_TRUE(contains(error_of({"train", "t.csv", "--activation-parameter", "0.5"}, 2), "leaky_relu"));
  EXPECT_EQ(in_folder({"train", "t.csv", "--activation", "elu", "--activation-parameter", "0.5", "--epochs",
                       "1", "-o", "e"})
                .code,
            0);
}

TEST_F(Advice, OnAConfigurationNamesTheLine) {
  write("c.toml", "# options\nepochs = 3\n\nhiden = 5\n");
  EXPECT_TRUE(contains(error_of({"train", "t.csv", "--config", "c.toml"}, 2), "c.toml:4"));
  write("c.toml", "seed = 3\n[train]\n# of train\nbatch_size = many\n");
  EXPECT_TRUE(contains(error_of({"train", "t.csv", "--config", "c.toml"}, 2), "batch-size in c.toml:4"));
  write("c.toml", "seed = 3\n\n[trian]\nepochs = 2\n");
  EXPECT_TRUE(contains(error_of({"train", "t.csv", "--config", "c.toml"}, 2), "c.toml:3"));
}

TEST_F(Advice, OnACheckpointWithAnotherNameCanBeFollowed) {
  ASSERT_EQ(in_folder({"train", "t.csv", "--epochs", "100000000", "--patience", "0", "--time-budget", "1s",
                       "--checkpoint", "run", "-o", "c"})
                .code,
            0);
  ASSERT_EQ(run({}, {.folder = folder_path(), .shell_line = "cp run/checkpoint.safetensors copy"}).code, 0);
  const std::string there = error_of({"inspect", "run/checkpoint.safetensors"}, 4);
  EXPECT_TRUE(contains(there, "chainrule train --resume run/")) << there;
  EXPECT_TRUE(contains(error_of({"inspect", "copy"}, 4), "name the file checkpoint.safetensors again"));
}

TEST_F(Advice, OnWordsAndExpressions) {
  const std::string other = error_of({"explain", "--example", "003"}, 2);
  EXPECT_FALSE(contains(other, "did you mean")) << "003 is another document: " << other;
  EXPECT_FALSE(contains(error_of({"graph", ""}, 2), "leave it out")) << "it is required";
  error_of({"graph", " "}, 2);
  error_of({"train", "t.csv", "--epochs", "many"}, 2);
  error_of({"train", "t.csv", "--seed", "x"}, 2);
  error_of({"train", "t.csv", "--time-budget", "x"}, 2);
  error_of({"train", "t.csv", "--epochs", "1", "--epochs", "2"}, 2);
  error_of({"train", "-", "--validation", "-"}, 2);
  error_of({"evaluate", "m", "t.csv", "--metric", "r2"}, 2);
  error_of({"train", "t.csv", "--hidden", "5,4", "--activation", "relu,tanh,elu"}, 2);
  error_of({"data", "split", "t.csv", "--fractions", "0.8,0.9", "-o", "p,q"}, 2);
  error_of({"train", "t.csv", "--class-weight", "z=2"}, 2);
}

TEST_F(Advice, InNotesOfAModelNamesTrain) {
  write("n.csv", numbers(40));
  ASSERT_EQ(in_folder({"train", "n.csv", "--activation", "logistic", "--hidden", "8,8,8,8,8,8",
                       "--initializer", "constant", "--epochs", "1", "-o", "deep"})
                .code,
            0);
  const Result shown = in_folder({"inspect", "deep", "--gradients", "n.csv"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_TRUE(contains(shown.out, "(train --initializer")) << shown.out;
}

TEST_F(Advice, AHundredUnitsDoNotMakeAHundredNotes) {
  std::string table = "a,b,y\n";
  for (int i = 0; i < 400; ++i)
    table += std::to_string(i * 37 % 101) + "," + std::to_string(i * 53 % 97) + ",c" +
             std::to_string(i % 100) + "\n";
  write("many.csv", table);
  const Result result = in_folder({"train", "many.csv", "--model", "perceptron", "--epochs", "3", "-o", "p"});
  EXPECT_EQ(result.code, 0) << result.err;
  std::size_t notes = 0;
  for (const std::string& line : lines_of(result.err))
    notes += line.starts_with("chainrule: note:") ? 1 : 0;
  EXPECT_LT(notes, 15u) << result.err;
}

}  // namespace
}  // namespace chainrule::cli_test
