// kill -9 at any time: the file at the path loads and is one of those that were saved.
#include <chrono>
#include <set>
#include <thread>

#include "chainrule/io/model_file.h"
#include "durability/durability.h"
#include "durability/processes.h"
#include "support/session_files.h"

namespace chainrule::durability_test {
namespace {

std::size_t leftovers(const Folder& folder) {
  std::size_t count = 0;
  for (const std::string& name : folder.names())
    count += name.find(".tmp-") != std::string::npos;
  return count;
}

TEST(Kill, WhileSavingLeavesAModelThatWasWritten) {
  const Folder folder;
  const std::string path = folder / "m.safetensors";
  std::vector<Model> models;
  std::set<std::string> written;
  for (const std::uint64_t seed : {1, 2}) {
    TrainRequest request;
    request.data.path = testing_support::example("iris.csv");
    request.hidden = {2000};
    request.stopping.epochs = 1;
    request.seed = seed;
    models.push_back(train_on_table(real_file_system(), {}, request, {}).model);
    written.insert(model_to_bytes(models.back()));
  }
  save_model(real_file_system(), path, models[0]);
  const std::size_t all = rounds(1000, 60);
  std::size_t good = 0, changed = 0;
  std::string before = read_text(path);
  for (std::size_t round = 0; round < all; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (std::size_t i = round;; ++i)
        save_model(real_file_system(), path, models[i % 2]);
    }
    sleep_for_random(1, round, 30);
    kill(child, SIGKILL);
    EXPECT_EQ(waited_for(child), 128 + SIGKILL) << "it saves until it is killed";
    const std::string now = read_text(path);
    good += written.contains(now) && model_to_bytes(load_model(real_file_system(), path)) == now;
    changed += now != before;
    before = now;
  }
  report_count("kill -9 while models are saved to one path, which then holds one of them, complete", good,
               all);
  EXPECT_GT(changed, all / 5) << "they were killed while saving and not before";
  const std::size_t left = leftovers(folder);
  EXPECT_GT(left, 0u) << "some were killed while writing a temporary file";
  RecordProperty("also: temporary files that were left behind and did no harm", std::to_string(left));
  save_model(real_file_system(), path, models[0]);
  EXPECT_EQ(read_text(path), model_to_bytes(models[0])) << "leftover files do no harm";
}

TEST(Kill, ATrainingResumesFromItsLastCheckpointToTheSameBytes) {
  const Folder folder;
  make_moons(folder, 640);
  const std::vector<std::string> arguments = {
      "train", folder / "t.csv", "--hidden",     "32,32",      "--epochs",
      "120",   "--dropout",      "0.1",          "--patience", "0",
      "-o",    folder / "m",     "--checkpoint", folder / "c", "--every",
      "1",     "--resume",       folder / "c"};
  ASSERT_EQ(cli_test::run(arguments).code, 0);
  const std::string whole = read_text(folder / "m"), checkpoint = folder / "c/checkpoint.safetensors";
  const std::size_t all = rounds(50, 4);
  std::size_t kills = 0, good = 0, found_checkpoint = 0, starts = 0;
  while (kills < all) {
    std::filesystem::remove(folder / "m");
    std::size_t kills_of_this = 0;
    for (int code = -1; code != 0;) {
      const pid_t child = started(arguments, folder);
      // After eight kills it may finish, however slow the machine is.
      if (kills_of_this < 8) {
        // The first kill may come before there is a checkpoint; later ones wait for one.
        const bool waits = kills_of_this > 0;
        for (int i = 0; waits && i < 10'000 && !std::filesystem::exists(checkpoint); ++i)
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        // A fast training may have ended by then: the next try waits for another time.
        sleep_for_random(2, starts++, 300);
        kill(child, SIGKILL);
      }
      code = waited_for(child);
      if (code == 0) break;
      ASSERT_EQ(code, 128 + SIGKILL) << read_text(folder / "err");
      ++kills_of_this;
      found_checkpoint += std::filesystem::exists(checkpoint);
    }
    // Each kill of this training counts.
    kills += kills_of_this;
    if (read_text(folder / "m") == whole) good += kills_of_this;
  }
  EXPECT_GT(found_checkpoint, kills / 2) << "most were killed after their first checkpoint";
  report_count(
      "kill -9 while a model is trained with --checkpoint --every 1, which then resumes to the same bytes",
      good, kills);
}

}  // namespace
}  // namespace chainrule::durability_test
