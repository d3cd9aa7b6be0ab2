// The directory of checkpoints: one training holds it, links lead to it, and nothing else in it is replaced.
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "chainrule/io/checkpoint_file.h"
#include "cli/checkpoint_training.h"
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

// A training in "c" that runs as long as the object lives and prints to "err".
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

TEST(CheckpointDirectory, ItsFileIsRefusedForModelAndReport) {
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
    EXPECT_TRUE(contains(result.err, "this file belongs to the checkpoint")) << result.err;
  }
  const Result empty = run({"train", "--resume", ""});
  EXPECT_EQ(empty.code, 2);
  EXPECT_TRUE(contains(empty.err, "an empty value")) << empty.err;
  // The program does not wait for a pipe in its place.
  ASSERT_EQ(mkfifo(taken.c_str(), 0600), 0);
  EXPECT_EQ(run({"train", "--resume", folder / "c"}).code, 4);
}

TEST(CheckpointDirectory, DoesNotMakeTheProgramReplaceWhatItDidNotWrite) {
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
    const Result replaced = run(named);
    EXPECT_EQ(replaced.code, 0) << "a name on the command line may be replaced: " << replaced.err;
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

TEST(CheckpointDirectory, ThatCouldNotBeWrittenIsNotPromisedAtTheEnd) {
  const Folder folder;
  make_table(folder);
  std::filesystem::create_directory(folder / "c");
  const std::vector<std::string> arguments = training_of(folder, "m", {"--checkpoint", folder / "c"});
  // The directory disappears during training.
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
  EXPECT_TRUE(contains(stopped.err, "beyond the saved model is lost")) << stopped.err;
  EXPECT_FALSE(contains(stopped.err, "--resume")) << stopped.err;
  EXPECT_FALSE(contains(stopped.err, "checkpoint are kept")) << stopped.err;
  EXPECT_FALSE(contains(stopped.err, "end training")) << stopped.err;
}

TEST(CheckpointDirectory, ThatNamesAnotherDirectoryIsRefused) {
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

TEST(CheckpointDirectory, ADirectoryIsUsedByOneTrainingAtATime) {
  const Folder folder;
  make_table(folder);
  std::filesystem::create_directory_symlink(folder / "c", folder / "link");
  const std::vector<std::string> resume = {"train", "--resume", folder / "c", "--time-budget", "0.05s"};
  Training first(folder);
  const std::string words = "another run is using this directory (process " + std::to_string(first.process());
  for (const std::vector<std::string>& arguments :
       {resume,
        {"train", "--resume", folder / "link"},
        training_of(folder, "m", {"--checkpoint", folder / "c"}),
        training_of(folder, "m", {"--checkpoint", folder / "c", "--resume", folder / "c"})}) {
    const Result result = run(arguments);
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, words)) << result.err;
  }
  // Reading needs no lock: another training resumes elsewhere from its checkpoint.
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

TEST(CheckpointDirectory, IsNotWrittenToADirectoryThatTookThePlaceOfItsOwn) {
  const Folder folder;
  make_table(folder);
  ASSERT_EQ(run(training_of(folder, "m", {"--checkpoint", folder / "other", "--time-budget", "0.05s"})).code,
            0);
  const std::string others = read_text(folder / "other/checkpoint.safetensors");
  Training training(folder);
  std::filesystem::rename(folder / "c", folder / "c.away");
  std::filesystem::create_directory_symlink(folder / "other", folder / "c");
  const auto is_reported = [&] { return contains(read_text(folder / "err"), "no longer the one"); };
  for (int i = 0; i < 10'000 && !is_reported(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_TRUE(is_reported()) << read_text(folder / "err");
  training.end_with(SIGTERM);
  EXPECT_TRUE(read_text(folder / "other/checkpoint.safetensors") == others);
  const std::string err = read_text(folder / "err");
  EXPECT_EQ(err.find("no longer the one"), err.rfind("no longer the one")) << err;
  EXPECT_FALSE(contains(err, "to resume where it stopped")) << err;
}

TEST(CheckpointDirectory, WhatKilledTrainingsLeftHalfWrittenIsRemoved) {
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

TEST(CheckpointDirectory, ATrainingResumesElsewhereFromOneThatCannotBeHeld) {
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

TEST(CheckpointDirectory, IsKeptInADirectoryAndNotInAFile) {
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

TEST(CheckpointDirectory, ALinkIsFollowedAndStays) {
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

TEST(CheckpointDirectory, OneThatCannotBeWrittenIsReportedAndTrainingContinues) {
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
