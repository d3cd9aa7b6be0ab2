// A machine that stops at any call of a save leaves the old file or the new one. Tried: every call, and every
// state that the disk may be in after it.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "chainrule/io/checkpoint_file.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/training.h"
#include "chainrule/train/trainer.h"
#include "durability/durability.h"
#include "support/session_files.h"
#include "support/simulated_disk.h"

namespace chainrule::durability_test {
namespace {

using testing_support::DiskContents;
using testing_support::SimulatedDisk;

// What is saved: two versions of its bytes, and how to load it as bytes.
struct Saved {
  std::string name;
  std::string old_bytes;
  std::string new_bytes;
  std::function<void(FileSystem&)> save_new;
  // Throws an Error for a file that is not of this kind.
  std::function<std::string(FileSystem&, const std::string& name)> load;
};

Saved models() {
  const auto model = [](std::uint64_t seed) {
    TrainRequest request;
    request.data.path = testing_support::example("iris.csv");
    request.hidden = {rounds(400, 150)};
    request.stopping.epochs = 1;
    request.seed = seed;
    return train_on_table(real_file_system(), {}, request, {}).model;
  };
  const Model new_model = model(2);
  return {.name = "m.safetensors",
          .old_bytes = model_to_bytes(model(1)),
          .new_bytes = model_to_bytes(new_model),
          .save_new = [new_model](FileSystem& disk) { save_model(disk, "./m.safetensors", new_model); },
          .load = [](FileSystem& disk,
                     const std::string& name) { return model_to_bytes(load_model(disk, name)); }};
}

const CheckpointDescription kDescription = {
    .identity = {.version = "1.2.3", .traits = {{"seed", "1"}}}, .arguments = {}, .recorded_options = {}};

Saved checkpoints() {
  const Network network = make_mlp({.inputs = 2, .hidden = {rounds(250, 100)}, .outputs = 1});
  Dataset<float> data{.inputs = Matrix<float>(8, 2), .targets = Matrix<float>(8, 1)};
  for (std::size_t r = 0; r < 8; ++r)
    data.inputs(r, 0) = data.targets(r, 0) = static_cast<float>(r) / 8;
  AlignedVector<float> parameters(parameter_count(network));
  initialize_parameters<float>(network, {}, parameters);
  std::vector<TrainingProgress<float>> progress;
  train<float>({}, network,
               {.optimizer = {.kind = Optimizer::adam}, .stopping = {.epochs = 2}, .batch_size = 4}, data,
               nullptr, {}, {}, parameters,
               {.resume_from = nullptr, .on_boundary = [&](const TrainingProgress<float>& reached, Boundary) {
                  progress.push_back(reached);
                }});
  const TrainingProgress<float> last = progress.back();
  return {.name = "checkpoint.safetensors",
          .old_bytes = checkpoint_to_bytes<float>(kDescription, progress.front()),
          .new_bytes = checkpoint_to_bytes<float>(kDescription, last),
          .save_new = [last](FileSystem& disk) { save_checkpoint<float>(disk, ".", kDescription, last); },
          .load =
              [](FileSystem& disk, const std::string& name) {
                const Checkpoint checkpoint = checkpoint_from_bytes(read_whole_file(disk, name), name);
                return checkpoint_to_bytes<float>(checkpoint.description,
                                                  std::get<TrainingProgress<float>>(checkpoint.progress));
              }};
}

struct Tally {
  std::size_t states = 0;
  std::size_t good = 0;
  std::size_t torn = 0;  // temporary files that are not the whole new file
};

// Examines the disk after every call of `save`, and after it has returned.
class CrashRun {
 public:
  CrashRun(const Saved& saved, bool replaces) : saved_(saved), replaces_(replaces) {}

  Tally run(const std::function<void(FileSystem&)>& save, bool first_sync_fails = false) {
    SimulatedDisk disk(replaces_ ? DiskContents{{path(), saved_.old_bytes}} : DiskContents{});
    if (first_sync_fails) disk.fail_first_sync();
    save(disk);
    Tally tally;
    for (std::size_t calls = 0; calls <= disk.calls(); ++calls) {
      const bool has_returned = calls == disk.calls();
      disk.for_each_state(calls, saved_.old_bytes, [&](const DiskContents& contents) {
        ++tally.states;
        if (is_good(contents, has_returned, tally)) ++tally.good;
      });
    }
    return tally;
  }

  std::string path() const { return "./" + saved_.name; }

 private:
  bool is_good(const DiskContents& contents, bool has_returned, Tally& tally) {
    bool is_target_good = !replaces_ && !has_returned && !contents.contains(path());
    for (const auto& [name, bytes] : contents) {
      const std::string found = load(name, bytes);
      const bool is_new = found == saved_.new_bytes;
      if (name == path()) {
        is_target_good = is_new || (replaces_ && !has_returned && found == saved_.old_bytes);
      } else {
        // A temporary file is complete or refused; it never loads as anything else.
        if (!name.starts_with("./." + saved_.name + ".tmp-") || (!is_new && !found.empty())) return false;
        if (!is_new) ++tally.torn;
      }
    }
    return is_target_good;
  }

  // What loads from these bytes, "" when they are refused. Cached: most states differ in one file only.
  const std::string& load(const std::string& name, const std::string& bytes) {
    const auto [entry, is_new] = loaded_.try_emplace(bytes);
    if (is_new) {
      SimulatedDisk disk(DiskContents{{name, bytes}});
      try {
        entry->second = saved_.load(disk, name);
      } catch (const Error&) {
        entry->second.clear();
      }
    }
    return entry->second;
  }

  const Saved& saved_;
  const bool replaces_;
  std::map<std::string, std::string> loaded_;
};

void write_and_close(FileSystem& disk, const std::string& path, std::string_view bytes, bool syncs) {
  const std::unique_ptr<WritableFile> file = disk.create_exclusively(path);
  for (std::span<const std::byte> left = std::as_bytes(std::span(bytes)); !left.empty();)
    left = left.subspan(file->write(left));
  if (syncs) file->sync();
  file->close();
}

void survives(const Saved& saved, const std::string& what) {
  Tally sum;
  for (const bool replaces : {false, true}) {
    for (const bool first_sync_fails : {false, true}) {
      const Tally tally = CrashRun(saved, replaces).run(saved.save_new, first_sync_fails);
      sum.states += tally.states;
      sum.good += tally.good;
      sum.torn += tally.torn;
    }
  }
  EXPECT_GE(sum.states, 1000u);
  EXPECT_GT(sum.torn, sum.states / 2) << "most states hold an incomplete file";
  report_count(
      "states of the disk after a crash while a " + what + " is saved, in which the old or the new one loads",
      sum.good, sum.states);
}

TEST(Crash, LeavesTheOldModelOrTheNewOne) {
  survives(models(), "model");
}

TEST(Crash, LeavesTheOldCheckpointOrTheNewOne) {
  survives(checkpoints(), "checkpoint");
}

// The harness must find the faults of writers that are known to be wrong.
TEST(Crash, IsNotSurvivedByWritersThatLeaveOutAStep) {
  const Saved saved = models();
  CrashRun run(saved, true);
  const std::string path = run.path();
  const std::string temporary = "./." + saved.name + ".tmp-1-0";
  const auto bad_states = [&](const std::function<void(FileSystem&)>& save, bool first_sync_fails = false) {
    const Tally tally = run.run(save, first_sync_fails);
    return tally.states - tally.good;
  };
  EXPECT_EQ(bad_states([&](FileSystem& disk) {
              write_and_close(disk, temporary, saved.new_bytes, true);
              disk.rename(temporary, path);
              disk.sync_directory(".");
            }),
            0u)
      << "all the steps";
  EXPECT_GT(bad_states([&](FileSystem& disk) {
              disk.remove(path);
              write_and_close(disk, path, saved.new_bytes, true);
              disk.sync_directory(".");
            }),
            100u)
      << "no temporary file";
  EXPECT_GT(bad_states([&](FileSystem& disk) {
              write_and_close(disk, temporary, saved.new_bytes, false);
              disk.rename(temporary, path);
              disk.sync_directory(".");
            }),
            100u)
      << "no sync of the file";
  EXPECT_GE(bad_states([&](FileSystem& disk) {
              write_and_close(disk, temporary, saved.new_bytes, true);
              disk.rename(temporary, path);
            }),
            1u)
      << "no sync of the directory: the old file may still be there after the save";
  EXPECT_GT(bad_states(
                [&](FileSystem& disk) {
                  const std::unique_ptr<WritableFile> file = disk.create_exclusively(temporary);
                  const std::string& bytes = saved.new_bytes;
                  for (std::span<const std::byte> left = std::as_bytes(std::span(bytes)); !left.empty();)
                    left = left.subspan(file->write(left));
                  EXPECT_THROW(file->sync(), DataError);
                  file->sync();  // reports success
                  disk.rename(temporary, path);
                  disk.sync_directory(".");
                },
                true),
            100u)
      << "a second sync after a failed one";
}

}  // namespace
}  // namespace chainrule::durability_test
