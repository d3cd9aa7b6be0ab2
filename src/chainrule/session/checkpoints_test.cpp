#include "chainrule/session/checkpoints.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::report_of;

// An empty directory for the running test.
std::string new_directory() {
  const std::string path = file_of("directory", "");
  std::filesystem::remove_all(path);
  std::filesystem::create_directory(path);
  return path;
}

TrainingProgress<float> progress_after(std::size_t epochs) {
  TrainingProgress<float> progress;
  progress.history.epochs.resize(epochs);
  for (std::size_t i = 0; i < epochs; ++i)
    progress.history.epochs[i].epoch = i + 1;
  progress.epoch = epochs + 1;
  return progress;
}

TEST(Checkpoints, AreWrittenAtTheirEpochsAndAtTheEnd) {
  const CheckpointRequest request{.directory = new_directory(), .every_epochs = 2};
  const SessionObserver observer;
  Checkpoints<float> checkpoints(real_file_system(), request, {}, observer);
  const ProgressHooks<float> hooks = checkpoints.hooks();
  EXPECT_EQ(hooks.resume_from, nullptr);
  const std::string file = checkpoint_path(request.directory);
  const auto current_after = [&](std::size_t epochs, Boundary boundary) {
    hooks.on_boundary(progress_after(epochs), boundary);
    return checkpoints.current_file();
  };
  EXPECT_EQ(current_after(0, Boundary::step), "");
  EXPECT_EQ(current_after(1, Boundary::epoch), "");
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(current_after(2, Boundary::epoch), file);
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_EQ(current_after(2, Boundary::step), "") << "the file is one step old";
  EXPECT_EQ(current_after(3, Boundary::end), file);
}

TEST(Checkpoints, ByTimeAreWrittenAtAnyStep) {
  const CheckpointRequest request{.directory = new_directory(), .every_seconds = 0};
  const SessionObserver observer;
  Checkpoints<float> checkpoints(real_file_system(), request, {}, observer);
  checkpoints.hooks().on_boundary(progress_after(0), Boundary::step);
  EXPECT_EQ(checkpoints.current_file(), checkpoint_path(request.directory));
}

TEST(Checkpoints, OneThatCannotBeWrittenIsReported) {
  const CheckpointRequest request{.directory = "no such directory"};
  std::size_t reports = 0;
  const SessionObserver observer{
      .on_plan = {}, .on_epoch = {}, .on_step = {}, .on_trouble = [&](const Error&) { ++reports; }};
  Checkpoints<float> checkpoints(real_file_system(), request, {}, observer);
  checkpoints.hooks().on_boundary(progress_after(1), Boundary::end);
  EXPECT_EQ(reports, 1u);
  EXPECT_EQ(checkpoints.current_file(), "");
}

TEST(Checkpoints, AreNotWrittenToALostDirectoryWhichIsReportedOnce) {
  bool is_ours = true;
  const CheckpointRequest request{
      .directory = new_directory(), .every_epochs = 1, .may_write = [&] { return is_ours; }};
  std::size_t reports = 0;
  const SessionObserver observer{
      .on_plan = {}, .on_epoch = {}, .on_step = {}, .on_trouble = [&](const Error&) { ++reports; }};
  Checkpoints<float> checkpoints(real_file_system(), request, {}, observer);
  const ProgressHooks<float> hooks = checkpoints.hooks();
  const std::string file = checkpoint_path(request.directory);
  hooks.on_boundary(progress_after(1), Boundary::epoch);
  EXPECT_TRUE(std::filesystem::remove(file));
  is_ours = false;
  hooks.on_boundary(progress_after(2), Boundary::epoch);
  hooks.on_boundary(progress_after(2), Boundary::end);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(checkpoints.current_file(), "");
  EXPECT_EQ(reports, 1u);
  is_ours = true;
  hooks.on_boundary(progress_after(3), Boundary::end);
  EXPECT_EQ(checkpoints.current_file(), file);
}

TEST(Checkpoints, ResumeOnlyFromNumbersOfTheirOwnType) {
  CheckpointRequest request;
  request.resume_from = std::make_shared<const Checkpoint>(
      Checkpoint{.description = {}, .progress = TrainingProgress<double>()});
  const SessionObserver observer;
  Checkpoints<double> same(real_file_system(), request, {}, observer);
  EXPECT_NE(same.hooks().resume_from, nullptr);
  EXPECT_FALSE(same.hooks().on_boundary) << "without a directory none are written";
  EXPECT_EQ(report_of<ModelFileError>([&] {
              Checkpoints<float>(real_file_system(), request, {}, observer);
            }).expected,
            "float");
}

TEST(Checkpoints, ToResumeFromMustHaveCountersThatFit) {
  CheckpointRequest request{.directory = "d"};
  request.resume_from =
      std::make_shared<const Checkpoint>(Checkpoint{.description = {}, .progress = progress_after(3)});
  const SessionObserver observer;
  const Checkpoints<float> checkpoints(real_file_system(), request, {}, observer);
  const Network network = make_mlp({.inputs = 2, .outputs = 1});
  EXPECT_EQ(report_of<ModelFileError>([&] { checkpoints.require_fitting(network, {}, 10); }).where,
            checkpoint_path("d"));
  request.resume_from = nullptr;
  Checkpoints<float>(real_file_system(), request, {}, observer).require_fitting(network, {}, 10);
}

TEST(Checkpoints, TheDirectoryIsMadeAndHoldsOneTraining) {
  TrainRequest request;
  request.checkpoint.directory = new_directory() + "/new";
  prepare_checkpoints(real_file_system(), request);
  EXPECT_TRUE(std::filesystem::is_empty(request.checkpoint.directory));
  save_checkpoint<float>(real_file_system(), request.checkpoint.directory, {}, progress_after(1));
  EXPECT_NE(report_of<UsageError>([&] {
              prepare_checkpoints(real_file_system(), request);
            }).what.find("holds a checkpoint"),
            std::string::npos);
  request.model = ModelType::rbf;
  EXPECT_EQ(report_of<UsageError>([&] { prepare_checkpoints(real_file_system(), request); }).expected,
            "model mlp");
}

TEST(Checkpoints, AFileOrADanglingLinkIsNotADirectory) {
  const std::string directory = new_directory();
  const auto refused = [](const std::string& path) {
    return report_of<UsageError>([&] { require_no_file_at(real_file_system(), path); });
  };
  require_no_file_at(real_file_system(), directory);
  require_no_file_at(real_file_system(), directory + "/none");
  std::filesystem::create_directory_symlink(directory, directory + "/itself");
  require_no_file_at(real_file_system(), directory + "/itself");
  save_checkpoint<float>(real_file_system(), directory, {}, progress_after(1));
  EXPECT_EQ(refused(checkpoint_path(directory)).got, "a file");
  EXPECT_EQ(refused(checkpoint_path(directory)).advice, "name the directory it is in: " + directory);
  EXPECT_EQ(refused("/dev/null").got, "a device or a pipe");
  std::filesystem::create_symlink("nowhere", directory + "/link");
  EXPECT_EQ(refused(directory + "/link").got, "a link to " + directory + "/nowhere");
}

}  // namespace
}  // namespace chainrule
