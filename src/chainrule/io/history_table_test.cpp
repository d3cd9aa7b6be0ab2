#include "chainrule/io/history_table.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/base/error.h"
#include "support/report_of.h"

namespace chainrule {
namespace {

constexpr TensorFileKind kKind = {.format = "test",
                                  .version = 1,
                                  .name = "test file",
                                  .longest_header = 64,
                                  .most_values = 1,
                                  .json = kModelFileJson,
                                  .too_long = "",
                                  .if_too_long = "",
                                  .other_format = "",
                                  .if_other_format = "",
                                  .if_text = "",
                                  .if_newer = ""};
const ContainerHeaderReader kHeader(kKind, "f");

// Two epochs of a network with two layers that learn, the first with a validation loss.
History history() {
  History history;
  history.first_step = {{.layer = 0, .units = 3, .gradient_norm = 0.5, .delta_rms = 0.25},
                        {.layer = 2, .units = 1, .gradient_norm = 2, .delta_rms = {}}};
  history.epochs = {{.epoch = 1,
                     .epochs = 9,
                     .training_loss = 4,
                     .validation_loss = 5,
                     .validation_score = 0.5,
                     .learning_rate = 0.1,
                     .gradient_norm = 3,
                     .layers = history.first_step,
                     .corrections = {},
                     .seconds = 1.5,
                     .rows_per_second = 100,
                     .seconds_left = 12,
                     .is_best = true},
                    {.epoch = 2, .epochs = 9, .training_loss = 2, .layers = history.first_step}};
  return history;
}

TEST(HistoryTable, GivesBackTheHistory) {
  const History given = history();
  const Matrix<double> epochs = epoch_table(given), first_step = first_step_table(given);
  EXPECT_EQ(epochs.rows(), 2u);
  EXPECT_EQ(epochs.columns(), 12u + 2 * 3);
  EXPECT_EQ(first_step(1, 0), 2) << "the layer's index";
  History read;
  add_history(epochs.view(), first_step.view(), 2, 9, kHeader, read);
  ASSERT_EQ(read.epochs.size(), 2u);
  EXPECT_EQ(read.epochs[0].validation_loss, 5);
  EXPECT_EQ(read.epochs[1].validation_loss, std::nullopt);
  EXPECT_EQ(read.epochs[1].epoch, 2u);
  EXPECT_EQ(read.epochs[1].layers[1].layer, 2u);
  EXPECT_EQ(read.first_step[0].delta_rms, 0.25);
  EXPECT_EQ(epoch_table(read), epochs);
  EXPECT_EQ(first_step_table(read), first_step);
}

TEST(HistoryTable, EpochsOfOtherLayersAreNotWritten) {
  History given = history();
  given.epochs[1].layers.pop_back();
  EXPECT_EQ(test::report_of<StateError>([&] { epoch_table(given); }).got, "1");
}

TEST(HistoryTable, TablesThatMeanNothingAreRefused) {
  const History given = history();
  const auto refused = [](const Matrix<double>& epochs, const Matrix<double>& first_step, const char* what) {
    History read;
    const ErrorText report = test::report_of<ModelFileError>(
        [&] { add_history(epochs.view(), first_step.view(), 2, 9, kHeader, read); });
    EXPECT_NE(report.what.find(what), std::string::npos) << report.what;
  };
  const Matrix<double> epochs = epoch_table(given), first_step = first_step_table(given);
  refused(Matrix<double>(2, 13), first_step, "the wrong number of columns");
  refused(epochs, Matrix<double>(2, 4), "the wrong number of columns");
  Matrix<double> negative = first_step;
  negative(0, 1) = -1;
  refused(epochs, negative, "a layer has no valid number");
  for (const double number : {1.0, 1.5, 0.0, -1.0}) {
    Matrix<double> disordered = epochs;
    disordered(1, 0) = number;
    refused(disordered, first_step, "the epochs are not in order");
  }
}

TEST(HistoryTable, EpochsThatWereLeftOutStayOut) {
  History given = history();
  given.epochs[1].epoch = 7;
  const Matrix<double> epochs = epoch_table(given), first_step = first_step_table(given);
  History read;
  add_history(epochs.view(), first_step.view(), 2, 9, kHeader, read);
  EXPECT_EQ(read.epochs[1].epoch, 7u);
  EXPECT_EQ(read.epochs_run(), 7u);
}

// As version 0.1.0 wrote it: without the first column.
TEST(HistoryTable, OfVersionOneHasEveryEpoch) {
  const Matrix<double> epochs = epoch_table(history()), first_step = first_step_table(history());
  Matrix<double> old(epochs.rows(), epochs.columns() - 1);
  for (std::size_t i = 0; i < old.rows(); ++i)
    std::copy_n(epochs.row(i) + 1, old.columns(), old.row(i));
  History read;
  add_history(old.view(), first_step.view(), 1, 9, kHeader, read);
  EXPECT_EQ(epoch_table(read), epochs);
}

}  // namespace
}  // namespace chainrule
