// Trainings that are stopped and resumed, as processes.
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "chainrule/io/checkpoint_file.h"
#include "cli/checkpoint_training.h"
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

// Whether the process is blocked: it was asleep each time it was observed.
bool waits(pid_t process) {
  for (int look = 0; look < 20; ++look) {
    const std::string stat = read_text("/proc/" + std::to_string(process) + "/stat");
    const std::size_t end_of_name = stat.rfind(')');
    if (end_of_name == std::string::npos || stat.substr(end_of_name, 3) != ") S") return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// The exit status; a process that does not end within seconds is killed.
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

TEST(Checkpoint, ATrainingStoppedByASignalResumesToTheSameBytes) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "whole")).code, 0);
  const std::pair<int, int> codes[] = {
      {SIGTERM, 75}, {SIGINT, 130}, {SIGHUP, 129}, {SIGUSR1, 75}, {SIGXCPU, 75}};
  for (const auto& [signal_number, code] : codes) {
    const std::string number = std::to_string(signal_number);
    const std::string model = "m" + number, directory = "c" + number;
    const Result stopped =
        signalled(folder, training_of(folder, model, {"--checkpoint", folder / directory}), signal_number);
    ASSERT_EQ(stopped.code, code) << stopped.err;
    EXPECT_TRUE(contains(stopped.err, "to resume where it stopped: chainrule train --resume "))
        << stopped.err;
    EXPECT_TRUE(contains(stopped.err, "stopped by a signal")) << stopped.err;
    EXPECT_FALSE(contains(stopped.err, "by the clock")) << stopped.err;
    EXPECT_EQ(run({"inspect", folder / model}).code, 0) << "the best model so far is there, too";

    const Result resumed = run({"train", "--resume", folder / directory, "--threads", "1"});
    EXPECT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_TRUE(contains(resumed.err, "resuming in epoch")) << resumed.err;
    EXPECT_TRUE(read_text(folder / model) == read_text(folder / "whole"));
    EXPECT_TRUE(std::filesystem::is_empty(folder / directory)) << "nothing is left to resume";
  }
}

TEST(Checkpoint, AKilledTrainingResumesFromTheLastCheckpoint) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "whole")).code, 0);
  const std::vector<std::string> arguments =
      training_of(folder, "m", {"--checkpoint", folder / "c", "--every", "3", "--resume", folder / "c"});
  // The same command starts and resumes.
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
    EXPECT_TRUE(contains(result.err, "another training run: " + words + " differs")) << result.err;
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
  // A new training does not replace it either.
  const Result restarted = run(training_of(folder, "m2", {"--checkpoint", folder / "c"}));
  EXPECT_EQ(restarted.code, 2);
  EXPECT_TRUE(contains(restarted.err, "holds a checkpoint")) << restarted.err;
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

TEST(Checkpoint, WinsOverTheEnvironmentAndYieldsToTheCommandLine) {
  const Folder folder;
  make_table(folder);
  const std::map<std::string, std::string> other = {{"CHAINRULE_SEED", "5"},
                                                    {"CHAINRULE_PRECISION", "double"}};
  // Started with a seed of its own, with that of the environment, and with the default.
  const auto stopped = [&](const std::string& name, std::vector<std::string> more,
                           const std::map<std::string, std::string>& environment) {
    more.insert(more.end(), {"--time-budget", "0.05s", "--checkpoint", folder / name});
    const Result result = run(training_of(folder, name + ".m", more), {.environment = environment});
    EXPECT_TRUE(contains(result.err, "to resume where it stopped")) << result.err;
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
  EXPECT_TRUE(contains(damaged.err, "remove " + path + " and start training again")) << damaged.err;
  std::filesystem::remove(path);
  EXPECT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.05s"})).code, 0)
      << "the advice works";
  for (const std::string command : {"predict", "inspect"}) {
    std::vector<std::string> arguments = {command, path};
    if (command == "predict") arguments.push_back(folder / "t.csv");
    const Result taken_for_model = run(arguments);
    EXPECT_EQ(taken_for_model.code, 4);
    EXPECT_TRUE(contains(taken_for_model.err, "it is the checkpoint")) << taken_for_model.err;
    EXPECT_TRUE(contains(taken_for_model.err, "chainrule train --resume " + folder / "c"))
        << taken_for_model.err;
  }
}

TEST(Checkpoint, OneWhoseCountersDoNotFitTheTableIsRefusedAtOnce) {
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
  EXPECT_FALSE(contains(forged.err, "resuming")) << forged.err;
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

TEST(Checkpoint, WithoutDataTheErrorShowsHowToResume) {
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

TEST(Checkpoint, ATimeBudgetIsPerRun) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "whole")).code, 0);
  ASSERT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "c", "--time-budget", "0.001s"})).code, 0);
  EXPECT_FALSE(read_text(folder / "m") == read_text(folder / "whole"));
  EXPECT_EQ(run({"train", "--resume", folder / "c"}).code, 0);
  EXPECT_TRUE(read_text(folder / "m") == read_text(folder / "whole"));
}

}  // namespace
}  // namespace chainrule::cli_test
