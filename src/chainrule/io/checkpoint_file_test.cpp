#include "chainrule/io/checkpoint_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/trainer.h"
#include "support/report_of.h"

namespace chainrule {
namespace {

const CheckpointDescription kDescription = {
    .identity = {.version = "1.2.3", .traits = {{"seed", "1"}, {"data", "0123456789abcdef"}}},
    .arguments = {{"DATA", {"a b.csv"}}, {"-t", {"x", "y"}}},
    .recorded_options = {{"target", "x,y"}}};

Network network() {
  return make_mlp({.inputs = 2, .hidden = {3}, .outputs = 1, .dropout = 0.2});
}

template <typename T>
Dataset<T> rows_of(std::size_t rows, std::uint64_t seed) {
  Dataset<T> data{.inputs = Matrix<T>(rows, 2), .targets = Matrix<T>(rows, 1)};
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < 2; ++c)
      data.inputs(r, c) = static_cast<T>(random_uniform({.seed = seed}, 2 * r + c));
    data.targets(r, 0) = data.inputs(r, 0) - data.inputs(r, 1);
  }
  return data;
}

TrainerOptions options_of(OnDivergence on_divergence = OnDivergence::stop) {
  return {.optimizer = {.kind = Optimizer::adam},
          .learning_rate = 0.01,
          .schedule = {.kind = ScheduleKind::plateau},
          .stopping = {.epochs = 4, .patience = 3},
          .batch_size = 6,
          .on_divergence = on_divergence};
}

// The progress after this many steps of a run of 4 epochs with 4 steps each.
template <typename T>
TrainingProgress<T> progress_after(std::uint64_t steps, OnDivergence on_divergence = OnDivergence::stop) {
  AlignedVector<T> parameters(parameter_count(network()));
  initialize_parameters<T>(network(), {}, parameters);
  const Dataset<T> held_out = rows_of<T>(7, 2);
  std::optional<TrainingProgress<T>> kept;
  train<T>({}, network(), options_of(on_divergence), rows_of<T>(20, 1), &held_out, {}, {}, parameters,
           {.resume_from = nullptr, .on_boundary = [&](const TrainingProgress<T>& progress, Boundary) {
              if (progress.state.step == steps) kept = progress;
            }});
  return kept.value();
}

ErrorText refusal_of(std::string_view bytes) {
  return test::report_of<ModelFileError>([bytes] { checkpoint_from_bytes(bytes, "c"); });
}

template <typename T>
void expect_round_trip(const TrainingProgress<T>& progress) {
  const std::string bytes = checkpoint_to_bytes<T>(kDescription, progress);
  const Checkpoint back = checkpoint_from_bytes(bytes, "c");
  EXPECT_EQ(back.description.identity.version, kDescription.identity.version);
  EXPECT_EQ(back.description.identity.traits, kDescription.identity.traits);
  EXPECT_EQ(back.description.arguments, kDescription.arguments);
  EXPECT_EQ(back.description.recorded_options, kDescription.recorded_options);
  const auto& read = std::get<TrainingProgress<T>>(back.progress);
  EXPECT_EQ(read.state.parameters, progress.state.parameters);
  EXPECT_EQ(read.state.optimizer.first, progress.state.optimizer.first);
  EXPECT_EQ(read.state.optimizer.second, progress.state.optimizer.second);
  EXPECT_EQ(read.best, progress.best);
  EXPECT_EQ(read.good.state.parameters, progress.good.state.parameters);
  EXPECT_EQ(read.history.epochs.size(), progress.history.epochs.size());
  EXPECT_EQ(read.ended, progress.ended);
  // Everything that is read is written back.
  EXPECT_EQ(checkpoint_to_bytes<T>(back.description, read), bytes);
}

TEST(CheckpointFile, WhatIsReadIsWhatWasWritten) {
  for (const std::uint64_t steps : {1, 4, 7, 16}) {
    expect_round_trip<float>(progress_after<float>(steps));
    expect_round_trip<double>(progress_after<double>(steps, OnDivergence::halve));
  }
  TrainingProgress<float> diverged = progress_after<float>(5, OnDivergence::halve);
  diverged.history.divergences.push_back(
      {.epoch = 2, .learning_rate = 0.5, .report = {.what = "w", .where = "x", .advice = "\"y\""}});
  diverged.rate_factor = 0.25;
  expect_round_trip<float>(diverged);
}

TEST(CheckpointFile, EveryTruncationAndEveryFlippedBitIsRefused) {
  const std::string bytes = checkpoint_to_bytes<float>(kDescription, progress_after<float>(5));
  for (std::size_t length = 0; length < bytes.size(); ++length)
    refusal_of(std::string_view(bytes).substr(0, length));
  for (std::size_t bit = 0; bit < bytes.size() * 8;
       bit += 3) {  // 3 and 8 are coprime: each bit of every third byte
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    refusal_of(changed);
  }
}

TEST(CheckpointFile, ThatIsCutShortSaysSo) {
  const std::string bytes = checkpoint_to_bytes<float>(kDescription, progress_after<float>(5));
  for (const std::size_t left :
       {std::size_t{0}, std::size_t{3}, std::size_t{9}, bytes.size() / 2, bytes.size() - 1}) {
    const std::string got = refusal_of(std::string_view(bytes).substr(0, left)).what;
    EXPECT_NE(got.find(left == 0 ? "it is empty" : "it is cut short"), std::string::npos)
        << left << ": " << got;
  }
}

// Complete files with matching checksums whose contents make no sense.
TEST(CheckpointFile, ContentsThatMakeNoSenseAreRefused) {
  const auto refused = [](std::string_view what, auto change) {
    TrainingProgress<float> progress = progress_after<float>(5);
    change(progress);
    const std::string got = refusal_of(checkpoint_to_bytes<float>(kDescription, progress)).what;
    EXPECT_NE(got.find(what), std::string::npos) << got;
  };
  using Progress = TrainingProgress<float>;
  refused("counters", [](Progress& p) { p.epoch = 7; });
  refused("counters", [](Progress& p) { p.rate_factor = 2; });
  refused("counters", [](Progress& p) { p.rate_factor = 0; });
  refused("counters", [](Progress& p) { p.seconds = -1; });
  refused("counters", [](Progress& p) { p.stopping.best_epoch = 2; });
  refused("counters", [](Progress& p) { p.stopping.best_epoch = 0; });
  refused("counters", [](Progress& p) { p.stopping.seen = 2; });
  refused("a second moment is negative", [](Progress& p) { p.state.optimizer.second[1] = -1; });
  refused("\"best\" is missing", [](Progress& p) { p.best.clear(); });
  refused("\"parameters\" is missing", [](Progress& p) { p.state.parameters.clear(); });
  refused("NaN", [](Progress& p) { p.state.optimizer.first[1] = std::numeric_limits<float>::quiet_NaN(); });
}

TEST(CheckpointFile, ParametersThatAreNotFiniteAreNotWritten) {
  for (const float value :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    TrainingProgress<float> progress = progress_after<float>(5);
    progress.state.parameters[2] = value;
    EXPECT_THROW(checkpoint_to_bytes<float>(kDescription, progress), NonFiniteError);
    progress = progress_after<float>(5);
    progress.best[2] = value;
    EXPECT_THROW(checkpoint_to_bytes<float>(kDescription, progress), NonFiniteError);
  }
}

TEST(CheckpointFile, IsOneFileInItsDirectory) {
  std::string name = (std::filesystem::temp_directory_path() / "chainrule_test_XXXXXX").string();
  const std::string directory = ::mkdtemp(name.data());
  FileSystem& files = real_file_system();
  save_checkpoint<float>(files, directory, kDescription, progress_after<float>(1));
  save_checkpoint<float>(files, directory, kDescription, progress_after<float>(5));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 1);
  const Checkpoint read = load_checkpoint(files, directory + "/");
  EXPECT_EQ(std::get<TrainingProgress<float>>(read.progress).state.step, 5u);
  std::filesystem::remove(checkpoint_path(directory));
  ASSERT_EQ(::mkfifo(checkpoint_path(directory).c_str(), 0600), 0);
  EXPECT_THROW(load_checkpoint(files, directory), ModelFileError) << "without waiting for a writer";
  std::filesystem::remove_all(directory);
  EXPECT_THROW(load_checkpoint(files, directory), ModelFileError);
}

TEST(CheckpointFile, IsNotReplacedOnceTheDirectoryIsAnothers) {
  std::string name = (std::filesystem::temp_directory_path() / "chainrule_test_XXXXXX").string();
  const std::string directory = ::mkdtemp(name.data());
  FileSystem& files = real_file_system();
  save_checkpoint<float>(files, directory, kDescription, progress_after<float>(1));
  for (const int yes : {0, 1, 2}) {
    int asked = 0;
    const bool is_written = save_checkpoint_if<float>(
        files, directory, kDescription, progress_after<float>(5), [&] { return ++asked <= yes; });
    EXPECT_EQ(is_written, yes == 2);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 1);
    const Checkpoint read = load_checkpoint(files, directory);
    EXPECT_EQ(std::get<TrainingProgress<float>>(read.progress).state.step, is_written ? 5u : 1u);
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace chainrule
