#include "chainrule/toolkit/console.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

namespace chainrule::cli {
namespace {

EpochReport epoch(std::uint64_t number, std::uint64_t epochs) {
  return {.epoch = number,
          .epochs = epochs,
          .training_loss = 0.123456,
          .validation_loss = 0.25,
          .validation_score = 0.9,
          .rows_per_second = 12345.6,
          .seconds_left = 75};
}

TEST(ProgressText, SaysLossScoreTimeLeftAndSpeed) {
  EXPECT_EQ(progress_text(epoch(3, 20), {.score_name = "accuracy"}),
            "epoch  3/20  loss 0.1235  validation 0.25  accuracy 0.9000  1:15 left  12,345 rows/s");
}

TEST(ProgressText, DrawsABarWhereItIsDrawnOver) {
  // 5 of 20 epochs: 5 of 20 places done, then the head.
  EXPECT_TRUE(progress_text(epoch(5, 20), {.redraws = true, .score_name = "r2"})
                  .starts_with("epoch  5/20 [=====>              ]  loss "));
  EXPECT_TRUE(progress_text(epoch(20, 20), {.redraws = true, .score_name = "r2"})
                  .starts_with("epoch 20/20 [====================]"));
}

TEST(ProgressText, LeavesOutTheLeastImportantWhereItIsNarrow) {
  for (const std::size_t width : {20u, 30u, 40u, 60u, 80u, 100u, 120u}) {
    const std::string text =
        progress_text(epoch(5, 20), {.redraws = true, .width = width, .score_name = "accuracy"});
    EXPECT_LT(text.size(), width) << text;
  }
  EXPECT_EQ(progress_text(epoch(5, 20), {.width = 32, .score_name = "r2"}), "epoch  5/20  loss 0.1235");
}

// What a training run of `epochs` epochs, `milliseconds` each, writes to standard error.
std::string drawn(ProgressStyle style, std::uint64_t epochs, int milliseconds,
                  std::uint64_t stop_after = UINT64_MAX) {
  testing::internal::CaptureStderr();
  {
    Console console("chainrule");
    ProgressLine line(console, std::move(style));
    ProgressLine::Clock::time_point now{};
    for (std::uint64_t e = 1; e <= std::min(epochs, stop_after); ++e) {
      line.report(epoch(e, epochs), now);
      now += std::chrono::milliseconds(milliseconds);
    }
    line.finish();
  }
  return testing::internal::GetCapturedStderr();
}

TEST(ProgressLine, RedrawsAtMostTenTimesASecondAndShowsTheLast) {
  // 1000 epochs of 1 ms: one second, redraws at 0, 100, ..., 900 ms, and the last one.
  const std::string text = drawn({.redraws = true, .score_name = "r2"}, 1000, 1);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 11);
  EXPECT_NE(text.find("epoch 1000/1000"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\n"));
}

TEST(ProgressLine, WritesAboutTwentyPlainLines) {
  for (const std::uint64_t epochs : {1u, 5u, 18u, 19u, 37u, 200u, 100000u}) {
    const std::string text = drawn({.score_name = "r2"}, epochs, 1);
    const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    EXPECT_LE(lines, 20u) << epochs;
    EXPECT_GE(lines, std::min<std::uint64_t>(epochs, 10)) << epochs;
    EXPECT_EQ(text.find('\r'), std::string::npos);
    const std::string number = std::to_string(epochs);
    EXPECT_NE(text.find("epoch " + number + "/" + number), std::string::npos);
  }
}

TEST(ProgressLine, ShowsTheLastEpochOnceWhereTrainingEndedEarly) {
  const std::string text = drawn({.score_name = "r2"}, 200, 1, 30);
  // 200 / 18 rounded up is 12: epochs 1, 12, 24, and 30, the last.
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  EXPECT_NE(text.find("epoch  30/200"), std::string::npos);
}

TEST(ProgressLine, ShowsSlowEpochsEarlier) {
  // Epochs of 40 s, every 56th is due: the others appear when 30 s, 60 s, 120 s ... passed without a line.
  const std::string text = drawn({.score_name = "r2"}, 1000, 40000, 12);
  // 1 at 0 s, 2 at 40 s (30 passed), 4 at 120 s (60), 7 at 240 s (120), 12 at 440 s: the last anyway.
  for (const char* const number :
       {"epoch    1/", "epoch    2/", "epoch    4/", "epoch    7/", "epoch   12/"}) {
    EXPECT_NE(text.find(number), std::string::npos) << number;
  }
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
}

TEST(InterruptGuard, TakesTheFirstSignalAndGivesTheOldHandlerBack) {
  struct sigaction before = {}, inside = {}, after = {};
  sigaction(SIGINT, nullptr, &before);
  testing::internal::CaptureStderr();
  {
    const InterruptGuard guard("stopping\n");
    sigaction(SIGINT, nullptr, &inside);
    EXPECT_NE(inside.sa_handler, before.sa_handler);
    EXPECT_FALSE(guard.asked());
    EXPECT_NO_THROW(guard.check());
    raise(SIGINT);
    EXPECT_TRUE(guard.asked());
    EXPECT_THROW(guard.check(), Interrupted);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "stopping\n");
  sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(after.sa_handler, before.sa_handler);
  const InterruptGuard fresh("");
  EXPECT_FALSE(fresh.asked());
}

TEST(InterruptGuard, LeavesAnIgnoredSignalIgnored) {
  struct sigaction before = {}, inside = {};
  sigaction(SIGINT, nullptr, &before);
  signal(SIGINT, SIG_IGN);
  {
    const InterruptGuard guard("");
    sigaction(SIGINT, nullptr, &inside);
    EXPECT_EQ(inside.sa_handler, SIG_IGN);
  }
  sigaction(SIGINT, &before, nullptr);
}

}  // namespace
}  // namespace chainrule::cli
