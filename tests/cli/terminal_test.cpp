// Terminals, pipes and signals.
#include <pty.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

// Runs the program on a pseudo-terminal and returns all that it drew.
Result run_on_terminal(const std::vector<std::string>& arguments, const RunOptions& options,
                       int columns = 100) {
  const Folder folder;
  winsize size = {};
  size.ws_row = 30;
  size.ws_col = static_cast<unsigned short>(columns);
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) become_program(arguments, options, folder.path());
  Result result;
  char bytes[4096];
  for (ssize_t count = 0; (count = read(terminal, bytes, sizeof bytes)) > 0;) {
    result.out.append(bytes, static_cast<std::size_t>(count));
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  result.code = exit_code(status);
  return result;
}

std::size_t count_of_part(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

const std::vector<std::string> kTrain = {
    "train", example("iris.csv"), "--epochs", "300", "--patience", "0", "-o", "m"};

TEST(Terminal, ProgressIsOneLineDrawnOverAndOver) {
  const Result result = run_on_terminal(kTrain, {.environment = {{"TERM", "xterm-256color"}}});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_TRUE(contains(result.out, "\repoch"));
  EXPECT_TRUE(contains(result.out, "\x1b[K"));
  EXPECT_TRUE(contains(result.out, "epoch 300/300 [====================]"));
  EXPECT_TRUE(contains(result.out, "\x1b[1mLearned\x1b[0m"));
  // At most ten redraws a second; 300 epochs of 150 rows take far less than ten seconds.
  EXPECT_LT(count_of_part(result.out, "\repoch"), 100u);
}

TEST(Terminal, PredictionsDoNotControlIt) {
  const Folder folder;
  std::string text = "x,y\n";
  for (int row = 0; row < 30; ++row)
    text += std::to_string(row % 7) + (row % 2 == 0 ? ",\x1b[31mred\n" : ",gr\u202een\n");
  folder.write("t.csv", text);
  const RunOptions options{.environment = {{"TERM", "xterm-256color"}, {"NO_COLOR", "1"}}};
  ASSERT_EQ(run({"train", folder / "t.csv", "--epochs", "3", "-o", folder / "m"}).code, 0);
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{}, {"--passthrough"}, {"--show", "3"}}) {
    std::vector<std::string> arguments = {"predict", folder / "m", folder / "t.csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result drawn = run_on_terminal(arguments, options);
    EXPECT_EQ(drawn.code, 0) << drawn.out;
    EXPECT_TRUE(contains(drawn.out, "\\x1b[31mred") || contains(drawn.out, "gr\\u202een")) << drawn.out;
    EXPECT_EQ(count_of_part(drawn.out, "\x1b") + count_of_part(drawn.out, "\u202e"), 0u) << drawn.out;
  }
  const Result piped = run({"predict", folder / "m", folder / "t.csv"});
  EXPECT_TRUE(contains(piped.out, "\x1b[31mred") || contains(piped.out, "gr\u202een"))
      << "data stay as they are";
}

TEST(Terminal, NoColorMeansNoColour) {
  const Result result =
      run_on_terminal(kTrain, {.environment = {{"TERM", "xterm-256color"}, {"NO_COLOR", "1"}}});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_EQ(count_of_part(result.out, "m\x1b"), 0u);
  EXPECT_FALSE(contains(result.out, "\x1b[1m"));
  EXPECT_FALSE(contains(result.out, "\x1b[0m"));
  // A line that is drawn over is not colour.
  EXPECT_TRUE(contains(result.out, "\repoch"));
}

TEST(Terminal, ADumbTerminalGetsPlainLines) {
  const Result result = run_on_terminal(kTrain, {.environment = {{"TERM", "dumb"}}});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_EQ(result.out.find('\x1b'), std::string::npos);
  EXPECT_FALSE(contains(result.out, "\repoch"));
  EXPECT_TRUE(contains(result.out, "epoch   1/300  loss"));
}

TEST(Terminal, ErrorsAreRedOnlyInColour) {
  const std::vector<std::string> wrong = {"train", "none.csv"};
  EXPECT_TRUE(
      contains(run_on_terminal(wrong, {.environment = {{"TERM", "xterm"}}}).out, "\x1b[1;31merror:\x1b[0m"));
  EXPECT_EQ(run_on_terminal(wrong, {.environment = {{"TERM", "xterm"}, {"NO_COLOR", "1"}}}).out.find('\x1b'),
            std::string::npos);
}

TEST(Terminal, ANarrowOneGetsNarrowLines) {
  const Result result = run_on_terminal({"train", "--help"}, {.environment = {{"TERM", "dumb"}}}, 60);
  for (const std::string& line : lines_of(result.out)) {
    if (!line.starts_with("  chainrule ") && !line.starts_with("Usage")) {
      EXPECT_LE(line.size(), 61u) << line;  // \r
    }
  }
}

TEST(Progress, IsAFewPlainLinesWhereNobodyWatches) {
  const Folder folder;
  const Result result = run(kTrain, {.folder = folder.path()});
  EXPECT_EQ(result.code, 0) << result.err;
  std::vector<std::string> lines;
  for (const std::string& line : lines_of(result.err)) {
    if (line.starts_with("epoch ")) lines.push_back(line);
  }
  // 300 / 18 rounded up is 17: epochs 1, 17, 34, ... 289 and the last.
  EXPECT_EQ(lines.size(), 19u);
  EXPECT_TRUE(contains(lines.front(), "epoch   1/300"));
  EXPECT_TRUE(contains(lines.back(), "epoch 300/300"));
  EXPECT_EQ(result.err.find('\x1b'), std::string::npos);
  EXPECT_EQ(result.err.find('\r'), std::string::npos);
}

TEST(Progress, IsSilentWhenAskedTo) {
  const Folder folder;
  std::vector<std::string> arguments = kTrain;
  arguments.emplace_back("--quiet");
  const Result result = run(arguments, {.folder = folder.path()});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_TRUE(contains(result.out, "Held out"));
}

TEST(Pipe, AReaderThatGoesAwayEndsPredictQuietly) {
  // Far more than a pipe holds.
  const Folder folder;
  std::string text = read_text(example("penguins.csv"));
  const std::string rows = text.substr(text.find('\n') + 1);
  for (int i = 0; i < 200; ++i)
    text += rows;
  const std::string data = folder.write("t.csv", text);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    const int err = open((folder / "err").c_str(), O_WRONLY | O_CREAT, 0600);
    dup2(err, STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    // As a shell starts it; a test program may have been started with SIGPIPE ignored.
    signal(SIGPIPE, SIG_DFL);
    become_program({"predict", penguins_model(), data, "--passthrough"}, {}, folder.path());
  }
  close(ends[1]);
  char bytes[256];
  EXPECT_GT(read(ends[0], bytes, sizeof bytes), 0);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(exit_code(status), 0);
  EXPECT_EQ(read_text(folder / "err"), "");
}

// A training in the background; the test can wait for its messages.
class Training {
 public:
  Training(const Folder& folder, const std::vector<std::string>& arguments) : folder_(folder) {
    child_ = fork();
    if (child_ == 0) {
      const int out = open((folder / "out").c_str(), O_WRONLY | O_CREAT, 0600);
      const int err = open((folder / "err").c_str(), O_WRONLY | O_CREAT, 0600);
      dup2(out, STDOUT_FILENO);
      dup2(err, STDERR_FILENO);
      signal(SIGINT, SIG_DFL);
      become_program(arguments, {}, folder.path());
    }
  }

  // False when it ended without the message.
  bool wait_for(const std::string& words) {
    while (read_text(folder_ / "err").find(words) == std::string::npos) {
      if (waitpid(child_, &status_, WNOHANG) != 0) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  void interrupt() { kill(child_, SIGINT); }
  Result end() {
    waitpid(child_, &status_, 0);
    return {.code = exit_code(status_), .out = read_text(folder_ / "out"), .err = read_text(folder_ / "err")};
  }

 private:
  const Folder& folder_;
  pid_t child_ = -1;
  int status_ = 0;
};

TEST(Interrupt, SavesTheBestModelSoFar) {
  const Folder folder;
  Training training(folder, {"train", example("penguins.csv"), "--target", "species", "--epochs",
                             "1000000000", "--patience", "0", "-o", "m.safetensors"});
  ASSERT_TRUE(training.wait_for("epoch "));
  training.interrupt();
  const Result result = training.end();
  EXPECT_EQ(result.code, 130) << result.err;
  EXPECT_TRUE(contains(result.err, "stopping; the best weights"));
  EXPECT_TRUE(contains(result.out, "stopped on request"));
  const Result inspected = run({"inspect", folder / "m.safetensors"});
  EXPECT_EQ(inspected.code, 0) << inspected.err;
  EXPECT_TRUE(contains(inspected.out, "asked_to_stop"));
}

TEST(Interrupt, TheSecondOneEndsAtOnceWithoutAModel) {
  // One step of some 10^11 multiplications: it is still running when the second signal comes. Had that one
  // no effect, the model would be there in the end.
  const Folder folder;
  ASSERT_EQ(run({"data", "generate", "blobs", "--rows", "20000", "-o", folder / "t.csv"}).code, 0);
  Training training(folder, {"train", "t.csv", "--hidden", "1000,1000", "--epochs", "1", "--batch-size",
                             "all", "-o", "m.safetensors"});
  ASSERT_TRUE(training.wait_for("\nby  "));
  training.interrupt();
  ASSERT_TRUE(training.wait_for("stopping; the best weights"));
  training.interrupt();
  EXPECT_EQ(training.end().code, 130);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"err", "out", "t.csv"}));
}

TEST(Interrupt, OfGenerateLeavesNothing) {
  const Folder folder;
  Training generating(folder, {"data", "generate", "moons", "--rows", "20000000", "-o", "m.csv"});
  while (folder.names().size() < 3)  // out, err and the temporary
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  generating.interrupt();
  EXPECT_EQ(generating.end().code, 130);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"err", "out"}));
}

TEST(Completion, OfBashKnowsCommandsOptionsAndWords) {
  if (std::system("command -v bash >/dev/null 2>&1") != 0) GTEST_SKIP() << "no bash here";
  const Folder folder;
  folder.write("completion.bash", run({"completion", "bash"}).out);
  folder.write("ask.bash",
               "set -u\n"
               "source ./completion.bash\n"
               "ask() {\n"
               "  COMP_WORDS=(\"$@\")\n"
               "  COMP_CWORD=$(($# - 1))\n"
               "  _chainrule\n"
               "  echo \"${COMPREPLY[*]-}\"\n"
               "}\n"
               "ask chainrule tr\n"
               "ask chainrule data ''\n"
               "ask chainrule train --epo\n"
               "ask chainrule train x.csv --optimizer ad\n"
               "ask chainrule train x.csv --activation relu,gel\n"
               "ask chainrule data split --strat\n"
               "ask chainrule train x.csv --epochs ''\n");
  const std::string command = "cd '" + folder.path().string() + "' && bash ask.bash > answers 2> errors";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(read_text(folder / "errors"), "");
  EXPECT_EQ(read_text(folder / "answers"),
            "train\n"
            "describe split generate\n"
            "--epochs\n"
            "adam adamw\n"
            "relu,gelu\n"
            "--stratify\n"
            "\n");
}

TEST(Completion, OfOtherShellsKnowsEveryOptionOfTrain) {
  const std::string zsh = run({"completion", "zsh"}).out, fish = run({"completion", "fish"}).out;
  EXPECT_TRUE(zsh.starts_with("#compdef chainrule"));
  for (const std::string& line : lines_of(run({"train", "--help"}).out)) {
    const std::size_t at = line.find("--");
    if (at == std::string::npos || at > 6) continue;
    const std::string name = line.substr(at, line.find(' ', at) - at);
    EXPECT_TRUE(contains(zsh, name));
    EXPECT_TRUE(contains(fish, "-l " + name.substr(2)));
  }
}

}  // namespace
}  // namespace chainrule::cli_test
