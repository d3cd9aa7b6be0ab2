// Memory that runs out at any moment in the library: every operator new of a training, of a prediction, and
// of loading and saving models and checkpoints fails in turn. The call throws std::bad_alloc or a chainrule
// error, nothing leaks, and a file that was to be replaced stays intact.
#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/error.h"
#include "chainrule/io/checkpoint_file.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/prediction.h"
#include "chainrule/session/training.h"
#include "durability/durability.h"
#include "support/replaced_new.h"
#include "support/session_files.h"

namespace {

std::atomic<long> until_failure{0};  // counts down to the call that fails; 0 or less: none fails
std::atomic<bool> fails_for_good{false};
std::atomic<long> made{0};
std::atomic<long> live{0};

bool shall_fail() {
  ++made;
  const long left = until_failure.fetch_sub(1) - 1;
  return left == 0 || (left < 0 && fails_for_good);
}

}  // namespace

void* chainrule::replaced_new::take(std::size_t size, std::size_t alignment) noexcept {
  if (shall_fail()) return nullptr;
  void* const memory = from_the_system(size, alignment);
  if (memory != nullptr) ++live;
  return memory;
}
void chainrule::replaced_new::give_back(void* memory, std::size_t) noexcept {
  --live;
  std::free(memory);
}

namespace chainrule::durability_test {
namespace {

enum class Ended { well, out_of_memory, with_our_error, otherwise };

struct Try {
  Ended ended = Ended::well;
  long allocations = 0;
  long leaked = 0;
};

// Runs `call` with its n-th allocation failing (0: none).
Try tried(const std::function<void()>& call, long n, bool for_good) {
  Try result;
  made = 0;
  const long before = live;
  fails_for_good = n > 0 && for_good;
  until_failure = n;
  try {
    call();
  } catch (const std::bad_alloc&) {
    result.ended = Ended::out_of_memory;
  } catch (const Error&) {
    result.ended = Ended::with_our_error;
  } catch (...) {
    result.ended = Ended::otherwise;
  }
  fails_for_good = false;
  until_failure = 0;
  result.allocations = made;
  result.leaked = live - before;
  return result;
}

// An in-memory folder where possible: thousands of files are written, and the disk is not under test.
const Folder& folder() {
  static const std::unique_ptr<const Folder> instance = [] {
    const char* const usual = std::getenv("TMPDIR");
    const std::string before = usual == nullptr ? "" : usual;
    if (std::filesystem::exists("/dev/shm")) setenv("TMPDIR", "/dev/shm", 1);
    auto made = std::make_unique<const Folder>();
    before.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", before.c_str(), 1);
    return made;
  }();
  return *instance;
}

// Fails each allocation of `call` in turn. `is_whole` checks the state after the call, failed or not.
void fail_each(const std::string& what, const std::function<void()>& call,
               const std::function<bool(const Try&)>& is_whole) {
  ASSERT_EQ(tried(call, 0, false).ended, Ended::well);  // makes what is made once per process
  const Try sound = tried(call, 0, false);
  EXPECT_EQ(sound.leaked, 0);
  EXPECT_GT(sound.allocations, 5);
  const auto most = static_cast<long>(rounds(100'000, 25));
  const long stride = 1 + sound.allocations / most;

  std::size_t good = 0, all = 0, failed = 0;
  for (const bool for_good : {false, true}) {
    for (long n = 1; n <= sound.allocations; n += stride) {
      const Try result = tried(call, n, for_good);
      ++all;
      failed += result.ended != Ended::well;
      const bool is_right = result.ended != Ended::otherwise && result.leaked == 0 && is_whole(result);
      EXPECT_TRUE(is_right) << what << ": allocation " << n << " of " << sound.allocations
                            << (for_good ? " and all after it" : "") << ", ended "
                            << static_cast<int>(result.ended) << ", leaked " << result.leaked;
      good += is_right;
    }
  }
  EXPECT_GT(failed, all / 2);
  report_count("allocations that fail while " + what + ": bad_alloc or a chainrule error, nothing leaks",
               good, all);
}

const Model& model() {
  static const Model instance =
      [] {
        TrainRequest request = testing_support::penguins();
        request.hidden = {4};
        request.stopping.epochs = 2;
        return testing_support::train_quietly(request);
      }()
          .model;
  return instance;
}

constexpr std::string_view kTable = "x,y,kind\n1,2,a\n2,1,b\n3,5,a\n4,1,b\n5,9,a\n6,2,b\n7,8,a\n8,1,b\n";

// The checkpoint that a training of two epochs writes.
Checkpoint checkpoint() {
  const Folder made;
  TrainRequest request;
  request.data.path = made.write("t.csv", std::string(kTable));
  request.hidden = {3};
  request.batch_size = 2;
  request.stopping.epochs = 2;
  request.on_divergence = OnDivergence::halve;
  request.recorded_options = {{"target", "kind"}};
  request.checkpoint = {.directory = made / "c", .arguments = {{"DATA", {"t.csv"}}}};
  testing_support::train_quietly(request);
  return load_checkpoint(real_file_system(), made / "c");
}

// `save` replaces the file at `path`, the only file in its folder.
void fail_each_of_saving(const std::string& what, const std::string& path,
                         const std::function<void()>& save) {
  const std::string old = "the old file";
  save();
  const std::string bytes = read_text(path);
  write_text(path, old);
  fail_each(what, save, [&](const Try& result) {
    const std::string now = read_text(path);
    const bool is_whole = now == bytes || (result.ended != Ended::well && now == old);
    write_text(path, old);
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    return is_whole && std::distance(std::filesystem::directory_iterator(folder), {}) == 1;
  });
}

std::string in_own_folder(const std::string& name) {
  std::filesystem::create_directory(folder() / ("of_" + name));
  return folder() / ("of_" + name + "/" + name);
}

TEST(Allocation, ThatFailsWhileWritingAFileLeavesTheOldOneOrTheNew) {
  const std::string path = in_own_folder("file"), bytes(100'000, 'n');
  fail_each_of_saving("a file is written", path,
                      [&] { write_file_atomically(real_file_system(), path, bytes); });
}

TEST(Allocation, ThatFailsWhileSavingAModelLeavesTheOldFileOrTheNew) {
  const std::string path = in_own_folder("m.safetensors");
  fail_each_of_saving("a model is saved", path, [&] { save_model(real_file_system(), path, model()); });
}

TEST(Allocation, ThatFailsWhileLoadingAModelEndsIt) {
  const std::string path = folder() / "loaded.safetensors";
  save_model(real_file_system(), path, model());
  bool is_same = false;
  fail_each(
      "a model is loaded",
      [&] {
        const Model loaded = load_model(real_file_system(), path);
        is_same = loaded.network == model().network && loaded.parameters == model().parameters;
      },
      [&](const Try& result) { return result.ended != Ended::well || is_same; });
}

TEST(Allocation, ThatFailsWhileSavingACheckpointLeavesTheOldFileOrTheNew) {
  const Checkpoint saved = checkpoint();
  const std::string path = in_own_folder("checkpoint.safetensors");
  const std::string directory = std::filesystem::path(path).parent_path();
  fail_each_of_saving("a checkpoint is saved", path, [&] {
    save_checkpoint<float>(real_file_system(), directory, saved.description,
                           std::get<TrainingProgress<float>>(saved.progress));
  });
}

TEST(Allocation, ThatFailsWhileLoadingACheckpointEndsIt) {
  const Checkpoint saved = checkpoint();
  const auto& progress = std::get<TrainingProgress<float>>(saved.progress);
  const std::string directory = folder() / "loaded";
  std::filesystem::create_directory(directory);
  save_checkpoint<float>(real_file_system(), directory, saved.description, progress);
  bool is_same = false;
  fail_each(
      "a checkpoint is loaded",
      [&] {
        const Checkpoint loaded = load_checkpoint(real_file_system(), directory);
        const auto& read = std::get<TrainingProgress<float>>(loaded.progress);
        is_same = loaded.description.arguments == saved.description.arguments &&
                  read.state.parameters == progress.state.parameters && read.epoch == progress.epoch;
      },
      [&](const Try& result) { return result.ended != Ended::well || is_same; });
}

TEST(Allocation, ThatFailsWhilePredictingEndsIt) {
  const PredictRequest request{.data = {.path = testing_support::example("penguins.csv")}};
  std::size_t sum = 0;
  for (const std::size_t threads : {1, 2}) {
    fail_each(
        "a table is predicted on " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"),
        [&] {
          ThreadPool pool(threads);
          predict_file(real_file_system(), {.pool = &pool}, model(), request,
                       [&](std::string_view text) { sum += text.size(); });
        },
        [](const Try&) { return true; });
  }
  EXPECT_GT(sum, 0u);
}

TEST(Allocation, ThatFailsWhileTrainingEndsIt) {
  TrainRequest request;
  request.data.path = folder().write("t.csv", std::string(kTable));
  request.hidden = {3};
  request.batch_size = 2;
  request.stopping.epochs = 2;
  for (const std::size_t threads : {1, 2}) {
    fail_each(
        "a model is trained on " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"),
        [&] {
          ThreadPool pool(threads);
          train_on_table(real_file_system(), {.pool = &pool}, request, {});
        },
        [](const Try&) { return true; });
  }
}

}  // namespace
}  // namespace chainrule::durability_test
