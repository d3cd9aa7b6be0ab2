// A training that is stopped, at any step or by a signal at any time, resumes to the same bytes.
#include <chrono>
#include <memory>

#include "chainrule/io/model_file.h"
#include "chainrule/session/training.h"
#include "durability/durability.h"
#include "durability/processes.h"

namespace chainrule::durability_test {
namespace {

TEST(Resume, StoppedAtEachStepATrainingResumesToTheSameBytes) {
  const Folder folder;
  make_moons(folder, 320);
  // 256 training rows in batches of 32: 8 steps per epoch, 200 in all.
  TrainRequest request;
  request.data.path = folder / "t.csv";
  request.hidden = {16, 16};
  request.dropout = 0.1;
  request.batch_size = 32;
  request.stopping = {.epochs = 25, .patience = 0};
  const auto trained = [](const TrainRequest& asked, std::size_t threads, std::uint64_t steps) {
    ThreadPool pool(threads);
    std::uint64_t done = 0;
    const auto on_step = [&](const StepReport&) { return ++done == steps ? Continue::stop : Continue::yes; };
    const TrainOutcome outcome = train_on_table(real_file_system(), {.pool = &pool}, asked,
                                                {.on_plan = {}, .on_epoch = {}, .on_step = on_step});
    return std::pair(done, model_to_bytes(outcome.model));
  };
  const auto [all, whole] = trained(request, 1, 0);
  ASSERT_EQ(all, 200u);
  std::size_t good = 0, tried = 0;
  for (std::uint64_t steps = 1; steps <= all; steps += rounds(1, 13)) {
    ++tried;
    request.checkpoint = {};
    request.checkpoint.directory = folder / "c" + std::to_string(steps);
    const std::size_t threads = 1 + steps % 3;
    const std::uint64_t before = trained(request, threads, steps).first;
    request.checkpoint.resume_from =
        std::make_shared<const Checkpoint>(load_checkpoint(real_file_system(), request.checkpoint.directory));
    const auto [after, bytes] = trained(request, 1 + (steps + 1) % 3, 0);
    EXPECT_EQ(before + after, all) << "no step is repeated";
    EXPECT_TRUE(bytes == whole) << "stopped after step " << steps;
    good += before + after == all && bytes == whole;
  }
  report_count(
      "stops, one at each step of a training, which then resumes on another number of threads to the same "
      "model file, byte for byte",
      good, tried);
}

TEST(Resume, StoppedByASignalAtAnyTimeATrainingResumesToTheSameBytes) {
  const Folder folder;
  make_moons(folder, 1280);
  const auto arguments_of = [&](const std::string& threads) {
    return std::vector<std::string>{"train",      folder / "t.csv", "--hidden",     "32,32",      "--epochs",
                                    "150",        "--dropout",      "0.1",          "--patience", "0",
                                    "-o",         folder / "m",     "--checkpoint", folder / "c", "--resume",
                                    folder / "c", "--threads",      threads};
  };
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(cli_test::run(arguments_of("2")).code, 0);
  // The time that a whole training takes on this machine under its present load.
  const auto time = std::chrono::steady_clock::now() - begin;
  const auto longest = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  const std::string whole = read_text(folder / "m");
  const std::size_t all = rounds(100, 6);
  std::size_t good = 0, in_training = 0;
  for (std::size_t round = 0; round < all; ++round) {
    std::filesystem::remove(folder / "m");
    const bool is_term = round % 2 == 0;
    const pid_t child = started(arguments_of(round % 3 == 0 ? "2" : "1"), folder);
    sleep_for_random(3, round, static_cast<double>(longest));
    kill(child, is_term ? SIGTERM : SIGINT);
    const int code = waited_for(child);
    const std::string said = read_text(folder / "err");
    // Before training begins there is nothing to keep: the signal ends the program as usual.
    const bool has_ended = code == 0 || code == (is_term ? 75 : 130);
    const bool is_before_training = code == 128 + (is_term ? SIGTERM : SIGINT);
    EXPECT_TRUE(has_ended || is_before_training) << code << "\n" << said;
    const bool has_stopped =
        has_ended && code != 0 && said.find("to resume where it stopped") != std::string::npos;
    in_training += has_stopped;
    if (has_stopped) {
      EXPECT_TRUE(std::filesystem::exists(folder / "c/checkpoint.safetensors"));
      EXPECT_EQ(cli_test::run({"inspect", folder / "m"}).code, 0) << "the best model so far";
    }
    const cli_test::Result result = cli_test::run(arguments_of(round % 3 == 0 ? "1" : "2"));
    EXPECT_EQ(result.code, 0) << result.err;
    const bool is_same = result.code == 0 && read_text(folder / "m") == whole;
    EXPECT_TRUE(is_same) << "round " << round << "\n" << said;
    good += (has_ended || is_before_training) && is_same;
  }
  EXPECT_GT(in_training, all / 3) << "most signals came while training";
  report_count(
      "signals (SIGINT, SIGTERM) at random times, after which the training resumes to the same model file, "
      "byte for byte",
      good, all);
}

}  // namespace
}  // namespace chainrule::durability_test
