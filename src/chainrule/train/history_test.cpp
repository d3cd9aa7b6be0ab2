#include "chainrule/train/history.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace chainrule {
namespace {

// A run of `epochs` in which every `improvement`-th epoch is the best so far.
History run_of(std::uint64_t epochs, std::uint64_t improvement, std::size_t most) {
  History history;
  std::uint64_t best = 0;
  for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch) {
    const bool is_best = epoch % improvement == 0;
    add_epoch({.epoch = epoch, .is_best = is_best}, best, most, history);
    if (is_best) best = epoch;
  }
  return history;
}

std::vector<std::uint64_t> numbers_of(const History& history) {
  std::vector<std::uint64_t> numbers;
  for (const EpochReport& epoch : history.epochs)
    numbers.push_back(epoch.epoch);
  return numbers;
}

TEST(AddEpoch, KeepsAllEpochsOfAShortRunOrWithoutALimit) {
  EXPECT_EQ(run_of(10, 3, 10).epochs.size(), 10u);
  EXPECT_EQ(run_of(5000, 3, 0).epochs.size(), 5000u);
}

// More than 4: every second, 1 3 5 7; more than 8: every fourth, 1 5 9. 10 is the last one and 7 the best.
TEST(AddEpoch, ThinsALongRunEvenlyButKeepsFirstBestAndLast) {
  EXPECT_EQ(numbers_of(run_of(5, 7, 4)), (std::vector<std::uint64_t>{1, 3, 5}));
  EXPECT_EQ(numbers_of(run_of(6, 7, 4)), (std::vector<std::uint64_t>{1, 3, 5, 6}));
  EXPECT_EQ(numbers_of(run_of(10, 7, 4)), (std::vector<std::uint64_t>{1, 5, 7, 9, 10}));
  EXPECT_EQ(numbers_of(run_of(15, 7, 4)), (std::vector<std::uint64_t>{1, 5, 9, 13, 14, 15}));
}

TEST(AddEpoch, NeverKeepsMoreThanTheLimitAndTwo) {
  for (const std::uint64_t improvement : {1, 2, 3, 50, 100'000}) {
    History history;
    std::uint64_t best = 0;
    for (std::uint64_t epoch = 1; epoch <= 20'000; ++epoch) {
      const bool is_best = epoch % improvement == 0;
      add_epoch({.epoch = epoch, .is_best = is_best}, best, 100, history);
      if (is_best) best = epoch;
      ASSERT_LE(history.epochs.size(), 102u);
      ASSERT_EQ(history.epochs_run(), epoch);
      ASSERT_EQ(history.epochs.front().epoch, 1u);
      if (best > 0) {
        ASSERT_NE(std::ranges::find(history.epochs, best, &EpochReport::epoch), history.epochs.end());
      }
    }
    EXPECT_GE(history.epochs.size(), 50u);
  }
}

TEST(ForgetEpochsAfter, GoesBack) {
  History history = run_of(15, 7, 4);
  forget_epochs_after(13, history);
  EXPECT_EQ(numbers_of(history), (std::vector<std::uint64_t>{1, 5, 9, 13}));
  EXPECT_EQ(history.epochs_run(), 13u);
}

}  // namespace
}  // namespace chainrule
