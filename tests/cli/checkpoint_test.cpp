// Training that is stopped and gone on with, as processes.
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "chainrule/io/checkpoint_file.h"
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

bool contains(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

// Long enough to be met in the middle: a second or more.
std::vector<std::string> training_of(const Folder& folder, const std::string& model,
                                     std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"train", folder / "t.csv", "--hidden", "48,48",      "--epochs",
                                        "600",   "--dropout",      "0.1",      "--patience", "0",
                                        "-o",    folder / model};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

void make_table(const Folder& folder) {
  ASSERT_EQ(run({"data", "generate", "moons", "--rows", "1280", "-o", folder / "t.csv"}).code, 0);
}

// Starts, sends the signal once `file` exists and holds the words, waits.
Result signalled(const Folder& folder, const std::vector<std::string>& arguments, int signal_number,
                 const std::string& file = "err", const std::string& words = "rows/s") {
  std::filesystem::remove(folder / "err");
  const pid_t child = fork();
  if (child == 0) {
    const int err = open((folder / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (err < 0 || dup2(err, STDERR_FILENO) < 0 || dup2(err, STDOUT_FILENO) < 0) _exit(125);
    become_program(arguments, {}, folder.path().string());
  }
  int status = 0;
  while (!contains(read_text(folder / file), words) && waitpid(child, &status, WNOHANG) == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  kill(child, signal_number);
  waitpid(child, &status, 0);
  return {.code = exit_code(status), .out = {}, .err = read_text(folder / "err")};
}

// Whether the process waits for something else: it was asleep at each of many looks.
bool waits(pid_t process) {
  for (int look = 0; look < 20; ++look) {
    const std::string stat = read_text("/proc/" + std::to_string(process) + "/stat");
    const std::size_t end_of_name = stat.rfind(')');
    if (end_of_name == std::string::npos || stat.substr(end_of_name, 3) != ") S") return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// The status it ends with; one that does not end within seconds is killed.
int ends(pid_t process) {
  int status = 0;
  for (int look = 0; look < 1000; ++look) {
    if (waitpid(process, &status, WNOHANG) != 0) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  kill(process, SIGKILL);
  waitpid(process, &status, 0);
  return status;
}

TEST(Checkpoint, TheFirstSignalEndsAProgramThatWaitsForTheReaderOfAPipe) {
  const Folder folder;
  make_table(folder);
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::vector<std::string>& where :
       {std::vector<std::string>{"-o", pipe}, {"-o", folder / "m", "--report", pipe}}) {
    std::vector<std::string> arguments = {"train", folder / "t.csv", "--hidden", "4", "--quiet", "--epochs",
                                          "2",     "--threads",      "1"};
    arguments.insert(arguments.end(), where.begin(), where.end());
    std::filesystem::remove(folder / "err");
    const pid_t child = fork();
    if (child == 0) {
      const int err = open((folder / "err").c_str(), O_WRONLY | O_CREAT, 0600);
      if (err < 0 || dup2(err, STDERR_FILENO) < 0 || dup2(err, STDOUT_FILENO) < 0) _exit(125);
      become_program(arguments, {}, folder.path().string());
    }
    while (!waits(child) && waitpid(child, nullptr, WNOHANG) == 0) {
    }
    kill(child, SIGTERM);
    EXPECT_EQ(exit_code(ends(child)), 128 + SIGTERM) << read_text(folder / "err");
    EXPECT_EQ(read_text(folder / "err"), "") << "there is nothing to save";
  }
}

TEST(Checkpoint, ATrainingStoppedByASignalGoesOnToTheSameBytes) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "whole")).code, 0);
  const std::pair<int, int> codes[] = {{SIGTERM, 75}, {SIGINT, 130}, {SIGHUP, 129}};
  for (const auto& [signal_number, code] : codes) {
    const std::string model = "m" + std::to_string(code), directory = "c" + std::to_string(code);
    const Result stopped =
        signalled(folder, training_of(folder, model, {"--checkpoint", folder / directory}), signal_number);
    ASSERT_EQ(stopped.code, code) << stopped.err;
    EXPECT_TRUE(contains(stopped.err, "to go on where it stopped: chainrule train --resume ")) << stopped.err;
    EXPECT_TRUE(contains(stopped.err, "stopped by a signal")) << stopped.err;
    EXPECT_FALSE(contains(stopped.err, "by the clock")) << stopped.err;
    EXPECT_EQ(run({"inspect", folder / model}).code, 0) << "the best model so far is there, too";

    const Result resumed = run({"train", "--resume", folder / directory, "--threads", "1"});
    EXPECT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_TRUE(contains(resumed.err, "going on within epoch")) << resumed.err;
    EXPECT_TRUE(read_text(folder / model) == read_text(folder / "whole"));
    EXPECT_TRUE(std::filesystem::is_empty(folder / directory)) << "nothing to go on with any more";
  }
}

TEST(Checkpoint, KilledItGoesOnFromTheLastCheckpoint) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "whole")).code, 0);
  const std::vector<std::string> arguments =
      training_of(folder, "m", {"--checkpoint", folder / "c", "--every", "3", "--resume", folder / "c"});
  // The same command starts and goes on.
  const Result killed = signalled(folder, arguments, SIGKILL, "c/checkpoint.safetensors", "progress");
  EXPECT_EQ(killed.code, 128 + SIGKILL) << killed.err;
  ASSERT_TRUE(std::filesystem::exists(folder / "c/checkpoint.safetensors"));
  const Result resumed = run(arguments);
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_TRUE(read_text(folder / "m") == read_text(folder / "whole"));
}

TEST(Checkpoint, OfAnotherTrainingIsRefusedWithTheDifference) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(signalled(folder, training_of(folder, "m", {"--checkpoint", folder / "c"}), SIGTERM).code, 75);
  const std::string before = read_text(folder / "c/checkpoint.safetensors");
  const auto refused = [&](const std::vector<std::string>& more, const std::string& words) {
    std::vector<std::string> arguments = {"train", "--resume", folder / "c"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = run(arguments);
    EXPECT_EQ(result.code, 2) << words;
    EXPECT_TRUE(contains(result.err, "another training: " + words + " differs")) << result.err;
    EXPECT_TRUE(result.err.starts_with("chainrule: error: "))
        << "nothing else is said before: " << result.err;
  };
  refused({"--learning-rate", "0.5"}, "learning rate");
  refused({"--seed", "2"}, "seed");
  refused({"--hidden", "48,47"}, "network");
  refused({"--precision", "double"}, "precision");
  refused({"--epochs", "601"}, "epochs");
  refused({"--validation", "0.25"}, "training rows");
  refused({"--scaling", "none"}, "training data");
  EXPECT_TRUE(contains(run({"train", "--resume", folder / "c", "--seed", "2"}).err, "(--seed)"));
  EXPECT_TRUE(read_text(folder / "c/checkpoint.safetensors") == before);
  // A training from the beginning does not replace it either.
  const Result anew = run(training_of(folder, "m2", {"--checkpoint", folder / "c"}));
  EXPECT_EQ(anew.code, 2);
  EXPECT_TRUE(contains(anew.err, "holds a checkpoint")) << anew.err;
  EXPECT_TRUE(read_text(folder / "c/checkpoint.safetensors") == before);
}

TEST(Checkpoint, OfDataThatChangedNamesThemAndHowManyRowsThereWere) {
  const Folder folder;
  make_table(folder);
  const std::string path = folder / "t.csv", before = read_text(path);
  ASSERT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.05s"})).code, 0);
  const auto refused = [&](const std::string& table, const std::string& words) {
    write_text(path, table);
    const Result result = run({"train", "--resume", folder / "c"});
    EXPECT_EQ(result.code, 2);
    for (const std::string& part : {std::string("the data changed since the checkpoint was written"), path,
                                    std::string("1024 training rows and 256 held out"), words})
      EXPECT_TRUE(contains(result.err, part)) << result.err;
  };
  std::string other = before;
  char& digit = other[other.find('.', 20) + 2];
  digit = digit == '9' ? '8' : '9';
  refused(other, "as many rows, with other contents");
  other = before.substr(0, before.rfind('\n', before.size() - 2) + 1);
  refused(other, "1023 training rows");
  write_text(path, before);
  EXPECT_EQ(run({"train", "--resume", folder / "c", "--time-budget", "0.05s"}).code, 0);
}

TEST(Checkpoint, GoesBeforeTheEnvironmentAndAfterTheCommandLine) {
  const Folder folder;
  make_table(folder);
  const std::map<std::string, std::string> other = {{"CHAINRULE_SEED", "5"},
                                                    {"CHAINRULE_PRECISION", "double"}};
  // Started with a seed of its own, with that of the environment, and with the default.
  const auto stopped = [&](const std::string& name, std::vector<std::string> more,
                           const std::map<std::string, std::string>& environment) {
    more.insert(more.end(), {"--time-budget", "0.05s", "--checkpoint", folder / name});
    const Result result = run(training_of(folder, name + ".m", more), {.environment = environment});
    EXPECT_TRUE(contains(result.err, "to go on where it stopped")) << result.err;
  };
  stopped("given", {"--seed", "3"}, {});
  stopped("environment", {}, {{"CHAINRULE_SEED", "7"}});
  stopped("default", {}, {});
  for (const auto& [name, seed] : {std::pair{"given", "3"}, {"environment", "7"}, {"default", "1"}}) {
    const std::vector<std::string> resume = {"train", "--resume", folder / name, "--time-budget", "0.05s"};
    const Result result = run(resume, {.environment = other});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(contains(result.err, std::string("seed ") + seed)) << result.err;
    std::vector<std::string> explicitly = resume;
    explicitly.insert(explicitly.end(), {"--seed", "5"});
    const Result refused = run(explicitly, {.environment = other});
    EXPECT_EQ(refused.code, 2);
    EXPECT_TRUE(contains(refused.err, "seed differs")) << refused.err;
    EXPECT_TRUE(contains(refused.err, std::string("expected: ") + seed)) << refused.err;
  }
}

TEST(Checkpoint, ADamagedOrMissingOneIsRefused) {
  const Folder folder;
  make_table(folder);
  const Result missing = run({"train", "--resume", folder / "c"});
  EXPECT_EQ(missing.code, 4);
  EXPECT_TRUE(contains(missing.err, "there is no checkpoint")) << missing.err;
  ASSERT_EQ(signalled(folder, training_of(folder, "m", {"--checkpoint", folder / "c"}), SIGTERM).code, 75);
  std::string bytes = read_text(folder / "c/checkpoint.safetensors");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  write_text(folder / "c/checkpoint.safetensors", bytes);
  const Result damaged = run({"train", "--resume", folder / "c"});
  EXPECT_EQ(damaged.code, 4);
  EXPECT_TRUE(contains(damaged.err, "checksum")) << damaged.err;
  const std::string path = folder / "c/checkpoint.safetensors";
  EXPECT_TRUE(contains(damaged.err, "remove " + path + " and start the training again")) << damaged.err;
  std::filesystem::remove(path);
  EXPECT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.05s"})).code, 0)
      << "the advice works";
  for (const std::string command : {"predict", "inspect"}) {
    std::vector<std::string> arguments = {command, path};
    if (command == "predict") arguments.push_back(folder / "t.csv");
    const Result taken_for_model = run(arguments);
    EXPECT_EQ(taken_for_model.code, 4);
    EXPECT_TRUE(contains(taken_for_model.err, "it is a checkpoint")) << taken_for_model.err;
    EXPECT_TRUE(contains(taken_for_model.err, "chainrule train --resume " + folder / "c"))
        << taken_for_model.err;
  }
}

TEST(Checkpoint, OneWhoseCountersDoNotFitTheTableIsRefusedBeforeAnythingIsSaid) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(signalled(folder, training_of(folder, "m", {"--checkpoint", folder / "c"}), SIGTERM).code, 75);
  const Checkpoint read = load_checkpoint(real_file_system(), folder / "c");
  auto progress = std::get<TrainingProgress<float>>(read.progress);
  ++progress.state.step;
  save_checkpoint<float>(real_file_system(), folder / "c", read.description, progress);
  const Result forged = run({"train", "--resume", folder / "c"});
  EXPECT_EQ(forged.code, 4) << forged.err;
  EXPECT_TRUE(contains(forged.err, "do not fit")) << forged.err;
  EXPECT_TRUE(contains(forged.err, "c/checkpoint.safetensors")) << forged.err;
  EXPECT_FALSE(contains(forged.err, "going on")) << forged.err;
}

TEST(Checkpoint, BelongsToNetworksTrainedByDescent) {
  const Folder folder;
  make_table(folder);
  for (const std::string model : {"rbf", "perceptron"}) {
    const Result result =
        run({"train", folder / "t.csv", "--model", model, "--checkpoint", folder / "c", "-o", folder / "m"});
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, "--model mlp")) << result.err;
  }
  EXPECT_EQ(run({"train", folder / "t.csv", "--every", "5m", "-o", folder / "m"}).code, 2);
}

TEST(Checkpoint, EveryTakesWholeTimesAndEpochsAndNamesThemOtherwise) {
  const Folder folder;
  const auto result_of = [&](const std::string& every) {
    return run({"train", example("iris.csv"), "--epochs", "1", "--checkpoint", folder / "c",
                "--every=" + every, "-o", folder / "m"});
  };
  for (const std::string every :
       {"1.5", "-3", "1e3", "0", "0s", "0h0m", "1.5m", "5 m", "5d", "m", "5ms", "1h30", "many",
        "99999999999999999999", "99999999999999999999h", "100001h"}) {
    const Result result = result_of(every);
    EXPECT_EQ(result.code, 2) << every;
    EXPECT_TRUE(contains(result.err, "a time such as 30s, 5m or 1h, or a number of epochs such as 10"))
        << every << "\n"
        << result.err;
    EXPECT_TRUE(contains(result.err, "--every")) << result.err;
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "c"));
  for (const std::string every : {"10", "30s", "5m", "1h", "1h30m", "100000h", "9223372036854775807"})
    EXPECT_EQ(result_of(every).code, 0) << every;
}

TEST(Checkpoint, ItsFileIsNoPlaceForTheModelOrTheReport) {
  const Folder folder;
  std::filesystem::create_directory(folder / "c");
  const std::string taken = folder / "c/checkpoint.safetensors";
  const std::vector<std::string> start = {"train", example("iris.csv"), "--epochs",
                                          "3",     "--checkpoint",      folder / "c"};
  for (const std::vector<std::string>& more : {std::vector<std::string>{"-o", taken},
                                               {"-o", folder / "c/../c/checkpoint.safetensors"},
                                               {"-o", folder / "c/checkpoint.lock"},
                                               {"-o", folder / "m", "--report", taken}}) {
    std::vector<std::string> arguments = start;
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = run(arguments);
    EXPECT_EQ(result.code, 2) << result.out;
    EXPECT_TRUE(contains(result.err, "this file is the checkpoint's")) << result.err;
  }
  const Result empty = run({"train", "--resume", ""});
  EXPECT_EQ(empty.code, 2);
  EXPECT_TRUE(contains(empty.err, "an empty value")) << empty.err;
  // A pipe in its place is not waited for.
  ASSERT_EQ(mkfifo(taken.c_str(), 0600), 0);
  EXPECT_EQ(run({"train", "--resume", folder / "c"}).code, 4);
}

TEST(Checkpoint, DoesNotMakeTheProgramReplaceWhatItDidNotWrite) {
  const Folder folder;
  make_table(folder);
  const std::string model = folder / "m", report = folder / "r.html";
  ASSERT_EQ(run(training_of(folder, "m",
                            {"--report", report, "--checkpoint", folder / "c", "--time-budget", "0.05s"}))
                .code,
            0);
  const std::vector<std::string> resume = {"train", "--resume", folder / "c", "--time-budget", "0.05s"};
  const Result own = run(resume);
  EXPECT_EQ(own.code, 0) << "model and report are its own: " << own.err;
  const std::string checkpoint = read_text(folder / "c/checkpoint.safetensors");
  for (const auto& [path, option] : {std::pair{model, "-o"}, std::pair{report, "--report"}}) {
    const std::string before = read_text(path);
    write_text(path, "precious");
    const Result refused = run(resume);
    EXPECT_EQ(refused.code, 2) << refused.out;
    EXPECT_TRUE(contains(refused.err, "the checkpoint names this file as ")) << refused.err;
    EXPECT_TRUE(contains(refused.err, "at:       " + path + "\n")) << refused.err;
    EXPECT_TRUE(contains(refused.err, std::string(option) + " FILE")) << refused.err;
    EXPECT_EQ(read_text(path), "precious");
    EXPECT_TRUE(read_text(folder / "c/checkpoint.safetensors") == checkpoint) << "before it trains";
    std::vector<std::string> named = resume;
    named.insert(named.end(), {option, path});
    const Result said = run(named);
    EXPECT_EQ(said.code, 0) << "who types the name may replace it: " << said.err;
    EXPECT_NE(read_text(path), "precious");
    write_text(path, before);
    write_text(folder / "c/checkpoint.safetensors", checkpoint);
  }
  // A model that is named after the table, which the checkpoint names.
  std::vector<std::string> unnamed =
      training_of(folder, "m", {"--checkpoint", folder / "d", "--time-budget", "0.05s"});
  std::erase(unnamed, "-o");
  std::erase(unnamed, model);
  ASSERT_EQ(run(unnamed, {.folder = folder.path()}).code, 0);
  write_text(folder / "t.safetensors", "precious");
  EXPECT_EQ(run({"train", "--resume", folder / "d"}, {.folder = folder.path()}).code, 2);
  EXPECT_EQ(read_text(folder / "t.safetensors"), "precious");
}

TEST(Checkpoint, ThatCouldNotBeWrittenIsNotPromisedAtTheEnd) {
  const Folder folder;
  make_table(folder);
  std::filesystem::create_directory(folder / "c");
  const std::vector<std::string> arguments = training_of(folder, "m", {"--checkpoint", folder / "c"});
  // The directory goes away under the training.
  const auto ended = [&](int signal_number, const std::vector<std::string>& more) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), more.begin(), more.end());
    std::filesystem::remove(folder / "err");
    const pid_t child = fork();
    if (child == 0) {
      const int err = open((folder / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      if (err < 0 || dup2(err, STDERR_FILENO) < 0 || dup2(err, STDOUT_FILENO) < 0) _exit(125);
      become_program(all, {}, folder.path().string());
    }
    int status = 0;
    while (!contains(read_text(folder / "err"), "rows/s") && waitpid(child, &status, WNOHANG) == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::filesystem::rename(folder / "c", folder / "gone");
    if (signal_number != 0) kill(child, signal_number);
    waitpid(child, &status, 0);
    std::filesystem::rename(folder / "gone", folder / "c");
    return Result{.code = exit_code(status), .out = {}, .err = read_text(folder / "err")};
  };
  const Result stopped = ended(SIGINT, {});
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_TRUE(contains(stopped.err, "the checkpoint could not be written\n")) << stopped.err;
  EXPECT_TRUE(contains(stopped.err, "beyond the model that is kept is lost")) << stopped.err;
  EXPECT_FALSE(contains(stopped.err, "--resume")) << stopped.err;
  EXPECT_FALSE(contains(stopped.err, "checkpoint are kept")) << stopped.err;
  EXPECT_FALSE(contains(stopped.err, "end training")) << stopped.err;
}

TEST(Checkpoint, ThatNamesAnotherDirectoryIsRefused) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.05s"})).code, 0);
  Checkpoint forged = load_checkpoint(real_file_system(), folder / "c");
  forged.description.arguments.push_back({"--checkpoint", {folder / "other"}});
  save_checkpoint<float>(real_file_system(), folder / "c", forged.description,
                         std::get<TrainingProgress<float>>(forged.progress));
  const Result result = run({"train", "--resume", folder / "c", "--time-budget", "0.05s"});
  EXPECT_EQ(result.code, 4);
  EXPECT_TRUE(contains(result.err, "an option that is not the training's")) << result.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "other"));
}

TEST(Checkpoint, WithoutDataItIsSaidHowToGoOn) {
  const Folder folder;
  make_table(folder);
  const std::vector<std::string> without_data = {"train", "--checkpoint", folder / "c"};
  EXPECT_FALSE(contains(run(without_data).err, "--resume"));
  EXPECT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.05s"})).code, 0);
  const Result result = run(without_data);
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "DATA is missing")) << result.err;
  EXPECT_TRUE(contains(result.err, "chainrule train --resume " + folder / "c")) << result.err;
}

TEST(Checkpoint, OfATrainingFromStandardInputNeedsItsTableAgain) {
  const Folder folder;
  make_table(folder);
  const std::string table = read_text(folder / "t.csv");
  std::vector<std::string> piped =
      training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.05s"});
  piped[1] = "-";
  EXPECT_EQ(run(piped, {.input = table}).code, 0);
  const Result result = run({"train", "--resume", folder / "c"}, {.input = table});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "from standard input, which is not kept")) << result.err;
  EXPECT_TRUE(contains(result.err, "train FILE --resume " + folder / "c")) << result.err;
  EXPECT_EQ(run({"train", "-", "--resume", folder / "c", "--time-budget", "0.05s"}, {.input = table}).code,
            0);
  EXPECT_EQ(run({"train", folder / "t.csv", "--resume", folder / "c", "--time-budget", "0.05s"}).code, 0);
}

// Trains in "c" for as long as it lives, with what it prints in "err".
class Training {
 public:
  explicit Training(const Folder& folder) {
    std::vector<std::string> arguments =
        training_of(folder, "first", {"--checkpoint", folder / "c", "--every", "1"});
    *std::ranges::find(arguments, "600") = "1000000";
    const std::string err = folder / "err";
    std::filesystem::remove(err);
    process_ = fork();
    if (process_ == 0) {
      const int file = open(err.c_str(), O_WRONLY | O_CREAT, 0600);
      if (file < 0 || dup2(file, STDERR_FILENO) < 0 || dup2(file, STDOUT_FILENO) < 0) _exit(125);
      become_program(arguments, {}, folder.path().string());
    }
    while (!std::filesystem::exists(folder / "c/checkpoint.safetensors") &&
           waitpid(process_, nullptr, WNOHANG) == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~Training() { end_with(SIGKILL); }
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  pid_t process() const { return process_; }
  void end_with(int signal_number) {
    if (process_ == 0) return;
    kill(process_, signal_number);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }

 private:
  pid_t process_ = 0;
};

TEST(Checkpoint, ADirectoryIsUsedByOneTrainingAtATime) {
  const Folder folder;
  make_table(folder);
  std::filesystem::create_directory_symlink(folder / "c", folder / "link");
  const std::vector<std::string> resume = {"train", "--resume", folder / "c", "--time-budget", "0.05s"};
  Training first(folder);
  const std::string words =
      "another training is using this directory (process " + std::to_string(first.process());
  for (const std::vector<std::string>& arguments :
       {resume,
        {"train", "--resume", folder / "link"},
        training_of(folder, "m", {"--checkpoint", folder / "c"}),
        training_of(folder, "m", {"--checkpoint", folder / "c", "--resume", folder / "c"})}) {
    const Result result = run(arguments);
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, words)) << result.err;
  }
  // Reading is free: a training goes on elsewhere from where that one was.
  const Result elsewhere = run({"train", "--resume", folder / "c", "--checkpoint", folder / "d",
                                "--time-budget", "0.05s", "-o", folder / "m"});
  EXPECT_EQ(elsewhere.code, 0) << elsewhere.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "d/checkpoint.lock"));
  // kill -9 leaves no lock that holds, whatever files it leaves.
  first.end_with(SIGKILL);
  EXPECT_TRUE(std::filesystem::exists(folder / "c/checkpoint.lock"));
  const Result after = run(resume);
  EXPECT_EQ(after.code, 0) << after.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "c/checkpoint.lock"));
}

TEST(Checkpoint, IsNotWrittenToADirectoryThatTookThePlaceOfItsOwn) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "other", "--time-budget", "0.05s"})).code,
            0);
  const std::string others = read_text(folder / "other/checkpoint.safetensors");
  Training training(folder);
  std::filesystem::rename(folder / "c", folder / "c.away");
  std::filesystem::create_directory_symlink(folder / "other", folder / "c");
  const auto is_told = [&] { return contains(read_text(folder / "err"), "no longer the one"); };
  for (int i = 0; i < 10'000 && !is_told(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_TRUE(is_told()) << read_text(folder / "err");
  training.end_with(SIGTERM);
  EXPECT_TRUE(read_text(folder / "other/checkpoint.safetensors") == others);
  const std::string err = read_text(folder / "err");
  EXPECT_EQ(err.find("no longer the one"), err.rfind("no longer the one")) << err;
  EXPECT_FALSE(contains(err, "to go on where it stopped")) << err;
}

TEST(Checkpoint, WhatKilledTrainingsLeftHalfWrittenIsRemoved) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.05s"})).code, 0);
  const std::string stale = folder / "c/.checkpoint.safetensors.tmp-12345-0",
                    other = folder / "c/.m.tmp-12345-0";
  write_text(stale, "half");
  write_text(other, "of another file, perhaps of a process that lives");
  EXPECT_EQ(run({"train", "--resume", folder / "c", "--time-budget", "0.05s"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(stale));
  EXPECT_TRUE(std::filesystem::exists(other));
}

TEST(Checkpoint, OfADirectoryThatCannotBeHeldIsGoneOnFromElsewhere) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.05s"})).code, 0);
  std::filesystem::create_directory(folder / "c/checkpoint.lock");
  const Result refused = run({"train", "--resume", folder / "c", "--time-budget", "0.05s"});
  EXPECT_EQ(refused.code, 3) << refused.err;
  EXPECT_TRUE(contains(refused.err, "--resume " + folder / "c" + " --checkpoint DIR")) << refused.err;
  const Result result =
      run({"train", "--resume", folder / "c", "--checkpoint", folder / "d", "--time-budget", "0.05s"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(std::filesystem::exists(folder / "d/checkpoint.safetensors"));
}

TEST(Checkpoint, ATimeBudgetIsOfOneRun) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "whole")).code, 0);
  ASSERT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.001s"})).code, 0);
  EXPECT_FALSE(read_text(folder / "m") == read_text(folder / "whole"));
  EXPECT_EQ(run({"train", "--resume", folder / "c"}).code, 0);
  EXPECT_TRUE(read_text(folder / "m") == read_text(folder / "whole"));
}

TEST(Checkpoint, IsKeptInADirectoryAndNotInAFile) {
  const Folder folder;
  make_table(folder);
  const std::string file = folder.write("file", "text"), link = folder / "link", checkpoint = folder / "c";
  std::filesystem::create_symlink("nowhere", link);
  for (const auto& [path, words] : {std::pair{file, "a file"}, {link, "a link that leads nowhere"}}) {
    for (const std::vector<std::string>& arguments :
         {training_of(folder, "m", {"--checkpoint", path}),
          {"train", "--resume", path},
          training_of(folder, "m", {"--checkpoint", path, "--resume", path})}) {
      const Result result = run(arguments);
      EXPECT_EQ(result.code, 2) << result.err;
      EXPECT_TRUE(contains(result.err, "expected: a directory")) << result.err;
      EXPECT_TRUE(contains(result.err, words)) << result.err;
    }
  }
  EXPECT_EQ(read_text(file), "text");
  EXPECT_FALSE(std::filesystem::exists(folder / "nowhere"));
}

TEST(Checkpoint, ALinkIsFollowedAndStays) {
  const Folder folder;
  make_table(folder);
  std::filesystem::create_directories(folder / "disk/c");
  std::filesystem::create_directory(folder / "files");
  std::filesystem::create_directory_symlink(folder / "disk/c", folder / "directory");
  std::filesystem::create_symlink("../disk/one", folder / "files/checkpoint.safetensors");
  for (const auto& [name, kept] :
       {std::pair{"directory", "disk/c/checkpoint.safetensors"}, {"files", "disk/one"}}) {
    const std::string directory = folder / name;
    EXPECT_EQ(run(training_of(folder, "m", {"--checkpoint", directory, "--time-budget", "0.05s"})).code, 0);
    EXPECT_TRUE(std::filesystem::is_regular_file(folder / kept));
    EXPECT_EQ(run({"train", "--resume", directory, "--time-budget", "1h"}).code, 0);
    EXPECT_FALSE(std::filesystem::exists(folder / kept)) << "training is over";
  }
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "directory"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "files/checkpoint.safetensors"));
}

TEST(Checkpoint, OneThatCannotBeWrittenIsToldAndTrainingGoesOn) {
  const Folder folder;
  make_table(folder);
  // A step writes a checkpoint; the directory is gone by then.
  const Result result = run({}, {.folder = folder.path().string(),
                                 .shell_line = "chainrule train t.csv --epochs 1000 --patience 0 --hidden 16 "
                                               "--checkpoint c --every 1 -o m & "
                                               "while ! test -e c/checkpoint.safetensors; do :; done; "
                                               "mv c d; : > c; wait $!"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "the checkpoint could not be written; that does not end training"))
      << result.err;
  EXPECT_EQ(run({"inspect", folder / "m"}).code, 0);
}

}  // namespace
}  // namespace chainrule::cli_test
