// `predict MODEL -` as the other half of a conversation: each line is answered before the next one is sent.
#include <poll.h>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

// The program with a pipe at each end.
class Conversation {
 public:
  explicit Conversation(const std::vector<std::string>& arguments) {
    int in[2] = {}, out[2] = {};
    if (pipe(in) != 0 || pipe(out) != 0) throw std::runtime_error("no pipe for the test");
    process_ = fork();
    if (process_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      for (const int descriptor : {in[0], in[1], out[0], out[1]})
        close(descriptor);
      become_program(arguments, {}, folder_.path());
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
  }
  ~Conversation() {
    hang_up();
    close(from_);
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void send(const std::string& text) const {
    ASSERT_EQ(write(to_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  // The next line of the output; "(none)" if it has not come after half a minute.
  std::string line() {
    while (answer_.find('\n') == std::string::npos) {
      pollfd ready = {.fd = from_, .events = POLLIN, .revents = 0};
      char bytes[4096];
      const ssize_t count = poll(&ready, 1, 30'000) == 1 ? read(from_, bytes, sizeof bytes) : 0;
      if (count <= 0) return "(none)";
      answer_.append(bytes, static_cast<std::size_t>(count));
    }
    const std::string line = answer_.substr(0, answer_.find('\n'));
    answer_.erase(0, line.size() + 1);
    return line;
  }
  void hang_up() {
    if (to_ >= 0) close(to_);
    to_ = -1;
  }
  int end() {
    hang_up();
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return exit_code(status);
  }

 private:
  Folder folder_;
  pid_t process_ = -1;
  int to_ = -1, from_ = -1;
  std::string answer_;
};

const std::string& iris_model() {
  static const Folder* const folder = new Folder;
  static const std::string path = [] {
    std::string model = *folder / "iris.safetensors";
    EXPECT_EQ(run({"train", example("iris.csv"), "-o", model, "--quiet", "--epochs", "20"}).code, 0);
    return model;
  }();
  return path;
}

std::vector<std::string> header() {
  std::istringstream text(read_text(example("iris.csv")));
  std::string line;
  std::getline(text, line);
  std::vector<std::string> names;
  std::istringstream cells(line);
  for (std::string name; std::getline(cells, name, ',');)
    names.push_back(name);
  return names;
}

std::vector<std::string> rows() {
  std::istringstream text(read_text(example("iris.csv")));
  std::vector<std::string> rows;
  std::string line;
  std::getline(text, line);
  while (std::getline(text, line))
    rows.push_back(line);
  return rows;
}

// What a whole file gets, without its first line.
std::vector<std::string> answers(const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {"predict", iris_model(), example("iris.csv")};
  words.insert(words.end(), more.begin(), more.end());
  std::istringstream text(run(words).out);
  std::vector<std::string> lines;
  std::string line;
  std::getline(text, line);
  while (std::getline(text, line))
    lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ",") + word;
  return text;
}

TEST(CoProcess, EachLineIsAnsweredBeforeTheNextIsSent) {
  for (const bool passes_through : {false, true}) {
    SCOPED_TRACE(passes_through);
    std::vector<std::string> words = {"predict", iris_model(), "-"};
    if (passes_through) words.emplace_back("--passthrough");
    const std::vector<std::string> expected = passes_through ? answers({"--passthrough"}) : answers();
    Conversation program(words);
    program.send(joined(header()) + "\n");
    EXPECT_EQ(program.line(), passes_through ? joined(header()) + ",predicted species" : "species");
    const std::vector<std::string> table = rows();
    for (std::size_t row = 0; row < 150; row += 7) {
      program.send(table[row] + "\n");
      ASSERT_EQ(program.line(), expected[row]) << row;
    }
    // Several lines at once, a line in two parts, one without its end.
    program.send(table[0] + "\n" + table[60] + "\n" + table[120].substr(0, 5));
    EXPECT_EQ(program.line(), expected[0]);
    EXPECT_EQ(program.line(), expected[60]);
    program.send(table[120].substr(5) + "\n\n");
    EXPECT_EQ(program.line(), expected[120]);
    program.send(table[61]);
    program.hang_up();
    EXPECT_EQ(program.line(), expected[61]);
    EXPECT_EQ(program.end(), 0);
  }
}

TEST(CoProcess, ATableWithoutAHeaderIsAnsweredFromItsFirstLine) {
  const std::vector<std::string> table = rows(), expected = answers();
  Conversation program({"predict", iris_model(), "-"});
  const auto inputs = [](const std::string& row) { return row.substr(0, row.rfind(',')); };
  program.send(inputs(table[3]) + "\n");
  EXPECT_EQ(program.line(), "species");
  EXPECT_EQ(program.line(), expected[3]);
  program.send(inputs(table[140]) + "\n");
  EXPECT_EQ(program.line(), expected[140]);
  EXPECT_EQ(program.end(), 0);
}

TEST(CoProcess, JsonRecordsAreAnsweredOneByOne) {
  const std::vector<std::string> table = rows(), names = header(), expected = answers();
  Conversation program({"predict", iris_model(), "-"});
  for (std::size_t row = 0; row < 150; row += 50) {
    std::istringstream cells(table[row]);
    std::string record, cell;
    for (std::size_t c = 0; c < 4 && std::getline(cells, cell, ','); ++c)
      record += (c == 0 ? "{\"" : ", \"") + names[c] + "\": " + cell;
    program.send(record + "}\n");
    if (row == 0) {
      EXPECT_EQ(program.line(), "species");
    }
    ASSERT_EQ(program.line(), expected[row]) << record;
  }
  EXPECT_EQ(program.end(), 0);
}

TEST(CoProcess, AFaultyLineIsReportedAfterTheAnswersBeforeIt) {
  Conversation program({"predict", iris_model(), "-"});
  program.send(joined(header()) + "\n" + rows()[0] + "\n");
  EXPECT_EQ(program.line(), "species");
  EXPECT_EQ(program.line(), answers()[0]);
  program.send("much,2,3,4,5\n");
  EXPECT_EQ(program.line(), "(none)");
  EXPECT_EQ(program.end(), 3);
}

}  // namespace
}  // namespace chainrule::cli_test
